"""Somebody was spoken to: the log says so once, and his lead."""

from typing import Any

from chalicelib.core import clock, facts, storage
from chalicelib.sales.calls import rules
from chalicelib.sales.calls.facts import CallAnswered
from chalicelib.sales.leads import deciding
from chalicelib.sales.leads.models import Lead


def told_in(tx: storage.Transaction, row: Any, lead: Lead | None, person: Any, *, by: str) -> dict[str, Any]:
    """What a call says from now on, by how it will stand: that the log was told of it, where it was a talk with a client.

    One of ours who called answered the lead; whoever called us was spoken to. The commit raises LeadRaced.
    """
    if row.told_at is not None or row.client_id is None or not rules.was_spoken(row):
        return {}
    now = clock.now()
    at = rules.spoken_at(row, now)
    said: dict[str, Any] = {"subject": row.client_id, "contour": "live", "ref": str(row.number), "at": at}
    facts.record(tx, CallAnswered(**said, seconds=int(row.duration_seconds), direction=row.direction))
    if lead is not None and rules.is_an_answer(row, at, lead.opened_at):
        deciding.note_contact_in(tx, lead, person, by=by, at=at)
    elif lead is not None:
        last = max(at, lead.last_contacted) if lead.last_contacted else at
        deciding.change_in(tx, lead, person, {"last_contacted": last}, by=by, at=now, events=None)
    return {"told_at": now}
