"""All that a booking is decided by: who asks, for what, and whose time it may be. One read, and one of the slots that stand there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from chalicelib.appointments.booking import choosing, limits, rules
from chalicelib.appointments.booking.schemas import NewAppointment, Wanted
from chalicelib.booking.calendar import plans
from chalicelib.booking.calendar import service as calendar
from chalicelib.booking.calendar.service import Days, Interval
from chalicelib.booking.slots import made
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Slot
from chalicelib.booking.specialists.models import Specialist
from chalicelib.booking.specialists.rules import HOUSE
from chalicelib.catalogue.products import repository as products
from chalicelib.catalogue.products.models import Product
from chalicelib.catalogue.stock.errors import ProductNotFound
from chalicelib.clients.index import repository as index
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import number_of, place
from chalicelib.clients.service import Known
from chalicelib.company import service as company
from chalicelib.company.directories import LOCATIONS
from chalicelib.company.errors import LocationClosed
from chalicelib.core import facts, once, storage
from chalicelib.core.errors import Invalid
from chalicelib.team.employees import repository as cards
from chalicelib.team.employees.errors import EmployeeArchived, EmployeeNotFound
from chalicelib.team.employees.models import Employee

LIVE = "live"
USUAL, LONGEST = 60, 24 * 60
"""Minutes that a service takes of which nothing is said, and the most that one may take."""


@dataclass(frozen=True)
class Asked:
    """What is asked for, by whom, and under which key. `own` is the client who books for himself."""

    body: Wanted
    operation: str
    actor: str
    key: str | None
    own: Known | None = None

    @property
    def said(self) -> NewAppointment | None:
        """What the office alone says."""
        return self.body if isinstance(self.body, NewAppointment) else None

    @property
    def is_forced(self) -> bool:
        """Whether the office wants it whatever speaks against it but another's time."""
        return bool(self.said and self.said.force)

    @property
    def client(self) -> int:
        """The client's number."""
        return number_of(self.own.lead_number) if self.own else self.said.client_id if self.said else 0

    @cached_property
    def request(self) -> once.Request:
        """As a repeat is known by: what Telegram signs anew each time the app opens is none of it."""
        said = self.body.model_copy(update={"init_data": None}) if self.own else self.body
        return once.request(self.actor, self.operation, self.key, said)


@dataclass
class Candidate:
    """One whose time it may be: what is planned and what stands then. `rows` is what is in the way."""

    number: int
    specialist_id: str
    name: str
    days: Days
    plan: Sequence[Interval]
    sessions: int
    rows: Sequence[Slot | None] = field(default=())

    def offered(self, start: datetime, minutes: int) -> Slot | None:
        """The slot that is offered at a moment, if it is long enough."""
        fitting = (row for row in self.rows if row is not None and row.start_at == start and row.minutes >= minutes and slots.is_free(row))
        return next(fitting, None)

    def fit(self, start: datetime, minutes: int) -> rules.Fit:
        """How he can take a time."""
        planned = rules.is_planned(self.plan, calendar.interval(start, minutes, ""))
        return rules.Fit(self.number, self.sessions, self.offered(start, minutes) is not None, made.give_way(self.rows), planned)


@dataclass(frozen=True)
class Seen:
    """What was read. `made` is what the same request made before: nothing else was looked at then."""

    made: str | None
    client: Known
    client_name: str | None = None
    service: Product | None = None
    booked: Any = None
    minutes: int = 0
    candidates: Sequence[Candidate] = ()


def see(asked: Asked) -> Seen:
    """Everything. Raises ClientNotFound, EmployeeNotFound, EmployeeArchived, ProductNotFound, LocationNotFound, LocationClosed, Invalid."""
    body, who = asked.body, _who(asked.body.employee_id)
    lists = storage.read_lists(
        asked.request.keys,
        [PersonRow.at(place(LIVE, asked.client))],
        [products.key(body.service_id)] if body.service_id else [],
        [LOCATIONS.key(asked.said.location_id)] if asked.said and asked.said.location_id else [],
        [cards.key(body.employee_id)] if body.employee_id else [],
        [limits.key(asked.own.client_id)] if asked.own else [],
        company.keys() if HOUSE in who.values() else [],
        *_keys(who, body),
    )
    before, (person,), goods, places, employees, booked, house, *calendars = lists
    known = _known(asked, person)
    if (made_before := asked.request.made(before)) is not None:
        return Seen(made_before, known)
    service = _service(asked, goods)
    _check_place(asked, places)
    card = _card(asked, employees)
    if card is not None and who.get(card.number) != card.specialist_id:
        who = {card.number: str(card.specialist_id)}
        calendars = storage.read_lists(*_keys(who, body))
    found = _candidates(who, body, calendars, company.name_of(house))
    minutes = body.duration_minutes or (int(service.minutes) if service else 0) or USUAL
    _look(found, calendar.interval(body.starts_at, minutes, ""))
    return Seen(None, known, person.name if person else None, service, booked[0] if booked else None, minutes, found)


