"""The gateway's access log: one line a request that says what was asked of which route and how it went, and of nobody who asked.

No address, agent, path as it was typed, query string or header is written: a route's pattern (`/clients/{client_id}`) tells enough.
"""

import json
from typing import Any

from infra.naming import APP

LOGS, ROLE, ACCOUNT = "GatewayLogs", "GatewayLogsRole", "GatewayAccount"
DAYS = 30

LEAVE = "GatewayLeave"

PARAMETERS = {
    LEAVE: {
        "Type": "String",
        "Default": "own",
        "AllowedValues": ["own", "standing"],
        "Description": "Who lets API Gateway write logs, a setting of the whole account and region: this stack, or what stands there",
    }
}
CONDITIONS = {"OwnsGatewayAccount": {"Fn::Equals": [{"Ref": LEAVE}, "own"]}}

FORMAT = {
    "time": "$context.requestTimeEpoch",
    "request": "$context.requestId",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "refused": "$context.error.responseType",
    "ms": "$context.responseLatency",
    "function_status": "$context.integration.status",
    "function_ms": "$context.integration.latency",
    "bytes": "$context.responseLength",
}


def setting() -> dict[str, Any]:
    """What the API's stage is told."""
    return {"DestinationArn": {"Fn::GetAtt": [LOGS, "Arn"]}, "Format": json.dumps(FORMAT)}


def resources(stage: str) -> dict[str, Any]:
    """The log group, and the account's leave to write into it. That stays when the stack goes: other stages may live by it."""
    kept = {"Condition": "OwnsGatewayAccount", "DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
    account = {"CloudWatchRoleArn": {"Fn::GetAtt": [ROLE, "Arn"]}}
    return {
        LOGS: {"Type": "AWS::Logs::LogGroup", "DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete", "Properties": _logs(stage)},
        ROLE: {"Type": "AWS::IAM::Role", **kept, "Properties": _role()},
        ACCOUNT: {"Type": "AWS::ApiGateway::Account", **kept, "Properties": account},
    }


def _logs(stage: str) -> dict[str, Any]:
    """The stage refuses to write a log before the account has let it: the tag makes it wait, for a dependency cannot be conditional."""
    leave = {"Fn::If": ["OwnsGatewayAccount", {"Ref": ACCOUNT}, "standing"]}
    return {"LogGroupName": f"/aws/apigateway/{APP}-{stage}", "RetentionInDays": DAYS, "Tags": [{"Key": "leave", "Value": leave}]}


def _role() -> dict[str, Any]:
    """With Amazon's own policy: the gateway refuses a role that may do less, whatever it would need."""
    trust = {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": {"Service": "apigateway.amazonaws.com"}}
    policy = "arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    return {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "ManagedPolicyArns": [{"Fn::Sub": policy}],
    }
