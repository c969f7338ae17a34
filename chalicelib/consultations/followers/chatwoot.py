"""A consultation in Chatwoot: its contact, its conversation, the question in it, what the operators should see beside it.

Each step is written down before the next, and looks for what an earlier try made before it makes anything.
"""

import json
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from chalicelib.clients.service import Client
from chalicelib.consultations.accounts import repository as accounts
from chalicelib.consultations.accounts.models import Account
from chalicelib.consultations.accounts.rules import Reach
from chalicelib.consultations.accounts.service import reach as reach_of
from chalicelib.consultations.followers import finding, repository, rules
from chalicelib.consultations.followers.errors import Overtaken
from chalicelib.consultations.tickets import repository as tickets
from chalicelib.consultations.tickets import service as consultations
from chalicelib.consultations.tickets.models import Consultation
from chalicelib.consultations.tickets.rules import OVER, theirs
from chalicelib.core import ids, storage
from chalicelib.core.schemas import utc_text
from chalicelib.core.settings import settings
from chalicelib.core.vendors import VendorRefused
from chalicelib.integrations.chatwoot.client import ChatwootClient, ChatwootTaken, ChatwootUnknown
from chalicelib.integrations.chatwoot.schemas import Contact, Conversation

Address = tuple[int, str]
"""A contact, and what our inbox calls it."""

EARLIER = timedelta(minutes=10)
"""By how much Chatwoot's clock may be behind ours: the same words before that are an earlier question."""


def configured() -> ChatwootClient:
    """The account that the settings name."""
    config = settings()
    token = config.chatwoot_token.get_secret_value() if config.chatwoot_token else ""
    return ChatwootClient(str(config.chatwoot_url), str(config.chatwoot_account_id), int(config.chatwoot_inbox_id or 0), token)


def fault_of(refused: VendorRefused) -> str | None:
    """What of our own configuration a refusal speaks of; None for one of the consultation itself."""
    if isinstance(refused, ChatwootUnknown):
        return "chatwoot_account"
    return "chatwoot_token" if refused.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) else None


def align(row: Consultation) -> bool:
    """Bring Chatwoot in line with a consultation; True when it has a conversation only now. Raises the vendor's errors."""
    desk = configured()
    standing = _standing(desk, row)
    if standing is None and row.conversation_id and row.status in OVER:
        return False  # it was answered at another desk, or before a backup was put back: nobody waits for it
    if standing is None:
        client, account = storage.read(Client.at(row.client_id), Account.at(row.client_id))
        _open(desk, row, client, account)
    if not row.question_id:
        _ask(desk, row)
    if standing is None or standing.custom_attributes.get(rules.OURS) == row.consultation_id:
        _tell(desk, row)  # else a later question of the client stands in the same conversation, and its attributes and state are that one's
    return standing is None


def _standing(desk: ChatwootClient, row: Consultation) -> Conversation | None:
    """The consultation's conversation, looked at: after a backup was put back its number may be another's, or nobody's."""
    if not row.conversation_id or not finding.is_here(row, int(row.conversation_id)):
        return None
    found = desk.conversation(int(row.conversation_id))
    return found if found is not None and finding.agrees(found, row) else None


def _open(desk: ChatwootClient, row: Consultation, client: Client, account: Account) -> None:
    """Find the conversation that an earlier try made, or make it; an inbox may keep one conversation for all of a client's."""
    contact_id, source_id = _known_contact(desk, row, account) or _contact(desk, client, account)
    conversations, mark = desk.conversations_of(contact_id), {rules.OURS: row.consultation_id}
    standing = next((one for one in conversations if one.custom_attributes.get(rules.OURS) == row.consultation_id), None)
    if standing is None:
        standing = desk.create_conversation(contact_id=contact_id, source_id=source_id, custom_attributes=mark)
    _keep(row, standing, shared=standing.custom_attributes.get(rules.OURS) != row.consultation_id)


def _known_contact(desk: ChatwootClient, row: Consultation, account: Account) -> Address | None:
    """The contact that was found before, if he is still ours: one may have been merged, or his number be another's by now."""
    found = desk.contact(int(account.contact_id)) if account.contact_id else None
    if found is None or found.identifier != ids.as_uuid(row.client_id):
        return None
    return found.id, _source(found, account.source_id or found.identifier)


def _source(contact: Contact, otherwise: str) -> str:
    """What our inbox calls a contact, or is to call him: without a name of ours Chatwoot makes up another one each time."""
    return contact.source_id_in(int(settings().chatwoot_inbox_id or 0)) or otherwise


@storage.again(Overtaken)
def _keep(row: Consultation, conversation: Conversation, *, shared: bool) -> None:
    """Write down where the consultation stands. A number that was another's is his no more: that one is handed over anew."""
    desk, tx = settings().chatwoot_desk, storage.Transaction()
    here, plain = tickets.chatwoot_name(conversation.id, desk), tickets.chatwoot_name(conversation.id)
    owner, known = tickets.names(here, plain)
    before = tickets.at(owner.client_id, owner.place) if owner else None
    row.conversation_id, row.chatwoot_desk, row.chatwoot_shared = conversation.id, desk, shared
    row.chatwoot_seen, row.chatwoot_at, row.question_id, row.chatwoot_told = reading_of(conversation), conversation.updated_at, None, None
    row.last_message_id = before.last_message_id if shared and before else None
    tx.update(tickets.handle(row), repository.standing_at(row))
    tickets.hand_over(tx, row, here, owner, Overtaken())
    if known is None:
        tickets.also_named(tx, row, plain)
    if before is not None and before.consultation_id != row.consultation_id and not shared:
        _give_up(tx, before, conversation.id)
    tx.commit()


def _give_up(tx: storage.Transaction, lost: Consultation, conversation_id: int) -> None:
    """A restored Chatwoot gave its number to another: what is open there no more is asked there again."""
    if not finding.is_here(lost, conversation_id):
        return
    waits = lost.status not in OVER and lost.chatwoot != "off"
    actions = [*repository.nowhere(), *(repository.awaiting({"chatwoot": consultations.send(tx, lost, "chatwoot")}) if waits else [])]
    tx.update(tickets.handle(lost), actions, condition=Consultation.conversation_id == conversation_id, otherwise=Overtaken())


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
    source_id = _source(found, identifier)
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
    conversation_id, since = int(row.conversation_id), row.created_at - EARLIER if row.chatwoot_shared else None
    messages = desk.messages(conversation_id)
    standing = next((one for one in messages if rules.is_question(one, row.consultation_id, row.comment, since=since)), None)
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
        _set_status(desk, row, status)


def _set_status(desk: ChatwootClient, row: Consultation, status: str) -> None:
    """Set a conversation's state, and learn when that was by Chatwoot's clock: what it tells of earlier moments is late."""
    desk.set_status(int(row.conversation_id), status)
    now = desk.conversation(int(row.conversation_id))
    at = now.updated_at if now and now.status == status else None
    said = [Consultation.chatwoot_seen.set(status), *([Consultation.chatwoot_at.set(at)] if at else [])]
    tickets.change(row, said, condition=Consultation.chatwoot_seen == row.chatwoot_seen)


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
