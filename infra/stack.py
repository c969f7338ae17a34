"""Putting a package on CloudFormation: the local one and Amazon's are driven alike."""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from infra import changes, tables
from infra.naming import LOCAL, is_production, stack_name
from infra.package import Package
from infra.template import Template, with_code

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
UNBORN = "REVIEW_IN_PROGRESS"
"""A change set was made and never executed: nothing is at work, whatever the name says."""

DEAD = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED", UNBORN}
"""States of a stack that was never up: it can only be removed and made again."""

DELETION_SECONDS = 30 * 60
"""An index that is being filled, or a domain, keeps a deletion waiting."""

Client = Callable[[str], Any]
"""Gives a client for a service by name: what stands behind it, this module does not know."""


class DeployFailed(RuntimeError):
    """CloudFormation refused; says which resource and why."""


@dataclass(frozen=True)
class Upload:
    """Where a package's parts are put: each zip at its key."""

    bucket: str
    zips: dict[str, Path]
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
    """Create or update the package's stack and wait for it. False when nothing had changed.

    What would be refused is refused before the upload, with ValueError; DeployFailed says what CloudFormation found wrong.
    """
    content, given, name = template or package.template, parameters or {}, stack_name(package.stage)
    _refuse_unknown(content, given)
    cloudformation = client("cloudformation")
    standing = _standing(cloudformation, name, pause)
    if standing and package.stage != LOCAL:
        changes.refuse(_deployed(cloudformation, name), content)
    placed, upload = _plan(package, content, bucket)
    _upload(client("s3"), placed, upload)
    request = _request(name, _address(client("s3"), upload))
    changed = _put(cloudformation, request, content, given, standing, pause)
    if is_production(package.stage):
        cloudformation.update_termination_protection(StackName=name, EnableTerminationProtection=True)
    return changed


def _refuse_unknown(template: Template, given: dict[str, str]) -> None:
    if unknown := sorted(given.keys() - template.get("Parameters", {}).keys()):
        known = ", ".join(sorted(template.get("Parameters", {})))
        raise ValueError(f"the template has no parameter {', '.join(unknown)}; it has {known}")


def _standing(cloudformation: Any, name: str, pause: float) -> dict[str, Any] | None:
    """The stack that is to be updated, settled; None when there is none, or was one that never came up and is gone now."""
    _settle(cloudformation, name, pause)
    found = _describe(cloudformation, name)
    if found and found["StackStatus"] in DEAD:
        _remove(cloudformation, name, pause)
        return None
    return found


def _deployed(cloudformation: Any, name: str) -> Template:
    """The template as it was given last: a text where it was no JSON, which no deployment of ours gives."""
    body = cloudformation.get_template(StackName=name, TemplateStage="Original")["TemplateBody"]
    return dict(body) if isinstance(body, dict) else {}


def _put(
    cloudformation: Any, request: dict[str, Any], template: Template, given: dict[str, str], standing: dict[str, Any] | None, pause: float
) -> bool:
    if standing:
        changed = _update(cloudformation, request | {"Parameters": _parameters(template, given, standing)})
        if changed:
            _wait(cloudformation, request["StackName"], pause)
        return changed
    unprotected = {tables.PROTECTION: "off"} if tables.PROTECTION in template.get("Parameters", {}) else {}
    cloudformation.create_stack(**request, Parameters=_values(given | unprotected), OnFailure="ROLLBACK")
    _wait(cloudformation, request["StackName"], pause)
    if unprotected:
        _put(cloudformation, request, template, given, _describe(cloudformation, request["StackName"]), pause)
    return True


def _parameters(template: Template, given: dict[str, str], standing: dict[str, Any]) -> list[dict[str, Any]]:
    """What is given, and of the rest what the stack has: one that is not named would fall back to the template's default.

    Protection alone is not remembered: it is off while a stack is made, and an interrupted deployment must not leave it so.
    """
    had = {one["ParameterKey"] for one in standing.get("Parameters", [])} & template.get("Parameters", {}).keys()
    kept = sorted(had - given.keys() - {tables.PROTECTION})
    return _values(given) + [{"ParameterKey": name, "UsePreviousValue": True} for name in kept]


def _values(given: dict[str, str]) -> list[dict[str, Any]]:
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()]


def outputs(client: Client, stage: str) -> dict[str, str]:
    """What the stack says of itself; nothing when there is no such stack."""
    found = _describe(client("cloudformation"), stack_name(stage))
    return {one["OutputKey"]: one["OutputValue"] for one in (found or {}).get("Outputs", [])}


def _plan(package: Package, template: Template, bucket: str) -> tuple[Template, Upload]:
    """Keys are made from the content: what did not change keeps its place, and CloudFormation sees no change."""
    keys = {named: f"code/{_mark(file.read_bytes())}.zip" for named, file in package.zips.items()}
    placed = with_code(template, bucket, keys)
    zips = {keys[named]: file for named, file in package.zips.items()}
    return placed, Upload(bucket, zips, f"template/{_mark(json.dumps(placed, sort_keys=True).encode())}.json")


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _upload(s3: Any, template: Template, upload: Upload) -> None:
    for key, file in upload.zips.items():
        if not _exists(s3, upload.bucket, key):
            s3.put_object(Bucket=upload.bucket, Key=key, Body=file.read_bytes())
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


def _request(name: str, template_url: str) -> dict[str, Any]:
    return {"StackName": name, "TemplateURL": template_url, "Capabilities": CAPABILITIES}


def _settle(cloudformation: Any, name: str, pause: float) -> None:
    """Until nothing is at work on it: a deployment that was interrupted here goes on there, and refuses another one meanwhile."""
    while (found := _describe(cloudformation, name)) and _is_at_work(found["StackStatus"]):
        time.sleep(pause)


def _is_at_work(status: str) -> bool:
    return status.endswith("_IN_PROGRESS") and status != UNBORN


def forget_unfinished(client: Client, stage: str) -> None:
    """Remove a stack that was being created by something that runs no more: nobody will ever finish it, and it holds nothing yet."""
    found = _describe(client("cloudformation"), stack_name(stage))
    if found and found["StackStatus"] == "CREATE_IN_PROGRESS":
        _remove(client("cloudformation"), stack_name(stage), 1)


def _update(cloudformation: Any, request: dict[str, Any]) -> bool:
    try:
        cloudformation.update_stack(**request)
    except ClientError as error:
        if "No updates are to be performed" in str(error):
            return False
        raise DeployFailed(str(error)) from error
    return True


def _remove(cloudformation: Any, name: str, pause: float) -> None:
    """Wait until it is gone. Raises DeployFailed when it cannot be removed, or is not within half an hour."""
    delay = max(1, round(pause))
    patience = {"Delay": delay, "MaxAttempts": DELETION_SECONDS // delay}
    cloudformation.delete_stack(StackName=name)
    try:
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig=patience)
    except WaiterError as error:
        raise DeployFailed(f"stack {name} could not be removed\n" + "\n".join(_reasons(cloudformation, name))) from error


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
