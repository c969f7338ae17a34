"""The office books: by name or not, what is offered or time that is made, and never over another's."""

from datetime import timedelta

import pytest

from chalicelib.appointments.booking import repository
from chalicelib.booking.sessions.models import Session
from chalicelib.booking.slots.models import Slot
from chalicelib.core import storage
from tests.builders import SERVICE, ledger, messages, moscow, slot, specialist, tomorrow
from tests.integration.appointments.booking.conftest import OFFICES, SPOKEN, told
from tests.integration.booking import days
from tests.standins.store import Wire

HALF = timedelta(minutes=30)


def session_of(answer):
    (named,) = storage.read(repository.key(answer["id"]))
    return Session.get(named.ticket_id, named.session_id)


def operations(wire):
    return [call.operation for call in wire.calls]


@pytest.mark.parametrize("path", [OFFICES, SPOKEN])
def test_who_may_not_and_what_is_no_appointment(salon, path):
    client, start = salon.come(), tomorrow(10)
    assert salon.book(client, start, {}, path).status == 401
    salon.hire("mark", "master")
    assert salon.book(client, start, salon.of("mark"), path).status == 403
    wrong = ({"duration_minutes": 4}, {"duration_minutes": 481}, {"source": "form"}, {"force": True}, {"title": "я" * 201})
    assert {salon.book(client, start, path=path, **said).status for said in wrong} == {422}
    assert salon.book(0, start, path=path).status == 422
    for moment in (tomorrow(10, days=-1), tomorrow(10, days=400), start + timedelta(seconds=1)):
        answer = salon.book(client, moment, path=path)
        assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", "starts_at"])
    assert told(salon.book(client, start, path=path, force=True, reason=" "))[2][0]["loc"] == ["body", "reason"]
    assert told(salon.book(client, start, path=path, service_id=1, product_id=2))[2][0]["loc"] == ["body", "service_id"]
    assert not list(Session.scan())


@pytest.mark.parametrize("field", ["client_id", "employee_id", "service_id", "location_id"])
def test_whom_nobody_knows_is_named(salon, field):
    salon.master()
    answer = salon.book(salon.come(), tomorrow(10), **{field: 99})
    assert (answer.status, answer.body["detail"]) == (404, {"field": field})


def test_time_is_made_where_none_is_offered(salon):
    master, client, service = salon.master(), salon.come(), salon.service(minutes=45)
    salon.plan(master["id"])
    salon.book(salon.come(), tomorrow(12), employee_id=master["id"], service_id=service).ok()
    with Wire() as wire:
        answer = salon.book(
            client,
            tomorrow(15),
            employee_id=master["id"],
            product_id=service,
            source="admin_phone",
            title="Стрижка и укладка",
            comment="у окна",
        ).ok()
    assert operations(wire) == ["BatchGetItem", "UpdateItem", "TransactWriteItems"]
    answer.pop("created_at")
    assert answer == {
        "id": 2,
        "client_id": client,
        "client_name": "Анна Ким",
        "employee_id": master["id"],
        "employee_name": "Мария Орлова",
        "service_id": service,
        "product_id": service,
        "service_name": "Стрижка",
        "title": "Стрижка и укладка",
        "starts_at": int(tomorrow(15).timestamp()),
        "duration_minutes": 45,
        "status": "scheduled",
        "no_show": False,
        "source": "admin_phone",
        "location_id": None,
        "comment": "у окна",
        "warnings": [],
    }
    session = session_of(answer)
    assert (session.status, session.origin, session.is_made) == ("confirmed", "crm", True)
    ticket = salon.front.get("/get-ticket-info", SERVICE, ticket_id=session.ticket_id).ok()["ticket"]
    assert (ticket["status"], ticket["client_name"]) == ("confirmed", "Анна Ким")
    assert [row["template"] for row in messages(salon.front)] == ["client_session_confirmed"]
    days.agree()


