"""Chatwoot's application API with an agent's token: contacts and conversations of one account, in one API inbox.

Nothing that makes something is idempotent: after `VendorDown.sent_maybe` it may stand there; look before you make it again.
An agent bot's token will not do, Chatwoot lets bots neither search nor list.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from chalicelib.core.vendors import TIMEOUT, Reply, Timeout, Vendor, VendorDown, VendorError, VendorRefused
from chalicelib.integrations.chatwoot.schemas import (
    Contact,
    ContactAnswer,
    ContactMade,
    ContactPage,
    Conversation,
    ConversationList,
    ConversationPage,
    Message,
    MessageList,
)

MOST_PAGES = 200
"""Where the walk along a list ends, whatever Chatwoot says."""

_VENDOR = "chatwoot"
_TAKEN = "taken"
"""Stands in the refusal of a duplicate in English and in the name of a missing translation alike."""

M = TypeVar("M", bound=BaseModel)


class ChatwootTaken(VendorRefused):
    """Another contact of the account has this already; `attributes` are the fields that were refused."""

    def __init__(self, reason: str, attributes: tuple[str, ...]) -> None:
        super().__init__(_VENDOR, HTTPStatus.UNPROCESSABLE_ENTITY, reason)
        self.attributes = attributes


class ChatwootUnknown(VendorRefused):
    """The account or its inbox is not there: nothing that is asked of it will be found, or is known to be gone."""

    def __init__(self) -> None:
        super().__init__(_VENDOR, HTTPStatus.NOT_FOUND, "no such account or inbox")


class ChatwootClient:
    """An account seen from one API inbox. Every call raises `VendorDown`, `VendorBusy` or `VendorRefused`.

    What is not found is looked at twice: of an account that is not there it raises `ChatwootUnknown`.
    """

    def __init__(self, url: str, account_id: str, inbox_id: int, token: str, *, timeout: Timeout = TIMEOUT) -> None:
        base = f"{url.rstrip('/')}/api/v1/accounts/{quote(account_id, safe='')}"
        headers = {"api_access_token": token, "Accept": "application/json"}
        self._inbox = inbox_id
        self._api = _ChatwootApi(_VENDOR, base, secrets=(token,), headers=headers, timeout=timeout)
        self._api.home = f"inboxes/{inbox_id}"

    def find_contact(self, *, identifier: str | None, phone: str | None, email: str | None) -> Contact | None:
        """The contact with exactly this identifier, else this phone, else this e-mail.

        One found by phone or e-mail may carry another `identifier`: then it is another client's.
        """
        folded = (email or "").casefold()
        return (
            self._first(identifier, lambda contact: contact.identifier == identifier)
            or self._first(phone, lambda contact: contact.phone_number == phone)
            or self._first(email, lambda contact: (contact.email or "").casefold() == folded)
        )

    def create_contact(
        self, *, identifier: str, name: str, phone: str | None, email: str | None, custom_attributes: dict[str, Any] | None = None
    ) -> Contact:
        """Make a contact with a name of its own in the inbox. Raises `ChatwootTaken` for one that exists."""
        told = {"identifier": identifier, "name": name, "phone_number": phone, "email": email, "custom_attributes": custom_attributes}
        body = {"inbox_id": self._inbox, **_without_blanks(told)}
        return _read(ContactMade, self._api.say("POST", "contacts", body)).contact

    def update_contact(self, contact_id: int, *, identifier: str | None = None, custom_attributes: dict[str, Any] | None = None) -> Contact:
        """Give a contact our identifier and attributes; attributes that are not named stay. Raises `ChatwootTaken`."""
        body = _without_blanks({"identifier": identifier, "custom_attributes": custom_attributes})
        return _read(ContactAnswer, self._api.say("PUT", f"contacts/{contact_id}", body)).payload

    def contact(self, contact_id: int) -> Contact | None:
        """One contact; None for one that is gone, or was merged into another."""
        reply = self._standing(f"contacts/{contact_id}")
        return _read(ContactAnswer, reply).payload if reply else None

    def conversation(self, conversation_id: int) -> Conversation | None:
        """One conversation; None for one that is gone."""
        reply = self._standing(f"conversations/{conversation_id}")
        return _read(Conversation, reply) if reply else None

    def conversations_of(self, contact_id: int) -> list[Conversation]:
        """A contact's latest conversations in every inbox that the token's agent may see; Chatwoot shows twenty."""
        return _read(ConversationList, self._api.call("GET", f"contacts/{contact_id}/conversations")).payload

    def create_conversation(self, *, contact_id: int, source_id: str, custom_attributes: dict[str, Any] | None = None) -> Conversation:
        """Begin a conversation in the state that Chatwoot gives it: open, or pending where a bot goes first.

        Each time a new one; an inbox that keeps one conversation a contact gives the one that stands, untouched. A `source_id`
        that the contact has not yet names him in the inbox; without one Chatwoot would name him anew each time.
        """
        told = _without_blanks({"custom_attributes": custom_attributes})
        body = {"inbox_id": self._inbox, "contact_id": contact_id, "source_id": source_id, **told}
        return _read(Conversation, self._api.say("POST", "conversations", body))

    def messages(self, conversation_id: int, after: int | None = None) -> list[Message]:
        """The messages newer than the one with the id `after`, oldest first: notes and Chatwoot's own lines too.

        Pages go from the newest back; of more than `MOST_PAGES` of them (twenty messages each) the oldest are left out.
        """
        found: dict[int, Message] = {}
        for _ in range(MOST_PAGES):
            query = {"before": str(min(found))} if found else None
            page = _read(MessageList, self._api.call("GET", f"conversations/{conversation_id}/messages", query=query)).payload
            fresh = {one.id: one for one in page if one.id not in found and (after is None or one.id > after)}
            found |= fresh
            if len(fresh) < len(page) or not page:
                break
        return [found[number] for number in sorted(found)]

    def post_message(
        self,
        conversation_id: int,
        content: str,
        *,
        message_type: str = "incoming",
        private: bool = False,
        content_attributes: dict[str, Any] | None = None,
    ) -> Message:
        """Say something as the contact (incoming) or as the token's agent (outgoing). Old versions drop `content_attributes`."""
        told = _without_blanks({"content_attributes": content_attributes})
        body = {"content": content, "message_type": message_type, "private": private, **told}
        return _read(Message, self._api.say("POST", f"conversations/{conversation_id}/messages", body))

    def set_attributes(self, conversation_id: int, attributes: dict[str, Any]) -> None:
        """Set a conversation's attributes: give all of ours each time.

        Others stay where Chatwoot knows `merge` (since the summer of 2026), before that they are gone.
        """
        self._api.say("POST", f"conversations/{conversation_id}/custom_attributes", {"custom_attributes": attributes, "merge": True})

    def set_status(self, conversation_id: int, status: str) -> None:
        """Open or resolve a conversation. Chatwoot hands one that an agent's token opens to that agent, an administrator's not."""
        self._api.say("POST", f"conversations/{conversation_id}/toggle_status", {"status": status})

    def active_since(self, since: datetime) -> Iterator[Conversation]:
        """The inbox's conversations with something new at `since` or later, latest first, whatever their status.

        Raises `VendorDown` in the end where `MOST_PAGES` pages did not reach back to `since`.
        """
        border = since.replace(microsecond=0)  # Chatwoot tells whole seconds
        seen: set[int] = set()
        for number in range(1, MOST_PAGES + 1):
            page = self._conversations(number)
            fresh = [one for one in page if one.id not in seen]
            recent = [one for one in fresh if one.last_activity_at is None or one.last_activity_at >= border]
            yield from recent
            if not fresh or len(recent) < len(fresh):
                return
            seen.update(one.id for one in fresh)  # one that speaks meanwhile pushes others onto the next page
        raise VendorDown(_VENDOR, f"more than {MOST_PAGES} pages of conversations")

    def _standing(self, path: str) -> Reply | None:
        try:
            return self._api.call("GET", path)
        except VendorRefused as refused:
            if refused.status != HTTPStatus.NOT_FOUND or isinstance(refused, ChatwootUnknown):
                raise
            return None

    def _conversations(self, page: int) -> list[Conversation]:
        order = {"sort_by": "last_activity_at_desc", "page": str(page)}
        query = {"inbox_id": str(self._inbox), "status": "all", "assignee_type": "all", **order}
        return _read(ConversationPage, self._api.call("GET", "conversations", query=query)).data.payload

    def _first(self, text: str | None, same: Callable[[Contact], bool]) -> Contact | None:
        """The search finds a text anywhere in a name, a phone, an e-mail or an identifier: `same` says which contact is meant."""
        return next(filter(same, self._search(text)), None) if text and text.strip() else None

    def _search(self, text: str) -> Iterator[Contact]:
        for number in range(1, MOST_PAGES + 1):
            query = {"q": text, "page": str(number), "sort": "-last_activity_at"}
            page = _read(ContactPage, self._api.call("GET", "contacts/search", query=query))
            yield from page.payload
            if not page.payload or page.meta.has_more is False:
                return


