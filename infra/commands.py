"""What `make` does: each command is a few lines over the parts of this package."""

import importlib
import json
import time
from datetime import UTC, datetime
from pathlib import Path

import boto3

from infra import audit as advisories
from infra import factpage, localsettings, loopback, owner, package, parameters, readme, stack, story
from infra.localcloud import LocalCloud
from infra.loopback import Api
from infra.naming import APP, LOCAL, checked, stack_name
from infra.progress import Progress

PROJECT = Path(__file__).resolve().parent.parent
HOME = PROJECT / ".local"
HEALTHY_SECONDS = 30


def run() -> None:
    """Build, start, deploy, play the story, leave it up."""
    progress = Progress(7)
    with progress.step("settings"):
        settings = localsettings.gather(PROJECT, HOME)
    with progress.step("package"):
        built = package.build(PROJECT, LOCAL)
    cloud = LocalCloud(HOME)
    with progress.step(f"local cloud on port {cloud.ministack.port}"):
        cloud.start()
    with progress.step("deploy"):
        cloud.deploy(built, settings)
    with progress.step("health"):
        _wait_until_healthy(cloud)
    with progress.step("first owner"):
        owner.ensure(Api(cloud.url, settings["SERVICE_API_KEY"]), lambda: localsettings.password_of_owner(HOME))
    with progress.step("story", talks=True):
        story.main(cloud.url, settings, localsettings.password_of_owner(HOME))
    _say_where(cloud)


def url() -> None:
    """Print the base address; nothing when the stack is down."""
    cloud = LocalCloud(HOME)
    if cloud.is_up:
        print(cloud.url)


def stop() -> None:
    """Stop the local cloud; its data stays."""
    print("stopped" if LocalCloud(HOME).stop() else "was not running")


def logs(minutes: int, follow: bool) -> None:
    """Print what the functions printed in the last minutes, and go on printing when asked to follow."""
    cloud = _running()
    since = int((time.time() - minutes * 60) * 1000)
    while True:
        lines = cloud.log_lines(since)
        for moment, function, text in lines:
            print(f"{datetime.fromtimestamp(moment / 1000, UTC):%H:%M:%S} {function}: {text}", flush=True)
        if not follow:
            return
        since = lines[-1][0] + 1 if lines else since
        time.sleep(1)


def invoke(function: str, moment: str | None) -> None:
    """Run a scheduled function as if it were `moment` (ISO 8601); now when none is given."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    print(json.dumps(_running().tick(function, moment or now), ensure_ascii=False))


def package_for(stage: str) -> None:
    """Build a stage's package and print how the AWS CLI deploys it."""
    built = package.build(PROJECT, stage)
    shown = built.directory.relative_to(PROJECT)
    print(f"{shown}: {built.zip_file.stat().st_size / 1e6:.1f} MB of code, {len(built.template['Resources'])} resources\n")
    print(f"aws cloudformation package --template-file {shown}/sam.json --s3-bucket <bucket> --output-template-file {shown}/packaged.yaml")
    print(
        f"aws cloudformation deploy --template-file {shown}/packaged.yaml --s3-bucket <bucket> --stack-name {stack_name(stage)} "
        f"--capabilities {' '.join(stack.CAPABILITIES)}"
    )


def deploy(stage: str, bucket: str | None, given: list[str]) -> None:
    """Deploy a stage to the AWS account of the caller's credentials; `given` are parameters of the stack as NAME=value."""
    if checked(stage) == LOCAL:
        raise ValueError("the local stage is deployed by `make run`")
    chosen, _ = _values(given), _region()
    progress = Progress(3)
    with progress.step("settings in Parameter Store"):
        parameters.refuse(boto3.client("ssm"), stage)
    with progress.step(f"package {stage}"):
        built = package.build(PROJECT, stage)
    with progress.step(f"deploy {stack_name(stage)}"):
        changed = stack.deploy(boto3.client, built, bucket=bucket or _own_bucket(), parameters=chosen)
    print("deployed" if changed else "nothing had changed")
    told = stack.outputs(boto3.client, stage)
    print(told["BaseURL"])
    if target := told.get("DomainTarget"):
        print(f"point the domain (CNAME or alias) to {target}")


def _values(given: list[str]) -> dict[str, str]:
    """Raises ValueError for what is no NAME=value."""
    if any("=" not in one for one in given):
        raise ValueError("a parameter is given as NAME=value")
    return {name: value for name, _, value in (one.partition("=") for one in given)}


def _region() -> str:
    """Raises RuntimeError when nobody has named one: asked before half a minute of building, and not by a client's stack trace."""
    region = boto3.session.Session().region_name
    if not region:
        raise RuntimeError("which AWS region? set AWS_DEFAULT_REGION, or `aws configure set region …`")
    return str(region)


def audit(copy: str | None) -> None:
    """Compare the pins with a copy of the advisories. Raises what `infra.audit` raises."""
    print(advisories.check(PROJECT / "requirements.txt", Path(copy) if copy else None))


def openapi() -> None:
    """Write docs/openapi.json and docs/facts.md from the code, and the README's tables from theirs."""
    importlib.import_module("app")
    document = importlib.import_module("chalicelib.core.openapi").document()
    target = PROJECT / "docs" / "openapi.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    readme.refresh(PROJECT)
    facts = factpage.refresh(PROJECT)
    print(f"{target.relative_to(PROJECT)}, {facts.relative_to(PROJECT)}, README.md")


def _running() -> LocalCloud:
    cloud = LocalCloud(HOME)
    if not cloud.is_up:
        raise RuntimeError("the local cloud is down; `make run` starts it")
    return cloud


def _wait_until_healthy(cloud: LocalCloud) -> None:
    until = time.monotonic() + HEALTHY_SECONDS
    while (answer := loopback.get(f"{cloud.url}/health", timeout=30))[0] != 200:
        if time.monotonic() > until:
            raise RuntimeError(f"GET /health answers {answer[0]}: {answer[1]}\n`make logs` shows what the functions printed")
        time.sleep(0.5)


def _say_where(cloud: LocalCloud) -> None:
    print(f"\nbase URL  {cloud.url}\ndocs      {cloud.url}/docs")
    kept = localsettings.secrets_file(HOME).relative_to(PROJECT)
    print(f"owner     {owner.EMAIL}, whose first password is {localsettings.OWNER_PASSWORD} in {kept}")
    print(f"secrets   {kept}\nstop with `make stop`")


def _own_bucket() -> str:
    """A bucket for this account's packages, made at need. New buckets are private and encrypted."""
    s3, region = boto3.client("s3"), _region()
    name = f"{APP}-packages-{boto3.client('sts').get_caller_identity()['Account']}-{region}"
    if name not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=name, **place)
    return name
