"""Which status a session has when, and what is due."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.booking.sessions.rules import is_live, next_notice, office_asked, outcome, reminder_due

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("status", "live"), [("pending", True), ("confirmed", True), ("cancelled", False), ("completed", False), ("missed", False)]
)
def test_only_what_lies_ahead_is_live(status, live):
    assert is_live(status) is live


@pytest.mark.parametrize(
    ("start", "due"), [(NOW + 2 * HOUR, True), (NOW + 2 * HOUR + SECOND, False), (NOW + SECOND, True), (NOW, False), (NOW - SECOND, False)]
)
def test_a_reminder_is_due_in_the_last_two_hours(start, due):
    assert reminder_due(start, None, "confirmed", NOW) is due


def test_a_reminder_is_due_once_for_each_start():
    assert not reminder_due(NOW + HOUR, NOW + HOUR, "confirmed", NOW)
    assert reminder_due(NOW + HOUR, NOW + 26 * HOUR, "confirmed", NOW)


@pytest.mark.parametrize(
    ("status", "due"), [("confirmed", True), ("pending", True), ("cancelled", False), ("completed", False), ("missed", False)]
)
def test_a_live_session_is_reminded_of_confirmed_or_not(status, due):
    assert reminder_due(NOW + HOUR, None, status, NOW) is due


@pytest.mark.parametrize(
    ("status", "end", "asked", "due"),
    [
        ("pending", NOW + SECOND, 0, False),
        ("pending", NOW, 0, True),
        ("pending", NOW, 1, False),
        ("pending", NOW - 24 * HOUR + SECOND, 1, False),
        ("pending", NOW - 24 * HOUR, 1, True),
        ("pending", NOW - 900 * HOUR, 2, False),
        ("confirmed", NOW - HOUR, 0, False),
        ("missed", NOW - HOUR, 0, False),
    ],
)
def test_the_office_is_asked_at_the_end_and_once_a_day_later(status, end, asked, due):
    assert office_asked(status, end, asked, NOW) is due


@pytest.mark.parametrize(
    ("status", "end", "becomes"),
    [
        ("confirmed", NOW - HOUR, "completed"),
        ("confirmed", NOW - HOUR + SECOND, None),
        ("pending", NOW - 900 * HOUR, None),
        ("pending", NOW + SECOND, None),
        ("cancelled", NOW - 9 * HOUR, None),
        ("completed", NOW - 9 * HOUR, None),
        ("missed", NOW - 9 * HOUR, None),
    ],
)
def test_what_a_session_becomes(status, end, becomes):
    assert outcome(status, end, NOW) == becomes


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({}, ("remind", NOW + 3 * HOUR)),
        ({"by_rules": True}, ("rules", NOW)),
        ({"by_rules": True, "reminded": True}, ("close", NOW + 7 * HOUR)),
        ({"by_rules": True, "unpaid": True}, ("close", NOW + 7 * HOUR)),
        ({"by_rules": True, "now": NOW + 5 * HOUR}, ("close", NOW + 7 * HOUR)),
        ({"by_rules": True, "status": "cancelled"}, None),
    ],
)
def test_rules_look_at_theirs_at_once_and_then_it_is_closed_as_any_other(said, found):
    known = {"status": "confirmed", "start_at": NOW + 5 * HOUR, "end_at": NOW + 6 * HOUR}
    assert next_notice(**{**known, "reminded": False, "unpaid": False, "asked": 0, "by_rules": False, "now": NOW, **said}) == found
