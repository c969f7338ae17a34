"""Zoom's client against a strict Zoom on loopback."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from chalicelib.core.vendors import VendorBusy, VendorDown
from chalicelib.integrations import tokens
from chalicelib.integrations.zoom.client import ZoomApp, ZoomClient, ZoomRefused
from chalicelib.integrations.zoom.schemas import Meeting
from tests.standins.zoom import BAD_TOKEN, ZoomStandIn

NOON = datetime(2027, 3, 14, 9, 0, tzinfo=UTC)


@pytest.fixture
def zoom():
    tokens.forget_all()
    with ZoomStandIn() as stand_in:
        yield stand_in
        assert stand_in.wrong == []


def client_of(zoom, **said):
    return ZoomClient(said.get("app", zoom.app), said.get("user", "me"), api_url=zoom.api_url, oauth_url=zoom.oauth_url, timeout=(1, 5))


@pytest.fixture
def client(zoom):
    return client_of(zoom)


def test_a_meeting_is_made_moved_and_removed(zoom, client):
    made = client.create("Встреча: Мария Орлова", NOON, 50)
    assert made.join_url.startswith("https://") and made.start_at == NOON
    stored = zoom.standing()[0]
    assert (stored["start_time"], stored["duration"], stored["settings"]["join_before_host"]) == ("2027-03-14T09:00:00Z", 50, True)
    assert client.move(made.id, NOON + timedelta(hours=2), 60)
    assert zoom.standing()[0]["start_time"] == "2027-03-14T11:00:00Z"
    assert client.delete(made.id)
    assert zoom.standing() == []


def test_the_hosts_own_link_is_never_read(client):
    assert "zak" not in repr(client.create("Встреча", NOON, 50))


def test_a_meeting_that_is_gone_is_no_trouble(client):
    assert not client.move("81200000000", NOON, 50)
    assert not client.delete("81200000000")


def test_one_token_serves_a_process(zoom, client):
    client.create("Первая", NOON, 50)
    client_of(zoom).create("Вторая", NOON, 50)
    assert zoom.given == 1


def test_a_token_is_renewed_before_its_hour_is_over(zoom, client):
    with time_machine.travel(NOON, tick=False) as clock:
        list(client.meetings())
        clock.shift(timedelta(minutes=58))
        list(client.meetings())
        assert zoom.given == 1
        clock.shift(timedelta(minutes=2))
        list(client.meetings())
    assert zoom.given == 2


def test_a_token_that_died_early_is_renewed_once(zoom, client):
    list(client.meetings())
    zoom.revoke()
    list(client.meetings())
    assert zoom.given == 2
    assert zoom.wrong == ["token: /v2/users/me/meetings"]
    zoom.wrong.clear()


def test_a_token_refused_again_is_a_refusal(zoom, client):
    zoom.fail_next(401, BAD_TOKEN, n=2, path="meetings")
    with pytest.raises(ZoomRefused) as caught:
        client.create("Встреча", NOON, 50)
    assert (caught.value.status, caught.value.code) == (401, 124)


def test_wrong_credentials_are_refused_and_not_told(zoom):
    app = ZoomApp(zoom.app.account_id, zoom.app.client_id, "wrong-secret")
    with pytest.raises(ZoomRefused, match="invalid_client") as caught:
        client_of(zoom, app=app).create("Встреча", NOON, 50)
    assert "wrong-secret" not in repr(caught.value) and "wrong-secret" not in repr(app)
    assert len(zoom.calls("POST", "/oauth/token")) == 1
    zoom.wrong.clear()


@pytest.mark.parametrize("answer", [{}, {"access_token": ""}, {"access_token": "a"}, {"access_token": "a", "expires_in": "soon"}, []])
def test_a_token_without_a_token_is_an_outage(zoom, client, answer):
    zoom.fail_next(200, answer, path="oauth")
    with pytest.raises(VendorDown):
        client.create("Встреча", NOON, 50)


def test_a_user_is_named_by_an_encoded_address():
    tokens.forget_all()
    with ZoomStandIn(user="front+desk@clinic.example") as zoom:
        client_of(zoom, user="front+desk@clinic.example").create("Встреча", NOON, 50)
        assert zoom.calls("POST", "/v2/users/front%2Bdesk%40clinic.example/meetings")
        assert zoom.wrong == []


def test_a_long_list_is_read_to_its_end():
    tokens.forget_all()
    with ZoomStandIn(page_size=2) as zoom:
        for hour in range(5):
            zoom.busy(NOON + timedelta(hours=hour))
        assert len(list(client_of(zoom).meetings("scheduled"))) == 5
        assert [one.query["type"] for one in zoom.calls("GET")] == ["scheduled"] * 3


def test_a_list_that_never_ends_is_left(zoom, client):
    endless = {"meetings": [], "next_page_token": "again"}
    zoom.fail_next(200, endless, n=1000, path="GET")
    assert list(client.meetings()) == []


@pytest.mark.parametrize(
    ("start", "minutes", "overlaps"),
    [(0, 60, True), (-30, 60, True), (-60, 60, False), (60, 60, False), (59, 5, True), (-10, 200, True), (-30, 0, True), (-60, 0, False)],
)
def test_meetings_overlap_by_their_minutes(start, minutes, overlaps):
    meeting = Meeting(id="1", start_time=NOON + timedelta(minutes=start), duration=minutes)
    assert meeting.overlaps(NOON, NOON + timedelta(minutes=60)) is overlaps


@pytest.mark.parametrize("start", [None, ""])
def test_a_meeting_without_a_time_is_never_in_the_way(start):
    assert not Meeting(id="1", start_time=start, duration=60).overlaps(NOON, NOON + timedelta(hours=1))


def test_a_time_without_a_zone_is_utc():
    assert Meeting(id="1", start_time="2027-03-14T09:00:00").start_at == NOON


def test_wrong_fields_are_named(zoom, client):
    zoom.fail_next(
        400,
        {"code": 300, "message": "Validation Failed.", "errors": [{"field": "start_time", "message": "in the past"}, 7]},
        path="meetings",
    )
    with pytest.raises(ZoomRefused, match=r"Validation Failed\. start_time") as caught:
        client.create("Встреча", NOON, 50)
    assert (caught.value.status, caught.value.code) == (400, 300)


@pytest.mark.parametrize(("status", "code"), [(403, 4711), (404, 1001), (409, None)])
def test_a_refusal_keeps_its_number(zoom, client, status, code):
    zoom.fail_next(status, {"code": code, "message": "No."}, path="meetings")
    with pytest.raises(ZoomRefused) as caught:
        list(client.meetings())
    assert (caught.value.status, caught.value.code) == (status, code)


def test_a_refused_change_is_told(zoom, client):
    zoom.fail_next(403, {"code": 4711, "message": "Scope."}, path="meetings/1")
    with pytest.raises(ZoomRefused):
        client.delete("1")


def test_too_many_requests_ask_to_wait(zoom, client):
    zoom.fail_next(429, {"code": 429, "message": "rate"}, headers={"Retry-After": "7"}, path="meetings")
    with pytest.raises(VendorBusy) as caught:
        client.create("Встреча", NOON, 50)
    assert caught.value.retry_after == 7.0


def test_an_answer_that_never_came_may_have_made_the_meeting(zoom, client):
    zoom.drop_next(path="POST /v2")
    with pytest.raises(VendorDown) as caught:
        client.create("Встреча", NOON, 50)
    assert caught.value.sent_maybe
    assert len(zoom.standing()) == 1


@pytest.mark.parametrize("answer", [{}, [], {"id": 7}, {"id": 7, "join_url": "javascript:alert(1)"}])
def test_a_meeting_without_a_usable_link_is_an_outage(zoom, client, answer):
    zoom.fail_next(201, answer, path="POST /v2")
    with pytest.raises(VendorDown) as caught:
        client.create("Встреча", NOON, 50)
    assert caught.value.sent_maybe
