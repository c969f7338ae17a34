"""What a fact means to a lead. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from chalicelib.sales.leads.rules import ENTER_ON, OPENS_LEAD, may_open, stands
from chalicelib.sales.scoring.rules import Event

MERGED: Final = "client_merged"
CARD: Final = frozenset({"contacts_changed", "contacts_confirmed", "client_changed"})
"""What changes what is known of somebody."""

SLACK: Final = timedelta(minutes=1)
"""Clocks of one decision's facts differ by less: a booking that opens its own application is not older than that."""


def concerns(fact: Any, scored: Iterable[str]) -> bool:
    """Whether a fact may change a lead; `scored` are the kinds that a score rests on."""
    is_ours = fact.contour == "live" and fact.subject != "-"
    return is_ours and (fact.kind in scored or fact.kind in OPENS_LEAD or fact.kind in CARD or fact.kind == MERGED)


def of_a_deal(fact: Any) -> bool:
    """Whether a fact may open a deal, move it, or end it: each is a decision of its own."""
    return fact.kind in OPENS_LEAD or fact.kind in ENTER_ON or fact.kind in (MERGED, "session_paid", "operation_made")


def by_client(facts: Iterable[Any]) -> dict[str, list[Any]]:
    """Facts by whose they are, each client's in the log's order."""
    found: dict[str, list[Any]] = {}
    for fact in sorted(facts, key=lambda fact: fact.fact_id):
        found.setdefault(fact.subject, []).append(fact)
    return found


def steps(facts: Sequence[Any]) -> list[list[Any]]:
    """Facts of one client as decisions: each has one of a deal at most, and those that only change the score go with the last."""
    deals = [[fact] for fact in facts if of_a_deal(fact)]
    others = [fact for fact in facts if not of_a_deal(fact)]
    return [*deals[:-1], [*deals[-1], *others]] if deals else [others]


def opens(lead: Any, fact: Any) -> bool:
    """Whether a fact makes its client a lead, or opens another deal of one whose last is over, or who was removed, by then."""
    if fact.kind not in OPENS_LEAD or not may_open(lead):
        return False
    over = None if lead is None else lead.closed_at if stands(lead) else lead.removed_at
    return over is None or bool(fact.happened_at > over)


def source_data(fact: Any) -> dict[str, Any]:
    """What is kept of how he came."""
    said = {name: fact.data[name] for name in ("ticket_kind", "funnel") if fact.data.get(name)}
    return {"kind": fact.kind, "ref": fact.ref, **said}


def moves(lead: Any, fact: Any, happened: Sequence[Event], payment: Event | None) -> dict[str, Any]:
    """What a fact says of an open deal, or of what was won: nothing where it is older than the deal, or of another's money."""
    if payment is not None:
        return _paid(lead, happened, payment)
    if fact.data.get("refund_of") is not None:
        return _refunded(lead, fact, happened)
    is_new = fact.happened_at >= lead.opened_at - SLACK
    return {"stage": ENTER_ON[fact.kind]} if fact.kind in ENTER_ON and is_new else {}


def _paid(lead: Any, happened: Sequence[Event], payment: Event) -> dict[str, Any]:
    """A payment that was known before the deal was opened is of the one before it, however often it is told."""
    first = next((event for event in happened if event.kind == "payment" and event.ref == payment.ref), payment)
    if first.at < lead.opened_at:
        return {}
    return {"stage": ENTER_ON["payment"]} | ({"amount": payment.amount} if payment.amount is not None else {})


def _refunded(lead: Any, fact: Any, happened: Sequence[Event]) -> dict[str, Any]:
    """The amount of a deal whose own payment is given back, as far as it is."""
    since = (event for event in happened if event.kind == "payment" and event.at >= lead.opened_at)
    won_by = next(since, None)
    is_its = won_by is not None and won_by.ref == f"operation#{fact.data['refund_of']}"
    if lead.outcome != "won" or lead.amount is None or not is_its:
        return {}
    return {"amount": max(int(lead.amount) - int(fact.data["net"]), 0)}


def stood(ticket: Any, happened: Sequence[Event]) -> dict[str, Any]:
    """How far somebody came who applied before anybody followed the log, by his last application and what is known since."""
    paid = next((event for event in happened if event.kind == "payment" and event.at >= ticket.created_at), None)
    if paid is not None:
        return {"stage": ENTER_ON["payment"], "amount": paid.amount, "closed_at": paid.at}
    booked = ticket.booked_at or any(event.kind == "session_booked" and event.at >= ticket.created_at for event in happened)
    return {"stage": ENTER_ON["session_booked"]} if booked else {}


def source_of(ticket_kind: str) -> str:
    """By what somebody came whose ticket is of this kind."""
    return OPENS_LEAD["diagnostic_requested" if ticket_kind == "diagnostic" else "application_made"]


def line(number: str, name: str | None, source: str, minutes: int, words: Mapping[str, str]) -> str:
    """One who waits, as the admin reads it."""
    came_by = words.get(f"source.{source}", source)
    return words["line"].format(number=number, name=name or words["nameless"], source=came_by, minutes=minutes)
