"""Events: each takes everybody's time who is in it, in the one calendar, in the transaction that puts him into it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.booking.slots import own
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.errors import SlotNotFound, SlotPast
from chalicelib.booking.slots.service import DayChanged, Slot, SlotRef
from chalicelib.booking.specialists.service import Specialist, fold
from chalicelib.core import clock, ids, storage, tally
from chalicelib.core.settings import settings
from chalicelib.ownpage.door import MomentQuery, moment, offered
from chalicelib.ownpage.events import repository
from chalicelib.ownpage.events.errors import EventNotFound, EventPast, EventRaced, TooManyEvents
from chalicelib.ownpage.events.models import Event
from chalicelib.ownpage.events.schemas import EventMade, EventOrNothing, Events, EventView, Full, Joined, JoinInput, NewEvent

SHOWN, A_DAY, PLACES = 200, 50, 10
"""Events of one answer; how many a specialist makes in a day; places of a group event of which nobody said how many."""


@storage.again(DayChanged, EventRaced, times=8)
def create(her: Specialist, body: NewEvent) -> EventMade:
    """Take her time for something; what she only offered then waits until it is over. The same again is the same event.

    Raises SlotPast, TooManyEvents, or SlotOverlaps where a client or another event is.
    """
    start_at = offered(f"{body.date.split('T')[0]} {body.time}", "body", "time")
    if start_at <= clock.now():
        raise SlotPast({"slot_time": slots.text(start_at)})
    event = _event(her, body, start_at)
    what = _time(her, event)
    (standing,) = storage.read(Slot.at(what.slot_id))
    if standing is not None:
        return EventMade(id=event.event_id, slot_id=what.slot_id)
    tx = storage.Transaction()
    repository.create(tx, event)
    tally.add_in(tx, "own-events", her.specialist_id, clock.wall().date().isoformat(), most=A_DAY, otherwise=TooManyEvents(3600))
    own.occupy_in(tx, her, what, event_id=event.event_id)
    tx.commit()
    return EventMade(id=event.event_id, slot_id=what.slot_id)


def _event(her: Specialist, body: NewEvent, start_at: datetime) -> Event:
    is_group = body.kind == "group"
    return Event(
        event_id=ids.derived("event", her.specialist_id, body.kind, fold(body.event), at=start_at),
        contour=her.contour,
        specialist_id=her.specialist_id,
        specialist_name=her.name,
        title=body.event,
        start_at=start_at,
        minutes=body.minutes or settings().session_minutes,
        group_in=her.contour if is_group else None,
        capacity=(body.capacity or PLACES) if is_group else None,
        joined=0,
    )


def _time(person: Specialist, event: Event) -> SlotRef:
    """The time of somebody's that an event takes: one slot for each who is in it."""
    slot_id = ids.derived("event-slot", event.event_id, person.specialist_id, at=event.start_at)
    return SlotRef(slot_id, person.specialist_id, person.name, event.start_at, int(event.minutes))


@storage.again(DayChanged, EventRaced, times=8)
def join(her: Specialist, body: JoinInput) -> Joined | Full:
    """A place in a group event, with her time; again it is the same place. Full where none is left.

    Raises EventNotFound, EventPast, or SlotOverlaps where her time is somebody's already.
    """
    event = _meant(her, body)
    what = _time(her, event)
    if her.specialist_id == event.specialist_id or her.specialist_id in (event.members or ()):
        return Joined(id=what.slot_id)
    if event.start_at <= clock.now():
        raise EventPast
    if event.joined >= event.capacity:
        return Full()
    tx = storage.Transaction()
    repository.join(tx, event, her.specialist_id)
    own.occupy_in(tx, her, what, event_id=event.event_id)
    tx.commit()
    return Joined(id=what.slot_id)


def _meant(her: Specialist, body: JoinInput) -> Event:
    """The group event of that moment, by its id or its name, as it stands."""
    start_at = moment(f"{body.date.split('T')[0]} {body.time}", "body", "time")
    (by_id,) = storage.read(Event.at(body.event))
    there = [by_id] if by_id is not None else storage.whole(repository.group(her.contour, start_at, start_at, limit=SHOWN))
    for event in _hosted(there):
        fits = event.start_at == start_at and event.is_group and event.contour == her.contour
        if fits and (event.event_id == body.event or fold(event.title) == fold(body.event)):
            return event
    raise EventNotFound


def _hosted(events: Sequence[Event]) -> list[Event]:
    """Those whose host still works here: nobody joins what nobody will hold."""
    hosts = list(dict.fromkeys(event.specialist_id for event in events))
    rows = storage.read(*(Specialist.at(host) for host in hosts))
    working = {row.specialist_id for row in rows if row is not None and row.active}
    return [event for event in events if event.specialist_id in working]


@storage.again(DayChanged, EventRaced, times=8)
def give_up(her: Specialist, slot: Slot) -> None:
    """Leave an event whose slot this is, or take off what she made herself. Raises EventHasMembers while others are in it."""
    (event,) = storage.read(Event.at(str(slot.event_id)))
    tx = storage.Transaction()
    if event is not None and event.specialist_id == her.specialist_id:
        repository.remove(tx, event)
    elif event is not None:
        repository.leave(tx, event, her.specialist_id)
    own.vacate_in(tx, slot)
    tx.commit()


def ahead(her: Specialist) -> Events:
    """Group events that are not over, whoever made them, and her own affairs; nobody else's."""
    first, last = clock.now() - timedelta(days=1), clock.now() + slots.HORIZON
    found = _hosted(repository.group(her.contour, first, last, limit=SHOWN)) + repository.of_host(
        her.specialist_id, first, last, limit=SHOWN
    )
    coming = {event.event_id: event for event in found if event.end_at > clock.now()}
    return Events([_view(her, event) for event in sorted(coming.values(), key=lambda one: (one.start_at, one.event_id))])


def at(her: Specialist, query: MomentQuery) -> EventOrNothing:
    """The event that takes her time at a moment, or which she could join then; hers first."""
    start_at = moment(f"{query.date.split('T')[0]} {query.time}", "query", "time")
    event = _hers_at(her, start_at) or next(iter(_hosted(repository.group(her.contour, start_at, start_at, limit=SHOWN))), None)
    return EventOrNothing(_view(her, event).model_dump() if event else {})


def _hers_at(her: Specialist, start_at: datetime) -> Event | None:
    try:
        slot = own.at(her, start_at)
    except SlotNotFound:
        return None
    return storage.read(Event.at(slot.event_id or ""))[0]


def named(event_ids: list[str]) -> dict[str, Event]:
    """Events by id: one read."""
    return {row.event_id: row for row in storage.read(*(Event.at(event_id) for event_id in event_ids)) if row is not None}


def _view(her: Specialist, event: Event) -> EventView:
    local = event.start_at.astimezone(slots.zone())
    return EventView(
        id=event.event_id,
        event=event.title,
        event_modal_type="group" if event.is_group else "own",
        psychologist=event.specialist_name,
        date=local.date().isoformat(),
        pretty_date=f"{local.day:02}.{local.month:02}",
        time=f"{local.hour:02}:{local.minute:02}",
        minutes=int(event.minutes),
        capacity=int(event.capacity) if event.capacity is not None else None,
        places_left=max(0, int(event.capacity) - int(event.joined)) if event.capacity is not None else None,
        is_mine=event.specialist_id == her.specialist_id,
        is_joined=her.specialist_id in (event.members or ()),
    )