def _who(employee: int | None) -> Mapping[int, str]:
    known = choosing.known()
    return known if employee is None else {number: who for number, who in known.items() if number == employee}


def _span(body: Wanted) -> Interval:
    """The day of the business in which it begins, and all of its own time."""
    day = facts.day_of(body.starts_at)
    first, after = facts.bounds(day, day)
    end = max(after, body.starts_at + timedelta(minutes=body.duration_minutes or LONGEST))
    return Interval(int(first.timestamp()), int(end.timestamp()), "")


def _keys(who: Mapping[int, str], body: Wanted) -> list[list[storage.Key]]:
    """Each one's row with the rows of his days."""
    return [[Specialist.at(one), *calendar.keys(one, _span(body))] for one in who.values()]


def _known(asked: Asked, person: PersonRow | None) -> Known:
    if asked.own:
        return asked.own
    client = index.standing(person)
    return Known(str(client.client_id), str(client.lead_number))


def _service(asked: Asked, goods: Sequence[Product | None]) -> Product | None:
    if not goods:
        return None
    (row,) = goods
    if row is None or (asked.own and not row.is_active):
        raise ProductNotFound({"field": "service_id"})
    if row.item_type != "service":
        raise Invalid.field("body", "service_id", msg="expected a service")
    return row


def _check_place(asked: Asked, places: Sequence[Any]) -> None:
    if places and asked.said and asked.said.location_id:
        standing = LOCATIONS.standing(asked.said.location_id, places[0], where="location_id")
        if not standing.said["is_active"]:
            raise LocationClosed({"field": "location_id"})


def _card(asked: Asked, found: Sequence[Employee | None]) -> Employee | None:
    """Who is asked for by name; to a client nobody exists whom he cannot come to."""
    if not found:
        return None
    (card,) = found
    if card is None or (asked.own and not choosing.works(card)):
        raise EmployeeNotFound({"field": "employee_id"})
    if card.is_archived:
        raise EmployeeArchived({"field": "employee_id"})
    if not choosing.works(card):
        raise Invalid.field("body", "employee_id", msg="expected one who is bookable")
    return card


def _candidates(who: Mapping[int, str], body: Wanted, rows: Sequence[Sequence[Any]], house: str) -> list[Candidate]:
    """Those who work now, by what was read of them."""
    found = []
    for (number, specialist_id), (person, *days) in zip(who.items(), rows, strict=True):
        if specialist_id == HOUSE or (person is not None and person.active):
            name = str(person.name) if person else house or "—"
            seen = Days().saw(calendar.keys(specialist_id, _span(body)), days)
            found.append(Candidate(number, specialist_id, name, seen, plans.of_rows(days), _sessions(person, seen, specialist_id, body)))
    return found


def _sessions(person: Specialist | None, days: Days, specialist_id: str, body: Wanted) -> int:
    """How many sessions one has that day: as they were counted last, or as many as were made for clients since."""
    day = facts.day_of(body.starts_at)
    first, after = (int(at.timestamp()) for at in facts.bounds(day, day))
    standing = days.standing_over(specialist_id, Interval(first, after, ""))
    return max(list((person.assigned_days if person else None) or ()).count(day), sum(not one.offered for one in standing))


def _look(candidates: Sequence[Candidate], time: Interval) -> None:
    """Read what stands in the way: nothing where nothing does."""
    wanted = [[Slot.at(one.ref) for one in who.days.standing_over(who.specialist_id, time)] for who in candidates]
    for who, rows in zip(candidates, storage.read_lists(*wanted) if any(wanted) else wanted, strict=True):
        who.rows = rows
