"""The package that was built answers through the gateway that was deployed."""

import json

import pytest
import requests


def test_health_answers(cloud):
    answer = requests.get(f"{cloud.base_url}/health", timeout=30)

    assert answer.status_code == 200, answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/no-such-path", 404, "not_found"),
        ("POST", "/wp-admin/setup.php", 404, "not_found"),
        ("GET", "/submit-application/more", 404, "not_found"),
        ("GET", "/", 404, "not_found"),
        ("GET", "/submit-application", 405, "method_not_allowed"),
        ("PATCH", "/health", 405, "method_not_allowed"),
    ],
)
def test_what_no_route_serves_is_said_in_our_own_body_to_any_page(cloud, method, path, status, error):
    answer = requests.request(method, cloud.base_url + path, timeout=60)

    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "/get-available-slots", 200),
    ("GET", "/webhook/get-available-slots/", 200),
    ("GET", "/webhook/health", 404),
    ("PUT", "/webhook/submit-application", 405),
    ("POST", "/webhook/submit-application", 422),
    ("POST", "/diagnostic-session-request", 422),
    ("GET", "/specialists/nobody", 401),
    ("GET", "/gocrm/leads", 405),
    ("GET", "/api/v1/auth/me", 401),
    ("DELETE", "/api/v1/auth/me", 405),
    ("GET", "/api/clients/nobody/more", 404),
])  # fmt: skip
def test_each_wing_finds_its_operation_and_each_webhook_answers_below_webhook_too(cloud, method, path, status):
    answer = requests.request(method, cloud.base_url + path, json={} if method == "POST" else None, timeout=60)

    assert answer.status_code == status, answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_browser_s_library_may_add_headers_of_its_own(cloud):
    asked = {"Origin": "https://site.example", "Access-Control-Request-Method": "POST"}
    headers = asked | {"Access-Control-Request-Headers": "content-type,x-requested-with"}
    answer = requests.options(f"{cloud.base_url}/submit-application", headers=headers, timeout=60)

    assert answer.status_code == 204
    assert "x-requested-with" in answer.headers["Access-Control-Allow-Headers"].split(",")
    assert int(answer.headers["Access-Control-Max-Age"]) > 0


def test_an_unchanged_package_deploys_as_no_change(cloud, shared_settings):
    from infra import package
    from tests.e2e.conftest import PROJECT, UNTHROTTLED

    assert cloud.cloud.deploy(package.build(PROJECT, "local"), shared_settings, parameters=UNTHROTTLED) is False


def test_each_stream_wakes_one_function_with_new_rows_alone(cloud):
    mappings = cloud.cloud.client("lambda").list_event_source_mappings()["EventSourceMappings"]

    woken = {mapping["FunctionArn"].rpartition(":")[2]: mapping["EventSourceArn"].split("/")[1] for mapping in mappings}
    assert woken == {"frontdesk-local-deliver": "frontdesk-local-outbox", "frontdesk-local-tell_followers": "frontdesk-local-facts"}
    assert len(mappings) == 2
    patterns = [json.loads(one["Pattern"]) for mapping in mappings for one in mapping["FilterCriteria"]["Filters"]]
    assert [pattern["eventName"] for pattern in patterns] == [["INSERT"]] * 2
    assert [pattern["dynamodb"] for pattern in patterns if "dynamodb" in pattern] == [{"NewImage": {"place": {"S": [{"prefix": "now "}]}}}]


@pytest.mark.parametrize("function", ["check_link_transition", "session_reminder", "feedback_reminder", "sweep"])
def test_a_scheduled_function_runs_under_its_own_role(cloud, function):
    cloud.tick(function, "2026-12-01T09:00:00Z")

    printed = [text for _, name, text in cloud.cloud.log_lines(0) if name == function]
    assert not [text for text in printed if "AccessDenied" in text]
