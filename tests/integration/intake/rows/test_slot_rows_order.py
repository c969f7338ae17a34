"""Triggers are repeated, late, out of order and sometimes abandoned half-way: one change is one effect."""

from datetime import timedelta

import pytest
import time_machine

from tests.builders import SUPABASE, slot, tomorrow
from tests.integration.booking import desk
from tests.integration.intake.rows.database import FREE, LATER, Row, abandoned, fire, told

BOOKED = ["client_session_booked", "specialist_session_booked"]
CANCELLED = ["client_session_cancelled", "specialist_session_cancelled"]


def post(front, payload):
    return front.post("/notify-update", payload, SUPABASE)


def born(row):
    return {**row.edit(), "type": "INSERT", "old_record": None}


def taking(row, client_id=90417, **columns):
    return row.edit(state="Занят", client_id=client_id, **columns)


def freeing(row, **columns):
    return row.edit(state=FREE, client_id=None, **columns)


def gone(row):
    return {**row.edit(), "type": "DELETE", "record": None}


@pytest.mark.parametrize(
    ("before", "event", "said"),
    [
        ([], born, []),
        ([], taking, BOOKED),
        ([born], taking, BOOKED),
        ([born, taking], freeing, BOOKED + CANCELLED),
        ([born, taking], gone, BOOKED + CANCELLED),
        ([born], gone, []),
    ],
)
def test_the_same_event_twenty_times_is_one(front, person, before, event, said):
    row = Row(front)
    for earlier in before:
        post(front, earlier(row)).ok()
    payload = event(row)
    answers = [post(front, payload) for _ in range(20)]
    assert answers[0].ok()["success"] and len({answer.text for answer in answers}) == 1
    assert desk.said() == sorted(said)


def test_free_and_taken_in_turns_act_each_time(front, row):
    take, free = taking(row), freeing(row)
    for turn in range(1, 4):
        assert told(post(front, take))[0] == "booked"
        assert told(post(front, take))[0] == "booked", "the first answer again"
        assert told(post(front, free))[0] == "cancelled"
        assert told(post(front, free))[0] == "cancelled"
        assert desk.said() == sorted((BOOKED + CANCELLED) * turn)
    assert desk.free(front, date_to="2031-03-14") == ["4817"]


def test_a_repeat_much_later_still_changes_nothing(front, row):
    take = taking(row)
    post(front, take).ok()
    with time_machine.travel(tomorrow()):
        assert told(post(front, take)) == ("ignored", None)
    assert desk.said() == BOOKED


def test_the_end_before_the_beginning_leaves_the_slot_free(front, row):
    take, free = taking(row), freeing(row)
    assert told(post(front, free)) == ("ignored", None)
    assert told(post(front, take)) == ("ignored", "late")
    assert desk.free(front, date_to="2031-03-14") == ["4817"]
    assert desk.said() == []
    assert told(post(front, take))[0] == "booked", "and the next one is a new one"


def test_the_end_before_the_beginning_on_a_slot_of_ours(front, person):
    slot_id = slot(front, person, tomorrow(12))
    row = Row(front, id=slot_id, date=None, time=None, psychologist=None)
    take, free = taking(row), freeing(row)
    assert told(post(front, free)) == ("ignored", None)
    assert told(post(front, take)) == ("ignored", "late")
    assert desk.free(front) == [slot_id]


def test_confirmed_before_it_was_taken_is_booked_once(front, row):
    take = taking(row)
    yes = row.edit(confirmed=True)
    ticket = post(front, yes).ok()["ticket_id"]
    assert told(post(front, take)) == ("ignored", "late")
    assert (desk.status(front, ticket), desk.stored("4817").state) == ("confirmed", "booked")
    assert desk.said() == ["client_session_confirmed", "specialist_session_booked"]


def test_edited_before_it_was_freed_is_freed_once(front, row):
    ticket = row.take().ok()["ticket_id"]
    free = freeing(row)
    edit = row.edit(confirmed=False)
    assert told(post(front, edit))[0] == "cancelled"
    assert told(post(front, free)) == ("ignored", "late")
    assert desk.said(ticket, cause="database_cancelled") == CANCELLED


def test_a_booking_of_ours_outlives_edits_of_a_free_row_whose_hooks_were_lost(front, row):
    ticket = desk.booked(front, "4817")
    row.edit(psychologist="63")
    assert told(row.update(confirmed=False)) == ("ignored", None)
    assert desk.status(front, ticket) == "pending"


