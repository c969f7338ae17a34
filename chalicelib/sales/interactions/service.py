"""A lead's timeline: what the log tells of his client, with the words that the ledger and his past hold of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.clients.timeline import service as timeline
from chalicelib.core import clock, facts, ids, once, pagination, storage
from chalicelib.core.facts import FactRow
from chalicelib.core.once import AskedAtOnce
from chalicelib.messaging.service import MessageRow
from chalicelib.sales.interactions import repository, rules
from chalicelib.sales.interactions.facts import LeadNoted
from chalicelib.sales.interactions.schemas import Interaction, Interactions, InteractionsQuery, Note
from chalicelib.sales.leads import deciding
from chalicelib.sales.leads import service as leads
from chalicelib.sales.leads.errors import LeadRaced
from chalicelib.sales.leads.models import Lead, Past
from chalicelib.staff.members import Member

CALL = "call"
"""What a note's context names in `kind` where it was a call."""


def listed(number: int, query: InteractionsQuery, member: Member) -> Interactions:
    """What happened, newest first. Raises LeadNotFound."""
    lead, _ = leads.read(number, member)
    page = timeline.happened(lead.client_id, limit=query.limit, start=_start(query, lead))
    return Interactions(lead_id=lead.number, items=_told(page.rows), next_cursor=pagination.encode(page.next_key))


def _told(found: Sequence[FactRow]) -> list[Interaction]:
    """Facts with their words, and what those of the staff are called: two reads."""
    words, names = repository.words(found), repository.names(found)
    return [_shown(fact, words.get(fact.fact_id), names) for fact in found]


def _start(query: InteractionsQuery, lead: Lead) -> dict[str, Any] | None:
    """Where a page begins. A cursor of another client's timeline is none of this one's."""
    start = pagination.decode(query.cursor, "subject", "fact_id")
    if start is not None and start["subject"]["S"] != lead.client_id:
        raise pagination.refused()
    return start


def _shown(fact: FactRow, row: Any, names: Mapping[int, str]) -> Interaction:
    event = timeline.event(fact, names)
    told = {name: getattr(event, name) for name in ("kind", "at", "actor", "who", "what", "ref")}
    return Interaction(**{"id": fact.fact_id, **told, **_nothing(fact), **_words(fact, row)})


def _nothing(fact: FactRow) -> dict[str, Any]:
    empty = dict.fromkeys(("direction", "channel", "message", "author_type"))
    return {"source": "fact", "context": rules.in_roubles(fact.data), **empty}


def _words(fact: FactRow, row: Any) -> dict[str, Any]:
    """What a message's or a note's row says; of a message that is another's by now, nothing."""
    if isinstance(row, Past):
        return {"source": "note", "message": row.said["message"], "author_type": fact.data["author"], "context": row.said["context"]}
    if isinstance(row, MessageRow) and row.recipient == f"client#{fact.subject}":
        return {"source": "message", "direction": row.direction, "channel": row.channel, "message": row.text}
    return {}


@storage.again(LeadRaced, AskedAtOnce)
def note(number: int, body: Note, member: Member, key: str | None) -> Interaction:
    """Write something down of a lead; a repeat under the same Idempotency-Key gives what it made. Raises LeadNotFound, KeyReused."""
    lead, person = leads.read(number, member)
    place = f"/api/v1/leads/{lead.number}/interactions"
    request = once.request(member.actor, f"POST {place}", key, body)
    if made := request.made(storage.read(*request.keys)):
        return _again(lead, made).saying(Location=place)
    now, tx = clock.now(), storage.Transaction()
    entry = f"note#{ids.new()}"
    repository.note_in(tx, lead.place, entry, {"message": body.message, "context": body.context}, by=member.actor, at=now)
    said: dict[str, Any] = {"subject": lead.client_id, "contour": "live", "ref": entry, "at": now}
    call = CALL if body.context.get("kind") == CALL else None
    fact = facts.record(tx, LeadNoted(**said, lead=lead.number, author=body.author_type, call=call))
    if body.author_type == "manager":  # what he said, or what a system did, is nobody of ours speaking to him
        last = max(now, lead.last_contacted) if lead.last_contacted else now
        deciding.change_in(tx, lead, person, {"last_contacted": last}, by=member.actor, at=now, events=None)
    request.done(tx, fact.fact_id)
    tx.commit()
    return _again(lead, fact.fact_id).saying(Location=place)


def _again(lead: Lead, fact_id: str) -> Interaction:
    """A note as it stands."""
    (fact,) = storage.read(FactRow.at(lead.client_id, fact_id))
    return _told([fact])[0]
