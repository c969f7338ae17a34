"""The calendar's client and its service account against a strict Google on loopback."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.core.vendors import VendorBusy, VendorDown, VendorRefused
from chalicelib.integrations import tokens
from chalicelib.integrations.google.auth import TOKEN_URL, BadServiceAccount, ServiceAccount
from chalicelib.integrations.google.calendar import CalendarClient
from tests.standins.google import GoogleStandIn, error

ROOT = Path(__file__).parents[4]
NOON = datetime(2027, 3, 14, 9, 0, tzinfo=UTC)
EVENT = "5e55a0017"


@pytest.fixture
def google():
    tokens.forget_all()
    with GoogleStandIn(subject="desk@clinic.example") as stand_in:
        yield stand_in
        assert stand_in.wrong == []


@pytest.fixture
def calendar(google):
    return CalendarClient(google.account, google.calendar_id, google.calendar_url, timeout=(1, 5))


def test_an_event_is_made_with_its_conference_moved_and_removed(google, calendar):
    event = calendar.insert(EVENT, "Встреча", NOON, 50)
    assert event.link.startswith("https://meet.google.com/") and event.starts_at == NOON
    assert google.events[EVENT]["end"] == {"dateTime": "2027-03-14T09:50:00Z", "timeZone": "UTC"}
    assert calendar.move(EVENT, NOON + timedelta(hours=1), 50)
    moved = calendar.get(EVENT)
    assert (moved.starts_at, moved.link) == (NOON + timedelta(hours=1), event.link)
    assert calendar.delete(EVENT)
    assert calendar.get(EVENT).status == "cancelled"


def test_an_event_made_twice_is_one(google, calendar):
    first = calendar.insert(EVENT, "Встреча", NOON, 50)
    assert calendar.insert(EVENT, "Встреча", NOON, 50).link == first.link
    assert len(google.events) == 1


def test_a_conference_comes_in_googles_own_time(google, calendar):
    google.meet = "later"
    pending = calendar.insert(EVENT, "Встреча", NOON, 50)
    assert (pending.link, pending.failed) == ("", False)
    google.meet = "at once"
    assert calendar.insert(EVENT, "Встреча", NOON, 50).link


def test_a_conference_that_failed_is_asked_for_under_another_id(google, calendar):
    google.meet = "failure"
    failed = calendar.insert(EVENT, "Встреча", NOON, 50)
    assert failed.failed and not failed.link
    google.meet = "at once"
    assert not calendar.insert(EVENT, "Встреча", NOON, 50).link
    assert calendar.ask_again(failed).link
    assert google.requests == {f"{EVENT}-1", f"{EVENT}-2"}


def test_a_video_entry_is_a_link_where_no_other_is_named(google, calendar):
    calendar.insert(EVENT, "Встреча", NOON, 50)
    uri = google.events[EVENT].pop("hangoutLink")
    assert calendar.get(EVENT).link == uri


def test_an_event_that_is_gone_is_no_trouble(calendar):
    assert not calendar.delete("0000a")
    assert not calendar.move("0000a", NOON, 50)
    calendar.insert(EVENT, "Встреча", NOON, 50)
    calendar.delete(EVENT)
    assert not calendar.delete(EVENT)


def test_one_token_serves_a_process_and_a_dead_one_is_renewed(google, calendar):
    calendar.insert(EVENT, "Встреча", NOON, 50)
    calendar.get(EVENT)
    assert google.given == 1
    google.revoke()
    calendar.get(EVENT)
    assert google.given == 2
    google.wrong.clear()


def test_an_account_of_its_own_acts_for_nobody():
    tokens.forget_all()
    with GoogleStandIn() as google:
        CalendarClient(google.account, google.calendar_id, google.calendar_url).insert(EVENT, "Встреча", NOON, 50)
        assert google.wrong == []


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"])
def test_a_403_may_mean_slow_down(google, calendar, reason):
    google.fail_next(403, error(403, "Slow down", reason), path="events")
    with pytest.raises(VendorBusy):
        calendar.get(EVENT)


def test_a_429_means_slow_down(google, calendar):
    google.fail_next(429, error(429, "Quota exceeded"), path="events")
    with pytest.raises(VendorBusy):
        calendar.get(EVENT)


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (403, error(403, "Service accounts cannot invite", "forbiddenForServiceAccounts"), "cannot invite forbiddenForServiceAccounts"),
        (400, error(400, "Invalid conference type value.", "invalid"), "Invalid conference type value. invalid"),
        (404, None, "HTTP 404"),
        (400, {"error": "text"}, "HTTP 400"),
    ],
)
def test_a_refusal_is_told_in_googles_words(google, calendar, status, body, told):
    google.fail_next(status, body, path="POST /calendar")
    with pytest.raises(VendorRefused, match=told):
        calendar.insert(EVENT, "Встреча", NOON, 50)


def test_a_refused_change_is_told(google, calendar):
    google.fail_next(403, error(403, "No", "forbidden"), path="DELETE")
    with pytest.raises(VendorRefused):
        calendar.delete(EVENT)


@pytest.mark.parametrize("body", [{}, [], {"summary": "без id"}])
def test_an_answer_that_is_no_event_is_an_outage(google, calendar, body):
    google.fail_next(200, body, path="events")
    with pytest.raises(VendorDown):
        calendar.get(EVENT)


def test_an_account_that_google_does_not_know_is_refused_once(google, calendar):
    google.fail_next(400, {"error": "invalid_grant", "error_description": "Invalid JWT"}, path="/token")
    with pytest.raises(VendorRefused, match="invalid_grant: Invalid JWT"):
        calendar.get(EVENT)
    assert len(google.calls("POST", "/token")) == 1


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"client_email": "a"}', '{"client_email": "a", "private_key_id": "k"}'])
def test_a_setting_that_is_no_key_file_is_refused(text):
    with pytest.raises(BadServiceAccount, match="key file"):
        ServiceAccount.from_json(text)


@pytest.mark.parametrize("key", ["", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_key_that_cannot_sign_is_refused_and_not_told(google, key):
    broken = json.dumps({**json.loads(google.key_file), "private_key": key})
    calendar = CalendarClient(ServiceAccount.from_json(broken), google.calendar_id, google.calendar_url)
    with pytest.raises(VendorRefused, match="private key cannot be read"):
        calendar.get(EVENT)


def test_a_key_file_need_not_name_the_tokens_door(google):
    bare = json.loads(google.key_file)
    del bare["token_uri"]
    account = ServiceAccount.from_json(json.dumps(bare))
    assert account.token_url == TOKEN_URL
    assert "PRIVATE" not in repr(account)
