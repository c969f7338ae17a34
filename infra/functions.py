"""Functions: a Lambda of its own for every webhook, one for each wing, and what Chalice's own functions lack.

Chalice packages one function per job, and one for all routes, which is taken out again (`package`). This adds doors and wings and gives
every function its name, its role, its log group and its dead letters.
"""

import json
from typing import Any

from infra import files, roles, runtime, wings
from infra.inventory import Door, Inventory, Job, Wing
from infra.naming import LOCAL, door_id, function_id, function_name, log_group, table_id, wing_id
from infra.sizing import Sizing

CODE = "./deployment.zip"
"""Where Chalice's template says the code is; all functions share it but that of the pages."""

PAGES_CODE = "./pages.zip"
HANDLERS = {wings.PAGES: (PAGES_CODE, "chalicelib.ops.files.handler")}
"""The wing that is none of the application's."""

FAILED_TICKS = "FailedTicks"
FAILED_RECORDS = "FailedRecords"
TWO_WEEKS = 14 * 24 * 3600

NEW = {"eventName": ["INSERT"]}
URGENT = {**NEW, "dynamodb": {"NewImage": {"place": {"S": [{"prefix": "now "}]}}}}
NEWS = {"outbox": URGENT}
"""What of a table's stream wakes its job: new rows. Of the outbox those for which somebody waits: thousands of reminders would stand
before a booking's answer otherwise."""


def resources(inventory: Inventory, stage: str, sizing: Sizing) -> dict[str, Any]:
    """Everything that is a function or belongs to one."""
    found: dict[str, Any] = {name: _queue() for name in (FAILED_TICKS, FAILED_RECORDS)}
    for job in inventory.jobs:
        found |= _function(inventory, stage, sizing, job.name, _job(job), _dead_letters(job, inventory))
    for door in inventory.doors:
        found |= _api(inventory, stage, sizing, door_id(door.name), door)
    for wing in inventory.wings:
        found |= _api(inventory, stage, sizing, wing_id(wing.name), wing)
    return found


def _function(
    inventory: Inventory, stage: str, sizing: Sizing, name: str, extra: dict[str, Any], statements: list[roles.Statement] | None = None
) -> dict[str, Any]:
    """The properties that Chalice leaves out, to be merged into the function it packages."""
    logical_id = function_id(name)
    belongings = _belongings(inventory, stage, sizing, name, logical_id, statements or [])
    told = {"Environment": {"Variables": _secrets(inventory, name)}}
    return {logical_id: _owned(stage, name, logical_id, told | extra)} | belongings


def _secrets(inventory: Inventory, name: str) -> dict[str, str]:
    """Which secrets a function asks for: one that its role may not read would refuse it all of them."""
    return {"FRONTDESK_SECRETS": ",".join(inventory.grants[name].secrets) or "none"}


def _owned(stage: str, name: str, logical_id: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Lambda would make a missing log group itself, without retention: hence the dependency."""
    own = {
        "FunctionName": function_name(stage, name),
        "Role": {"Fn::GetAtt": [logical_id + "Role", "Arn"]},
        "Runtime": runtime.chosen(stage),
    }
    return {"DependsOn": [logical_id + "Logs"], "Properties": own | properties}


def _belongings(
    inventory: Inventory, stage: str, sizing: Sizing, name: str, logical_id: str, statements: list[roles.Statement]
) -> dict[str, Any]:
    grant = inventory.grants[name]
    allowed = roles.for_function(stage, logical_id + "Logs", grant, traced=sizing.traced) + files.statements(stage, grant) + statements
    return {logical_id + "Role": roles.role(allowed), logical_id + "Logs": _logs(stage, name)}


def _logs(stage: str, name: str) -> dict[str, Any]:
    days = 7 if stage == LOCAL else 30
    return {
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": {"LogGroupName": log_group(stage, name), "RetentionInDays": days},
    }


def _api(inventory: Inventory, stage: str, sizing: Sizing, logical_id: str, one: Door | Wing) -> dict[str, Any]:
    """A function behind the gateway: the same code, told which package's routes it registers, or which wing it is."""
    function = _owned(stage, one.name, logical_id, _api_properties(inventory, sizing, one)) | {"Type": "AWS::Serverless::Function"}
    return {logical_id: function} | _belongings(inventory, stage, sizing, one.name, logical_id, [])


def _api_properties(inventory: Inventory, sizing: Sizing, one: Door | Wing) -> dict[str, Any]:
    code, handler = HANDLERS.get(one.name, (CODE, "app.app"))
    told = {"FRONTDESK_DOORS": one.package} if isinstance(one, Door) else {"FRONTDESK_WING": one.name}
    return {
        "CodeUri": code,
        "Handler": handler,
        "Architectures": ["x86_64"],
        "Tracing": "Active" if sizing.traced else "PassThrough",
        "MemorySize": sizing.memory(one.name),
        "Timeout": sizing.timeout(one.name),
        "Environment": {"Variables": told | _secrets(inventory, one.name)},
    }


def _job(job: Job) -> dict[str, Any]:
    """A tick that failed for good is kept; so is a batch of records."""
    if job.stream:
        return {"Events": {function_id(job.name) + "DynamodbEventSource": {"Properties": _source(job.stream)}}}
    return {"DeadLetterQueue": {"Type": "SQS", "TargetArn": {"Fn::GetAtt": [FAILED_TICKS, "Arn"]}}}


def _source(table: str) -> dict[str, Any]:
    """A record that cannot be handled must not stop those behind it: few tries, halves, then the queue.

    The sweep delivers every row that the outbox's stream gave up, and `follow` reads every fact, so nothing waits for a person here.
    """
    return {
        "Stream": {"Fn::GetAtt": [table_id(table), "StreamArn"]},
        "StartingPosition": "LATEST",
        "MaximumRetryAttempts": 2,
        "MaximumRecordAgeInSeconds": 3600,
        "BisectBatchOnFunctionError": True,
        "ParallelizationFactor": 10,
        "FilterCriteria": {"Filters": [{"Pattern": json.dumps(NEWS.get(table, NEW), separators=(",", ":"))}]},
        "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": {"Fn::GetAtt": [FAILED_RECORDS, "Arn"]}}},
    }


def _dead_letters(job: Job, inventory: Inventory) -> list[roles.Statement]:
    if job.stream:
        return [roles.for_stream(inventory.table(job.stream)), roles.for_queue(FAILED_RECORDS)]
    return [roles.for_queue(FAILED_TICKS)]


def _queue() -> dict[str, Any]:
    return {
        "Type": "AWS::SQS::Queue",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": {"MessageRetentionPeriod": TWO_WEEKS, "SqsManagedSseEnabled": True},
    }
