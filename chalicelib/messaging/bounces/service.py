"""A carrier's word that an address is dead: who is known by it is written to there no more."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from chalicelib.clients import channels
from chalicelib.core import inbox, outbox, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.inbox import Receipt
from chalicelib.core.schemas import validated
from chalicelib.messaging.bounces import rules
from chalicelib.messaging.bounces.schemas import Heard, MailEvent, Told
from chalicelib.messaging.channels.base import Address

EMAIL = "email"
CAME_BACK = "mail_came_back"
"""The kind of effect that has a letter say so."""


def hear(event: MailEvent, receipt: Receipt) -> Heard:
    """Mark what is dead. Each address is a decision of its own, which a repeat finds made.

    Raises Invalid for what can be no event, and for more addresses than one may name.
    """
    heard = _heard(event)
    inbox.done(receipt, heard)
    return heard


def _heard(event: MailEvent) -> Heard:
    if rules.is_confirmation(event.said):
        return Heard(marked=0, reason="a subscription to be confirmed: the inbox holds its address")
    said = _read(rules.unwrapped(event.said))
    addresses, mail_id = rules.dead(said), rules.bounced(said)
    if len(addresses) > rules.MOST:
        raise Invalid.field("body", msg=f"expected at most {rules.MOST} recipients")
    if not addresses:
        return Heard(marked=0, reason="no permanent bounce and no complaint")
    marked = sum(_bury(address, mail_id) for address in addresses)
    return Heard(marked=marked, reason=None if marked else "nobody is known by it, or it was known to be dead")


def _read(event: Mapping[str, Any]) -> Mapping[str, Any]:
    return event if rules.is_ses(event) else {**event, **validated(Told, event, "body").model_dump()}


def _bury(address: str, mail_id: str | None) -> bool:
    """Whether a client is written to at this address no more, by this event; the mail that came back is told of in any case."""
    client = channels.known_by_email(address)
    if client is None or not client.email:
        return False
    tx = storage.Transaction()
    if mail_id:
        outbox.send(tx, CAME_BACK, {"client_id": client.client_id, "mail_id": mail_id}, lane=f"bounce#{client.client_id}")
        tx.commit()
        tx = storage.Transaction()
    channels.bury_in(tx, client, EMAIL, Address(client.email).mark(EMAIL))
    with suppress(storage.ConditionFailed):  # it is known to be dead, or he has another address by now
        tx.commit()
        return True
    return False
