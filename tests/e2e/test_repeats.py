"""What is sent many times, in turn and at once, has one effect and one answer."""

from datetime import timedelta

import pytest

from tests.builders import (
    SERVICE,
    SUPABASE,
    TELEGRAM,
    Front,
    application,
    book,
    change,
    confirm,
    moscow,
    press,
    slot,
    specialist,
    start,
    tomorrow,
)
from tests.e2e.crowd import Call, post
from tests.proofs import size

AT_ONCE, IN_TURN = 20, size(3, full=20)
NO_EFFECT = ("inbox", "counters")
"""A repeat may be kept as it came, and may draw a lead number that nobody gets."""

DEEDS = {}
"""By its webhook's name: prepares a fresh subject by its number and gives the call that is repeated."""


def deed(arrange):
    DEEDS[arrange.__name__] = arrange
    return arrange


def a_slot(front, number):
    """A specialist of his own and one free time of his."""
    person = specialist(front, f"Специалист Номер{number}", telegram_id=str(5_600_000 + number))
    moment = tomorrow(12, days=10 + number)
    return person, slot(front, person, moment), moment


def phone(number):
    return {"type": "phone", "value": f"+7 916 500-{number // 100:02}-{number % 100:02}"}


def a_session(front, number):
    """A pending session: its ticket and its time."""
    _, _, moment = a_slot(front, number)
    return book(front, moment, 7_500_000_000 + number, update_id=50_000 + number, contact=phone(number)), moment


@deed
def submit_application(front, number):
    _, chosen, _ = a_slot(front, number)
    return post("/submit-application", application(chosen, tranid=f"2406:{number}", contact=phone(number)))


@deed
def diagnostic_session_request(front, number):
    return post("/webhook/diagnostic-session-request", {"client_name": "Нина", "client_phone": phone(number)["value"]})


@deed
def client_registration(front, number):
    return post("/client-registration", {"user_id": str(7_600_000_000 + number)}, SERVICE)


@deed
def process_link(front, number):
    _, chosen, _ = a_slot(front, number)
    ticket = front.post("/submit-application", application(chosen, contact=phone(number))).ok()["ticket_id"]
    return post("/process-link", {"user_id": str(7_500_000_000 + number), "ticket_id": ticket}, SERVICE)


@deed
def telegram_start(front, number):
    _, chosen, _ = a_slot(front, number)
    ticket = front.post("/submit-application", application(chosen, contact=phone(number))).ok()["ticket_id"]
    return post("/telegram", start(ticket, 7_500_000_000 + number, update_id=60_000 + number, username=f"guest_{number}"), TELEGRAM)


@deed
def telegram_button(front, number):
    ticket, _ = a_session(front, number)
    session = front.tables.row("sessions", ticket_id=ticket)["session_id"]
    return post("/telegram", press(f"cancel:{ticket}:{session}", 7_500_000_000 + number, update_id=70_000 + number), TELEGRAM)


@deed
def process_diagnostic_session_request(front, number):
    person, chosen, _ = a_slot(front, number)
    client = front.post("/client-registration", {"user_id": str(7_500_000_000 + number)}, SERVICE).ok()["client_id"]
    return post("/process-diagnostic-session-request", {"client_id": client, "psychologist_id": person, "slot_id": chosen}, SERVICE)


@deed
def confirm_session_by_client(front, number):
    ticket, moment = a_session(front, number)
    return post("/confirm-session-by-client", {"ticket_id": ticket, "slot_time": moscow(moment)})


@deed
def reschedule_session(front, number):
    ticket, moment = a_session(front, number)
    session = front.tables.row("sessions", ticket_id=ticket)
    slot(front, session["specialist_id"], moment + timedelta(hours=1))
    return post("/reschedule-session", {"ticket_id": ticket, "new_slot_time": moscow(moment + timedelta(hours=1))})


@deed
def cancel_session(front, number):
    ticket, _ = a_session(front, number)
    return post("/cancel-session", {"ticket_id": ticket, "cancellation_reason": "заболела"})


@deed
def rate_session(front, number):
    ticket, moment = a_session(front, number)
    confirm(front, ticket, moment)
    front.http.tick("feedback_reminder", moment + timedelta(hours=2))
    return post("/rate-session", {"ticket_id": ticket, "rating": 5, "feedback": "стало легче"})


def row_of(slot_id, number, moment, state, client_id):
    said = {"psychologist": f"Специалист Номер{number}", "date": f"{moment:%Y-%m-%d}", "time": moscow(moment)[-5:], "ticket": None}
    return {"id": slot_id, **said, "state": state, "client_id": client_id}


@deed
def notify_update_taken(front, number):
    _, chosen, moment = a_slot(front, number)
    free = row_of(chosen, number, moment, "Свободен", None)
    return post("/notify-update", change("UPDATE", free | {"state": "Занят", "client_id": str(number)}, free), SUPABASE)


@deed
def notify_update_freed(front, number):
    taken = notify_update_taken(front, number)
    front.call("POST", taken.path, body=taken.raw, headers=taken.headers).ok()
    return post("/notify-update", change("UPDATE", taken.body["old_record"], taken.body["record"]), SUPABASE)


@deed
def notify_update_specialist(front, number):
    row = {"id": f"s{number}", "name": f"Пришедший Номер{number}", "min_price": 3000, "debt": 2}
    return post("/notify-update", change("INSERT", row, table="hraniteli_psychologists"), SUPABASE)


@pytest.fixture
def front(crowd, crowd_tables):
    front = Front(crowd)
    front.tables = crowd_tables
    return front


def made(tables, act):
    """The answers of an act, and how many rows it added to each table."""
    before = tables.counts(without=NO_EFFECT)
    answers = act()
    after = tables.counts(without=NO_EFFECT)
    return answers, {name: after[name] - before[name] for name in after if after[name] != before[name]}


@pytest.mark.parametrize("name", DEEDS)
def test_repeats_in_turn_and_at_once_are_one(crowd, crowd_tables, front, name):
    place = list(DEEDS).index(name) * 2
    alone: Call = DEEDS[name](front, place)
    _, effect = made(crowd_tables, lambda: crowd.in_turn([alone]))
    repeated = DEEDS[name](front, place + 1)

    answers, effects = made(crowd_tables, lambda: crowd.at_once([repeated] * AT_ONCE) + crowd.in_turn([repeated] * IN_TURN))

    assert [answer.status for answer in answers] == [200] * (AT_ONCE + IN_TURN), {answer.text for answer in answers}
    assert len({answer.text for answer in answers}) == 1
    assert effects == effect
