"""POST /process-diagnostic-session-request: a known client, a slot, and its payment."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from chalicelib.booking.sessions import service as sessions
from chalicelib.core import facts
from chalicelib.core.settings import settings
from tests.builders import (
    SERVICE,
    application,
    client_row,
    confirm,
    free_slots,
    later,
    lead_of,
    ledger,
    moscow,
    sample,
    slot,
    specialist,
    tomorrow,
)
from tests.builders import (
    book as book_by_link,
)

DOOR = "/process-diagnostic-session-request"
REQUEST = "/webhook/diagnostic-session-request"


@pytest.fixture
def person(front):
    return specialist(front)


@pytest.fixture
def larisa(front):
    """A client who has asked for a diagnostic session; her ticket's id."""
    return front.post(REQUEST, sample("intake/diagnostic_session_request.json")).ok()["ticket_id"]


@pytest.fixture
def book(front, person):
    def run(slot_id, status="pending", client_id="br0001", psychologist_id=None, **said):
        payment = {"amount": 2500, "status": status}
        ids = {"client_id": client_id, "psychologist_id": psychologist_id or person, "slot_id": slot_id}
        return front.post(DOOR, {**ids, "payment_info": payment, **said}, SERVICE)

    return run


def another(front):
    return lead_of(front.post("/submit-application", application(name="Борис")).ok())


def status_of(front, ticket_id):
    return front.get("/get-ticket-info", ticket_id=ticket_id).ok()["ticket"]["status"]


def templates(number):
    return [row.template for row in ledger(f"client#{client_row(number).client_id}")]


@pytest.mark.parametrize("headers", [{}, {"X-Api-Key": "wrong"}, {"X-Api-Key": "tilda-key-of-tests"}])
def test_only_the_back_office_books(front, headers):
    assert front.post(DOOR, sample("intake/process_diagnostic_session_request.json"), headers).status == 401


@pytest.mark.parametrize(
    ("said", "loc"),
    [
        ({"client_id": None}, ["body", "client_id"]),
        ({"psychologist_id": ""}, ["body", "psychologist_id"]),
        ({"slot_id": "x" * 201}, ["body", "slot_id"]),
        ({"payment_info": {"amount": -1, "status": "pending"}}, ["body", "payment_info", "amount"]),
        ({"payment_info": {"amount": 1, "status": "paid"}}, ["body", "payment_info", "status"]),
        ({"payment_info": "completed"}, ["body", "payment_info"]),
    ],
)
def test_a_mistake_is_named(front, said, loc):
    answer = front.post(DOOR, {**sample("intake/process_diagnostic_session_request.json"), **said}, SERVICE)
    assert answer.status == 422
    assert [row["loc"] for row in answer.body["detail"]] == [loc]


def test_a_paid_session_is_confirmed(front, larisa, person, book):
    chosen = slot(front, person, tomorrow(10))
    answer = book(chosen, "completed").ok()
    assert (answer["status"], answer["payment_due_at"], answer["slot_time"]) == ("confirmed", None, moscow(tomorrow(10)))
    assert (answer["ticket_id"], answer["psychologist_name"]) == (larisa, "Мария Орлова")
    assert status_of(front, larisa) == "confirmed"
    assert free_slots(front) == []
    assert templates("br0001") == ["client_session_confirmed"]
    assert int(sessions.current(larisa).amount) == 250_000


def payments(number="br0001"):
    """What the log says of a client's payments: kopecks, and the statuses that counts follow."""
    found = facts.of_subject(client_row(number).client_id, limit=100, start=None).rows
    return [tuple(row.data.get(name) for name in ("amount", "was", "status")) for row in found if row.kind == "session_paid"]


def test_a_payment_is_told_once_however_it_comes(front, larisa, person, book):
    at_once = slot(front, person, tomorrow(10))
    for status in ("completed", "completed", "pending"):
        book(at_once, status).ok()
    assert payments() == [(250_000, None, None)], "it came with the booking, whose own fact says that the session is confirmed"
    later_on = slot(front, person, tomorrow(14))
    for status in ("pending", "completed", "completed"):
        book(later_on, status).ok()
    assert payments() == [(250_000, "pending", "confirmed"), (250_000, None, None)]


def test_an_unpaid_booking_tells_of_no_payment(front, larisa, person, book):
    book(slot(front, person, tomorrow(10))).ok()
    assert payments() == []


def test_what_the_payment_says_counts_and_nothing_said_is_unknown(front, larisa, person, book):
    chosen = slot(front, person, tomorrow(10))
    book(chosen, payment_info={"amount": 0, "status": "pending"}).ok()
    book(chosen, payment_info={"amount": 1999.99, "status": "completed"}).ok()
    book(slot(front, person, tomorrow(14)), payment_info={"status": "completed"}).ok()
    assert payments() == [(None, None, None), (199_999, "pending", "confirmed")]


