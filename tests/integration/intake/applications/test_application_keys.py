"""POST /submit-application is public; a key that is sent must still be right."""

import pytest

from chalicelib.core.inbox import InboxRow
from tests.builders import application

DOOR = "/submit-application"
TILDA, SERVICE_KEY = "tilda-key-of-tests", "service-key-of-tests"


def send(front, place, key, fields):
    if place == "header":
        return front.form(DOOR, fields, {"X-Api-Key": key})
    if place == "token":
        return front.form(f"{DOOR}?token={key}", fields)
    return front.form(DOOR, {**fields, place: key})


FIELDS = {"Name": "Анна", "Phone": "+7 904 550-15-67"}
PLACES = ["header", "token", "X-Api-Key", "X-API-Key"]


def test_no_key_is_needed(front):
    front.post(DOOR, application()).ok()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("key", [TILDA, SERVICE_KEY])
def test_tildas_key_and_the_services_open_the_door(front, place, key):
    assert send(front, place, key, FIELDS).ok()["client_id"] == "br0001"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("key", ["wrong", "tilda-key-of-testS", "%D0%BA%D0%BB%D1%8E%D1%87"])
def test_a_wrong_key_is_refused_and_nothing_is_stored(front, place, key):
    answer = send(front, place, key, FIELDS)
    assert (answer.status, answer.body["error"]) == (401, "unauthorized")
    assert list(InboxRow.scan()) == []


def test_the_key_may_stand_in_a_json_field(front):
    assert front.post(DOOR, {**application(), "X-Api-Key": "wrong"}).status == 401
    front.post(DOOR, {**application(), "X-Api-Key": TILDA}).ok()
