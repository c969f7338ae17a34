"""Where a request that came by a greedy path leads."""

import pytest

from chalicelib.core import routing
from chalicelib.core.errors import MethodNotAllowed, NotFound

TABLE = {
    "/users": {"GET": 1, "POST": 1},
    "/users/me": {"GET": 1, "PUT": 1},
    "/users/{user_id}": {"GET": 1, "DELETE": 1},
    "/users/{user_id}/notes/{note_id}": {"GET": 1},
    "/users/me/notes/last": {"GET": 1},
    "/{anything}/me": {"GET": 1},
}


def came(method, rest, resource="/{path+}"):
    context = {"httpMethod": method, "resourcePath": resource, "stage": "api"}
    return {"requestContext": context, "resource": resource, "pathParameters": {"path": rest}, "body": "{}"}


@pytest.mark.parametrize(
    ("rest", "route", "parts"),
    [
        ("users", "/users", {}),
        ("users/", "/users", {}),
        ("users/me", "/users/me", {}),
        ("users/me/", "/users/me", {}),
        ("users/7", "/users/{user_id}", {"user_id": "7"}),
        ("users/a%2Fb", "/users/{user_id}", {"user_id": "a%2Fb"}),
        ("users/{user_id}", "/users/{user_id}", {"user_id": "{user_id}"}),
        ("users/me/notes/last", "/users/me/notes/last", {}),
        ("users/me/notes/3", "/users/{user_id}/notes/{note_id}", {"user_id": "me", "note_id": "3"}),
        ("clients/me", "/{anything}/me", {"anything": "clients"}),
    ],
)
def test_what_a_route_says_literally_wins_over_its_variables_with_a_slash_at_the_end_or_without(rest, route, parts):
    way = routing.find(came("GET", rest), TABLE)

    assert (way.route, way.method, way.parts) == (route, "GET", parts)


def test_below_a_prefix_the_rest_is_put_together_with_it():
    assert routing.find(came("DELETE", "7", "/users/{path+}"), TABLE).route == "/users/{user_id}"
    assert routing.find(came("POST", None, "/users"), TABLE).route == "/users"


@pytest.mark.parametrize("rest", ["", "nowhere", "users//notes/3", "users/7/notes", "Users", "users/7/notes/3/4", "%75sers"])
def test_a_path_that_no_route_has_is_not_found(rest):
    with pytest.raises(NotFound):
        routing.find(came("GET", rest), TABLE)


@pytest.mark.parametrize(("method", "rest", "allowed"), [
    ("DELETE", "users/me", "GET, PUT"),
    ("PUT", "users/7", "DELETE, GET"),
    ("HEAD", "users", "GET, POST"),
])  # fmt: skip
def test_a_method_is_looked_for_at_the_one_route_that_has_the_path(method, rest, allowed):
    with pytest.raises(MethodNotAllowed) as refused:
        routing.find(came(method, rest), TABLE)
    assert refused.value.headers == {"Allow": allowed}


def test_the_event_is_then_as_if_the_gateway_had_known_the_route():
    event = came("GET", "users/7")
    led = routing.find(event, TABLE).event(event)

    assert (led["resource"], led["requestContext"]["resourcePath"]) == ("/users/{user_id}", "/users/{user_id}")
    assert (led["pathParameters"], led["body"], led["requestContext"]["stage"]) == ({"user_id": "7"}, "{}", "api")
    assert event == came("GET", "users/7"), "what came is left as it is"
    assert routing.find(came("GET", "users"), TABLE).event(event)["pathParameters"] is None