def test_a_session_that_was_confirmed_before_may_be_paid_once(front, person, book):
    at = tomorrow(10)
    chosen = slot(front, person, at)
    ticket_id = book_by_link(front, at)
    confirm(front, ticket_id, at)
    answers = [book(chosen, "completed").ok() for _ in range(2)]
    assert answers[0] == answers[1] and answers[0]["status"] == "confirmed"
    assert payments() == [(250_000, None, None)]
    assert int(sessions.current(ticket_id).amount) == 250_000


def test_an_unpaid_session_waits_for_its_payment(front, larisa, person, book):
    chosen = slot(front, person, tomorrow(10))
    with time_machine.travel(later(), tick=False):
        answer = book(chosen).ok()
        due = datetime.now(UTC) + timedelta(minutes=settings().payment_minutes)
    assert (answer["status"], datetime.fromisoformat(answer["payment_due_at"])) == ("pending", due.replace(microsecond=0))
    assert free_slots(front) == []
    assert templates("br0001") == ["client_session_awaits_payment"]


@pytest.mark.parametrize("status", ["pending", "completed"])
def test_a_repeat_gets_the_same_answer(front, larisa, person, book, status):
    chosen = slot(front, person, tomorrow(10))
    answers = [book(chosen, status).ok() for _ in range(5)]
    assert all(answer == answers[0] for answer in answers)
    assert len(templates("br0001")) == 1


def test_a_client_is_named_by_number_in_any_case_or_by_id(front, larisa, person, book):
    chosen = slot(front, person, tomorrow(10))
    by_number = book(chosen, client_id="BR0001").ok()
    assert book(chosen, client_id=client_row("br0001").client_id).ok() == by_number


def test_a_payment_that_comes_later_confirms(front, tick, larisa, person, book):
    chosen = slot(front, person, tomorrow(10))
    pending = book(chosen).ok()
    paid = book(chosen, "completed").ok()
    assert (paid["session_id"], paid["status"], paid["payment_due_at"]) == (pending["session_id"], "confirmed", None)
    tick("sweep", later(hours=2))
    assert status_of(front, larisa) == "confirmed"
    assert book(chosen, "pending").ok() == paid, "a late repeat takes no payment back"


def test_confirming_does_not_replace_the_payment(front, larisa, person, book):
    slot_id = slot(front, person, tomorrow(10))
    book(slot_id).ok()
    answer = front.post("/confirm-session-by-client", {"ticket_id": larisa, "slot_time": moscow(tomorrow(10))})
    assert (answer.status, answer.body["error"]) == (409, "payment_awaited")


def test_a_payment_that_never_comes_frees_the_slot_at_the_sweep_and_not_before(front, tick, larisa, person, book):
    chosen = slot(front, person, tomorrow(10))
    book(chosen).ok()
    tick("sweep", later(minutes=29))
    assert status_of(front, larisa) == "pending"
    tick("sweep", later(minutes=31))
    tick("sweep", later(minutes=31))
    assert free_slots(front) == [chosen]
    assert status_of(front, larisa) == "cancelled"
    assert templates("br0001") == ["client_session_awaits_payment", "client_payment_expired"]


def test_after_the_deadline_another_client_books_before_any_sweep(front, tick, larisa, person, book):
    chosen, number = slot(front, person, tomorrow(10)), another(front)
    lost = book(chosen).ok()
    assert book(chosen, "completed", number).status == 409
    with time_machine.travel(later(minutes=31)):
        assert free_slots(front) == [chosen]
        won = book(chosen, "completed", number).ok()
    assert won["session_id"] != lost["session_id"]
    assert status_of(front, larisa) == "cancelled"
    assert templates("br0001")[-1] == "client_payment_expired"
    tick("sweep", later(minutes=40))
    assert status_of(front, won["ticket_id"]) == "confirmed"
    with time_machine.travel(later(minutes=41)):
        late = book(chosen, "completed")
    assert (late.status, late.body["error"]) == (409, "slot_taken")


def test_after_the_deadline_an_application_may_hold_the_slot(front, larisa, person, book):
    chosen = slot(front, person, tomorrow(10))
    book(chosen).ok()
    with time_machine.travel(later(minutes=31)):
        held = front.post("/submit-application", application(chosen)).ok()["held_slots"]
    assert [row["id"] for row in held] == [chosen]
    assert status_of(front, larisa) == "cancelled"


def test_a_late_payment_counts_while_nobody_else_has_taken_the_slot(front, tick, larisa, person, book):
    chosen = slot(front, person, tomorrow(10))
    book(chosen).ok()
    with time_machine.travel(later(minutes=31)):
        assert book(chosen, "completed").ok()["status"] == "confirmed"
    tick("sweep", later(minutes=32))
    assert status_of(front, larisa) == "confirmed"


def test_after_the_sweep_the_same_client_may_book_again(front, tick, larisa, person, book):
    chosen = slot(front, person, tomorrow(10))
    first = book(chosen).ok()
    tick("sweep", later(minutes=31))
    with time_machine.travel(later(minutes=32)):
        second = book(chosen, "completed").ok()
    assert second["session_id"] != first["session_id"]
    assert second["status"] == status_of(front, second["ticket_id"]) == "confirmed"


