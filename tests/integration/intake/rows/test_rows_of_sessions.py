"""What a row says of a session that stands here: it confirms it, moves it, or the admin reads what contradicts it."""

from datetime import timedelta

import pytest
import time_machine

from chalicelib.core import outbox
from tests.builders import SERVICE, SUPABASE, ledger, moscow, slot, specialist, tomorrow
from tests.integration.booking import days, desk
from tests.integration.intake.rows.database import FREE, LATER, fire, lead, ours, told
from tests.standins.store import Wire

CONFIRMED = ["client_session_confirmed", "specialist_session_confirmed"]
MOVED = ["client_session_moved", "specialist_session_moved"]
NOON, EVENING = tomorrow(12, days=3), tomorrow(18, days=4)


def columns(moment):
    date, time = moscow(moment).split()
    return {"date": date, "time": time}


def calls(front, payload):
    """What one change asks of the store."""
    with Wire() as wire:
        front.post("/notify-update", payload, SUPABASE).ok()
    return [call.operation for call in wire.calls]


@pytest.mark.parametrize("said", [{"confirmed": True}, columns(EVENING)], ids=["confirmed", "moved"])
def test_it_asks_for_little(booking, said):
    _, row = booking
    assert calls(row.front, row.edit(**said)) == ["PutItem", "BatchGetItem", "BatchGetItem", "TransactWriteItems"]


@pytest.fixture
def booking(front, person):
    """A pending session of ours that the row has too: its ticket and the row."""
    slot_id, row = ours(front, person, NOON)
    ticket = desk.booked(front, slot_id)
    assert told(row.take(desk.session(ticket).lead_number, ticket=ticket)) == ("ignored", None)
    return ticket, row


# --- confirmed ---------------------------------------------------------------------------------------------------------


def test_confirmed_there_is_confirmed_here_and_both_are_told_once(front, booking):
    ticket, row = booking
    assert told(row.update(confirmed=True)) == ("confirmed", None)
    assert desk.status(front, ticket) == "confirmed"
    with time_machine.travel(tomorrow()):
        assert told(row.update()) == ("ignored", None)
        row.columns["confirmed"] = False
        assert told(row.update(confirmed="да")) == ("ignored", None), "it is already"
    assert desk.said(ticket, cause="confirmed_in_database") == CONFIRMED


@pytest.mark.parametrize("said", [False, None, "", "нет", "когда-нибудь"])
def test_what_is_no_yes_is_no_news(front, booking, said):
    ticket, row = booking
    row.update(confirmed=True).ok()
    assert told(row.update(confirmed=said)) == ("ignored", None)
    assert desk.status(front, ticket) == "confirmed"


def test_a_yes_that_the_row_said_before_confirms_no_later_client(front, booking):
    ticket, row = booking
    row.columns["confirmed"] = True
    assert told(row.update(updated_at=None)) == ("ignored", None)
    assert desk.status(front, ticket) == "pending"


def test_taken_and_confirmed_at_once_as_the_echo_of_ours(front, person):
    slot_id, row = ours(front, person, NOON)
    ticket = desk.booked(front, slot_id)
    assert told(row.take(desk.session(ticket).lead_number, confirmed=True)) == ("confirmed", None)
    assert desk.status(front, ticket) == "confirmed"


def test_another_clients_yes_is_a_contradiction(front, booking):
    ticket, row = booking
    assert told(row.update(client_id=lead(front, desk.BORIS), ticket=None, confirmed=True))[0] == "contradiction"
    assert desk.status(front, ticket) == "pending"


def test_confirming_is_not_paying_and_the_admin_reads_so(front, person):
    slot_id, row = ours(front, person, NOON)
    ticket = desk.reserved(front, person, slot_id)
    row.take(desk.session(ticket).lead_number).ok()
    assert told(row.update(confirmed=True)) == ("contradiction", "payment_awaited")
    assert desk.status(front, ticket) == "pending"
    assert desk.session(ticket).payment_due_at is not None
    (message,) = ledger("admin", "admin_row_confirms_unpaid")
    assert (message.values["slot"], message.values["ours"]) == (slot_id, desk.session(ticket).lead_number)


