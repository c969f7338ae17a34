"""A specialist's weeks, what he is owed this month, and the daily count of what he was given."""

from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import urlencode

from chalicelib.booking.schedules import calendar, rules
from chalicelib.booking.schedules.policy import calendar_token
from chalicelib.booking.schedules.schemas import Coefficient, CoefficientQuery, Messages, Schedule, ScheduleQuery, ScheduleSlot
from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import Session
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Slot
from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.errors import SpecialistNotFound
from chalicelib.booking.specialists.service import Specialist
from chalicelib.clients import service as clients
from chalicelib.core import clock, storage, turns
from chalicelib.core.schemas import CONTOURS, utc_text
from chalicelib.core.settings import settings
from chalicelib.integrations.telegram.client import TEXT_LIMIT, split_text

LIVE = "live"


def structured(query: ScheduleQuery) -> Schedule:
    """The specialist's weeks as data. Raises SpecialistNotFound or NameAmbiguous."""
    person, now, zone = _find(query.psychologist), clock.now(), slots.zone()
    first, before = rules.shown(now, zone)
    by_day: dict[date, list[ScheduleSlot]] = {}
    found = [slot for slot in slots.all_of_specialist(person.specialist_id, first, before) if slot.contour == LIVE]
    names = clients.names([slot.client_id for slot in found if slot.client_id and not slot.client_name])
    for slot in found:
        if shown := _shown(slot, now, names):
            by_day.setdefault(rules.today(slot.start_at, zone), []).append(shown)
    return Schedule(
        psychologist_id=person.specialist_id,
        psychologist=person.name,
        calendar_link=_link(person.specialist_id),
        weeks=rules.weeks(rules.today(first, zone), by_day),
    )


def _link(specialist_id: str) -> str | None:
    """The specialist's secret feed, relative to the API's base address; None where no secret is set."""
    token = calendar_token(specialist_id, settings())
    return f"get-schedule?{urlencode({'psychologist': specialist_id, 'format': 'ics', 'token': token})}" if token else None


def messages(query: ScheduleQuery) -> Messages:
    """The same as people read it: one message a week; a week that is too long for one goes on in the next."""
    schedule = structured(query)
    texts = (rules.week_text(schedule.psychologist, week) for week in schedule.weeks)
    return Messages([part for text in texts for part in split_text(text, TEXT_LIMIT - 1)])


def feed(query: ScheduleQuery) -> str:
    """The same as a calendar program reads it."""
    return calendar.feed(structured(query))


def _shown(slot: Slot, now: datetime, names: Mapping[str, str | None]) -> ScheduleSlot | None:
    """A slot of the schedule; None for one that is gone, or that passed without an owner.

    Who was booked by his number alone, as the old database does, is called by his card's name.
    """
    free = slots.is_free(slot)
    if slot.state == "deleted" or (free and slot.start_at <= now):
        return None
    held = slot.state == "held" and not slot.session_id
    revision, changed_at = rules.revised(int(slot.revision or 0), slot.changed_at, slot.hold_until if free else None)
    return ScheduleSlot(
        id=slot.slot_id,
        start_at=utc_text(slot.start_at),
        time=slots.view(slot).time,
        minutes=int(slot.minutes),
        state="free" if free else "held" if held else "booked",
        client_name=None if free else slot.client_name or names.get(slot.client_id),
        lead_number=None if free else slot.lead_number,
        revision=revision,
        changed_at=utc_text(changed_at) if changed_at else None,
    )


def _find(reference: str) -> Specialist:
    """A specialist of the live contour by id or name."""
    rows = storage.read(*specialists.reference_keys(reference, LIVE))
    specialist_id = specialists.resolve(rows)
    person = rows[0] or specialists.get(specialist_id)
    if person.contour != LIVE:
        raise SpecialistNotFound
    return person


def coefficient(query: CoefficientQuery) -> Coefficient:
    """How many sessions are left to assign to a specialist this month, counted from the sessions themselves."""
    person = _find(query.psychologist_name)
    now, zone = clock.now(), slots.zone()
    days = specialists.business_days([session.start_at for session in _counted(person, *rules.rest_of_month(now, zone))])
    return Coefficient(
        psychologist_id=person.specialist_id,
        psychologist=person.name,
        coefficient=specialists.owed(person, days),
        debt=int(person.debt),
        number_of_clients_provided=specialists.provided(person),
        assigned_after_today=len(days),
    )


def _counted(person: Specialist, first: datetime, before: datetime) -> list[Session]:
    """The sessions of his own contour that a specialist was given in a span of time."""
    if first >= before:
        return []  # the month's last day: nothing is after it, and the store refuses such a span
    return [session for session in sessions.counted(person.specialist_id, first, before) if session.contour == person.contour]


COUNT = "update_number_of_clients_provided"
FIRST_MINUTES = 10
"""The first tick of an evening counts everybody; those after it only go on where one ran out of time."""


def count_provided() -> int:
    """Count this month's sessions up to the tick's day, for every specialist; how many numbers changed."""
    if clock.now().minute >= FIRST_MINUTES and not turns.is_unfinished(COUNT):
        return 0
    return turns.tried(turns.walk(COUNT, [specialists.listed(contour) for contour in CONTOURS]), _count)


def _count(person: Specialist) -> bool:
    now, zone = clock.now(), slots.zone()
    number = len(_counted(person, *rules.month_so_far(now, zone)))
    return specialists.remember_provided(person.specialist_id, number, rules.today(now, zone))
