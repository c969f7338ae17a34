"""DynamoDB tables from the models: on demand, encrypted, recoverable, and never deleted with a deployed stack.

A first create that fails takes its tables along (`RetainExceptOnCreate`): they are empty, and their names would be in the way of the
next try. Deletion protection would forbid that, so `infra.stack` puts it on once the stack stands: hence the parameter.
"""

from typing import Any

from infra.inventory import Index, Table
from infra.naming import LOCAL, is_production, table_id, table_prefix

PROTECTION = "Protection"
PARAMETERS = {
    PROTECTION: {
        "Type": "String",
        "Default": "on",
        "AllowedValues": ["on", "off"],
        "Description": "Whether production's tables refuse to be deleted; off while the stack is made",
    }
}
CONDITIONS = {"TablesAreProtected": {"Fn::Equals": [{"Ref": PROTECTION}, "on"]}}


def resources(tables: tuple[Table, ...], stage: str) -> dict[str, Any]:
    """One `AWS::DynamoDB::Table` per model."""
    return {table_id(table.key): _resource(table, stage) for table in tables}


def _resource(table: Table, stage: str) -> dict[str, Any]:
    deleted, replaced = ("Delete", "Delete") if stage == LOCAL else ("RetainExceptOnCreate", "Retain")
    return {
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": deleted,
        "UpdateReplacePolicy": replaced,
        "Properties": _properties(table, stage) | _optional(table) | (_protection() if is_production(stage) else {}),
    }


def _properties(table: Table, stage: str) -> dict[str, Any]:
    return {
        "TableName": table_prefix(stage) + table.key,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": kind} for name, kind in table.attributes],
        "KeySchema": _schema(table.keys),
        "SSESpecification": {"SSEEnabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
    }


def _optional(table: Table) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if table.indexes:
        found["GlobalSecondaryIndexes"] = [_index(index) for index in table.indexes]
    if table.ttl:
        found["TimeToLiveSpecification"] = {"AttributeName": table.ttl, "Enabled": True}
    if table.stream:
        found["StreamSpecification"] = {"StreamViewType": table.stream}
    return found


def _protection() -> dict[str, Any]:
    return {"DeletionProtectionEnabled": {"Fn::If": ["TablesAreProtected", True, False]}}


def _index(index: Index) -> dict[str, Any]:
    return {"IndexName": index.name, "KeySchema": _schema(index.keys), "Projection": index.projection}


def _schema(keys: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in keys]
