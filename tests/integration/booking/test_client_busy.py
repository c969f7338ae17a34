"""Nobody sits in two sessions at once by himself: who is booked at that time is told, and the office may force it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from bench.wire import recorded
from chalicelib.booking.sessions.models import Session
from tests.builders import SERVICE, TELEGRAM, ledger, moscow, press, slot, specialist, tomorrow
from tests.integration.booking import days, desk
from tests.integration.intake.rows.database import Row, lead, told
from tests.standins.store import OneAtATime

HALF = timedelta(minutes=30)


@pytest.fixture
def hours(front):
    """The same hour of two specialists, and an hour later of both: their ids."""
    one, other = specialist(front), specialist(front, "Анна Ким")
    at = tomorrow(12)
    return {
        "one": one,
        "other": other,
        "first": slot(front, one, at),
        "same": slot(front, other, at + HALF),
        "later": slot(front, other, at + 2 * timedelta(hours=1)),
    }


def reserve(front, person, slot_id, **said):
    client = front.post("/client-registration", {"user_id": desk.ANNA}, SERVICE).ok()["client_id"]
    body = {"client_id": client, "psychologist_id": person, "slot_id": slot_id, "payment_info": {"amount": 1, "status": "completed"}}
    return front.post("/process-diagnostic-session-request", {**body, **said}, SERVICE)


def live():
    return sorted(row.slot_id for row in Session.scan() if row.status in ("pending", "confirmed"))


def test_the_office_is_told_and_may_force_it(front, hours):
    desk.booked(front, hours["first"])
    answer = reserve(front, hours["other"], hours["same"])
    assert (answer.status, answer.body["error"]) == (409, "client_busy")
    assert desk.stored(hours["same"]).state == "free"
    assert reserve(front, hours["other"], hours["same"], force=True).status == 200
    assert live() == sorted([hours["first"], hours["same"]])


def test_others_and_other_hours_are_nobodys_trouble(front, hours):
    desk.booked(front, hours["first"])
    desk.booked(front, hours["same"], desk.BORIS)
    assert reserve(front, hours["other"], hours["later"]).status == 200
    days.agree()


@pytest.mark.parametrize("end", ["cancel", "move"])
def test_a_session_that_goes_gives_the_clients_time_back(front, hours, end):
    ticket = desk.booked(front, hours["first"])
    if end == "cancel":
        desk.cancel(front, ticket).ok()
    else:
        slot(front, hours["one"], tomorrow(17))
        desk.move(front, ticket, moscow(tomorrow(17))).ok()
    assert reserve(front, hours["other"], hours["same"]).status == 200
    days.agree()


def test_a_session_moves_within_its_own_hour(front, hours):
    ticket = desk.booked(front, hours["later"])
    slot(front, hours["other"], tomorrow(15), id="next")
    desk.move(front, ticket, moscow(tomorrow(15))).ok()
    desk.move(front, ticket, moscow(tomorrow(14))).ok()
    days.agree()


def test_a_move_onto_ones_own_session_is_refused_and_the_office_may_force_it(front, hours):
    desk.booked(front, hours["first"])
    ticket = desk.booked(front, hours["later"], request_text="ещё одна")
    wanted = moscow(tomorrow(12) + HALF)
    answer = desk.move(front, ticket, wanted)
    assert (answer.status, answer.body["error"]) == (409, "client_busy")
    forced = {"ticket_id": ticket, "new_slot_time": wanted, "force": True}
    assert front.post("/reschedule-session", forced).status == 409, "not by whoever knows a ticket"
    assert desk.session(ticket).slot_id == hours["later"]
    front.post("/reschedule-session", forced, SERVICE).ok()
    assert desk.session(ticket).slot_id == hours["same"]


def test_a_followed_link_books_the_next_time_that_was_chosen(front, hours):
    desk.booked(front, hours["first"])
    desk.followed(front, desk.applied(front, hours["same"], hours["later"], request_text="ещё"))
    assert live() == sorted([hours["first"], hours["later"]])
    assert desk.stored(hours["same"]).state == "free"
    days.agree()


def test_a_followed_link_with_no_other_time_is_told_to_both(front, hours):
    desk.booked(front, hours["first"])
    ticket = desk.applied(front, hours["same"], request_text="ещё")
    answer = front.post("/process-link", {"user_id": desk.ANNA, "ticket_id": ticket}, SERVICE).ok()
    assert answer["slot_time"] is None
    assert "у вас уже есть другая сессия" in answer["message"]
    assert ledger("admin", "admin_choose_slot")[-1].values["busy"] == moscow(tomorrow(12) + HALF)
    assert desk.stored(hours["same"]).state == "free", "nobody else waits for a hold that can come to nothing"
    again = front.post("/process-link", {"user_id": desk.ANNA, "ticket_id": ticket}, SERVICE).ok()
    assert again == answer


def test_a_button_says_it(front, hours):
    desk.booked(front, hours["first"])
    ticket = desk.booked(front, hours["later"], request_text="ещё")
    session = desk.session(ticket)
    minutes, text = int((tomorrow(12) + HALF).timestamp()) // 60, ""
    while minutes:
        minutes, digit = divmod(minutes, 36)
        text = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + text
    answer = front.post("/telegram", press(f"to:{text}:{ticket}:{session.session_id}", int(desk.ANNA)), TELEGRAM).ok()
    assert answer["text"] == "В это время у вас уже есть другая сессия."
    assert desk.session(ticket).slot_id == hours["later"]


def test_the_databases_word_counts(front, hours):
    """What the office wrote in its own database was its decision."""
    desk.booked(front, hours["first"])
    date, time = moscow(tomorrow(12) + HALF).split()
    row = Row(front, id=hours["same"], psychologist=hours["other"], date=date, time=time)
    assert told(row.take(lead(front)))[0] == "booked"
    assert len(live()) == 2


def test_two_doors_at_once_book_him_once(front, hours):
    front.post("/client-registration", {"user_id": desk.ANNA}, SERVICE).ok()
    tickets = [desk.applied(front, hours[name], request_text=name) for name in ("first", "same")]
    with OneAtATime(), ThreadPoolExecutor(2) as hands:
        list(hands.map(lambda ticket: desk.followed(front, ticket), tickets))
    assert len(live()) == 1
    days.agree()


def test_an_unpaid_session_that_gives_way_to_the_same_client_is_one_write_of_his_day(front, hours):
    far = slot(front, hours["one"], tomorrow(12, days=5))
    desk.reserved(front, hours["one"], far)
    with time_machine.travel(tomorrow(12, days=2)):
        desk.booked(front, far)
        days.agree()


def test_it_costs_no_read(front, hours):
    ticket = desk.applied(front, hours["first"])
    with recorded() as recorder:
        desk.followed(front, ticket)
    assert recorder.operations == ["BatchGetItem", "TransactWriteItems"]


def test_a_wrong_guess_costs_one_write_more_and_no_read(front, hours):
    desk.booked(front, hours["first"])
    with recorded() as recorder:
        assert reserve(front, hours["other"], hours["same"]).body["error"] == "client_busy"
    refused = recorder.operations.index("TransactWriteItems")
    assert "BatchGetItem" not in recorder.operations[refused:], "the refusal brought the day along"


def test_a_row_that_books_him_twice_is_believed_and_the_admin_reads_of_it_once(front, hours):
    desk.booked(front, hours["first"])
    at = tomorrow(12) + HALF
    row = Row(front, id=hours["same"], psychologist=hours["other"], date=moscow(at).split()[0], time=moscow(at).split()[1])
    assert [told(row.take(client_id=lead(front)))[0] for _ in range(2)] == ["booked", "ignored"]
    assert live() == sorted([hours["first"], hours["same"]])
    (twice,) = ledger("admin", "admin_client_booked_twice")
    assert (twice.values["lead_number"], twice.values["specialist_name"]) == ("br0001", "Анна Ким")
