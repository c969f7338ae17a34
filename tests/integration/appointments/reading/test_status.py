"""How appointments end by the office's word: before the start and after it, once, and by whom."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.clock import pinned
from chalicelib.core.facts import FactRow
from tests.builders import SERVICE, moscow, slot, specialist, tomorrow
from tests.integration.appointments.reading.conftest import APPOINTMENTS, name, put
from tests.integration.booking import desk
from tests.integration.team.conftest import told
from tests.standins.store import OneAtATime, Wire

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@pytest.fixture
def when():
    return tomorrow(12)


@pytest.fixture
def ticket(salon, when):
    """A client of the form's, with the time of a master whose card is `salon.ids`'s mark."""
    number, _ = salon.master(is_bookable=True)
    return desk.booked(salon.front, slot(salon.front, salon.one(number)["specialist_id"], when))


def named(ticket):
    return name(desk.session(ticket))


def kinds(ticket):
    return [
        row.kind for row in sorted(FactRow.scan(), key=lambda row: row.fact_id) if row.ref == ticket and row.kind.startswith("session_")
    ]


def test_called_off_before_its_start_its_time_is_free_at_once(salon, ticket, when):
    free = desk.session(ticket).slot_id
    with pinned(when - SECOND):
        one = salon.say(named(ticket), "cancelled").ok()
        assert (one["status"], one["no_show"], one["id"]) == ("cancelled", False, named(ticket))
        assert salon.say(named(ticket), "cancelled").ok() == one
    assert desk.free(salon.front) == [free]
    assert (desk.session(ticket).status, desk.session(ticket).cancellation_reason) == ("cancelled", "office")
    assert desk.said(ticket, cause="cancelled_by_office") == ["client_session_cancelled", "specialist_session_cancelled"]
    assert kinds(ticket).count("session_cancelled") == 1
    with pinned(when + HOUR):
        for status in ("completed", "scheduled"):
            assert told(salon.say(named(ticket), status)) == (409, "session_ended", {"status": "cancelled"})
        assert salon.say(named(ticket), "cancelled").ok() == one
    assert desk.status(salon.front, ticket) == "cancelled"


@pytest.mark.parametrize("confirmed", [False, True])
def test_after_its_start_nobody_came(salon, ticket, when, confirmed):
    if confirmed:
        desk.confirm(salon.front, ticket, moscow(when)).ok()
    before = len(desk.said())
    with pinned(when):
        one = salon.say(named(ticket), "cancelled").ok()
        assert (one["status"], one["no_show"]) == ("cancelled", True)
        assert salon.say(named(ticket), "cancelled").ok() == one
    assert desk.session(ticket).status == "missed"
    assert len(desk.said()) == before
    assert kinds(ticket)[-1] == "session_missed"
    assert told(salon.say(named(ticket), "completed")) == (409, "session_ended", {"status": "missed"})


def test_it_took_place_only_once_it_has_begun(salon, ticket, when):
    with pinned(when - SECOND):
        assert told(salon.say(named(ticket), "completed")) == (409, "session_ahead", {"starts_at": int(when.timestamp())})
        assert salon.say(named(ticket), "scheduled").ok()["status"] == "scheduled"
    assert kinds(ticket) == ["session_booked"]
    one = named(ticket)
    with pinned(when):
        with Wire() as wire:
            assert salon.say(one, "completed").ok()["status"] == "completed"
        assert [call.operation for call in wire.calls] == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
        assert salon.say(named(ticket), "completed").ok()["status"] == "completed"
    assert desk.said(ticket, cause="session_completed") == ["client_feedback", "specialist_feedback"]
    assert told(salon.say(named(ticket), "cancelled")) == (409, "session_ended", {"status": "completed"})
    assert kinds(ticket) == ["session_booked", "session_completed"]


def test_a_master_says_it_of_his_own_alone(salon, ticket, when):
    mark, nobody = salon.of("mark"), {"field": "appointment_id"}
    other = put(when, specialist_id=specialist(salon.front, "Другая", telegram_id="5550002"))
    for header in (salon.as_staff("new", "master"), mark):
        assert told(salon.say(name(other), "cancelled", header)) == (404, "not_found", nobody)
    assert told(salon.say(named(ticket), "cancelled", salon.as_staff("new", "master"))) == (404, "not_found", nobody)
    assert salon.say(named(ticket), "cancelled", {}).status == 401
    assert salon.say(named(ticket), "cancelled", salon.as_staff("anna", "manager")).status == 403
    assert (desk.status(salon.front, ticket), salon.ids_of(mark)) == ("pending", [named(ticket)])
    assert salon.say(named(ticket), "cancelled", mark).ok()["status"] == "cancelled"
    assert desk.session(ticket).cancellation_reason == "specialist"
    with pinned(when):
        assert salon.say(name(other), "completed", salon.as_staff("oleg", "operator")).ok()["status"] == "completed"


@pytest.mark.parametrize(("status", "state"), [("completed", "booked"), ("cancelled", "free")])
def test_whose_payment_never_came_leaves_no_hold_behind(salon, status, state):
    soon = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=10)
    person = specialist(salon.front)
    chosen = slot(salon.front, person, soon)
    ticket = desk.reserved(salon.front, person, chosen)
    assert desk.stored(chosen).state == "held"
    with pinned(soon):
        assert salon.say(named(ticket), status).ok()["status"] == status
    assert (desk.stored(chosen).state, desk.stored(chosen).hold_until) == (state, None)


def test_what_the_office_booked_is_named_by_its_number(salon, when):
    employee, mark = salon.master(is_bookable=True)
    client = salon.front.post("/api/v1/admin/clients", {"full_name": "Анна Ким"}, SERVICE).ok()["id"]
    body = {"client_id": client, "employee_id": employee, "starts_at": int(when.timestamp()), "source": "admin_phone"}
    booked = salon.front.post(APPOINTMENTS, body, SERVICE).ok()
    assert isinstance(booked["id"], int)
    assert salon.listed(mark, source="admin_phone")["items"] == [booked | {"warnings": []}]
    with pinned(when), Wire() as wire:
        assert salon.say(booked["id"], "completed").ok() == {**booked, "status": "completed", "warnings": []}
    assert [call.operation for call in wire.calls] == ["BatchGetItem"] * 2 + ["TransactWriteItems"]
    again = salon.front.post(APPOINTMENTS, {**body, "starts_at": body["starts_at"] + 7200}, SERVICE).ok()
    assert salon.say(again["id"], "cancelled", mark).ok()["status"] == "cancelled"
    assert salon.say(again["id"], "cancelled", salon.as_staff("new", "master")).status == 404
    assert desk.free(salon.front) == []


@pytest.mark.parametrize("one", ["0", "99", "s.1", "s.1.2", "s..", "s.1.2.3", "none", "s." + "x" * 70 + ".1", "9" * 400])
def test_nobodys_appointment(salon, one):
    assert told(salon.say(one, "cancelled")) == (404, "not_found", {"field": "appointment_id"})


def test_test_data_is_no_appointment(salon, when):
    assert salon.say(name(put(when, contour="test")), "cancelled").status == 404


@pytest.mark.parametrize("status", ["missed", "pending", "", None, 1])
def test_it_stands_in_one_of_three_ways(salon, ticket, status):
    refused = salon.say(named(ticket), status)
    assert (refused.status, refused.body["detail"][0]["loc"]) == (422, ["body", "status"])
    assert kinds(ticket) == ["session_booked"]


def test_of_two_words_at_once_one_counts(salon, ticket, when):
    with pinned(when + SECOND):
        asked = [(named(ticket), status) for status in ("completed", "cancelled") * 2]

        def say(said):
            with pinned(when + SECOND):
                return salon.say(*said)

        with OneAtATime(), ThreadPoolExecutor(4) as pool:
            answers = [*pool.map(say, asked)]
    stands = desk.session(ticket).status
    won = {"completed": "completed", "missed": "cancelled"}[stands]
    assert {answer.status for (_, said), answer in zip(asked, answers, strict=True) if said == won} == {200}
    assert {answer.body["error"] for (_, said), answer in zip(asked, answers, strict=True) if said != won} == {"session_ended"}
    assert kinds(ticket)[1:] == [f"session_{stands}"]
