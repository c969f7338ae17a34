"""The local cloud: MiniStack with the stack on it, behind one address that lasts.

Make a `LocalCloud` of a folder, `start()` it, `deploy()` a package with settings, call its `url`, `tick()` its scheduled
functions, `stop()` it. `make run` has one in `.local`; the end-to-end tests have one of their own.
"""

import json
import os
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from infra import gateway, stack
from infra.ministack import MiniStack, free_port, is_free
from infra.naming import APP, LOCAL, function_name, log_group
from infra.package import Package
from infra.template import with_settings

REGION = "us-east-1"
DEFAULT_PORT = 4566
BUCKET = f"{APP}-packages"
DOMAIN = "127.0.0.1"
KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
TICK = {"version": "0", "account": "000000000000", "region": REGION, "source": "aws.events", "detail-type": "Scheduled Event"}
"""What EventBridge says each time; Chalice asks for all of it."""
KEPT_OF_MAPPING = (
    "EventSourceArn", "StartingPosition", "BatchSize", "FilterCriteria", "BisectBatchOnFunctionError",
    "MaximumRetryAttempts", "MaximumRecordAgeInSeconds", "DestinationConfig",
)  # fmt: skip


class LocalCloud:
    """Frontdesk on loopback. Everything it keeps is below `home`; `port` 0 takes any free one."""

    def __init__(self, home: Path, port: int | None = None) -> None:
        self.home = home.resolve()
        self.home.mkdir(parents=True, exist_ok=True)
        self.ministack = MiniStack(self.home, self._port(port))

    @property
    def url(self) -> str:
        """The base address of the API: the same whatever is deployed."""
        return f"{self.ministack.address}/{APP}"

    @property
    def is_up(self) -> bool:
        """Whether it runs and answers."""
        return self.ministack.pid is not None and self.ministack.answers()

    def start(self) -> None:
        """Start it; what was deployed and stored before is there again."""
        was_up = self.is_up
        self._port_file.write_text(str(self.ministack.port))  # first: a process whose port nobody noted could not be found again
        self.ministack.start()
        if not was_up:
            stack.forget_unfinished(self.client, LOCAL)
        if not was_up and stack.outputs(self.client, LOCAL):
            self._renew_stream()

    def deploy(self, package: Package, settings: dict[str, str], *, parameters: dict[str, str] | None = None) -> bool:
        """Put the package on it, with these settings in its functions' environment. False when nothing had changed."""
        self._make_bucket()
        template = with_settings(package.template, settings)
        interrupted = self._deploying.exists()
        self._deploying.touch()
        changed = stack.deploy(self.client, package, bucket=BUCKET, template=template, parameters=parameters, pause=0.1)
        if changed or interrupted:
            self._map_domain()
            self._renew_stream()
        self._deploying.unlink()
        return changed

    def invoke(self, name: str, event: dict[str, Any] | None = None) -> Any:
        """Run a function now and give what it returned; raises with its error."""
        answer = self.client("lambda").invoke(FunctionName=function_name(LOCAL, name), Payload=json.dumps(event or {}))
        payload = json.loads(answer["Payload"].read() or b"null")
        if answer.get("FunctionError"):
            raise RuntimeError(f"{name} failed: {payload.get('errorMessage')}\n" + "".join(payload.get("stackTrace") or []))
        return payload

    def tick(self, name: str, time: str) -> Any:
        """Run a scheduled function as EventBridge would at `time` (ISO 8601, UTC): what is due then happens now."""
        return self.invoke(name, TICK | {"id": f"{name}-{time}", "resources": [], "detail": {}, "time": time})

    def stop(self) -> bool:
        """Stop it; its state is kept below `home`. False when it was not up."""
        return self.ministack.stop()

    def client(self, service: str) -> Any:
        """A boto3 client of its services. Keys and addresses are given, so no profile of the user comes in."""
        config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 3}, proxies={}, read_timeout=120, max_pool_connections=64)
        return boto3.client(service, endpoint_url=self.ministack.address, region_name=REGION, config=config, **KEYS)

    def log_lines(self, since_ms: int) -> list[tuple[int, str, str]]:
        """(milliseconds, function, text) of what the functions printed since a moment, oldest first."""
        prefix = log_group(LOCAL, "")
        logs, found = self.client("logs"), []
        for group in logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix).search("logGroups[].logGroupName"):
            events = logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since_ms).search("events[]")
            found += [(event["timestamp"], group.removeprefix(prefix), event["message"].rstrip()) for event in events if event]
        return sorted(found, key=lambda line: line[0])

    @property
    def _deploying(self) -> Path:
        """There while a deployment is at work: one that was killed may have left the address and the stream undone."""
        return self.home / "deploying"

    @property
    def _port_file(self) -> Path:
        return self.home / "port"

    def _port(self, asked: int | None) -> int:
        """A running one keeps its port; else what was asked, else what was used last, else the first free from the default."""
        if asked == 0:
            return free_port()
        used = int(self._port_file.read_text()) if self._port_file.exists() else None
        if used and MiniStack(self.home, used).pid:
            return used
        first = asked or used or int(os.environ.get("FRONTDESK_PORT") or DEFAULT_PORT)
        return next(port for port in range(first, first + 100) if is_free(port))

    def _make_bucket(self) -> None:
        """Never called as the base path of the domain: the domain is looked up first and would hide it."""
        self.client("s3").create_bucket(Bucket=BUCKET)

    def _map_domain(self) -> None:
        """An API gets a new id whenever a route changes; the domain's mapping follows it, so the address stays."""
        client = self.client("apigateway")
        api = stack.outputs(self.client, LOCAL)["RestAPIId"]
        self._put_refusals(client, api)
        if DOMAIN not in [item["domainName"] for item in client.get_domain_names()["items"]]:
            client.create_domain_name(domainName=DOMAIN, endpointConfiguration={"types": ["REGIONAL"]})
        for mapping in client.get_base_path_mappings(domainName=DOMAIN).get("items", []):
            client.delete_base_path_mapping(domainName=DOMAIN, basePath=mapping["basePath"])
        client.create_base_path_mapping(domainName=DOMAIN, basePath=APP, restApiId=api, stage="api")

    def _put_refusals(self, client: Any, api: str) -> None:
        """MiniStack does not read the gateway's own responses from the API's definition."""
        for kind, content in gateway.refusals().items():
            client.put_gateway_response(restApiId=api, responseType=kind, **content)
        client.create_deployment(restApiId=api, stageName="api")

    def _renew_stream(self) -> None:
        """A restored mapping skips records, and one that CloudFormation replaced stays beside the new: make exactly one."""
        client, noted = self.client("lambda"), self.home / "stream.json"
        wanted: dict[str, dict[str, Any]] = json.loads(noted.read_text()) if noted.exists() else {}
        standing = client.list_event_source_mappings()["EventSourceMappings"]
        for mapping in standing:
            kept = {name: mapping[name] for name in KEPT_OF_MAPPING if name in mapping}
            wanted[mapping["EventSourceArn"]] = kept | {"FunctionName": mapping["FunctionArn"]}
        _write_whole(noted, json.dumps(wanted))  # between taking away and making anew it is nowhere else
        for mapping in standing:
            client.delete_event_source_mapping(UUID=mapping["UUID"])
        for properties in wanted.values():
            client.create_event_source_mapping(**properties)
        noted.unlink()


def _write_whole(file: Path, text: str) -> None:
    part = file.with_suffix(".part")
    part.write_text(text)
    part.replace(file)