def test_taken_before_it_was_new(front, person):
    row = Row(front)
    new, take = born(row), taking(row)
    ticket = post(front, take).ok()["ticket_id"]
    assert told(post(front, new))[0] == "ignored"
    assert desk.status(front, ticket) == "pending"
    assert desk.said() == BOOKED


def test_gone_before_it_was_freed(front, row):
    take, free = taking(row), freeing(row)
    ticket = post(front, take).ok()["ticket_id"]
    assert told(row.delete())[0] == "contradiction", "the row was free when it went, and its slot is booked here"
    assert told(post(front, free))[0] == "ignored"
    assert desk.status(front, ticket) == "pending"


def test_a_lost_beginning_does_not_swallow_another_client(front, row):
    taken = {**row.columns, "state": "Занят", "client_id": 90417}
    assert told(fire(front, "UPDATE", row.columns, taken)) == ("ignored", None)
    assert told(row.take(90418))[0] == "booked"


def test_a_lost_beginning_is_forgotten_in_minutes(front, row):
    taken = {**row.columns, "state": "Занят", "client_id": 90417}
    fire(front, "UPDATE", row.columns, taken).ok()
    with time_machine.travel(tomorrow()):
        assert told(fire(front, "UPDATE", taken, row.columns))[0] == "booked"


def at(minute):
    return f"2031-02-20T09:{minute:02}:00.5+00:00"


def test_what_the_database_wrote_earlier_is_late(front, person):
    row = Row(front, updated_at=at(1))
    row.insert().ok()
    take, free = taking(row, updated_at=at(2)), freeing(row, updated_at=at(3))
    again = taking(row, 90418, updated_at=at(4))
    ticket = post(front, again).ok()["ticket_id"]
    assert told(post(front, free)) == told(post(front, take)) == ("ignored", "late")
    assert desk.status(front, ticket) == "pending"
    assert desk.said() == BOOKED


def test_the_databases_clock_is_read_in_any_zone(front, person):
    row = Row(front, updated_at="2031-02-20T12:10:00+03:00")
    row.insert().ok()
    assert told(row.take(updated_at="2031-02-20T09:11:00+00:00"))[0] == "booked"
    assert told(row.release(updated_at="2031-02-20T12:10:30+03:00")) == ("ignored", "late")


def test_a_row_without_a_clock_is_judged_by_its_state(front, person):
    row = Row(front, updated_at=at(1))
    row.insert().ok()
    assert told(row.take(updated_at=None))[0] == "booked"
    assert told(row.release(updated_at=at(3)))[0] == "cancelled"
    assert told(row.update(state="Занят", client_id=90419, updated_at=at(2))) == ("ignored", "late")


def test_an_abandoned_event_is_taken_up(front, tick, row):
    abandoned(taking(row))
    assert tick("sweep")["events"] == 0, "its worker may still be at work"
    with time_machine.travel(tomorrow()):
        assert tick("sweep")["events"] == 1
        assert tick("sweep")["events"] == 0
    assert desk.stored("4817").state == "booked"
    assert desk.said() == BOOKED


def test_an_abandoned_event_is_late_when_newer_ones_have_come(front, tick, row):
    take, free = taking(row), freeing(row)
    moment = tomorrow(3)
    with time_machine.travel(moment) as clock:
        abandoned(take)
        clock.shift(1)
        assert told(post(front, free)) == ("ignored", None)
        clock.shift(LATER)
        assert tick("sweep")["events"] == 1
    assert desk.free(front, date_to="2031-03-14") == ["4817"]
    assert desk.said() == []


def test_an_abandoned_cancellation_does_not_undo_a_newer_booking(front, tick, row):
    with time_machine.travel(tomorrow(3)) as clock:
        row.take().ok()
        clock.shift(timedelta(seconds=1))
        abandoned(freeing(row))
        clock.shift(timedelta(seconds=1))
        assert told(row.take(90418))[0] == "contradiction", "the slot was not freed here yet"
        clock.shift(LATER)
        assert tick("sweep")["events"] == 1
        assert desk.stored("4817").state == "booked"
    assert desk.said(cause="database_cancelled") == []


def test_a_broken_abandoned_event_does_not_stop_the_others(front, tick, row):
    abandoned({"type": "INSERT", "table": "hraniteli_slots", "record": {"id": None}})
    abandoned(taking(row))
    with time_machine.travel(tomorrow()):
        tick("sweep")
    assert desk.stored("4817").state == "booked"
