"""A date without a year is the nearest one: an old row is of the past, and a form that chose yesterday hears so."""

from datetime import timedelta

import pytest

from chalicelib.booking.sessions.models import Session
from chalicelib.booking.slots.models import Slot
from tests.builders import moscow, tomorrow
from tests.integration.booking import desk
from tests.integration.intake.rows.database import Row, lead, told


def of(front, moment, **columns):
    date, time = moscow(moment).split()
    return Row(front, id="108", psychologist="63", date=date, time=time, **columns)


@pytest.mark.parametrize("days", [1, 40, 150])
def test_a_row_of_the_past_is_offered_to_nobody_and_a_form_that_chose_it_hears_so(front, person, days):
    past = tomorrow(10) - timedelta(days=days + 1)
    assert told(of(front, past).insert()) == ("ignored", "past")
    assert desk.free(front) == []
    assert not list(Slot.scan())
    answer = front.post("/submit-application", {"name": "Год", "phone": "+79045501516", "slots": moscow(past)}).ok()
    assert [row["reason"] for row in answer["taken_slots"]] == ["past"]


def test_an_old_row_that_is_taken_books_nobody(front, person):
    row = of(front, tomorrow(10) - timedelta(days=2), state="Занят", client_id=lead(front))
    assert told(row.insert()) == ("ignored", "past")
    assert not list(Session.scan())


def test_a_row_of_the_past_that_is_given_a_coming_time_is_offered(front, person):
    row = of(front, tomorrow(10) - timedelta(days=2))
    row.insert().ok()
    date, time = moscow(tomorrow(16)).split()
    assert told(row.update(date=date, time=time))[0] == "added"
    assert desk.free(front) == ["108"]
