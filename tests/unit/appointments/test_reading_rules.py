"""What a change of status means, whatever stands and whenever it comes."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from chalicelib.appointments.reading.rules import move

START = datetime(2026, 4, 1, 9, tzinfo=UTC)
BEFORE, AT, AFTER = START - timedelta(seconds=1), START, START + timedelta(days=40)
ALL = ("scheduled", "completed", "cancelled")


@pytest.mark.parametrize(
    ("asked", "now", "meant"),
    [
        ("cancelled", BEFORE, "cancel"),
        ("cancelled", AT, "miss"),
        ("cancelled", AFTER, "miss"),
        ("completed", BEFORE, "ahead"),
        ("completed", AT, "complete"),
        ("completed", AFTER, "complete"),
    ],
)
def test_what_is_scheduled_ends_by_its_start(asked, now, meant):
    assert move("scheduled", asked, START, now) == meant


@pytest.mark.parametrize(("stands", "asked", "now"), [*product(ALL, ALL, (BEFORE, AT, AFTER))])
def test_the_same_again_is_nothing_and_what_has_ended_stays(stands, asked, now):
    if stands == asked:
        assert move(stands, asked, START, now) == "nothing"
    elif stands != "scheduled":
        assert move(stands, asked, START, now) == "ended"
