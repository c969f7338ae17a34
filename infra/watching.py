"""Alarms by kind and one dashboard: what a person must hear of, and where they look first.

An alarm is of a kind of trouble and not of a function: which function it was, its log says. Amazon asks ten cents a month for each.
"""

import json
from typing import Any

from chalicelib.core.observability import BROKEN
from infra.functions import FAILED_RECORDS, FAILED_TICKS
from infra.inventory import Inventory
from infra.naming import APP, camel, function_name, log_group, service_name

NAMESPACE = "Frontdesk"
OLDEST = "OldestUndeliveredSeconds"
FAILED = "FunctionFailed"
LATE = 15 * 60
"""Seconds after which an undelivered row is news: retries of a vendor's short absence are over by then."""

FAILURE = '?"[ERROR]" ?"Task timed out" ?"Runtime exited" ?"Status: error" ?"Status: timeout"'
"""What Lambda writes into a function's log when it failed: raised, ran out of time or memory, or could not be imported. Counted from
the logs, because Lambda's own metric of all functions is the whole account's, and an alarm a function is paid for."""

QUEUES = (FAILED_TICKS, FAILED_RECORDS)
GAUGES = 20
"""Jobs that the dashboard shows by name: up to 50 metrics it is free."""

PARAMETERS = {
    "AlarmTopicArn": {"Type": "String", "Default": "", "Description": "SNS topic that hears of alarms; empty for none"},
}
CONDITIONS = {"AlarmsAreHeard": {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlarmTopicArn"}, ""]}]}}

Metric = tuple[str, str, dict[str, Any]]
"""Namespace, name, dimensions."""


def resources(inventory: Inventory, stage: str) -> dict[str, Any]:
    """What counts failures, what raises alarms, the dashboard."""
    found = {logical_id + "Failures": _failures(stage, logical_id, name) for logical_id, name in inventory.functions.items()}
    return found | _alarms(stage) | {"Dashboard": _dashboard(inventory, stage)}


def _failures(stage: str, logical_id: str, name: str) -> dict[str, Any]:
    namespace, metric, _ = _failed(stage)
    counted = {"MetricNamespace": namespace, "MetricName": metric, "MetricValue": "1"}
    properties = {"LogGroupName": log_group(stage, name), "FilterPattern": FAILURE, "MetricTransformations": [counted]}
    return {"Type": "AWS::Logs::MetricFilter", "DependsOn": [logical_id + "Logs"], "Properties": properties}


def _alarms(stage: str) -> dict[str, Any]:
    """Throttles are the account's: its functions share one limit, and whoever uses it up starves the others."""
    given_up = {queue + "Alarm": _alarm(f"{queue}: something was given up", _waiting(queue), "Maximum") for queue in QUEUES}
    return given_up | {
        "ViewsBroken": _alarm("A view failed in a way that nobody meant: its caller read 500", _own(stage, BROKEN), "Sum"),
        "FunctionsFailed": _alarm("A function failed: raised, ran out of time or memory, or did not start", _failed(stage), "Sum"),
        "FunctionsThrottled": _alarm("Lambda has no room for a call", ("AWS/Lambda", "Throttles", {}), "Sum"),
        "OutboxLate": _alarm("A row of the outbox waits too long", _own(stage, OLDEST), "Maximum", LATE),
    }


def _own(stage: str, name: str) -> Metric:
    return NAMESPACE, name, {"service": service_name(stage)}


def _failed(stage: str) -> Metric:
    """A filter gives its metric no dimension of ours, so the stage is in the namespace."""
    return f"{NAMESPACE}/{stage}", FAILED, {}


def _waiting(queue: str) -> Metric:
    return "AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": {"Fn::GetAtt": [queue, "QueueName"]}}


def _alarm(says: str, metric: Metric, statistic: str, above: int = 0) -> dict[str, Any]:
    heard = {"Fn::If": ["AlarmsAreHeard", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]}
    namespace, name, dimensions = metric
    properties = {
        "AlarmDescription": says,
        "Namespace": namespace,
        "MetricName": name,
        "Dimensions": [{"Name": one, "Value": value} for one, value in dimensions.items()],
        "Statistic": statistic,
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": above,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "AlarmActions": heard,
        "OKActions": heard,
    }
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}


def _dashboard(inventory: Inventory, stage: str) -> dict[str, Any]:
    body = json.dumps({"widgets": [widget | _place(number) for number, widget in enumerate(_graphs(inventory, stage))]})
    properties = {"DashboardName": camel(f"{APP}-{stage}"), "DashboardBody": {"Fn::Sub": body}}
    return {"Type": "AWS::CloudWatch::Dashboard", "Properties": properties}


def _graphs(inventory: Inventory, stage: str) -> list[dict[str, Any]]:
    jobs = [function_name(stage, job.name) for job in inventory.jobs[:GAUGES]]
    gateway = [("AWS/ApiGateway", name, {"ApiName": service_name(stage)}) for name in ("Count", "4XXError", "5XXError")]
    return [
        _graph("Requests and refusals", gateway, "Sum"),
        _graph("An answer, milliseconds", [("AWS/ApiGateway", "Latency", {"ApiName": service_name(stage)})], "p95"),
        _graph("What failed", [_own(stage, BROKEN), _failed(stage), ("AWS/Lambda", "Throttles", {})], "Sum"),
        _graph("Oldest undelivered row, seconds", [_own(stage, OLDEST)], "Maximum"),
        _graph("Effects", [_own(stage, name) for name in ("EffectsDelivered", "EffectsRetried", "EffectsDead")], "Sum"),
        _graph("A tick, milliseconds", [("AWS/Lambda", "Duration", {"FunctionName": job}) for job in jobs], "Maximum"),
    ]


def _graph(title: str, metrics: list[Metric], statistic: str) -> dict[str, Any]:
    listed = [[namespace, name, *(part for pair in dimensions.items() for part in pair)] for namespace, name, dimensions in metrics]
    shown = {"title": title, "metrics": listed, "stat": statistic, "period": 60, "region": "${AWS::Region}", "view": "timeSeries"}
    return {"type": "metric", "properties": shown}


def _place(number: int) -> dict[str, int]:
    """Two graphs a row, on a grid of 24 columns."""
    return {"x": 12 * (number % 2), "y": 6 * (number // 2), "width": 12, "height": 6}
