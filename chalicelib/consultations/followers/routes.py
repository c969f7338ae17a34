"""Chatwoot's door to us, and the back office's view of what was handed over."""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from chalicelib.consultations.followers import hook, service
from chalicelib.consultations.followers.schemas import Heard, Replayed, SyncPage, SyncQuery
from chalicelib.consultations.tickets.errors import TicketUnknown
from chalicelib.core import security
from chalicelib.core.http import Api, Source
from chalicelib.core.inbox import Receipt
from chalicelib.core.sender import Sender
from chalicelib.integrations.chatwoot.policy import CHATWOOT
from chalicelib.integrations.chatwoot.schemas import ChatwootEvent

api = Api("consultations.followers")


def _said(fields: Mapping[str, Any], body: bytes, sender: Sender) -> tuple[str, timedelta | None]:
    """The same bytes are the same event: each carries its own times and ids."""
    return sha256(body).hexdigest(), None


EVENTS = Source("chatwoot", key=_said)


@api.post("/webhooks/chatwoot", auth=CHATWOOT, webhook=True, source=EVENTS)
def chatwoot(body: ChatwootEvent, receipt: Receipt) -> Heard:
    """Hear of a conversation: its status moves the consultation's, its messages are kept in the client's dialogue."""
    return hook.take(body, receipt)


@api.get("/consultations/sync", auth=security.SERVICE, errors=[TicketUnknown])
def list_sync(query: SyncQuery) -> SyncPage:
    """Where Chatwoot and 1C stand: consultations that wait or were refused, or one by its id."""
    return service.list_sync(query)


@api.post("/consultations/sync/{cons_id}/replay", auth=security.SERVICE, errors=[TicketUnknown])
def replay_sync(cons_id: str) -> Replayed:
    """Hand a consultation over again."""
    return service.replay(cons_id)