def test_a_taken_slot_is_refused_with_ranked_alternatives(front, larisa, person, book):
    moment, number = tomorrow(10), another(front)
    owed = specialist(front, "Пётр Волков", debt=5)
    chosen = slot(front, person, moment)
    own_later, owed_later, same_hour = slot(front, person, tomorrow(11)), slot(front, owed, tomorrow(9)), slot(front, owed, moment)
    book(chosen, "completed").ok()
    answer = book(chosen, "completed", number)
    assert (answer.status, answer.body["error"]) == (409, "slot_taken")
    assert [row["id"] for row in answer.body["detail"]["alternatives"]] == [same_hour, owed_later, own_later]


def test_a_slot_held_for_an_application_is_taken_until_the_hold_ends(front, larisa, person, book):
    chosen = slot(front, person, tomorrow(10))
    front.post("/submit-application", application(chosen)).ok()
    assert book(chosen).status == 409
    with time_machine.travel(later(minutes=31)):
        assert book(chosen).ok()["status"] == "pending"


def test_a_slot_of_another_specialist_is_a_mistake(front, larisa, person, book):
    chosen = slot(front, specialist(front, "Пётр Волков"), tomorrow(10))
    answer = book(chosen)
    assert (answer.status, answer.body["error"]) == (409, "wrong_specialist")
    assert len(free_slots(front)) == 1


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"client_id": "br0404"}, "client_not_found"),
        ({"client_id": "💬"}, "client_not_found"),
        ({"slot_id": "no-such-slot"}, "slot_not_found"),
    ],
)
def test_who_and_what_is_unknown_is_not_found(front, larisa, person, book, said, code):
    answer = book(**{"slot_id": slot(front, person, tomorrow(10)), **said})
    assert (answer.status, answer.body["error"]) == (404, code)


def test_a_past_slot_is_gone(front, larisa, person, book):
    chosen = slot(front, person, tomorrow(10))
    with time_machine.travel(tomorrow(11)):
        assert book(chosen).status == 410


def test_a_session_that_took_place_is_not_booked_again(front, tick, larisa, person, book):
    chosen = slot(front, person, tomorrow(10))
    book(chosen, "completed").ok()
    tick("feedback_reminder", tomorrow(13))
    with time_machine.travel(tomorrow(13)):
        answer = book(chosen, "completed")
    assert (answer.status, answer.body["error"]) == (410, "slot_past")


def test_a_slot_taken_between_reading_and_writing_is_refused(front, larisa, person, book, meanwhile):
    chosen, number = slot(front, person, tomorrow(10)), another(front)
    meanwhile(lambda: book(chosen, "completed", number).ok())
    assert book(chosen).status == 409


def test_the_same_request_sent_meanwhile_gets_the_same_answer(front, larisa, person, book, meanwhile):
    chosen, first = slot(front, person, tomorrow(10)), []
    meanwhile(lambda: first.append(book(chosen).ok()))
    assert book(chosen).ok() == first[0]


def test_each_session_has_a_ticket_of_its_own(front, larisa, person, book):
    one, two = (book(slot(front, person, tomorrow(hour)), "completed").ok() for hour in (10, 11))
    assert one["ticket_id"] == larisa
    assert two["ticket_id"] != larisa
    front.post("/cancel-session", {"ticket_id": larisa}).ok()
    assert (status_of(front, larisa), status_of(front, two["ticket_id"])) == ("cancelled", "confirmed")


def test_a_client_who_asked_for_nothing_gets_a_ticket_all_the_same(front, person, book):
    number = another(front)
    answer = book(slot(front, person, tomorrow(10)), "completed", number).ok()
    assert status_of(front, answer["ticket_id"]) == "confirmed"


def test_the_specialist_reads_who_comes(front, larisa, person, book):
    book(slot(front, person, tomorrow(10)), "completed").ok()
    (told,) = ledger(f"specialist#{person}")
    assert (told.values["client_name"], told.values["lead_number"]) == ("Лариса Мельник", "br0001")


def test_the_test_contour_books_test_slots_for_test_clients_and_stays_in_the_ledger(front, tick, sent, larisa, person):
    tested = specialist(front, contour="test")
    chosen, live = slot(front, tested, tomorrow(10)), slot(front, person, tomorrow(10))
    front.post("/submit-application-test-contur", application()).ok()
    body = {"client_id": "tbr0001", "psychologist_id": tested, "slot_id": chosen, "payment_info": {"amount": 1, "status": "completed"}}
    assert front.post(f"{DOOR}-test-contur", body, SERVICE).ok()["status"] == "confirmed"
    assert front.post(DOOR, body, SERVICE).status == 404
    assert front.post(f"{DOOR}-test-contur", {**body, "client_id": "br0001"}, SERVICE).status == 404
    assert front.post(f"{DOOR}-test-contur", {**body, "psychologist_id": person, "slot_id": live}, SERVICE).status == 404
    assert front.post(f"{DOOR}-test-contur", body).status == 401
    tick("sweep")
    assert {message.chat_id for message in sent.sent} == {"900100"}, "only the live request reached the admin"
    assert free_slots(front) == [live]
