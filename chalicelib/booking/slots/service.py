"""Slots: found by whoever wants one. What changes their owner is in `ownership`, what another system says in `mirror`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.booking.calendar import service as calendar
from chalicelib.booking.calendar.service import DayChanged, Days
from chalicelib.booking.slots import placing, repository
from chalicelib.booking.slots.errors import SlotNotFound, SlotPast, SlotTaken
from chalicelib.booking.slots.mirror import add, block, bury, carry, ensure, forget_skipped, note, reopen, shift
from chalicelib.booking.slots.models import Slot
from chalicelib.booking.slots.ownership import drop_expired_holds, free, hold, pass_on, release_hold, settle, take, unpaid
from chalicelib.booking.slots.placing import in_the_way, ref
from chalicelib.booking.slots.reading import HORIZON, is_free, parse, text, told, view, zone
from chalicelib.booking.slots.rules import Owner, SlotRef, spans
from chalicelib.booking.slots.wording import is_time, names_moment, parse_time
from chalicelib.booking.specialists import service as specialists
from chalicelib.core import clock, pagination, storage
from chalicelib.core.errors import Invalid

if TYPE_CHECKING:
    from chalicelib.booking.slots.schemas import FreeSlots, SlotsQuery

__all__ = [
    "HORIZON",
    "DayChanged",
    "Days",
    "Owner",
    "Slot",
    "SlotNotFound",
    "SlotPast",
    "SlotRef",
    "SlotTaken",
    "add",
    "block",
    "bury",
    "carry",
    "drop_expired_holds",
    "ensure",
    "forget_skipped",
    "free",
    "hold",
    "in_the_way",
    "is_free",
    "is_time",
    "names_moment",
    "note",
    "parse",
    "pass_on",
    "ref",
    "release_hold",
    "reopen",
    "settle",
    "shift",
    "take",
    "text",
    "told",
    "unpaid",
    "view",
    "zone",
]


def day_keys(what: SlotRef) -> list[storage.Key]:
    """Where the days are read in which a slot lies."""
    return calendar.keys(what.specialist_id, placing.time_of(what))


def free_at(contour: str, starts: Sequence[datetime], *, within: timedelta = timedelta()) -> list[Slot]:
    """Slots free at any of these moments, or `within` so long after: one query for times near each other, a few for times weeks apart.

    The moments are picked out here: they are the index's own sort key, and DynamoDB refuses a filter on that.
    """
    near = [slot for first, last in spans(starts) for slot in repository.free_between(contour, first, last + within)]
    return [slot for slot in near if any(timedelta() <= slot.start_at - start <= within for start in starts)]


def next_free(contour: str, limit: int) -> list[Slot]:
    """The soonest free slots."""
    return repository.free_between(contour, clock.now(), clock.now() + HORIZON, limit=limit)


def free_between(contour: str, first: datetime, last: datetime, *, specialist_id: str | None = None) -> list[SlotRef]:
    """All that is free between two moments, of everybody or of one: one query where it is less than 1 MB."""
    return [ref(slot) for slot in repository.free_shown(contour, specialist_id, first, last)]


def free_of_specialist(specialist_id: str, *, start: datetime | None = None, limit: int = 5) -> list[Slot]:
    """A specialist's soonest free slots, or those at one moment."""
    first, last = (start, start) if start else (clock.now(), clock.now() + HORIZON)
    return repository.free_of(specialist_id, first, last, limit=limit)


def all_of_specialist(specialist_id: str, first: datetime, before: datetime) -> list[Slot]:
    """Every slot of a specialist that starts at `first` or later and before `before`, whoever owns it, deleted ones too."""
    return repository.all_of(specialist_id, first, before - timedelta(microseconds=1))


def available(query: "SlotsQuery", contour: str) -> "FreeSlots":
    """Free slots from now on, soonest first."""
    from chalicelib.booking.slots.schemas import FreeSlots  # only who lists free time pays for it

    specialist_id = _specialist(query.psychologist, contour) if query.psychologist else None
    first = max(_day(query.date_from, "date_from"), clock.now()) if query.date_from else clock.now()
    last = _day(query.date_to, "date_to") + timedelta(days=1, microseconds=-1) if query.date_to else clock.now() + HORIZON
    if first > last:
        return FreeSlots(slots=[])
    start = pagination.decode(query.cursor, "slot_id", "start_at", "free_of" if specialist_id else "free_in")
    page = repository.free_page(
        contour=contour, specialist_id=specialist_id, first=first, last=last, ticket_id=query.ticket_id, limit=query.limit, start=start
    )
    return FreeSlots(slots=[view(slot) for slot in page.rows], next_cursor=pagination.encode(page.next_key))


def _specialist(reference: str, contour: str) -> str:
    return specialists.resolve(storage.read(*specialists.reference_keys(reference, contour)))


def _day(value: str, field: str) -> datetime:
    """The first moment of a day in the business zone; ``DD.MM`` is the nearest such day."""
    today = clock.now().astimezone(zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        return parse_time(value if "-" in value else f"{value} 00:00", today, zone())
    except ValueError as error:
        raise Invalid.field("query", field, msg="expected YYYY-MM-DD or DD.MM", kind="date") from error
