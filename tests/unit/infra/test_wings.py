"""Where the gateway leads each registered route: a door to its own Lambda, everything else to its wing."""

import re

import pytest

import app as composition
from chalicelib.core.http import OPERATIONS, Operation
from chalicelib.core.security import PUBLIC
from infra import wings

MOST_NODES = 138
"""Of the gateway's 300; two more systems and the desk are to come."""


def led(paths, path):
    """The gateway's own rule: part by part the literal one, then the greedy one; the longest that has the method wins."""
    fitting = [one for one in paths if one == path or (one.endswith(wings.REST) and path.startswith(one.removesuffix(wings.REST)))]
    return max(fitting, key=lambda one: (one == path, len(one)))


@pytest.fixture(scope="module")
def paths():
    return wings.paths(OPERATIONS)


@pytest.fixture(scope="module")
def doors():
    return {path for one in OPERATIONS if one.is_door for path in one.paths}


def registered(method, path, *, webhook=False):
    return Operation(method, path, "one", "package", print, {}, PUBLIC, webhook, None, (), "live")


def test_every_route_that_is_no_door_is_led_to_its_own_wing(paths):
    strayed = {
        f"{one.method} {path}": (wings.of(one), paths[found])
        for one in OPERATIONS
        for path in one.paths
        if not one.is_door and paths[found := led(paths, path)] != wings.of(one)
    }

    assert strayed == {}, "a prefix of `infra.wings` leads it elsewhere: register it below another, or name its own prefix there"


@pytest.mark.parametrize(("method", "path", "webhook", "wing"), [
    ("GET", "/api/v1/leads", False, "sales"),
    ("GET", "/api/v1/admin/clients/{id}", False, "loyalty"),
    ("GET", "/api/v1/administrators", False, "sales"),
    ("GET", "/t/{link}", False, "loyalty"),
    ("GET", "/tickets", False, "desk"),
    ("POST", "/staff/session", False, "sales"),
    ("GET", "/api/tickets/{id}", False, "help"),
    ("GET", "/get-all-events", True, "site"),
    ("PATCH", "/rooms/{id}", False, "desk"),
    ("GET", "/health", False, "site"),
])  # fmt: skip
def test_an_operation_joins_its_wing_by_being_registered(method, path, webhook, wing):
    one = registered(method, path, webhook=webhook)
    paths = wings.paths([one])

    assert wings.of(one) == wing
    assert paths[led(paths, path)] == wing
    assert paths.items() >= {"/{path+}": "site", "/webhook/{path+}": "site"}.items()


def test_what_takes_something_in_is_a_door_of_its_own_and_has_no_wing():
    taking, reading = registered("POST", "/send-os", webhook=True), registered("GET", "/get-os", webhook=True)

    assert taking.is_door and not reading.is_door
    assert wings.paths([taking]) == wings.GREEDY


@pytest.mark.parametrize(("path", "both"), [
    ("/telegram", {"/telegram", "/webhook/telegram"}),
    ("/webhook/diagnostic-session-request", {"/webhook/diagnostic-session-request", "/diagnostic-session-request"}),
    ("/webhooks/chatwoot", {"/webhooks/chatwoot"}),
    ("/gocrm/leads", {"/gocrm/leads"}),
])  # fmt: skip
def test_a_webhook_of_one_part_answers_at_the_root_and_below_webhook(path, both):
    one = registered("POST", path, webhook=True)

    assert (one.paths[0], set(one.paths)) == (path, both)
    assert registered("POST", path).paths == (path,)


def test_the_paths_fit_one_api_and_no_place_has_two_variables(paths, doors):
    nodes = {"/".join(path.split("/")[: depth + 1]) for path in {*paths, *doors} for depth in range(1, path.count("/") + 1)}
    children = {}
    for node in nodes:
        place, _, part = node.rpartition("/")
        children.setdefault(place, set()).update({part} & set(re.findall(r"{.*}", part)))

    assert len(nodes) <= MOST_NODES
    assert {place: found for place, found in children.items() if len(found) > 1} == {}, "API Gateway takes one variable at a place"


def test_the_site_has_no_operation_of_the_back_office(paths):
    of_the_site = {one.name for one in OPERATIONS if not one.is_door and wings.of(one) == wings.SITE}

    assert {one.name for one in OPERATIONS if one.site or (one.webhook and one.method == "GET")} | {"health"} == of_the_site
    assert composition.app.routes.keys() >= {path for one in OPERATIONS for path in one.paths}
