"""A specialist's week, and what she does with its hours."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from chalicelib.booking.slots import own
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.errors import SlotNotFound
from chalicelib.booking.slots.service import Slot
from chalicelib.booking.specialists.service import Specialist
from chalicelib.core import clock, facts, ids, storage
from chalicelib.core.errors import Invalid
from chalicelib.intake.grid import rules as grid
from chalicelib.intake.tickets.service import Ticket
from chalicelib.ownpage.door import MomentQuery, moment, offered
from chalicelib.ownpage.events import service as events
from chalicelib.ownpage.events.models import Event
from chalicelib.ownpage.week import rules
from chalicelib.ownpage.week.schemas import (
    Named,
    Psycho,
    SlotDone,
    SlotInput,
    TicketWords,
    Week,
    WeekDay,
    WeekItems,
    WeekQuery,
    WeekSlot,
)

FREE, BOOKED = "Свободен", "Забронирован"
UUID = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
"""How a slot is named that came from another system."""


def psycho(her: Specialist) -> Psycho:
    """Whose page it is."""
    return Psycho([Named(psychologist=her.name)])


def week(her: Specialist, query: WeekQuery) -> Week:
    """Her days with what stands in them; free time that passed is nobody's. Raises Invalid for a day that is none."""
    zone = slots.zone()
    today = clock.now().astimezone(zone).date()
    first = _day(query.startDate, "startDate") if query.startDate else today - timedelta(days=today.weekday())
    last = _day(query.endDate, "endDate") if query.endDate else first + timedelta(days=6)
    days = grid.days(first, last)
    by_day = _shown(her, days)
    items = [
        WeekDay(
            date=day.isoformat(),
            pretty_date=grid.pretty(day),
            day_name=grid.WEEKDAYS[day.weekday()],
            slots={hour: by_day.get((day, hour), []) for hour in grid.HOURS},
        )
        for day in days
    ]
    return Week([WeekItems(items=items, date=first.isoformat())])


def _day(said: str, field: str) -> date:
    try:
        day = moment(said if ":" in said or "-" in said else f"{said} 00:00", "query", field)
    except Invalid as wrong:
        raise Invalid.field("query", field, msg="expected YYYY-MM-DD, DD.MM or an ISO moment", kind="date") from wrong
    return day.astimezone(slots.zone()).date()


def _shown(her: Specialist, days: list[date]) -> dict[tuple[date, str], list[WeekSlot]]:
    if not days:
        return {}
    zone = slots.zone()
    first, before = facts.bounds(days[0], days[-1])
    found = [slot for slot in slots.all_of_specialist(her.specialist_id, first, before) if slot.contour == her.contour]
    over = {slot.slot_id: slot.event_id for slot in found if slot.event_id}
    known = events.named(list(dict.fromkeys(over.values())))
    shown: dict[tuple[date, str], list[WeekSlot]] = {}
    for slot in found:
        hiding = next((over[one] for one in sorted(slot.cut_by or ()) if one in over), None)
        if one := _view(slot, known.get(slot.event_id or hiding or "")):
            local = slot.start_at.astimezone(zone)
            shown.setdefault((local.date(), grid.HOURS[local.hour]), []).append(one)
    return shown


def _view(slot: Slot, event: Event | None) -> WeekSlot | None:
    """A slot of the week; None for one that is gone, or that passed without an owner, or gives way to something that is no event."""
    free, gives_way = slots.is_free(slot), slot.state == "cut" and event is not None
    if (slot.state in own.GONE and not gives_way) or ((free or gives_way) and slot.start_at <= clock.now()):
        return None
    return WeekSlot(
        id=slot.slot_id,
        time=slots.view(slot).time,
        status=FREE if free or gives_way else BOOKED,
        event=event.title if event else None,
        event_modal_type=("group" if event.is_group else "own") if event else None,
        slot_over_event=gives_way,
    )


def ticket(her: Specialist, query: MomentQuery) -> TicketWords:
    """What the form of her client at a moment said; nothing where nobody is booked then."""
    try:
        slot = own.at(her, moment_of(query))
    except SlotNotFound:
        return TicketWords({})
    row: Ticket | None = storage.read(Ticket.at(slot.ticket_id or ""))[0] if slot.state == "booked" else None
    return TicketWords(rules.words(_answers(row)) if row is not None else {})


def _answers(row: Ticket) -> Mapping[str, object]:
    """What the form said; what the ticket knows where no form is kept."""
    known = {"name": row.name, "age": row.age} | ({} if row.answers else {"request_text": row.request_text})
    return known | {name: said for name, said in (row.answers or {}).items() if said}


def moment_of(query: MomentQuery) -> datetime:
    """The moment that a date and a time name. Raises Invalid."""
    day = query.date.split("T")[0]
    return moment(f"{day} {query.time}", "query", "time")


def add(her: Specialist, body: SlotInput) -> SlotDone:
    """Offer an hour; again it stays the same one. Raises SlotPast, SlotOverlaps, and SlotNotFound for an id that is none of hers."""
    start_at = offered(body.slot, "body", "slot") if slots.is_time(body.slot) else _known(her, body.slot).start_at
    return SlotDone(id=own.offer(her, start_at).slot_id)


def _known(her: Specialist, slot_id: str) -> Slot:
    """A slot of hers by its id. Raises SlotNotFound, or Invalid for what is neither an id nor a time: seconds since 1970, «завтра в 7»."""
    try:
        return own.find(her, slot_id)
    except SlotNotFound:
        if not (ids.is_ulid(slot_id) or UUID.fullmatch(slot_id)):
            raise Invalid.field("body", "slot", msg="expected DD.MM HH:mm, an ISO moment or a slot's id", kind="slot_time") from None
        raise


def remove(her: Specialist, body: SlotInput) -> SlotDone:
    """Take back an hour that nobody has, or the time that an event takes of hers.

    Raises SlotNotFound, SlotInUse while somebody owns it, or EventHasMembers.
    """
    slot = own.find(her, body.slot, "body", "slot")
    if slot.event_id:
        events.give_up(her, slot)
    else:
        own.withdraw(her, slot)
    return SlotDone(id=slot.slot_id)