def test_a_yes_after_the_session_has_begun_changes_nothing(front, booking):
    ticket, row = booking
    with time_machine.travel(NOON + LATER):
        assert told(row.update(confirmed=True)) == ("ignored", "past")
        assert desk.session(ticket).status == "pending"


def test_a_yes_for_a_session_that_was_cancelled_here_is_told(front, booking):
    ticket, row = booking
    desk.cancel(front, ticket).ok()
    assert told(row.update(confirmed=True))[0] == "contradiction"
    assert desk.status(front, ticket) == "cancelled"
    assert len(ledger("admin", "admin_contradiction")) == 1


def test_whom_nobody_books_nobody_confirms(front, person):
    _, row = ours(front, person, NOON)
    row.take(None).ok()
    assert told(row.update(confirmed=True)) == ("ignored", None)


# --- moved -------------------------------------------------------------------------------------------------------------


def revision(slot_id):
    return int(desk.stored(slot_id).revision)


def test_a_moved_row_takes_its_session_along_and_both_are_told_once(front, booking):
    ticket, row = booking
    before = revision(row.columns["id"])
    assert told(row.update(**columns(EVENING))) == ("moved", None)
    session = desk.session(ticket)
    assert (session.start_at, session.slot_id, session.status) == (EVENING, row.columns["id"], "pending")
    assert (desk.stored(session.slot_id).start_at, desk.stored(session.slot_id).state) == (EVENING, "booked")
    assert desk.said(ticket, cause="moved") == MOVED
    assert revision(session.slot_id) > before, "calendars see the newer one"
    days.agree()
    assert told(row.update()) == ("ignored", None)
    assert desk.said(ticket, cause="moved") == MOVED


def test_the_old_hour_is_free_for_others_and_the_new_one_is_not(front, booking, person):
    _, row = booking
    row.update(**columns(EVENING)).ok()
    slot(front, person, NOON, id="another")
    body = {"slots": [{"specialist_id": person, "start_at": EVENING.isoformat()}]}
    assert front.post("/slots", body, SERVICE).body["error"] == "slot_overlaps"


def test_moved_and_confirmed_at_once(front, booking):
    ticket, row = booking
    assert told(row.update(**columns(EVENING), confirmed=True))[0] == "moved"
    assert (desk.session(ticket).start_at, desk.session(ticket).status) == (EVENING, "confirmed")
    assert desk.said(ticket, cause="confirmed_in_database") == CONFIRMED


def test_one_that_awaits_its_payment_moves_and_awaits_it_still(front, person):
    slot_id, row = ours(front, person, NOON)
    ticket = desk.reserved(front, person, slot_id)
    row.take(desk.session(ticket).lead_number).ok()
    due = desk.session(ticket).payment_due_at
    assert told(row.update(**columns(EVENING), confirmed=True))[0] == "moved"
    session = desk.session(ticket)
    assert (session.start_at, session.status, session.payment_due_at) == (EVENING, "pending", due)
    assert desk.stored(slot_id).state == "held"


def test_a_time_that_another_has_is_a_contradiction_that_the_admin_reads(front, booking, person):
    ticket, row = booking
    slot(front, person, EVENING)
    assert told(row.update(**columns(EVENING))) == ("contradiction", "overlaps")
    assert (desk.session(ticket).start_at, desk.stored(row.columns["id"]).start_at) == (NOON, NOON)
    (message,) = ledger("admin", "admin_contradiction")
    assert message.values["their_time"] == moscow(EVENING)
    days.agree()


def test_a_time_that_has_begun_is_a_contradiction(front, booking):
    ticket, row = booking
    assert told(row.update(**columns(tomorrow(10, days=-1)))) == ("contradiction", "past")
    assert desk.session(ticket).start_at == NOON


def test_a_session_that_has_begun_is_not_moved_into_what_comes(front, booking):
    ticket, row = booking
    with time_machine.travel(NOON + LATER):
        assert told(row.update(**columns(EVENING))) == ("contradiction", "past")
        assert desk.session(ticket).start_at == NOON