def test_what_is_offered_then_is_taken(salon):
    master, client = salon.master(), salon.come()
    offered = slot(salon.front, master["specialist_id"], tomorrow(10), minutes=90)
    short = slot(salon.front, master["specialist_id"], tomorrow(12))
    salon.book(salon.come(), tomorrow(15), employee_id=master["id"]).ok()
    with Wire() as wire:
        answer = salon.book(client, tomorrow(10), employee_id=master["id"], duration_minutes=60).ok()
    assert len(operations(wire)) == 4
    assert (session_of(answer).slot_id, answer["duration_minutes"]) == (offered, 90)
    longer = salon.book(client, tomorrow(12), employee_id=master["id"], duration_minutes=75).ok()
    assert session_of(longer).is_made and Slot.get(short).state == "cut"
    salon.cancel(longer)
    assert Slot.get(short).state == "free" and len([row for row in Slot.scan() if row.is_made]) == 1
    days.agree()


def test_a_taken_time_names_five_others(salon):
    master, anna, boris = salon.master(), salon.come(), salon.come("Борис Ли")
    salon.plan(master["id"])
    salon.book(anna, tomorrow(12), employee_id=master["id"]).ok()
    offered = slot(salon.front, master["specialist_id"], tomorrow(14))
    status, code, detail = told(salon.book(boris, tomorrow(12) + HALF, employee_id=master["id"], force=True, reason="просит"))
    assert (status, code) == (409, "slot_taken")
    begins = [one["starts_at"] for one in detail["alternatives"]]
    assert begins == [
        int(moment.timestamp()) for moment in (tomorrow(13), tomorrow(13) + HALF, tomorrow(11), tomorrow(14), tomorrow(11) - HALF)
    ]
    assert {one["employee_id"] for one in detail["alternatives"]} == {master["id"]}
    salon.book(boris, tomorrow(13), employee_id=master["id"]).ok()
    assert Slot.get(offered).state == "free"
    days.agree()


def test_outside_the_schedule_is_a_warning_and_forced_it_is_none(salon):
    master, client = salon.master(), salon.come()
    free = salon.book(client, tomorrow(20), employee_id=master["id"]).ok()
    assert free["warnings"] == [], "that day has no schedule"
    salon.plan(master["id"])
    assert len(salon.book(client, tomorrow(8), employee_id=master["id"]).ok()["warnings"]) == 1
    assert len(salon.book(client, tomorrow(18) + HALF, employee_id=master["id"]).ok()["warnings"]) == 1
    assert salon.book(client, tomorrow(10), employee_id=master["id"]).ok()["warnings"] == []
    forced = salon.book(client, tomorrow(7), employee_id=master["id"], force=True, reason="просила").ok()
    (named,) = storage.read(repository.key(forced["id"]))
    assert (forced["warnings"], named.reason) == ([], "просила")


def test_a_client_sits_in_one_place_unless_it_is_forced(salon):
    one, other, client = salon.master(), salon.master("Вера Соколова"), salon.come()
    salon.book(client, tomorrow(10), employee_id=one["id"]).ok()
    answer = salon.book(client, tomorrow(10) + HALF, employee_id=other["id"])
    assert (answer.status, answer.body["error"]) == (409, "client_busy")
    salon.book(client, tomorrow(10) + HALF, employee_id=other["id"], force=True, reason="с дочерью").ok()
    assert len(list(Session.scan())) == 2


def test_the_one_with_the_least_to_do_takes_it(salon):
    first, second, third = (salon.master(name) for name in ("Мария Орлова", "Вера Соколова", "Ольга Белова"))
    for master in (first, second):
        salon.plan(master["id"])
    salon.plan(third["id"], "10:00", "12:00")
    chosen = [salon.book(salon.come(f"Клиент {number}"), tomorrow(14)) for number in "абв"]
    assert [answer.body["employee_id"] for answer in chosen[:2]] == [first["id"], second["id"]]
    status, code, detail = told(chosen[2])
    assert (status, code, len(detail["alternatives"])) == (409, "slot_taken", 5)
    assert salon.book(salon.come("Гость"), tomorrow(16)).ok()["employee_id"] == first["id"], "both have one"
    forced = salon.book(salon.come("Еще"), tomorrow(14), force=True, reason="постоянный").ok()
    assert forced["employee_id"] == third["id"]
    days.agree()


