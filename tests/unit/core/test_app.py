"""A wing: it knows every route of the application and imports a package when the first request for it comes."""

import json

import pytest

from chalicelib.core import cors
from chalicelib.core.app import App, Shipped
from chalicelib.core.http import OPERATIONS, ROLES, Api, message
from chalicelib.core.schemas import Message
from chalicelib.core.security import PUBLIC

TABLE = {
    "/rooms": {"GET": "rooms", "POST": "rooms", "OPTIONS": "rooms"},
    "/rooms/{room_id}": {"GET": "rooms", "OPTIONS": "rooms"},
    "/keys": {"POST": "keys", "OPTIONS": "keys"},
}


@pytest.fixture
def loaded():
    return []


@pytest.fixture
def wing(loaded, monkeypatch):
    monkeypatch.setattr("chalicelib.core.http.OPERATIONS", [*OPERATIONS])
    monkeypatch.setattr("chalicelib.core.app.ROLES", known := {**ROLES})

    def load(package):
        loaded.append(package)
        api = Api(package)
        api.get("/rooms", auth=PUBLIC)(rooms)
        api.post("/rooms", auth=PUBLIC)(rooms)
        api.get("/rooms/{room_id}", auth=PUBLIC)(room)
        return api

    app = App("wing", configure_logs=False, shipped=Shipped(TABLE, {"rooms_close": ["owner"]}, load))
    assert known["rooms_close"] == ("owner",), "who may do what is known before any package is"
    return app


def rooms() -> Message:
    return message("rooms")


def room(room_id: str) -> Message:
    return message(f"room {room_id}")


def ask(app, method, rest):
    context = {"httpMethod": method, "resourcePath": "/{path+}", "identity": {"sourceIp": "192.0.2.1"}}
    event = {"requestContext": context, "headers": {}, "pathParameters": {"path": rest}, "body": None, "isBase64Encoded": False}
    answer = app({**event, "multiValueQueryStringParameters": None, "stageVariables": None, "path": f"/base/{rest}"}, None)
    return answer["statusCode"], json.loads(answer["body"] or "{}").get("message"), answer


def test_a_package_is_imported_by_the_first_request_for_it_and_once(wing, loaded):
    assert loaded == []
    assert ask(wing, "GET", "rooms/7")[:2] == (200, "room 7")
    assert ask(wing, "GET", "rooms/")[:2] == (200, "rooms")
    assert ask(wing, "POST", "rooms")[:2] == (200, "rooms")
    assert loaded == ["rooms"]


@pytest.mark.parametrize(("method", "rest", "status"), [
    ("GET", "nowhere", 404), ("DELETE", "rooms/7", 405), ("GET", "keys", 405), ("OPTIONS", "rooms", 204), ("OPTIONS", "nowhere", 204)
])  # fmt: skip
def test_what_is_refused_and_what_a_browser_asks_first_costs_no_import(wing, loaded, method, rest, status):
    found, _, answer = ask(wing, method, rest)

    assert (found, loaded) == (status, [])
    assert (
        answer["headers"].items()
        >= {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": cors.CORS["Access-Control-Allow-Methods"]}.items()
    )
    if status == 405:
        assert answer["headers"]["Allow"] == ", ".join(sorted(TABLE["/keys" if rest == "keys" else "/rooms/{room_id}"]))