class _ChatwootApi(Vendor):
    """Chatwoot's manners: ``{error}``, ``{errors}``, or ``{message, attributes}`` for fields that do not pass."""

    home = ""
    """What is always found where the account is the right one."""

    def call(self, method: str, path: str, **request: Any) -> Reply:
        try:
            return super().call(method, path, **request)
        except VendorRefused as refused:
            if refused.status == HTTPStatus.NOT_FOUND:
                self._be_at_home()
            raise

    def _be_at_home(self) -> None:
        try:
            super().call("GET", self.home)
        except VendorRefused as refused:
            if refused.status == HTTPStatus.NOT_FOUND:
                raise ChatwootUnknown from refused
            raise

    def say(self, method: str, path: str, body: dict[str, Any]) -> Reply:
        return self.call(method, path, json=_storable(body))

    def refusal(self, reply: Reply) -> VendorError:
        named, reason = reply.field("attributes"), self.reason(reply)
        if reply.status == HTTPStatus.UNPROCESSABLE_ENTITY and isinstance(named, list) and _TAKEN in reason:
            return ChatwootTaken(reason, tuple(str(name) for name in named))
        return super().refusal(reply)

    def reason(self, reply: Reply) -> str:
        told = reply.field("errors")
        words = [one for one in (told if isinstance(told, list) else [told]) if isinstance(one, str) and one]
        return self.clean("; ".join(words)) if words else super().reason(reply)


def _without_blanks(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value and (not isinstance(value, str) or value.strip())}


def _storable(value: Any) -> Any:
    """PostgreSQL holds no NUL and no half of a surrogate pair: Chatwoot would answer such a text with 500, time after time."""
    if isinstance(value, str):
        return value.replace("\0", "").encode(errors="replace").decode()
    if isinstance(value, dict):
        return {_storable(name): _storable(one) for name, one in value.items()}
    return [_storable(one) for one in value] if isinstance(value, list | tuple) else value


def _read(model: type[M], reply: Reply) -> M:
    try:
        return model.model_validate(reply.data)
    except ValidationError:
        unread = f"an answer that is no {model.__name__}"
    raise VendorDown(_VENDOR, unread, sent_maybe=True)
