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
    """Decide one event; what is of no consultation of ours is ignored."""
    row = _consultation(event)
    heard = Heard(kept=row is not None and _taken(event, row))
    inbox.done(receipt, heard)
    return heard


def _consultation(event: ChatwootEvent) -> Consultation | None:
    """The consultation of the event's conversation, in our account."""
    conversation = event.conversation
    if conversation is None or (event.account_id or settings().chatwoot_account_id) != settings().chatwoot_account_id:
        return None
    return finding.consultation_of(conversation)


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