def test_whoever_is_gone_is_not_booked(salon):
    master, client = salon.master(), salon.come()
    salon.book(client, tomorrow(12), employee_id=master["id"]).ok()  # the worker remembers her
    salon.front.delete(f"/api/v1/admin/employees/{master['id']}", SERVICE).ok()
    assert told(salon.book(client, tomorrow(10), employee_id=master["id"]))[:2] == (409, "employee_archived")
    other = salon.master("Вера Соколова", is_bookable=False)
    assert salon.book(client, tomorrow(10), employee_id=other["id"]).status == 422
    assert salon.book(client, tomorrow(10), force=True, reason="-").status == 409


def test_a_house_without_employees_books_all_the_same(salon):
    client = salon.come()
    answer = salon.book(client, tomorrow(10), title="Консультация").ok()
    assert (answer["employee_id"], session_of(answer).specialist_id) == (None, "company")
    assert ledger("admin", "specialist_session_booked"), "the office is told in nobody's stead"
    status, code, detail = told(salon.book(salon.come("Борис Ли"), tomorrow(10) + HALF))
    assert (status, code, len(detail["alternatives"])) == (409, "slot_taken", 5)
    assert salon.front.get("/specialists", SERVICE).ok()["specialists"] == [] and salon.front.get("/cards").status == 200
    salon.cancel(answer)
    assert not list(Slot.scan()), "what was made is gone, and nothing of the house is offered"


def test_the_same_again_is_the_same(salon):
    master, client = salon.master(), salon.come()
    keyed = {**SERVICE, "Idempotency-Key": "k1"}
    first = salon.book(client, tomorrow(10), keyed, employee_id=master["id"]).ok()
    assert salon.book(client, tomorrow(10), keyed, employee_id=master["id"]).ok() == first
    assert told(salon.book(client, tomorrow(11), keyed, employee_id=master["id"]))[:2] == (409, "key_reused")
    assert salon.book(client, tomorrow(10), employee_id=master["id"]).ok() == first, "without a key too"
    assert salon.book(client, tomorrow(10), {**SERVICE, "Idempotency-Key": "k2"}, employee_id=master["id"]).status == 409
    assert len(list(Session.scan())) == 1


def test_the_site_does_not_offer_what_an_appointment_took(salon):
    person = specialist(salon.front, "Павел Седов")
    master, client = salon.master("Павел Седов", specialist_id=person), salon.come()
    offered = slot(salon.front, person, tomorrow(10))
    salon.book(client, tomorrow(10) + HALF, employee_id=master["id"]).ok()
    assert salon.front.get("/get-available-slots").ok()["slots"] == []
    answer = salon.front.post(
        "/submit-application", {"name": "Вера", "contact": {"type": "phone", "value": "+79045501567"}, "selected_slots": [offered]}
    )
    assert answer.ok()["held_slots"] == []


def test_it_moves_to_time_that_is_long_enough(salon):
    master = salon.master()
    booked = salon.book(salon.come(), tomorrow(10), employee_id=master["id"], duration_minutes=90).ok()
    slot(salon.front, master["specialist_id"], tomorrow(12))
    slot(salon.front, master["specialist_id"], tomorrow(14), minutes=90)
    ticket = session_of(booked).ticket_id

    def move(hour):
        return salon.front.post("/reschedule-session", {"ticket_id": ticket, "new_slot_time": moscow(tomorrow(hour))}, SERVICE)

    status, code, detail = told(move(12))
    assert (status, code, [one["time"] for one in detail["alternatives"]]) == (409, "slot_taken", ["14:00"])
    move(14).ok()
    assert (session_of(booked).start_at, session_of(booked).minutes) == (tomorrow(14), 90)
    days.agree()
