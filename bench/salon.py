"""What the office's day costs with few sessions and messages and with many: an appointment by phone, a page of the registry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bench import desk
from bench.capacity import DAYS, SIZES, Units, metered
from bench.operations import Operation, Request, World
from bench.ticks import put, session
from bench.wire import recorded
from chalicelib.appointments.booking.models import Appointment
from chalicelib.booking.sessions import repository as sessions
from chalicelib.core import briefly, clock, facts, ids, places
from chalicelib.messaging.models import MessageRow
from chalicelib.messaging.repository import year_key
from tests.builders import SERVICE, tomorrow

ADMIN = "/api/v1/admin"
MOST_CALLS = {"an appointment by phone": 4, "a page of the registry of messages": 2}
EQUAL = "an appointment by phone"
"""Whose units do not grow. A page of the registry counts what it is a page of, up to what one answer counts."""


@dataclass(frozen=True)
class Cost:
    """One operation of the office among so many sessions and messages."""

    name: str
    size: int
    calls: list[str]
    units: Units


def measure(sizes: Sequence[int] = SIZES, only: Operation | None = None) -> list[Cost]:
    """Both at each size, or one of them."""
    fills = ((BOOKING, _sessions), (REGISTRY, _messages))
    return [_on(operation, fill, size) for operation, fill in fills if only in (None, operation) for size in sizes]


def is_flat(costs: Sequence[Cost]) -> bool:
    """Whether the number of sessions makes no difference to a booking."""
    return len({(one.units.read, one.units.write) for one in costs if one.name == EQUAL}) == 1


def _on(operation: Operation, fill: Any, size: int) -> Cost:
    with desk.opened() as world:
        request = operation.prepare(world)
        fill(size)
        briefly.forget_all()  # whoever books first reads the team, too
        with recorded() as recorder, metered() as meter:
            request.send(world.front).ok()
        return Cost(operation.name, size, [call for call in recorder.operations if call != "GetItem"], meter.units)


def _book(world: World) -> Request:
    """A service of a master who is there that day, for a client whom the office knows."""
    front, day = world.front, tomorrow(10, days=2)
    master = front.post(f"{ADMIN}/employees", {"full_name": "Вера Соколова", "position": "мастер"}, SERVICE).ok()["id"]
    shift = {"work_date": f"{day:%Y-%m-%d}", "planned_start": "10:00", "planned_end": "19:00"}
    front.post(f"{ADMIN}/employees/{master}/schedule", shift, SERVICE).ok()
    card = {"name": "Стрижка", "item_type": "service", "price_rub": 1500, "service_duration_min": 45}
    service = front.post(f"{ADMIN}/products", card, SERVICE).ok()["id"]
    client = front.post(f"{ADMIN}/clients", {"full_name": "Анна Лебедева", "phone": "+79045500001"}, SERVICE).ok()["id"]
    said = {"client_id": client, "employee_id": master, "service_id": service, "source": "admin_phone"}
    return Request("POST", f"{ADMIN}/appointments", {**said, "starts_at": int((day + timedelta(hours=2)).timestamp())}, headers=SERVICE)


def _registry(world: World) -> Request:
    return Request("GET", f"{ADMIN}/dialogues/messages", query={"message_date": _day()}, headers=SERVICE)


BOOKING = Operation("an appointment by phone", _book, MOST_CALLS["an appointment by phone"])
REGISTRY = Operation("a page of the registry of messages", _registry, MOST_CALLS["a page of the registry of messages"])


def _day() -> str:
    """A day that is over: its messages stand in the index of one year, whichever day it is."""
    return facts.day_of(clock.wall() - timedelta(days=2))


def _sessions(size: int) -> None:
    """Appointments of the coming days, the denser the more there are, of forty masters and as many clients as there are sessions."""
    first, apart = tomorrow(9), timedelta(days=DAYS) / size
    rows = [_session(number, (first + apart * number).replace(second=0, microsecond=0)) for number in range(size)]
    put(rows)
    put([_named(row) for row in rows])


def _session(number: int, start_at: datetime) -> Any:
    row = session(number, start_at, origin="crm", source="admin_phone")
    row.number = number + 1_000_000  # the counter begins at one
    row.month_in, row.begins = facts.month_key("live", start_at, row.session_id), sessions.begins(start_at, row.session_id)
    return row


def _named(row: Any) -> Appointment:
    return Appointment(str(row.number), ticket_id=row.ticket_id, session_id=row.session_id, by="office", created_at=clock.wall())


def _messages(size: int) -> None:
    """Messages of one day, to as many clients."""
    begins, _ = facts.bounds(_day(), _day())
    put([_message(number, begins + timedelta(days=1) / size * number) for number in range(size)])


def _message(number: int, at: datetime) -> MessageRow:
    row = MessageRow(ids.derived("bench", str(number), at=at), recipient=f"client#{number}", created_at=at, contour="live")
    row.template, row.values, row.text = "client_session_reminder", {"start_at": at.isoformat()}, "Напоминаем о встрече"
    row.cause, row.state, row.day_in = "reminder", "sent", facts.day_key("live", at, row.message_id)
    row.listed_in, row.listed_at = year_key(facts.day_of(at)[:4]), f"{places.of_moment(at)}#{row.message_id}"
    return row
