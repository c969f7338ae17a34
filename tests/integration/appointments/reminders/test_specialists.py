"""Specialists hear the house's word two hours before, whoever booked."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from chalicelib.core import clock, outbox
from tests.builders import SERVICE, ledger

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOON = datetime(2027, 3, 10, 9, 0, tzinfo=UTC)
TICK, SETTINGS = "appointment_reminders", "/api/v1/admin/system-settings"


@pytest.fixture
def at():
    with time_machine.travel(NOON, tick=False) as moment:
        yield moment.move_to


def leave(moment: datetime) -> None:
    with clock.pinned(moment):
        outbox.deliver_due(within=timedelta(seconds=30))


def specialist(session):
    return [(row.state, row.due_at) for row in ledger(f"specialist#{session.specialist_id}", "specialist_session_reminder")]


def test_its_word_to_the_specialist_is_said_once_for_each_start_whoever_booked(calendar, tick, at):
    start = NOON + 3 * HOUR + 3 * MINUTE
    made, pending, late = calendar.book(start), calendar.book(start, confirmed=False), calendar.book(NOON + 2 * HOUR - MINUTE)
    tick(TICK)
    assert [specialist(one) for one in (made, pending, late)] == [[], [], []], "two hours before is all that is early enough"
    at(NOON + HOUR)
    assert [tick(TICK)["processed"] for _ in range(2)] == [3, 0]
    calendar.confirm(pending)
    assert (tick(TICK)["processed"], tick("session_reminder")) == (1, 0)
    queued = [("queued", start - 2 * HOUR)]
    assert [specialist(one) for one in (made, pending, late)] == [queued, queued, []]
    calendar.move(made, start + DAY)
    at(start + DAY - 2 * HOUR)
    tick(TICK)
    assert len(specialist(made)) == 2
    leave(start + DAY - 2 * HOUR)
    assert [state for state, _ in specialist(made)] == ["skipped", "recorded"]


def test_where_rules_are_for_all_it_says_nothing_to_the_specialist(calendar, tick, at):
    made = calendar.book(NOON + 3 * HOUR)
    calendar.front.put(SETTINGS, {"reminder_scope": "all"}, SERVICE).ok()
    for hour in range(3):
        at(NOON + hour * HOUR)
        tick(TICK)
    assert specialist(made) == []
