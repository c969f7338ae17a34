"""The package that was built answers through the gateway that was deployed."""

import pytest
import requests


def test_health_answers(cloud):
    answer = requests.get(f"{cloud.base_url}/health", timeout=30)

    assert answer.status_code == 200, answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_what_the_gateway_refuses_itself_is_readable_from_any_page(cloud):
    answer = requests.get(f"{cloud.base_url}/no-such-path", timeout=30)

    assert answer.status_code == 403
    assert answer.json()["success"] is False
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_an_unchanged_package_deploys_as_no_change(cloud, cloud_settings):
    from infra import package
    from tests.e2e.conftest import PROJECT, UNTHROTTLED

    assert cloud.cloud.deploy(package.build(PROJECT, "local"), cloud_settings, parameters=UNTHROTTLED) is False


def test_the_stream_wakes_one_deliverer_with_new_rows_alone(cloud):
    mappings = cloud.cloud.client("lambda").list_event_source_mappings()["EventSourceMappings"]

    assert [mapping["FunctionArn"].rpartition(":")[2] for mapping in mappings] == ["frontdesk-local-deliver"]
    assert mappings[0]["FilterCriteria"]["Filters"] == [{"Pattern": '{"eventName": ["INSERT"]}'}]


@pytest.mark.parametrize("function", ["check_link_transition", "session_reminder", "feedback_reminder", "sweep"])
def test_a_scheduled_function_runs_under_its_own_role(cloud, function):
    cloud.tick(function, "2026-12-01T09:00:00Z")

    printed = [text for _, name, text in cloud.cloud.log_lines(0) if name == function]
    assert not [text for text in printed if "AccessDenied" in text]
