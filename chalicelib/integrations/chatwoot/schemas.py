"""What Chatwoot tells of contacts, conversations and messages, in answers and in webhooks, as far as we read it.

A conversation's id is the account's own number of it, the one in URLs, wherever Chatwoot shows a conversation.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from chalicelib.core.schemas import Schema, Text

MessageType = Literal["incoming", "outgoing", "activity", "template"]
SenderType = Literal["contact", "user", "agent_bot"]

CONTENT_LENGTH = 150_000
"""The longest message that Chatwoot keeps."""

_TYPES: tuple[MessageType, ...] = ("incoming", "outgoing", "activity", "template")
"""In the order of the numbers that Chatwoot stores."""

_SENDERS: dict[str, SenderType] = {"contact": "contact", "user": "user", "agent_bot": "agent_bot", "agentbot": "agent_bot"}


def _told(value: Any) -> Any:
    """Chatwoot writes 0 for never, and old versions name the zone by a word."""
    if isinstance(value, str):
        value = value.strip().removesuffix(" UTC")
    return None if value in ("", 0) else value


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        raise ValueError("a moment within the calendar is expected") from None


def _type_word(value: Any) -> Any:
    """The word of a message's type, given as a word or as its number; none for a type that is unknown here."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _TYPES[value] if 0 <= value < len(_TYPES) else None
    if isinstance(value, str):
        return value if value in _TYPES else None
    return value


def _null_is(default: Any) -> BeforeValidator:
    return BeforeValidator(lambda value: default if value is None else value)


VendorId = Annotated[int, Field(strict=True, ge=1, lt=2**63)]
Moment = Annotated[datetime | None, BeforeValidator(_told), AfterValidator(_utc)]
Words = Annotated[str, _null_is("")]
Content = Annotated[str, Field(max_length=CONTENT_LENGTH), _null_is("")]
Maybe = Annotated[str | None, BeforeValidator(lambda value: None if value == "" else value)]
Flag = Annotated[bool, _null_is(False)]
Bag = Annotated[dict[str, Any], _null_is({})]


class _Inbox(Schema):
    id: VendorId | None = None


class ContactInbox(Schema):
    """A contact's name in an inbox."""

    source_id: Words = ""
    inbox: _Inbox | None = None


class Contact(Schema):
    """A person of the account; `identifier` is the id that the outside gave to him."""

    id: VendorId
    name: Words = ""
    email: Maybe = None
    phone_number: Maybe = None
    identifier: Maybe = None
    custom_attributes: Bag = {}
    contact_inboxes: Annotated[list[ContactInbox], _null_is([])] = []

    def source_id_in(self, inbox_id: int) -> str | None:
        """The contact's name in an inbox; None where he has none there, or the answer does not say."""
        names = (one.source_id for one in self.contact_inboxes if one.inbox and one.inbox.id == inbox_id)
        return next(filter(None, names), None)


class Person(Schema):
    """Somebody in a conversation."""

    id: VendorId | None = None
    name: Words = ""
    type: Maybe = None


class _Meta(Schema):
    sender: Person | None = None
    assignee: Person | None = None


class _Link(Schema):
    contact_id: VendorId | None = None


class _OfAccount(Schema):
    account_id: Text = None


class Conversation(_OfAccount):
    """A conversation with a contact."""

    id: VendorId
    inbox_id: VendorId | None = None
    status: Words = ""
    custom_attributes: Bag = {}
    last_activity_at: Moment = None
    updated_at: Moment = None
    meta: _Meta | None = None
    contact_inbox: _Link | None = None

    @property
    def assignee(self) -> Person | None:
        """Who has taken it; None while nobody has."""
        return self.meta.assignee if self.meta else None

    @property
    def is_told_whole(self) -> bool:
        """Whether its attributes are told at all: without them nothing says that there are none."""
        return "custom_attributes" in self.model_fields_set

    @property
    def contact_id(self) -> int | None:
        """Whose it is, where that is told."""
        linked = self.contact_inbox.contact_id if self.contact_inbox else None
        return linked or (self.meta.sender.id if self.meta and self.meta.sender else None)


