"""A message is sent: its status, the ledger's row and the outbox's are one write, so however often it is asked for one letter leaves."""

from typing import Any

from chalicelib.clients.models import Client
from chalicelib.core import clock, facts, ids, once, storage
from chalicelib.core.once import AskedAtOnce
from chalicelib.dialogue.threads import waiting
from chalicelib.messaging import foreseeing
from chalicelib.messaging import rules as wording
from chalicelib.messaging import service as messaging
from chalicelib.messaging.errors import ChannelUnavailable, NowhereToSend
from chalicelib.sales.leads.models import Lead
from chalicelib.sales.messages import rules, service, showing
from chalicelib.sales.messages.errors import ClientPaused, MessageRaced
from chalicelib.sales.messages.models import SalesMessage
from chalicelib.sales.messages.schemas import MessageShown, Sending
from chalicelib.staff.members import Member

KEEPER = "sales_message"
"""How the ledger names this package: as the keeper of a letter, and as its guard."""

TEMPLATE, CAUSE = "client_words_of_staff", "sales_message_sent"
QUEUED, SETTLED = 202, 200


@storage.again(MessageRaced, AskedAtOnce)
def send(number: int, body: Sending, member: Member, key: str | None) -> MessageShown:
    """Queue a draft, or one that failed, and the message as it stands then; whatever has been sent is answered as it stands.

    Raises MessageNotFound, ChannelUnavailable, NowhereToSend, NoConsent, ClientPaused, KeyReused.
    """
    row, lead = service.seen(number, member)
    request = once.request(member.actor, f"POST {service.PLACE}/{number}/send", key, body)
    before, (client,) = storage.read_lists(request.keys, [Client.at(lead.client_id)])
    if request.made(before) is None and row.status in rules.OPEN:
        _check(row, client)
        tx = storage.Transaction()
        said = _letter(tx, row, lead, member)
        request.done(tx, str(number))
        service.write(row, said, tx)
    return showing.shown(row).answering(QUEUED if row.status in ("queued", *rules.OPEN) else SETTLED)


def _check(row: SalesMessage, client: Client | None) -> None:
    """Raises what is known beforehand to keep it from leaving; as it leaves, all is looked at again."""
    if row.message_type in rules.BY_HAND:
        raise ChannelUnavailable("people send such messages by hand")
    if client is None:
        raise NowhereToSend("the client is gone")
    if client.paused_at:
        raise ClientPaused
    foreseeing.check(client, row.message_type, is_marketing=row.purpose == wording.MARKETING)


def _letter(tx: storage.Transaction, row: SalesMessage, lead: Lead, member: Member) -> dict[str, Any]:
    """Add the letter; what the message says from now on. Nobody can guess the letter's id: an SMS carries it as its way out."""
    letter = ids.new()
    messaging.say(
        tx,
        messaging.client(lead.client_id),
        TEMPLATE,
        messaging.About(CAUSE, "live"),
        {"text": row.body, "subject": row.subject},
        guard={"kind": KEEPER, "client_id": lead.client_id},
        message_id=letter,
        language=row.language,
        purpose=wording.MARKETING if row.purpose == wording.MARKETING else None,
        by=row.message_type,
        kept_by={"kind": KEEPER, "place": row.place},
        author=member.named or facts.OFFICE,
    )
    if row.purpose != wording.MARKETING:
        waiting.answered_in(tx, lead.client_id, letter, contour="live")
    fresh = dict.fromkeys(("reason", "error_message", "channel", "external_id"))
    said = {"status": "queued", "attempt": int(row.attempt) + 1, "ledger_id": letter, "client_id": lead.client_id}
    return {**fresh, **said, "updated_at": clock.now()}
