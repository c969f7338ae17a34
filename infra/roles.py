"""One role per function, allowing what that function does and nothing else.

The only `*` among the resources is X-Ray's, where tracing is on: Lambda refuses active tracing without these two actions, and AWS
offers no narrower resource for them.
"""

from typing import Any

from chalicelib.core.parameters import DOCUMENT
from chalicelib.core.settings import secrets
from infra.inventory import Table
from infra.naming import LOCAL, settings_path, table_id

ROW_ACTIONS = [
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
]
STREAM_ACTIONS = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
TRACE_ACTIONS = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]

Statement = dict[str, Any]


def role(statements: list[Statement]) -> dict[str, Any]:
    """A role that only Lambda may take, with these statements."""
    trust = _statement(["sts:AssumeRole"], None) | {"Principal": {"Service": "lambda.amazonaws.com"}}
    policy = {"PolicyName": "own", "PolicyDocument": _document(statements)}
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": _document([trust]), "Policies": [policy]}}


def for_function(stage: str, logs: str, tables: tuple[Table, ...], *, traced: bool) -> list[Statement]:
    """What every function of ours needs: its log group, its traces, its tables, its stage's settings."""
    found = [_statement(["logs:CreateLogStream", "logs:PutLogEvents"], [_arn(logs)])]
    if traced:
        found.append(_statement(TRACE_ACTIONS, "*"))
    if tables:
        found.append(_statement(ROW_ACTIONS, [_arn(table_id(table.key)) for table in tables]))
    if indexes := [_index_arn(table, index.name) for table in tables for index in table.indexes]:
        found.append(_statement(["dynamodb:Query"], indexes))
    return found if stage == LOCAL else [*found, _settings(stage)]


def for_stream(table: Table) -> Statement:
    """Read the stream of one table."""
    return _statement(STREAM_ACTIONS, [{"Fn::GetAtt": [table_id(table.key), "StreamArn"]}])


def for_queue(queue: str) -> Statement:
    """Leave in a queue what could not be handled."""
    return _statement(["sqs:SendMessage"], [_arn(queue)])


def _settings(stage: str) -> Statement:
    """Each is asked for by its name, and what is not below the path is nobody's of this stage."""
    below = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter" + settings_path(stage)
    names = (DOCUMENT, *(name.upper() for name in secrets()))
    return _statement(["ssm:GetParameters"], [{"Fn::Sub": below + name} for name in names])


def _index_arn(table: Table, index: str) -> dict[str, Any]:
    return {"Fn::Sub": f"${{{table_id(table.key)}.Arn}}/index/{index}"}


def _arn(logical_id: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [logical_id, "Arn"]}


def _statement(actions: list[str], on: Any) -> Statement:
    allowed: Statement = {"Effect": "Allow", "Action": actions}
    return allowed if on is None else allowed | {"Resource": on}


def _document(statements: list[Statement]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}
