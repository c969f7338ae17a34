"""Chatwoot's webhooks: told once, so that what they say is also polled for."""

from chalicelib.consultations.followers import finding, moves
from chalicelib.consultations.followers.schemas import Heard
from chalicelib.consultations.tickets.models import Consultation
from chalicelib.core import inbox
from chalicelib.core.inbox import Receipt
from chalicelib.core.settings import settings
from chalicelib.integrations.chatwoot.schemas import ChatwootEvent, Conversation

MESSAGES = ("message_created", "message_updated")


def take(event: ChatwootEvent, receipt: Receipt) -> Heard:
    """Decide one event; what is of no consultation of ours is ignored, and the answer says why."""
    heard = _heard(event)
    inbox.done(receipt, heard)
    return heard


def _heard(event: ChatwootEvent) -> Heard:
    if event.account_id not in (None, settings().chatwoot_account_id):
        return Heard(kept=False, reason="another account")
    row = finding.consultation_of(event.conversation) if event.conversation else None
    if row is None:
        return Heard(kept=False, reason="no consultation of ours")
    kept = _taken(event, row)
    return Heard(kept=kept, reason=None if kept else "nothing new")


def _taken(event: ChatwootEvent, row: Consultation) -> bool:
    conversation = event.conversation
    if conversation is None:
        return False
    if event.message is not None:
        return event.event in MESSAGES and moves.keep(row, conversation.id, event.message)
    return _told_status(event) and _moved(row, conversation)


def _told_status(event: ChatwootEvent) -> bool:
    return event.event in ("conversation_status_changed", "conversation_updated")


def _moved(row: Consultation, conversation: Conversation) -> bool:
    """A conversation that is being made is our own doing; its status is known when it is written down."""
    return row.conversation_id is not None and moves.hear_conversation(row, conversation)
