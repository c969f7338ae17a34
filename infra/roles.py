"""One role per function, allowing what that function does and nothing else.

The only `*` among the resources is X-Ray's, where tracing is on: Lambda refuses active tracing without these two actions, and AWS
offers no narrower resource for them.
"""

from typing import Any

from chalicelib.core import vault
from chalicelib.core.parameters import DOCUMENT
from infra.inventory import Grant, Table
from infra.naming import LOCAL, settings_path, table_id

STREAM_ACTIONS = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
TRACE_ACTIONS = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]

Statement = dict[str, Any]


def role(statements: list[Statement], taker: str = "lambda") -> dict[str, Any]:
    """A role that only one service of Amazon's may take, with these statements."""
    trust = _statement(["sts:AssumeRole"], None) | {"Principal": {"Service": f"{taker}.amazonaws.com"}}
    policy = {"PolicyName": "own", "PolicyDocument": _document(statements)}
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": _document([trust]), "Policies": [policy]}}


def for_function(stage: str, logs: str, grant: Grant, *, traced: bool) -> list[Statement]:
    """What a function of ours needs: its log group, its traces, what it does to which tables, its stage's settings."""
    found = [_statement(["logs:CreateLogStream", "logs:PutLogEvents"], [_arn(logs)])]
    if traced:
        found.append(_statement(TRACE_ACTIONS, "*"))
    found += _rows(grant)
    found += _entrusted(stage, grant)
    return found if stage == LOCAL else [*found, _settings(stage, grant.secrets)]


def _rows(grant: Grant) -> list[Statement]:
    """A statement for each set of actions, with all the tables and indexes on which just those are allowed."""
    on: dict[tuple[str, str], list[str]] = {}
    for table, action, index in sorted(grant.accesses):
        on.setdefault((table, index), []).append(f"dynamodb:{action}")
    alike: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for place, actions in on.items():
        alike.setdefault(tuple(actions), []).append(place)
    return [
        _statement([*actions], [_index_arn(table, index) if index else _arn(table_id(table)) for table, index in places])
        for actions, places in sorted(alike.items())
    ]


def for_gateway(functions: list[str]) -> list[Statement]:
    """What the gateway needs: to call these functions."""
    return [_statement(["lambda:InvokeFunction"], [_arn(function) for function in functions])]


def for_stream(table: Table) -> Statement:
    """Read the stream of one table."""
    return _statement(STREAM_ACTIONS, [{"Fn::GetAtt": [table_id(table.key), "StreamArn"]}])


def for_queue(queue: str) -> Statement:
    """Leave in a queue what could not be handled."""
    return _statement(["sqs:SendMessage"], [_arn(queue)])


def allowing(actions: list[str], on: Any) -> dict[str, Any]:
    """A policy's document that allows these actions."""
    return _document([_statement(actions, on)])


def allowed(actions: list[str], on: Any) -> Statement:
    """A statement that allows these actions."""
    return _statement(actions, on)


def _settings(stage: str, secrets: tuple[str, ...]) -> Statement:
    """Each is asked for by its name, and what a function does not name it may not read."""
    below = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter" + settings_path(stage)
    names = (DOCUMENT, *(name.upper() for name in secrets))
    return _statement(["ssm:GetParameters"], [{"Fn::Sub": below + name} for name in names])


def _entrusted(stage: str, grant: Grant) -> list[Statement]:
    """What callers entrust to us stands below one path, and only who comes to it may do that."""
    actions = sorted(action for action in grant.needs if action.startswith("ssm:"))
    below = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter" + settings_path(stage) + f"{vault.ROOM}/*"
    return [_statement(actions, [{"Fn::Sub": below}])] if actions else []


def _index_arn(table: str, index: str) -> dict[str, Any]:
    return {"Fn::Sub": f"${{{table_id(table)}.Arn}}/index/{index}"}


def _arn(logical_id: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [logical_id, "Arn"]}


def _statement(actions: list[str], on: Any) -> Statement:
    allowed: Statement = {"Effect": "Allow", "Action": actions}
    return allowed if on is None else allowed | {"Resource": on}


def _document(statements: list[Statement]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}