def test_another_specialist_is_a_contradiction_that_names_him(front, booking):
    ticket, row = booking
    specialist(front, id="64", name="Инна Чайка")
    assert told(row.update(psychologist="Инна Чайка"))[0] == "contradiction"
    assert desk.session(ticket).specialist_id == "63"
    assert told(row.update(confirmed=True)) == ("confirmed", None), "he was told of before"
    (message,) = ledger("admin", "admin_contradiction")
    assert message.values["their_specialist"] == "Инна Чайка"


def test_a_specialist_whom_we_have_not_is_said_so_and_nobody_else_is_booked(front, row):
    assert told(row.update(psychologist="Никто Неизвестный"))[0] == "contradiction"
    assert desk.stored("4817").specialist_id == "63"
    assert ledger("admin", "admin_contradiction")[-1].values["their_specialist"] == "Никто Неизвестный"
    assert told(row.take())[0] == "booked", "his column is no news any more"


def test_columns_that_did_not_change_are_no_news(front, booking):
    ticket, row = booking
    slot(front, "63", EVENING)
    row.update(**columns(EVENING)).ok()
    assert told(row.update(confirmed=True)) == ("confirmed", None), "the time was told of before"
    assert desk.said(cause="database_contradicts") == ["admin_contradiction"]
    assert desk.session(ticket).start_at == NOON


def test_a_move_whose_hook_was_lost_is_heard_by_the_next_one(front, booking):
    ticket, row = booking
    row.edit(**columns(EVENING))
    assert told(row.update(confirmed=True)) == ("moved", None)
    assert desk.session(ticket).start_at == EVENING


def test_a_row_that_is_inserted_again_moves_nobody_back(front, booking):
    ticket, row = booking
    stale = dict(row.columns)
    row.update(**columns(EVENING)).ok()
    with time_machine.travel(tomorrow()):
        assert told(fire(front, "INSERT", stale)) == ("ignored", None)
        assert desk.session(ticket).start_at == EVENING


def test_taken_elsewhere_and_moved_it_is_off_the_lists_at_its_new_time(front, person):
    slot_id, row = ours(front, person, NOON)
    row.take(None).ok()
    assert told(row.update(**columns(EVENING)))[0] == "moved"
    assert (desk.stored(slot_id).start_at, desk.stored(slot_id).state) == (EVENING, "taken")
    days.agree()


def test_moved_and_taken_at_once_it_is_booked_at_its_new_time(front, person):
    slot_id, row = ours(front, person, NOON)
    ticket = row.take(lead(front), **columns(EVENING)).ok()["ticket_id"]
    assert (desk.session(ticket).start_at, desk.stored(slot_id).start_at) == (EVENING, EVENING)
    days.agree()


def test_moved_to_what_another_has_and_taken_at_once_it_books_nobody(front, person):
    slot_id, row = ours(front, person, NOON)
    slot(front, person, EVENING)
    assert told(row.take(lead(front), **columns(EVENING))) == ("contradiction", "overlaps")
    assert desk.stored(slot_id).state == "cut"
    assert len(ledger("admin", "admin_slots_overlap")) == 1
    days.agree()


def test_a_move_of_both_sides_at_once_is_one(front, booking, meanwhile):
    ticket, row = booking
    other = tomorrow(20, days=5)
    slot(front, "63", other)
    meanwhile(lambda: desk.move(front, ticket, moscow(other)).ok())
    assert told(row.update(**columns(EVENING)))[0] in ("updated", "ignored"), "its slot is nobody's by now"
    assert desk.session(ticket).start_at == other
    assert desk.said(ticket, cause="moved") == MOVED
    outbox.deliver_due(within=timedelta(seconds=40))
    days.agree()


def test_a_freed_row_that_moved_is_free_there(front, booking):
    _, row = booking
    assert told(row.update(state=FREE, client_id=None, ticket=None))[0] == "cancelled"
    assert told(row.update(**columns(EVENING)))[0] == "updated"
    assert desk.stored(row.columns["id"]).start_at == EVENING
