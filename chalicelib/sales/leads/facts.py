"""What the log says of leads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.core import facts, storage
from chalicelib.core.facts import Fact

Standing = dict[str, Any]
"""What figures need of a deal: `standing`'s answer."""


@dataclass(frozen=True, kw_only=True)
class LeadOpened(Fact):
    """A client became a lead, or a new deal of his was opened; `ref` is his number, `deal` which one it is.

    Counted for the day of its opening.
    """

    deal: int
    now: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class LeadChanged(Fact):
    """A deal stands otherwise than it did: `was` and `now`. Counted for the day of its opening.

    `changed` are names of fields that no figure rests on. Where its stage is another, `was_stage` and `stage`, with what the deal is worth
    once it is won or lost (`amount`, in kopecks).
    """

    deal: int
    was: dict[str, Any]
    now: dict[str, Any]
    changed: str | None = None
    was_stage: str | None = None
    stage: str | None = None
    amount: int | None = None


@dataclass(frozen=True, kw_only=True)
class LeadRemoved(Fact):
    """A lead left the lists; `was` is how his deal stood. The client stays."""

    deal: int
    was: dict[str, Any]


def standing(lead: Any) -> Standing:
    """What figures need of a lead's current deal; what is unknown is left out. Amounts in kopecks, spans in seconds, stays in hours.

    `answered` and `cycle` are from the opening to our first answer, and to the deal's end. What an open one may bring, and when, is said
    while somebody is at it: by its stage, its column of the forecast, its worth and the day on which it is expected to close.
    """
    said = {
        "source": lead.source,
        "owner": lead.assigned_to,
        "furthest": lead.furthest,
        "outcome": lead.outcome,
        "completed": lead.status == "completed" or None,
        "amount": lead.amount if lead.outcome == "won" else None,
        "closed": facts.day_of(lead.closed_at) if lead.closed_at else None,
        "opened_at": lead.opened_at.isoformat(),
        "answered": _seconds(lead.opened_at, lead.first_response_at),
        "cycle": _seconds(lead.opened_at, lead.closed_at),
        "contacts": lead.contacts or None,
        "stays": lead.stays or None,
        **(_expected(lead) if lead.status != "completed" else {}),
    }
    return {name: value for name, value in said.items() if value is not None}


def _expected(lead: Any) -> Standing:
    return {"stage": lead.stage, "column": lead.forecast_category, "worth": lead.amount, "expected": lead.expected_close}


def _seconds(first: datetime, last: datetime | None) -> int | None:
    return max(int((last - first).total_seconds()), 0) if last else None


def opened(tx: storage.Transaction, lead: Any) -> None:
    """A lead, or a new deal of one."""
    facts.record(tx, LeadOpened(**_of(lead), deal=int(lead.deal_no), now=standing(lead)))


def changed(tx: storage.Transaction, before: Any, lead: Any, fields: str | None = None) -> None:
    """A lead that stands otherwise than `before`; nothing where nothing changed at all."""
    was, now = standing(before), standing(lead)
    if now != was or fields:
        facts.record(tx, LeadChanged(**_of(lead), deal=int(lead.deal_no), was=was, now=now, changed=fields, **_moved(before, lead)))


def _moved(before: Any, lead: Any) -> dict[str, Any]:
    if before.stage == lead.stage:
        return {}
    worth = int(lead.amount) if lead.outcome and lead.amount is not None else None
    return {"was_stage": before.stage, "stage": lead.stage, "amount": worth}


def removed(tx: storage.Transaction, lead: Any) -> None:
    """A lead that is in no list any more."""
    facts.record(tx, LeadRemoved(**_of(lead), deal=int(lead.deal_no), was=standing(lead)))


def _of(lead: Any) -> dict[str, Any]:
    contour = str(lead.place).partition("#")[0]
    return {"subject": lead.client_id, "contour": contour, "ref": str(lead.number), "day_at": lead.opened_at}
