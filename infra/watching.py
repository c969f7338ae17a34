"""Alarms and one dashboard: what a person must hear of, and where they look first."""

import json
from typing import Any

from infra.functions import FAILED_RECORDS, FAILED_TICKS
from infra.inventory import Inventory
from infra.naming import API_FUNCTION, APP, camel, door_id, function_id, function_name

NAMESPACE = "Frontdesk"
OLDEST = "OldestUndeliveredSeconds"
LATE = 15 * 60
"""Seconds after which an undelivered row is news: retries of a vendor's short absence are over by then."""

PARAMETERS = {
    "AlarmTopicArn": {"Type": "String", "Default": "", "Description": "SNS topic that hears of alarms; empty for none"},
}
CONDITIONS = {"AlarmsAreHeard": {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlarmTopicArn"}, ""]}]}}


def resources(inventory: Inventory, stage: str) -> dict[str, Any]:
    """Alarms of every function, of the outbox, of the dead letters; the dashboard."""
    found: dict[str, Any] = {"OutboxLate": _outbox_late()}
    for logical_id, name in _functions(inventory).items():
        for metric in ("Errors", "Throttles"):
            found[logical_id + metric] = _function_alarm(metric, function_name(stage, name))
    found |= {queue + "Alarm": _queue_alarm(queue) for queue in (FAILED_TICKS, FAILED_RECORDS)}
    return found | {"Dashboard": _dashboard(inventory, stage)}


def _functions(inventory: Inventory) -> dict[str, str]:
    own = {function_id(name): name for name in (API_FUNCTION, *(job.name for job in inventory.jobs))}
    return own | {door_id(hook.name): hook.name for hook in inventory.webhooks}


def _function_alarm(metric: str, function: str) -> dict[str, Any]:
    return _alarm(f"{function}: {metric.lower()}", "AWS/Lambda", metric, {"FunctionName": function}, "Sum", 0)


def _queue_alarm(queue: str) -> dict[str, Any]:
    dimensions = {"QueueName": {"Fn::GetAtt": [queue, "QueueName"]}}
    return _alarm(f"{queue}: something was given up", "AWS/SQS", "ApproximateNumberOfMessagesVisible", dimensions, "Maximum", 0)


def _outbox_late() -> dict[str, Any]:
    return _alarm("A row of the outbox waits too long", NAMESPACE, OLDEST, {"service": APP}, "Maximum", LATE)


def _alarm(says: str, namespace: str, metric: str, dimensions: dict[str, Any], statistic: str, above: int) -> dict[str, Any]:
    heard = {"Fn::If": ["AlarmsAreHeard", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]}
    properties = {
        "AlarmDescription": says,
        "Namespace": namespace,
        "MetricName": metric,
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
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
    names = [function_name(stage, name) for name in _functions(inventory).values()]
    rows = [_lambda_graph(metric, names) for metric in ("Invocations", "Errors", "Duration", "Throttles")]
    rows.append(_graph("Oldest undelivered row, seconds", [[NAMESPACE, OLDEST, "service", APP]], "Maximum"))
    body = json.dumps({"widgets": [widget | _place(number) for number, widget in enumerate(rows)]})
    properties = {"DashboardName": camel(f"{APP}-{stage}"), "DashboardBody": {"Fn::Sub": body}}
    return {"Type": "AWS::CloudWatch::Dashboard", "Properties": properties}


def _lambda_graph(metric: str, names: list[str]) -> dict[str, Any]:
    statistic = "p95" if metric == "Duration" else "Sum"
    return _graph(metric, [["AWS/Lambda", metric, "FunctionName", name] for name in names], statistic)


def _graph(title: str, metrics: list[list[str]], statistic: str) -> dict[str, Any]:
    shown = {"title": title, "metrics": metrics, "stat": statistic, "period": 60, "region": "${AWS::Region}", "view": "timeSeries"}
    return {"type": "metric", "properties": shown}


def _place(number: int) -> dict[str, int]:
    """Two graphs a row, on a grid of 24 columns."""
    return {"x": 12 * (number % 2), "y": 6 * (number // 2), "width": 12, "height": 6}
