"""A row of time that is booked, held or over here: echoes are silent, contradictions are reported, the history stays."""

from datetime import timedelta

import pytest
import time_machine

from tests.builders import moscow, tomorrow
from tests.integration.booking import desk
from tests.integration.intake.rows.database import FREE, fire, lead, ours, told

CANCELLED = ["client_session_cancelled", "specialist_session_cancelled"]


def test_our_own_booking_comes_back_as_an_echo(front, person):
    slot_id, row = ours(front, person)
    ticket = desk.booked(front, slot_id)
    assert told(row.take(desk.session(ticket).lead_number, ticket=ticket)) == ("ignored", None)
    assert told(row.update(confirmed=False)) == ("ignored", None)
    assert desk.said(cause="database_contradicts") == []
    assert desk.status(front, ticket) == "pending"


def test_an_echo_and_then_a_cancellation_there_within_minutes(front, person):
    slot_id, row = ours(front, person)
    ticket = desk.booked(front, slot_id)
    row.take(desk.session(ticket).lead_number).ok()
    assert told(row.release())[0] == "cancelled"
    assert desk.status(front, ticket) == "cancelled"
    assert desk.said(ticket, cause="database_cancelled") == CANCELLED
    assert desk.free(front) == [slot_id]


def test_our_own_cancellation_comes_back_as_an_echo(front, row):
    ticket = row.take().ok()["ticket_id"]
    desk.cancel(front, ticket).ok()
    assert told(row.release()) == ("ignored", None)
    assert desk.said(ticket, cause="database_cancelled") == []
    assert desk.free(front, date_to="2031-03-14") == ["4817"]


@pytest.mark.parametrize("change", ["take", "free", "delete"])
def test_what_contradicts_a_booking_made_here_is_reported_once(front, person, change):
    slot_id, row = ours(front, person)
    ticket = desk.booked(front, slot_id)
    boris = lead(front, desk.BORIS)
    row.columns |= {} if change == "take" else {"state": "Занят", "client_id": boris}
    answers = [change_of(row, change, boris) for _ in range(20)]
    assert {told(answer)[0] for answer in answers} == {"contradiction"}
    assert desk.said(cause="database_contradicts") == ["admin_contradiction"]
    assert (desk.status(front, ticket), desk.stored(slot_id).session_id) == ("pending", desk.session(ticket).session_id)


def change_of(row, kind, client):
    """The same event however often it is fired."""
    taken, freed = {**row.columns, "state": "Занят", "client_id": client}, {**row.columns, "state": FREE, "client_id": None}
    if kind == "delete":
        return fire(row.front, "DELETE", None, taken)
    return fire(row.front, "UPDATE", *((taken, freed) if kind == "take" else (freed, taken)))


def test_what_is_held_here_is_not_taken_there(front, person):
    slot_id, row = ours(front, person)
    ticket = desk.applied(front, slot_id)
    assert told(row.take())[0] == "contradiction"
    assert desk.said(cause="database_contradicts") == ["admin_contradiction"]
    assert desk.status(front, desk.followed(front, ticket)) == "pending"


def test_the_ticket_that_holds_a_slot_may_be_booked_there(front, person):
    slot_id, row = ours(front, person)
    ticket = desk.applied(front, slot_id)
    assert row.take(None, ticket=ticket).ok() == {"success": True, "result": "booked", "reason": None, "ticket_id": ticket}
    assert desk.status(front, ticket) == "pending"


def test_the_admin_reads_what_differs(front, tick, sent, person):
    slot_id, row = ours(front, person)
    desk.booked(front, slot_id)
    row.take(lead(front, desk.BORIS)).ok()
    tick("sweep")
    (report,) = [message.text for message in sent.messages("900100") if "расходятся" in message.text]
    assert slot_id in report and "br0001" in report and "br0002" in report


@pytest.mark.parametrize("change", ["free", "delete"])
@pytest.mark.parametrize("outcome", ["completed", "pending"])
def test_tidying_old_rows_leaves_the_history_alone(front, tick, person, change, outcome):
    when = tomorrow(12)
    slot_id, row = ours(front, person, when)
    ticket = desk.booked(front, slot_id)
    if outcome == "completed":
        desk.confirm(front, ticket, moscow(when)).ok()
    row.columns |= {"state": "Занят", "client_id": desk.session(ticket).lead_number}
    with time_machine.travel(when + timedelta(days=2)):
        tick("feedback_reminder")
        assert told(row.delete() if change == "delete" else row.release())[0] in ("cancelled", "deleted")
        assert desk.status(front, ticket) == outcome
        assert desk.said(ticket, cause="database_cancelled") == []


def test_a_session_that_has_begun_may_still_be_cancelled_there(front, person):
    when = tomorrow(12)
    slot_id, row = ours(front, person, when)
    ticket = desk.booked(front, slot_id)
    row.columns |= {"state": "Занят", "client_id": desk.session(ticket).lead_number}
    with time_machine.travel(when + timedelta(minutes=1)):
        assert told(row.release())[0] == "cancelled"
        assert desk.status(front, ticket) == "cancelled"
