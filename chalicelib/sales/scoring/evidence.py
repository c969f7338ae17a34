"""What the log says of a client, as events that a score knows. One query."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from chalicelib.core import facts
from chalicelib.core.facts import FactRow
from chalicelib.sales.scoring import rules
from chalicelib.sales.scoring.rules import Event

NEWEST = 500
"""Facts that are looked at: what is older is worth nothing any more, but for whoever does a lot each day."""

PAYS = ("purchase", "order")
"""Operations of the till that pay for something."""

KINDS: Mapping[str, Callable[[FactRow], Event | None]] = {
    "application_made": lambda fact: _application(fact, "application"),
    "diagnostic_requested": lambda fact: _application(fact, "diagnostic_requested"),
    "gocrm_lead": lambda fact: _event(fact),
    "link_followed": lambda fact: _event(fact),
    "message_received": lambda fact: _event(fact),
    "message_sent": lambda fact: _event(fact, rules.OURS),
    "call_answered": lambda fact: _event(fact) if fact.data.get("seconds", 0) >= rules.data()["shortest_call"] else None,
    "session_booked": lambda fact: _event(fact),
    "session_completed": lambda fact: _event(fact),
    "session_missed": lambda fact: _event(fact, "no_show"),
    "session_cancelled": lambda fact: _event(fact, "cancelled_by_client") if fact.actor == facts.CLIENT else None,
    "session_paid": lambda fact: _paid(fact),
    "operation_made": lambda fact: _paid(fact),
    "channel_died": lambda fact: _event(fact, "channel_dead"),
    "unsubscribed": lambda fact: _event(fact),
}


def events(client_id: str, also: Iterable[FactRow] = ()) -> list[Event]:
    """What happened to a client, oldest first; `also` are facts of his that are at hand."""
    found = facts.of_subject(client_id, limit=NEWEST, start=None, consistent=True).rows
    return of_facts({fact.fact_id: fact for fact in (*found, *also)}.values())


def of_facts(found: Iterable[FactRow]) -> list[Event]:
    """The same of facts that were read already; a payment that came twice is one, and says whether it was given back whole."""
    told: dict[Any, Event] = {}
    given_back: set[str] = set()
    for fact in sorted(found, key=lambda fact: fact.fact_id):
        event = KINDS[fact.kind](fact) if fact.kind in KINDS else None
        if event is not None:
            told.setdefault((event.kind, event.ref) if event.kind == "payment" else fact.fact_id, event)
        elif fact.data.get("refund_of") is not None and fact.data.get("full"):
            given_back.add(f"operation#{fact.data['refund_of']}")
    events = (event._replace(given_back=True) if event.ref in given_back else event for event in told.values())
    return sorted(events, key=lambda event: event.at)


def payment(fact: FactRow) -> Event | None:
    """The payment that a fact tells of: a session that was paid for, a purchase or an order at the till."""
    return _paid(fact) if fact.kind in ("session_paid", "operation_made") else None


def _event(fact: FactRow, kind: str | None = None, **said: Any) -> Event:
    return Event(kind or fact.kind, fact.happened_at, fact.ref, **said)


def _application(fact: FactRow, kind: str) -> Event:
    return _event(fact, kind, amount=fact.data.get("budget"), price=fact.data.get("price"))


def _paid(fact: FactRow) -> Event | None:
    if fact.kind == "session_paid":
        return Event("payment", fact.happened_at, f"session#{fact.data['session_id']}", amount=fact.data.get("amount"))
    if fact.data["op_type"] not in PAYS:
        return None
    return Event("payment", fact.happened_at, f"operation#{fact.ref}", amount=fact.data.get("net") or fact.data.get("amount"))
