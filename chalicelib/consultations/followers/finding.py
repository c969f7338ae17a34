"""Which consultation a conversation of Chatwoot's is: its number here and our mark there must agree.

A number alone proves nothing: another account gives the same ones, and so does a Chatwoot whose backup was put back.
"""

from chalicelib.consultations.followers import rules
from chalicelib.consultations.tickets import repository as tickets
from chalicelib.consultations.tickets.models import Consultation
from chalicelib.consultations.tickets.rules import OVER
from chalicelib.core.settings import settings
from chalicelib.integrations.chatwoot.schemas import Conversation

LONGEST_MARK = 60


def is_here(row: Consultation, conversation_id: int) -> bool:
    """Whether a consultation stands in this conversation of the desk that the settings name."""
    return row.conversation_id == conversation_id and row.chatwoot_desk in (None, settings().chatwoot_desk)


def mark_of(conversation: Conversation) -> str | None:
    """Our mark in a conversation."""
    mark = conversation.custom_attributes.get(rules.OURS)
    return mark if isinstance(mark, str) and 0 < len(mark) <= LONGEST_MARK else None


def agrees(conversation: Conversation, row: Consultation) -> bool:
    """Whether a conversation bears a consultation's mark, or that of a later question of the client where they share it."""
    mark = mark_of(conversation)
    if mark == row.consultation_id:
        return True
    (name,) = tickets.names(mark) if mark else [None]
    later = tickets.at(name.client_id, name.place) if name and name.client_id == row.client_id else None
    return later is not None and bool(later.chatwoot_shared) and is_here(later, conversation.id)


def consultation_of(conversation: Conversation) -> Consultation | None:
    """The consultation that a conversation is of; None for others' and for one whose number and mark disagree.

    One that is being made has no number yet. Where its attributes are not told, its number at this desk is all there is.
    """
    if not conversation.is_told_whole:
        row = tickets.named(tickets.by_name(tickets.chatwoot_name(conversation.id, settings().chatwoot_desk)))
        return row if row is not None and is_here(row, conversation.id) else None
    mark = mark_of(conversation)
    row = tickets.named(tickets.by_name(mark)) if mark else None
    return row if row is not None and (row.conversation_id is None or is_here(row, conversation.id)) else None


def moved_with(row: Consultation) -> list[Consultation]:
    """A consultation, and earlier ones of the client that still wait in the same conversation: its state is theirs too."""
    others = tickets.sharing(row) if row.chatwoot_shared else []
    return [row, *(one for one in others if one.status not in OVER)]
