"""The doors of what managers write."""

from chalicelib.core.http import Api, message
from chalicelib.core.once import KeyReused
from chalicelib.core.schemas import Message
from chalicelib.messaging.errors import ChannelUnavailable, NoConsent, NowhereToSend
from chalicelib.sales.leads.access import READERS, WRITERS
from chalicelib.sales.leads.errors import LeadNotFound
from chalicelib.sales.messages import effects, sending, service
from chalicelib.sales.messages.errors import ClientPaused, MessageNotFound, MessageSent
from chalicelib.sales.messages.schemas import MessageChange, Messages, MessageShown, MessagesQuery, NewMessage, Sending
from chalicelib.staff.errors import ChangedMeanwhile
from chalicelib.staff.members import Member

api = Api("sales.messages")
REFUSED = [NowhereToSend, ChannelUnavailable, NoConsent, ClientPaused]


@api.get("/api/v1/messages", auth=READERS)
def messages_list(query: MessagesQuery, caller: Member) -> Messages:
    """Messages by any filters and words, newest first, with how many there are: what was just written is in the answer.

    Managers see those of their own leads and of nobody's.
    """
    return service.listed(query, caller)


@api.post("/api/v1/messages", auth=WRITERS, status=201, errors=[LeadNotFound, KeyReused])
def messages_create(body: NewMessage, caller: Member, idempotency_key: str | None) -> MessageShown:
    """A draft to a lead: nothing leaves before it is sent."""
    return service.create(body, caller, idempotency_key)


@api.get("/api/v1/messages/{message_id}", auth=READERS, errors=[MessageNotFound])
def messages_get(message_id: int, caller: Member) -> MessageShown:
    """A message; one to another manager's lead is nobody's to him."""
    return service.one(message_id, caller)


@api.put("/api/v1/messages/{message_id}", auth=WRITERS, errors=[MessageNotFound, MessageSent, ChangedMeanwhile])
def messages_update(message_id: int, body: MessageChange, caller: Member) -> MessageShown:
    """Change a draft, or one that failed."""
    return service.change(message_id, body, caller)


@api.delete("/api/v1/messages/{message_id}", auth=WRITERS, errors=[MessageNotFound, MessageSent])
def messages_delete(message_id: int, caller: Member) -> Message:
    """A draft, or one that failed, is gone; one that waits is taken back and stays as cancelled, unless it leaves at this moment."""
    return message(service.delete(message_id, caller))


@api.post("/api/v1/messages/{message_id}/send", auth=WRITERS, status=202, also=(200,), errors=[MessageNotFound, KeyReused, *REFUSED])
def messages_send(message_id: int, body: Sending, caller: Member, idempotency_key: str | None) -> MessageShown:
    """Send a draft, or one that failed: 202 while it waits, 200 once it has ended. Repeated it answers the message as it stands.

    Where no carrier is set up at all the ledger is the channel, and the message counts as sent.
    """
    return sending.send(message_id, body, caller, idempotency_key)


__all__ = ["api", "effects"]
