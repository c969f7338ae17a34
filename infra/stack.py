"""Putting a package on CloudFormation: the local one and Amazon's are driven alike."""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.naming import stack_name
from infra.package import Package
from infra.template import Template, with_code

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
DEAD = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"}
"""States of a stack that was never up: it can only be removed and made again."""

Client = Callable[[str], Any]
"""Gives a client for a service by name: what stands behind it, this module does not know."""


class DeployFailed(RuntimeError):
    """CloudFormation refused; says which resource and why."""


@dataclass(frozen=True)
class Upload:
    """Where a package's parts are put."""

    bucket: str
    code_key: str
    template_key: str


def deploy(
    client: Client,
    package: Package,
    *,
    bucket: str,
    template: Template | None = None,
    parameters: dict[str, str] | None = None,
    pause: float = 5,
) -> bool:
    """Create or update the package's stack and wait for it. False when nothing had changed."""
    placed, upload = _plan(package, template or package.template, bucket)
    _upload(client("s3"), package, placed, upload)
    cloudformation = client("cloudformation")
    _settle(cloudformation, stack_name(package.stage), pause)
    request = _request(package.stage, _address(client("s3"), upload), parameters or {})
    if not _apply(cloudformation, request):
        return False
    _wait(cloudformation, request["StackName"], pause)
    return True


def outputs(client: Client, stage: str) -> dict[str, str]:
    """What the stack says of itself; nothing when there is no such stack."""
    found = _describe(client("cloudformation"), stack_name(stage))
    return {one["OutputKey"]: one["OutputValue"] for one in (found or {}).get("Outputs", [])}


def _plan(package: Package, template: Template, bucket: str) -> tuple[Template, Upload]:
    """Keys are made from the content: what did not change keeps its place, and CloudFormation sees no change."""
    code = hashlib.sha256(package.zip_file.read_bytes()).hexdigest()[:32]
    placed = with_code(template, bucket, f"code/{code}.zip")
    body = hashlib.sha256(json.dumps(placed, sort_keys=True).encode()).hexdigest()[:32]
    return placed, Upload(bucket, f"code/{code}.zip", f"template/{body}.json")


def _upload(s3: Any, package: Package, template: Template, upload: Upload) -> None:
    if not _exists(s3, upload.bucket, upload.code_key):
        s3.put_object(Bucket=upload.bucket, Key=upload.code_key, Body=package.zip_file.read_bytes())
    s3.put_object(Bucket=upload.bucket, Key=upload.template_key, Body=json.dumps(template).encode())


def _exists(s3: Any, bucket: str, key: str) -> bool:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError:
        return False
    return True


def _address(s3: Any, upload: Upload) -> str:
    """By path and from this client's endpoint, so that it is right for Amazon and for loopback."""
    base = s3.meta.endpoint_url.rstrip("/")
    return f"{base}/{upload.bucket}/{upload.template_key}"


def _request(stage: str, template_url: str, parameters: dict[str, str]) -> dict[str, Any]:
    return {
        "StackName": stack_name(stage),
        "TemplateURL": template_url,
        "Capabilities": CAPABILITIES,
        "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
    }


def _apply(cloudformation: Any, request: dict[str, Any]) -> bool:
    found = _describe(cloudformation, request["StackName"])
    if found and found["StackStatus"] in DEAD:
        _remove(cloudformation, request["StackName"])
        found = None
    if not found:
        cloudformation.create_stack(**request, OnFailure="ROLLBACK")
        return True
    return _update(cloudformation, request)


def _settle(cloudformation: Any, name: str, pause: float) -> None:
    """Until nothing is at work on it: a deployment that was interrupted here goes on there, and refuses another one meanwhile."""
    while (found := _describe(cloudformation, name)) and found["StackStatus"].endswith("_IN_PROGRESS"):
        time.sleep(pause)


def forget_unfinished(client: Client, stage: str) -> None:
    """Remove a stack that was being created by something that runs no more: nobody will ever finish it, and it holds nothing yet."""
    found = _describe(client("cloudformation"), stack_name(stage))
    if found and found["StackStatus"] == "CREATE_IN_PROGRESS":
        _remove(client("cloudformation"), stack_name(stage))


def _update(cloudformation: Any, request: dict[str, Any]) -> bool:
    try:
        cloudformation.update_stack(**request)
    except ClientError as error:
        if "No updates are to be performed" in str(error):
            return False
        raise DeployFailed(str(error)) from error
    return True


def _remove(cloudformation: Any, name: str) -> None:
    cloudformation.delete_stack(StackName=name)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 1})


def _wait(cloudformation: Any, name: str, pause: float) -> None:
    """Until the stack has settled. Raises with the first reasons when it settled on what was before."""
    _settle(cloudformation, name, pause)
    found = _describe(cloudformation, name)
    status = found["StackStatus"] if found else "gone"
    if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        raise DeployFailed(f"stack {name} is {status}\n" + "\n".join(_reasons(cloudformation, name)))


def _reasons(cloudformation: Any, name: str) -> list[str]:
    """The failures, oldest first: the first one is the cause, the others follow from it."""
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    failed = [event for event in reversed(events) if event["ResourceStatus"].endswith("_FAILED")]
    return [f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}" for event in failed[-10:]]


def _describe(cloudformation: Any, name: str) -> dict[str, Any] | None:
    try:
        return dict(cloudformation.describe_stacks(StackName=name)["Stacks"][0])
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
