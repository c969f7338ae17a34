import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from aws_lambda_powertools import Metrics

from chalicelib.core import observability
from infra import watching
from infra.naming import service_name


@pytest.fixture
def shown(monkeypatch, capsys) -> Iterator[object]:
    """What the metrics print, as data."""
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED")
    Metrics(namespace="Frontdesk", service="frontdesk").clear_metrics()

    def read() -> list[dict]:
        return [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]

    yield read
    observability.metrics.clear_metrics()


def test_success_and_failure_are_one_metric_each(shown):
    with observability.observed("submit_application"):
        observability.succeeded("submit_application")
        observability.failed("rate_session")
    (line,) = shown()
    assert (line["SubmitApplicationSucceeded"], line["RateSessionFailed"]) == ([1.0], [1.0])
    assert line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Frontdesk"


def test_an_operation_that_breaks_flushes_its_metrics_all_the_same(shown):
    def sweep() -> None:
        with observability.observed("sweep"):
            observability.count("EffectsRetried", 3)
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        sweep()
    assert [line["EffectsRetried"] for line in shown()] == [[3.0]]


def test_one_operation_does_not_report_the_metrics_of_another(shown):
    with observability.observed("one"):
        observability.succeeded("one")
    shown()
    with observability.observed("two"):
        observability.succeeded("two")
    (line,) = shown()
    assert "TwoSucceeded" in line and "OneSucceeded" not in line


def test_the_log_line_names_the_operation_and_what_the_block_found():
    with observability.observed("health") as facts:
        facts["status"] = 200
        observability.succeeded("health")
    assert (facts["operation"], facts["status"]) == ("health", 200)
    assert facts["ms"] >= 0


def test_a_deployed_stages_metrics_are_its_own():
    code = "from chalicelib.core import observability; print(observability.metrics.service)"
    environment = {**os.environ, "POWERTOOLS_SERVICE_NAME": service_name("prod")}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == watching._alarms("prod")["ViewsBroken"]["Properties"]["Dimensions"][0]["Value"] == "frontdesk-prod"
