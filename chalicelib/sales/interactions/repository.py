"""Notes, and what the log and the ledger hold of a lead."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.clients.index.rules import place
from chalicelib.clients.timeline import service as timeline
from chalicelib.core import storage
from chalicelib.core.facts import FactRow
from chalicelib.messaging.service import MessageRow
from chalicelib.sales.leads.models import Past
from chalicelib.staff import repository as staff

NOTED = "lead_noted"
MESSAGES = ("message_sent", "message_received", "message_withheld", "message_requeued")


def note_in(tx: storage.Transaction, where: str, entry: str, said: dict[str, Any], *, by: str, at: datetime) -> None:
    """Keep a note's words in a lead's past."""
    tx.create(Past(place=where, entry=entry, noted_at=at, by=by, said=said))


def words(facts: Sequence[FactRow]) -> dict[str, Any]:
    """By the id of a fact the row that has its words, a message's or a note's: one read."""
    keys = {fact.fact_id: key for fact in facts if (key := _key(fact)) is not None}
    return {fact_id: row for fact_id, row in zip(keys, storage.read(*keys.values()), strict=True) if row is not None}


def names(facts: Sequence[FactRow]) -> dict[int, str]:
    """What those of the staff are called whom facts name, also of those who are gone: one read."""
    wanted = sorted({number for fact in facts for number in timeline.people(fact)})
    return {int(user.user_id): name for user in staff.some(wanted) if (name := user.full_name or user.email)}


def _key(fact: FactRow) -> storage.Key | None:
    if fact.kind in MESSAGES:
        return MessageRow.at(fact.ref)
    return Past.at(place("live", int(fact.data["lead"])), fact.ref) if fact.kind == NOTED else None
