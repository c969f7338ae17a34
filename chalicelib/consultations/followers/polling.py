"""What the followers changed, asked for by cursor: their hooks are sent once, and 1C has none."""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.consultations.followers import chatwoot, finding, moves, onec, repository, rules
from chalicelib.consultations.tickets import repository as tickets
from chalicelib.consultations.tickets.models import Consultation
from chalicelib.core import storage, turns
from chalicelib.core.settings import settings
from chalicelib.core.vendors import VendorDown
from chalicelib.integrations.chatwoot.client import ChatwootClient
from chalicelib.integrations.chatwoot.schemas import Conversation
from chalicelib.integrations.onec import literals
from chalicelib.integrations.onec.client import at_least

PAGE = 100
"""1C's documents asked for at once."""

MOST_PAGES = 20
"""Pages of one poll: the rest is the next one's."""

LATE = timedelta(minutes=2)
"""How long a transaction of 1C may be open: what it wrote bears the moment of the write, and is seen only after it."""


def conversations() -> int:
    """Take over what changed in Chatwoot since the last poll; how many consultations that concerned."""
    desk, since, moved = chatwoot.configured(), repository.since("chatwoot"), 0
    newest = since
    # Chatwoot tells the latest first: taken the other way round, what was heard is heard, however early the tick ends.
    found, cut = _latest(desk, since)
    for conversation in sorted(found, key=lambda one: one.last_activity_at or since):
        if turns.is_over():
            break
        newest = max(newest, conversation.last_activity_at or since)
        row = finding.consultation_of(conversation)
        moved += row is not None and row.conversation_id is not None and _catch_up(desk, row, conversation)
    if cut is not None:
        raise cut
    _reached("chatwoot", newest)
    return moved


def _latest(desk: ChatwootClient, since: datetime) -> tuple[list[Conversation], VendorDown | None]:
    """The conversations with something new, and what kept the oldest of them from being listed: the others are heard all the same."""
    found: list[Conversation] = []
    try:
        found += desk.active_since(since)
    except VendorDown as down:
        return found, down
    return found, None


def _catch_up(desk: ChatwootClient, row: Consultation, conversation: Conversation) -> bool:
    moved = moves.hear_conversation(row, conversation)
    last = int(row.last_message_id or 0)
    messages = desk.messages(conversation.id, after=last)
    kept = [moves.keep(row, conversation.id, message) for message in messages]
    if newest := max((message.id for message in messages), default=0):
        tickets.change(row, [Consultation.last_message_id.set(max(newest, last))])
    return moved or any(kept)


def documents() -> int:
    """Take over what changed in 1C since the last poll; how many consultations that concerned."""
    document, zone = rules.entity("document"), settings().consultation_zone
    if not document.modified:
        return 0
    base, since, moved = onec.configured(), repository.since("onec"), 0
    newest, changed = since, at_least(document.modified, literals.datetime_literal(since - LATE, zone))
    for number in range(MOST_PAGES):
        page = base.rows(document.name, changed, top=PAGE, order=document.modified, skip=number * PAGE)
        moved += sum(_hear_document(found) for found in page)
        newest = max([newest, *(at for found in page if (at := literals.moment(found.get(document.modified), zone)))])
        if len(page) < PAGE or turns.is_over():
            break
    _reached("onec", newest)
    return moved


def _hear_document(found: dict[str, Any]) -> bool:
    """A document of ours by our id in it, or by its own; others are nobody's here."""
    document = rules.entity("document")
    key, ref = found.get(document.key), literals.reference(found.get("Ref_Key"))
    names = [str(key) if key else None, tickets.onec_name(ref) if ref else None]
    keys = [tickets.by_name(name) for name in names if name]
    row = tickets.named(*keys) if keys else None
    reading = rules.document_reading(found)
    if row is None or row.onec_seen is None or not reading:
        return False
    return moves.hear(row, "onec", reading, number=found.get("Number"))


def _reached(name: str, moment: datetime) -> None:
    tx = storage.Transaction()
    repository.until(tx, name, moment)
    try:
        tx.commit()
    except storage.ConditionFailed:  # another tick was faster and heard more
        return
