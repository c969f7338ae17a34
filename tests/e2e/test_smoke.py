"""The package that was built answers through the gateway that was deployed."""

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
