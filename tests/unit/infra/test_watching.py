"""Alarms and the dashboard."""

import json
import re
from dataclasses import replace

import pytest

from infra.inventory import Grant, Job
from infra.template import merge_template
from infra.watching import FAILURE


@pytest.fixture
def resources(inventory, sizing):
    return merge_template(inventory, "prod", sizing)["Resources"]


def of_type(resources, kind):
    return {name: one["Properties"] for name, one in resources.items() if one.get("Type") == kind}


def test_alarms_are_of_kinds_and_each_is_heard_within_two_minutes(resources):
    alarms = of_type(resources, "AWS::CloudWatch::Alarm")

    assert set(alarms) == {"ViewsBroken", "FunctionsFailed", "FunctionsThrottled", "OutboxLate", "FailedTicksAlarm", "FailedRecordsAlarm"}
    for one in alarms.values():
        assert one["Period"] * one["EvaluationPeriods"] <= 60
        assert one["AlarmActions"] == {"Fn::If": ["AlarmsAreHeard", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]}


def test_every_functions_failures_are_counted_into_the_one_metric_that_has_the_alarm(resources):
    filters = of_type(resources, "AWS::Logs::MetricFilter")
    alarm = of_type(resources, "AWS::CloudWatch::Alarm")["FunctionsFailed"]
    functions = {name for name in resources if f"{name}Logs" in resources and name != "Gateway"}

    assert set(filters) == {f"{name}Failures" for name in functions} and len(filters) == 7
    for name, one in filters.items():
        assert one["LogGroupName"] == resources[name.removesuffix("Failures") + "Logs"]["Properties"]["LogGroupName"]
        (counted,) = one["MetricTransformations"]
        assert (counted["MetricNamespace"], counted["MetricName"]) == (alarm["Namespace"], alarm["MetricName"])
        assert counted["MetricValue"] == "1" and alarm["Dimensions"] == []


@pytest.mark.parametrize(
    ("line", "is_failure"),
    [
        ("[ERROR] ValueError: broken Traceback (most recent call last):", True),
        ("[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named 'x'", True),
        ("2026-12-01T09:00:00Z 1b2c Task timed out after 10.01 seconds", True),
        ("RequestId: 1b2c Error: Runtime exited with error: signal: killed Runtime.ExitError", True),
        ("REPORT RequestId: 1b2c Duration: 10000.00 ms Billed Duration: 10000 ms Status: timeout", True),
        ("REPORT RequestId: 1b2c Duration: 12.00 ms Billed Duration: 13 ms Memory Size: 512 MB", False),
        ('{"level":"ERROR","message":"unexpected failure","service":"frontdesk-prod"}', False),
        ('{"level":"INFO","message":"served","operation":"health","status":200}', False),
    ],
)
def test_a_failure_is_what_lambda_says_of_one_and_no_line_of_our_own(line, is_failure):
    assert any(part in line for part in re.findall(r'\?"([^"]+)"', FAILURE)) is is_failure


def test_the_dashboard_is_json_and_free_of_charge_however_many_jobs_there_are(inventory, sizing):
    jobs = tuple(Job(f"job_{number}") for number in range(60))
    resources = merge_template(
        replace(inventory, jobs=jobs, grants=inventory.grants | {job.name: Grant() for job in jobs}), "prod", sizing
    )["Resources"]
    widgets = json.loads(resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])["widgets"]

    assert sum(len(widget["properties"]["metrics"]) for widget in widgets) <= 50
    shown = json.dumps(widgets)
    assert all(name in shown for name in ("OldestUndeliveredSeconds", "Broken", "FunctionFailed", "5XXError", "frontdesk-prod-job_0"))
    assert ["AWS/ApiGateway", "Count", "ApiName", resources["RestAPI"]["Properties"]["Name"]] in widgets[0]["properties"]["metrics"]
