"""Reads and writes of events; who may still join is decided here."""

from datetime import datetime

from chalicelib.core import storage
from chalicelib.ownpage.events.errors import EventHasMembers, EventRaced
from chalicelib.ownpage.events.models import Event


def create(tx: storage.Transaction, event: Event) -> None:
    """Write a new event; the commit raises EventRaced where the same was made just now."""
    tx.create(event, otherwise=EventRaced())


def join(tx: storage.Transaction, event: Event, specialist_id: str) -> None:
    """One more member while there is room; the commit raises EventRaced where there is none any more, or he is one already."""
    room = (Event.joined < event.capacity) & (Event.start_at == event.start_at)
    stranger = Event.members.does_not_exist() | ~Event.members.contains(specialist_id)
    actions = [Event.joined.add(1), Event.members.add({specialist_id})]
    tx.update(Event.row(event.event_id), actions, condition=room & stranger, otherwise=EventRaced())


def leave(tx: storage.Transaction, event: Event, specialist_id: str) -> None:
    """One member less; the commit raises EventRaced where he is none."""
    actions = [Event.joined.add(-1), Event.members.delete({specialist_id})]
    tx.update(Event.row(event.event_id), actions, condition=Event.members.contains(specialist_id), otherwise=EventRaced())


def remove(tx: storage.Transaction, event: Event) -> None:
    """Take an event off; the commit raises EventHasMembers where somebody joined."""
    tx.delete(event, condition=Event.joined == 0, otherwise=EventHasMembers())


def group(contour: str, first: datetime, last: datetime, *, limit: int) -> list[Event]:
    """Group events of a contour between two moments."""
    return storage.query(Event.group_events, contour, between=Event.start_at.between(first, last), limit=limit).rows


def of_host(specialist_id: str, first: datetime, last: datetime, *, limit: int) -> list[Event]:
    """What a specialist made, between two moments."""
    return storage.query(Event.of_host, specialist_id, between=Event.start_at.between(first, last), limit=limit).rows
