"""Which leads are due for something, and how far those were looked at who came before the log was followed."""

from datetime import datetime

from chalicelib.core import clock, storage, turns
from chalicelib.core.turns import Part, Turn
from chalicelib.sales.leads.models import Lead

LIVE = "live"
WALK = "sales_before"
COUNTER = "lead-live"
"""Which numbers clients have."""


def to_rescore(until: datetime) -> Part:
    """Leads whose category time alone may have changed by now."""
    return Part(Lead.by_rescore, LIVE, between=Lead.rescore_at <= until)


def waiting(since: datetime, until: datetime) -> Part:
    """Leads whom nobody has answered, by when their deals were opened."""
    return Part(Lead.by_waiting, LIVE, between=Lead.opened_at.between(since, until))


class WaitingRaced(Exception):
    """Somebody was answered, or told of, meanwhile."""


def told_in(tx: storage.Transaction, lead: Lead, at: datetime) -> None:
    """Keep that the admin heard of who waits. It is in no list, figure or history, and so is no change of the lead."""
    waits = Lead.first_response_at.does_not_exist() & Lead.told_waiting_at.does_not_exist() & (Lead.opened_at == lead.opened_at)
    tx.update(Lead.row(lead.place), [Lead.told_waiting_at.set(at)], condition=waits, otherwise=WaitingRaced())


def left() -> int:
    """How many clients' past is yet to be looked at: before it has begun, that of all."""
    place = turns.place(WALK)
    return storage.last_number(COUNTER) if place is None else int(place)


def keep_left(number: int) -> None:
    """Note it; a row that says 0 stays, for the walk is done once."""
    said = [Turn.part.set(""), Turn.after.set(str(number)), Turn.stopped_at.set(clock.wall())]
    storage.make_or_change(Turn.row(WALK), said, condition=Turn.name.does_not_exist() | (Turn.part == ""))
