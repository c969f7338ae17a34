"""A consultation in Chatwoot: its contact, its conversation, the question in it, what the operators should see beside it.

Each step is written down before the next, and looks for what an earlier try made before it makes anything.
"""

import json
from http import HTTPStatus
from typing import Any

from chalicelib.clients.service import Client
from chalicelib.consultations.accounts import repository as accounts
from chalicelib.consultations.accounts.models import Account
from chalicelib.consultations.accounts.rules import Reach
from chalicelib.consultations.accounts.service import reach as reach_of
from chalicelib.consultations.followers import rules
from chalicelib.consultations.tickets import repository as tickets
from chalicelib.consultations.tickets.models import Consultation
from chalicelib.consultations.tickets.rules import theirs
from chalicelib.core import ids, storage
from chalicelib.core.schemas import utc_text
from chalicelib.core.settings import settings
from chalicelib.core.vendors import VendorRefused
from chalicelib.integrations.chatwoot.client import ChatwootClient, ChatwootTaken
from chalicelib.integrations.chatwoot.schemas import Contact, Conversation

Address = tuple[int, str | None]
"""A contact, and what our inbox calls it."""


def configured() -> ChatwootClient:
    """The account that the settings name."""
    config = settings()
    token = config.chatwoot_token.get_secret_value() if config.chatwoot_token else ""
    return ChatwootClient(str(config.chatwoot_url), str(config.chatwoot_account_id), int(config.chatwoot_inbox_id or 0), token)


def align(row: Consultation) -> bool:
    """Bring Chatwoot in line with a consultation; True when it has a conversation only now. Raises the vendor's errors."""
    desk = configured()
    begun = bool(row.conversation_id)
    if not begun:
        client, account = storage.read(Client.at(row.client_id), Account.at(row.client_id))
        _open(desk, row, client, account)
    if not row.question_id:
        _ask(desk, row)
    _tell(desk, row)
    return not begun


def _open(desk: ChatwootClient, row: Consultation, client: Client, account: Account) -> None:
    """Find the conversation that an earlier try made, or make it."""
    known = _known_contact(desk, account)
    contact_id, source_id = known[0] if known else _contact(desk, client, account)
    conversations = known[1] if known else desk.conversations_of(contact_id)
    standing = next((one for one in conversations if one.custom_attributes.get(rules.OURS) == row.consultation_id), None)
    if standing is None:
        mark, status = {rules.OURS: row.consultation_id}, theirs("chatwoot", row.status) or "open"
        standing = desk.create_conversation(contact_id=contact_id, source_id=source_id, custom_attributes=mark, status=status)
    _keep(row, standing)


def _known_contact(desk: ChatwootClient, account: Account) -> tuple[Address, list[Conversation]] | None:
    """The contact that was found before, and its conversations; None for one that operators have merged into another."""
    if not account.contact_id:
        return None
    try:
        return (int(account.contact_id), account.source_id), desk.conversations_of(int(account.contact_id))
    except VendorRefused as refused:
        if refused.status != HTTPStatus.NOT_FOUND:
            raise
        return None


def _keep(row: Consultation, conversation: Conversation) -> None:
    tx = storage.Transaction()
    row.conversation_id, row.chatwoot_seen = conversation.id, reading_of(conversation)
    tx.update(
        tickets.handle(row), [Consultation.conversation_id.set(row.conversation_id), Consultation.chatwoot_seen.set(row.chatwoot_seen)]
    )
    tickets.also_named(tx, row, tickets.chatwoot_name(conversation.id))
    tx.commit()


def _contact(desk: ChatwootClient, client: Client, account: Account) -> Address:
    """The client's contact: found by our id or his contacts, else made."""
    identifier = ids.as_uuid(client.client_id)
    reach = reach_of(client, account)
    # A typed contact may be another's: by it no contact of his is taken over.
    phone, email = (None, None) if reach.is_typed else (reach.phone, reach.email)
    found = desk.find_contact(identifier=identifier, phone=phone, email=email)
    if found is None or (found.identifier or identifier) != identifier:
        found = _new_contact(desk, reach, account, identifier)
    elif not found.identifier:
        found = desk.update_contact(found.id, identifier=identifier, custom_attributes={"client_id_hash": account.client_id_hash})
    source_id = found.source_id_in(int(settings().chatwoot_inbox_id or 0))
    accounts.know_contact(client.client_id, found.id, source_id)
    return found.id, source_id


def _new_contact(desk: ChatwootClient, reach: Reach, account: Account, identifier: str) -> Contact:
    """A contact of his own; what is another contact's already is left out of it."""
    contacts = {"phone": ("phone_number", reach.phone), "email": ("email", reach.email)}
    name, attributes = reach.name, {"client_id_hash": account.client_id_hash}
    taken: set[str] = set()
    while True:
        left = {ours: value for ours, (theirs_, value) in contacts.items() if theirs_ not in taken}
        try:
            return desk.create_contact(
                identifier=identifier, name=name, phone=left.get("phone"), email=left.get("email"), custom_attributes=attributes
            )
        except ChatwootTaken as refused:
            own = desk.find_contact(identifier=identifier, phone=None, email=None)  # an earlier try may have made it
            if own is not None:
                return own
            if not set(refused.attributes) - taken:
                raise
            taken |= set(refused.attributes)


def _ask(desk: ChatwootClient, row: Consultation) -> None:
    """Post the question as the client's, once."""
    conversation_id = int(row.conversation_id)
    standing = next((one for one in desk.messages(conversation_id) if rules.is_question(one, row.consultation_id, row.comment)), None)
    message = standing or desk.post_message(conversation_id, row.comment, content_attributes={rules.OURS: row.consultation_id})
    row.question_id = message.id
    tickets.change(row, [Consultation.question_id.set(message.id)])


def _tell(desk: ChatwootClient, row: Consultation) -> None:
    """What stands beside the conversation, and its status where ours was moved by somebody else."""
    shown = attributes(row)
    told = ids.fingerprint(json.dumps(shown, sort_keys=True))
    if row.chatwoot_told != told:
        desk.set_attributes(int(row.conversation_id), shown)
        tickets.change(row, [Consultation.chatwoot_told.set(told)])
    status = theirs("chatwoot", row.status)
    if status and status != rules.plain(row.chatwoot_seen):
        desk.set_status(int(row.conversation_id), status)
        tickets.change(row, [Consultation.chatwoot_seen.set(status)], condition=Consultation.chatwoot_seen == row.chatwoot_seen)


def attributes(row: Consultation) -> dict[str, Any]:
    """What operators see of a consultation."""
    shown = {
        rules.OURS: row.consultation_id,
        "client_id": ids.as_uuid(row.client_id),
        "number": row.number,
        "topic": row.topic,
        "org_inn": row.org_inn,
        "importance": int(row.importance) if row.importance is not None else None,
        "scheduled_at": utc_text(row.scheduled_at) if row.scheduled_at else None,
        "lang": row.lang,
        "source": row.source,
        "cl_ref_key": row.cl_ref_key,
    }
    return {name: value for name, value in shown.items() if value not in (None, "")}


def reading_of(conversation: Conversation) -> str:
    """A conversation's state as the mapping of statuses reads it."""
    return rules.reading(conversation.status, assigned=conversation.assignee is not None)
