"""What a request costs: which AWS calls each webhook makes on its usual path, and that more slots do not make it dearer."""

import socket
from datetime import timedelta

import boto3
import pytest

from bench import capacity
from bench.operations import ASK, CONFIRM, OPERATIONS, PAGE, SUBMIT, TAKEN, World
from bench.wire import connections, recorded
from chalicelib.booking.slots.models import Slot
from chalicelib.booking.specialists.models import Specialist
from chalicelib.core import storage
from tests.builders import application, moscow, slot, specialist, tomorrow

DECIDED = ["PutItem", "BatchGetItem", "TransactWriteItems"]
"""An inbox row, one read, one transaction."""

RANKED = ["PutItem", "BatchGetItem", "Query", "Query", "TransactWriteItems"]
"""An application also asks for specialists and slots."""

NUMBERED = ["UpdateItem", "TransactWriteItems"]
"""A new client's number is an addition of its own, before the transaction that uses it."""

CALLS = {
    "get-available-slots": ["Query"],
    "submit-application, a known client": RANKED,
    "submit-application, a new client": RANKED[:-1] + NUMBERED,
    "process-link": ["BatchGetItem", "TransactWriteItems"],
    "client-registration, a new client": ["BatchGetItem", *NUMBERED],
    "diagnostic-session-request, a known client": DECIDED,
    "diagnostic-session-request, a new client": DECIDED[:-1] + NUMBERED,
    "process-diagnostic-session-request": ["BatchGetItem", "Query", "TransactWriteItems"],
    "get-ticket-info, booked": ["BatchGetItem", "Query"],
    "get-ticket-info, held": ["BatchGetItem", "Query", "BatchGetItem"],
    "confirm-session-by-client": ["Query", "TransactWriteItems"],
    "cancel-session": ["Query", "TransactWriteItems"],
    "cancel-session, by slot": ["BatchGetItem", "BatchGetItem", "TransactWriteItems"],
    "reschedule-session": ["Query", "Query", "TransactWriteItems"],
    "rate-session": ["Query", "TransactWriteItems"],
    "client-sessions-history": ["BatchGetItem", "Query", "BatchGetItem"],
    "notify-update, a slot is taken": DECIDED,
    "notify-update, a slot of a specialist named by words": DECIDED,
    "notify-update, a slot is freed": DECIDED,
    "notify-update, a new slot": DECIDED,
    "notify-update, a new slot of one named by words": ["PutItem", "BatchGetItem", "BatchGetItem", "TransactWriteItems"],
    "notify-update, a specialist": DECIDED,
    "telegram, Start on a link": DECIDED,
    "telegram, a button": DECIDED,
    "telegram, words": DECIDED,
    "create-consultation, a known client": ["BatchGetItem", "BatchGetItem", "TransactWriteItems"],
    "create-consultation, a new client": ["BatchGetItem", *NUMBERED],
    "list-client-tickets": ["BatchGetItem", "Query"],
}
"""Every AWS call of a request, in order. A call more is a decision: each is some milliseconds for the person who waits."""


DEARER = {"notify-update, a new slot of one named by words"}
"""Over its ceiling by a second read: the name says who, and his row says whether he works."""


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_a_webhook_makes_these_calls_and_speaks_to_nobody_else(front, operation):
    request = operation.prepare(World.opened(front))
    with recorded() as recorder, connections() as connected:
        request.send(front).ok()
    assert recorder.operations == CALLS[operation.name]
    assert (len(recorder.operations) > operation.ceiling) == (operation.name in DEARER)
    assert {call.service for call in recorder.calls} == {"dynamodb"}
    assert connected == [], "a vendor was called in a request"


def test_every_call_is_counted_whoever_makes_it(front):
    World.opened(front)
    with recorded() as recorder:
        storage.read(Specialist.at("nobody"))
        boto3.Session().client("dynamodb").scan(TableName=Specialist.Meta.table_name)
    assert recorder.operations == ["BatchGetItem", "Scan"]


def test_every_connection_is_seen():
    with socket.create_server(("127.0.0.1", 0)) as server, connections() as connected:
        socket.create_connection(server.getsockname()).close()
        assert connected == [server.getsockname()]


def test_more_slots_do_not_make_an_operation_dearer():
    some = [operation for operation in OPERATIONS if operation.name in (SUBMIT, CONFIRM, TAKEN, "reschedule-session", ASK, PAGE)]
    grown = capacity.measure(sizes=(5, 150), operations=some)
    assert {row.operation: row.units[5] for row in grown} == {row.operation: row.units[150] for row in grown}


def test_units_follow_what_is_read_and_written():
    row = {
        "id": {"S": "1"},
        "text": {"S": "ж" * 10},
        "count": {"N": "-123.5"},
        "tags": {"SS": ["a", "bc"]},
        "deep": {"M": {"x": {"NULL": True}}},
    }
    assert capacity.size(row) == (2 + 1) + (4 + 20) + (5 + 4) + (4 + 3) + (4 + 3 + 1 + 1 + 1)


def test_times_weeks_apart_are_not_paid_for_with_the_weeks_between(front):
    world = World.opened(front)
    first, *_, last = starts = [tomorrow(9, days=day) + timedelta(minutes=minute) for day in range(1, 15) for minute in range(0, 300, 60)]
    for moment in starts:
        slot(front, world.specialist_id, moment, id=world.slot_id(moment))
    with recorded() as recorder:
        answer = front.post("/submit-application", application(selected_slots=[moscow(first), moscow(last)])).ok()
    assert [row["start_at"] for row in answer["held_slots"]] == [moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in (first, last)]
    queries = [call for call in recorder.calls if call.operation == "Query"]
    assert len(queries) == 3, "specialists, and each time by itself"
    assert sum(call.parsed["ScannedCount"] for call in queries) == 3


@pytest.mark.parametrize(("ahead", "calls"), [(0, 1), (1, 2), (100, 2), (101, 3)])
def test_rows_to_skip_do_not_make_a_call_each(front, ahead, calls):
    person = specialist(front, id="somebody")
    free = slot(front, person, tomorrow(23, days=30), id="free")
    for number in range(ahead):
        start_at = tomorrow(9) + timedelta(minutes=number)
        until = start_at + timedelta(days=1)
        Slot(
            slot_id=f"held-{number}",
            contour="live",
            specialist_id=person,
            specialist_name="Мария Орлова",
            start_at=start_at,
            minutes=1,
            state="held",
            hold_until=until,
            held_in="live",
            free_in="live",
            free_of=person,
        ).save()
    with recorded() as recorder:
        answer = front.get("/get-available-slots", limit="1").ok()
    assert [row["id"] for row in answer["slots"]] == [free]
    assert recorder.operations == ["Query"] * calls
