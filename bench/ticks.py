"""What a tick costs and how long it runs, with few rows and with many: calls, units, and a Lambda's seconds by a price list.

A simulated Lambda: each call of the store takes so many milliseconds, by its kind, and the tick is told how much is left, as AWS
tells it. What a process here takes is not measured: the in-process store is slower than DynamoDB with many rows.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3

import app as composition
from bench import desk
from bench.capacity import metered
from bench.wire import heard
from chalicelib.booking.sessions.models import Session
from chalicelib.core import clock
from chalicelib.core.inbox import InboxRow
from chalicelib.core.settings import settings
from chalicelib.intake.tickets.models import Ticket
from tests.builders import scheduled

MS = {"Query": 9, "BatchGetItem": 9, "GetItem": 5, "PutItem": 7, "UpdateItem": 7, "DeleteItem": 7, "TransactWriteItems": 22}
"""Milliseconds of one call in a Lambda of 512 MB: the store's answer and our own work for it. An assumption, no measurement."""

TIMEOUT = {"sweep": 55, "confirm_help_hand": 300, "confirm_sessions": 300, "update_number_of_clients_provided": 300}
"""Seconds a tick may run, as `.chalice/config.json` says; 55 for the others."""

SIZES = (20, 200)
DUE = 10
NOW = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0)
"""Noon in Moscow: people are written to by day."""


class Context:
    """A Lambda's context whose time passes by the calls that are made."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.spent, self.calls = seconds, 0.0, Counter[str]()

    def get_remaining_time_in_millis(self) -> float:
        """What AWS would say."""
        return max(self.seconds - self.spent, 0) * 1000

    def asked(self, model: Any, **rest: Any) -> None:
        """One more call."""
        self.calls[model.name] += 1
        self.spent += MS.get(model.name, 10) / 1000


@dataclass
class Tick:
    """One run of a tick: what it did, what it cost, and whether its Lambda would have been killed."""

    result: Any
    calls: Counter[str]
    seconds: float
    killed: bool
    read: float = 0
    write: float = 0


@dataclass(frozen=True)
class Case:
    """A tick, and what stands in the store when it comes."""

    name: str
    tick: str
    fill: Callable[[int], None]


def run(name: str, at: datetime, *, units: bool = True, seconds: float | None = None) -> Tick:
    """Run a scheduled function in a simulated Lambda."""
    context = Context(seconds or TIMEOUT.get(name, 55))
    with heard(context.asked, lambda **rest: None), _metered(units) as meter:
        result = composition.app.handler_map[name](scheduled(at), context)
    tick = Tick(result, context.calls, context.spent, context.spent > context.seconds)
    if meter is not None:
        tick.read, tick.write = meter.units.read, meter.units.write
    return tick


@contextmanager
def _metered(wanted: bool) -> Iterator[Any]:
    if not wanted:
        yield None
        return
    with metered() as meter:
        yield meter


def put(rows: list[Any]) -> None:
    """Write rows as they stand, many at once."""
    client = boto3.client("dynamodb")
    for start in range(0, len(rows), 25):
        some = rows[start : start + 25]
        client.batch_write_item(RequestItems={some[0].Meta.table_name: [{"PutRequest": {"Item": row.serialize()}} for row in some]})


def session(number: int, start_at: datetime, **said: Any) -> Session:
    """A confirmed session that was reminded of, unless it is said otherwise."""
    known: dict[str, Any] = {
        "contour": "live",
        "client_id": f"client-{number}",
        "client_name": "Анна Лебедева",
        "lead_number": f"br{number}",
    }
    known |= {"specialist_id": f"specialist-{number % 40}", "specialist_name": "Вера Соколова", "slot_id": f"slot-{number}"}
    known |= {"start_at": start_at, "end_at": start_at + timedelta(hours=1), "minutes": 60, "status": "confirmed", "live_in": "live"}
    known |= {"created_at": NOW - timedelta(days=3), "updated_at": NOW, "reminded_for": start_at}
    known |= {"notice_in": "close-live", "notice_at": start_at + timedelta(hours=2)}
    return Session(f"ticket-{number:06}", f"session-{number:06}", **{**known, **said})


def said_sessions(count: int) -> None:
    """Sessions of the coming two hours of which everybody was reminded."""
    put([session(number, NOW + timedelta(minutes=1 + number % 115)) for number in range(count)])


def due_sessions(count: int) -> None:
    """Sessions of the coming two hours of which nobody was reminded."""
    starts = [NOW + timedelta(minutes=1 + number % 115) for number in range(count)]
    put([_unsaid(number, start_at) for number, start_at in enumerate(starts)])


def _unsaid(number: int, start_at: datetime) -> Session:
    return session(number, start_at, reminded_for=None, notice_in="remind-live", notice_at=start_at - timedelta(hours=2))


def pending_sessions(count: int) -> None:
    """Sessions of tomorrow that wait for the client's word."""
    put([session(number, NOW + timedelta(hours=23), status="pending") for number in range(count)])


def waiting(number: int, days: int, stage: int | None, due_in: timedelta) -> Ticket:
    """A helping-hand application that waits for so many days."""
    made, name = NOW - timedelta(days=days), f"ticket-{number:06}"
    who: dict[str, Any] = {"client_id": f"client-{number}", "lead_number": f"br{number}", "tie": "proven", "name": "Анна Лебедева"}
    when: dict[str, Any] = {"created_at": made, "updated_at": made, "help_due_at": NOW + due_in, "help_stage": stage}
    return Ticket(name, contour="live", kind="helping_hand", helping_in="live", request_text="Тревога, не сплю", **who, **when)


def waiting_applications(count: int) -> None:
    """Applications that were asked about, and a few whose day has come."""
    put([waiting(number, 8, 7, timedelta(days=6)) for number in range(count)])
    put([waiting(count + number, 7, None, timedelta()) for number in range(DUE)])


def due_applications(count: int) -> None:
    """Applications whose day has come, all of them."""
    put([waiting(number, 7, None, timedelta()) for number in range(count)])


def failing_events(count: int) -> None:
    """Events that no door can decide any more, and always fail."""
    at = clock.wall() - timedelta(minutes=5)
    said: dict[str, Any] = {"source": "tests", "operation": "POST /gone", "state": "received", "open": "received", "seed": "seed"}
    put([InboxRow(f"tests#{number}", received_at=at, expires_at=NOW + timedelta(days=3), raw=b"{}", **said) for number in range(count)])


CASES = (
    Case("reminders, nothing new: all live sessions were reminded of", "session_reminder", said_sessions),
    Case("reminders, all of them due", "session_reminder", due_sessions),
    Case("confirmations, all of them due", "confirm_sessions", pending_sessions),
    Case(f"helping hand, {DUE} due among those that wait", "confirm_help_hand", waiting_applications),
    Case("helping hand, all of them due", "confirm_help_hand", due_applications),
    Case("sweep, events that always fail", "sweep", failing_events),
)


def measure(sizes: tuple[int, ...] = SIZES, cases: tuple[Case, ...] = CASES) -> list[tuple[str, dict[int, Tick]]]:
    """Each case once a size, on an empty desk."""
    return [(case.name, {size: _on(case, size) for size in sizes}) for case in cases]


def _on(case: Case, size: int) -> Tick:
    with desk.opened(), _switched_on():
        case.fill(size)
        return run(case.tick, NOW)


@contextmanager
def _switched_on() -> Iterator[None]:
    os.environ["CONFIRMATION_LADDER"] = "true"
    settings.cache_clear()
    try:
        yield
    finally:
        del os.environ["CONFIRMATION_LADDER"]
        settings.cache_clear()