class Attachment(Schema):
    """A file in a message; without `data_url` nobody can fetch it."""

    file_type: Words = ""
    data_url: Maybe = None


class Message(Schema):
    """Something in a conversation. A `private` one is a note among agents: the client never sees it."""

    id: VendorId
    content: Content = ""
    message_type: Annotated[MessageType | None, BeforeValidator(_type_word)] = None
    private: Flag = False
    created_at: Moment = None
    content_attributes: Bag = {}
    attachments: Annotated[list[Attachment], _null_is([])] = []
    sender: Person | None = None
    sender_class: Maybe = Field(None, alias="sender_type")

    @property
    def is_deleted(self) -> bool:
        """Whether somebody took it back: what stands in it then are Chatwoot's own words."""
        return bool(self.content_attributes.get("deleted"))

    @property
    def sender_type(self) -> SenderType | None:
        """What its sender is; None for Chatwoot itself and for kinds of sender unknown here."""
        told = (self.sender.type if self.sender else None) or self.sender_class or ""
        return _SENDERS.get(told.lower())

    @property
    def sender_name(self) -> str:
        """Its sender's name, "" where it has none."""
        return self.sender.name if self.sender else ""


class ContactAnswer(Schema):
    payload: Contact


class _MadeContact(Schema):
    contact: Contact
    contact_inbox: ContactInbox | None = None


class ContactMade(Schema):
    payload: _MadeContact

    @property
    def contact(self) -> Contact:
        """The new contact with the name it was given in the inbox, which its own list may lack."""
        made, link = self.payload.contact, self.payload.contact_inbox
        return made.model_copy(update={"contact_inboxes": [*made.contact_inboxes, *([link] if link else [])]})


class _PageMeta(Schema):
    has_more: bool | None = None


class ContactPage(Schema):
    payload: list[Contact]
    meta: _PageMeta = Field(default_factory=_PageMeta)


class ConversationList(Schema):
    payload: list[Conversation]


class ConversationPage(Schema):
    data: ConversationList


class MessageList(Schema):
    payload: list[Message]


class _Account(Schema):
    id: Text = None


class ChatwootEvent(Schema):
    """What Chatwoot posts to a webhook. Events that we do not know are read too: they carry nothing."""

    event: Words = ""
    conversation: Conversation | None = None
    message: Message | None = None
    account: _Account | None = None
    told_account_id: Text = Field(None, alias="account_id")
    messages: Annotated[list[_OfAccount], _null_is([])] = []
    updated_at: Moment = None
    timestamp: Moment = None
    created_at: Moment = None

    @model_validator(mode="before")
    @classmethod
    def _unfold(cls, data: Any) -> Any:
        """Give the conversation and the message, which Chatwoot merges into the event itself, places of their own."""
        if not isinstance(data, dict):
            return data
        kind = str(data.get("event"))
        nested = data.get("conversation")
        message = data if kind.startswith("message_") else None
        conversation = (nested or data) if kind.startswith("conversation_") else nested if message else None
        return {**data, "message": _present(message), "conversation": _present(conversation)}

    @property
    def account_id(self) -> str | None:
        """The account it comes from, where any part tells it."""
        told = [self.told_account_id, self.account.id if self.account else None, *(one.account_id for one in self.messages)]
        return next(filter(None, [*told, self.conversation.account_id if self.conversation else None]), None)

    @property
    def at(self) -> datetime | None:
        """When it happened, as well as its parts tell."""
        moments = [self.updated_at, self.timestamp, self.created_at, self.conversation.updated_at if self.conversation else None]
        return next(filter(None, moments), None)


def _present(part: Any) -> Any:
    """A part without an id is none."""
    return None if isinstance(part, dict) and part.get("id") is None else part
