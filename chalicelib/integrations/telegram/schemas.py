"""What Telegram sends to the webhook, as far as we read it. The rest of an update is ignored here and kept raw.

Ids are int64 on the wire and text on our side: they are names, nobody adds them up, and JSON elsewhere rounds them.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from chalicelib.core.patterns import pattern
from chalicelib.core.schemas import Schema

_INT64 = 2**63
_DIGITS = pattern(r"-?[0-9]{1,19}")
_START = pattern(r"/start(?:@\w+)?(?:\s(?P<payload>.*))?", re.ASCII | re.DOTALL)
_PAYLOAD = pattern(r"[A-Za-z0-9_-]{1,64}")


def _id_text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("an int64 is expected")
    text = str(value)
    if not _DIGITS.fullmatch(text) or not -_INT64 <= int(text) < _INT64:
        raise ValueError("an int64 is expected")
    return str(int(text))


TelegramId = Annotated[str, BeforeValidator(_id_text)]
"""An int64 as decimal text."""


class User(Schema):
    """A Telegram account: `language_code` is an IETF tag, `username` comes without the @ and may change."""

    id: TelegramId
    is_bot: bool = False
    first_name: str = ""
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None

    @property
    def name(self) -> str:
        """First and last name as one text."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


class Chat(Schema):
    """Where something was said; a private chat's id is its person's id."""

    id: TelegramId
    type: str = "private"


class Contact(Schema):
    """A phone shared by button. It is the sender's own only where `user_id` says so."""

    phone_number: str
    first_name: str | None = None
    last_name: str | None = None
    user_id: TelegramId | None = None


Thing = dict[str, Any] | None
"""An attachment, of which we read a word or two."""


class Message(Schema):
    """Something written or sent to the bot."""

    message_id: TelegramId
    chat: Chat
    sender: User | None = Field(None, alias="from")
    text: str = ""
    caption: str = ""
    contact: Contact | None = None
    photo: list[Any] | None = Field(None, description="One picture in several sizes")
    voice: Thing = None
    video_note: Thing = None
    animation: Thing = None
    video: Thing = None
    audio: Thing = None
    document: Thing = None
    story: Thing = None
    paid_media: Thing = None
    sticker: Thing = None
    venue: Thing = None
    location: Thing = None
    poll: Thing = None
    dice: Thing = None
    media_group_id: str | None = Field(None, description="Messages of one album share it")
    migrate_to_chat_id: TelegramId | None = None
    migrate_from_chat_id: TelegramId | None = None


class CallbackMessage(Schema):
    """The message under a pressed button; of an old one Telegram tells little more than the chat."""

    message_id: TelegramId
    chat: Chat


class CallbackQuery(Schema):
    """A pressed button. Its `data` comes from the client's device: check that it belongs to the sender."""

    id: Annotated[str, Field(min_length=1)]
    sender: User = Field(alias="from")
    data: str = ""
    message: CallbackMessage | None = None


class ChatMember(Schema):
    """The bot's standing in a chat: `kicked` is a block, `member` the end of one."""

    status: str


class ChatMemberUpdated(Schema):
    """The bot's own standing in a chat has changed."""

    chat: Chat
    sender: User = Field(alias="from")
    new_chat_member: ChatMember


class Update(Schema):
    """One update. `update_id` names it: a repeat carries the same one."""

    update_id: TelegramId
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: CallbackQuery | None = None
    my_chat_member: ChatMemberUpdated | None = None

    @property
    def kind(self) -> Literal["message", "button", "membership", "other"]:
        """What happened, of what we act upon."""
        if self.said:
            return "message"
        if self.callback_query:
            return "button"
        return "membership" if self.my_chat_member else "other"

    @property
    def said(self) -> Message | None:
        """What was written, for the first time or corrected."""
        return self.message or self.edited_message

    @property
    def sender(self) -> User | None:
        """Who did it; a channel post has no such person."""
        part = self.said or self.callback_query or self.my_chat_member
        return part.sender if part else None

    @property
    def sender_id(self) -> str | None:
        """The account that did it."""
        return self.sender.id if self.sender else None

    @property
    def chat_id(self) -> str | None:
        """Where to answer: a press on a message too old to be named is answered to the person."""
        part = self.said or self.my_chat_member or (self.callback_query and self.callback_query.message)
        return part.chat.id if part else self.sender_id

    @property
    def moved(self) -> tuple[str, str] | None:
        """The old and the new id of a group that became a supergroup; Telegram says it in both."""
        said = self.message
        if said is None or said.chat.type == "private":
            return None
        if said.migrate_to_chat_id:
            return said.chat.id, said.migrate_to_chat_id
        return (said.migrate_from_chat_id, said.chat.id) if said.migrate_from_chat_id else None

    @property
    def text(self) -> str:
        """What was written, "" where nothing was."""
        return self.message.text if self.message else ""

    @property
    def is_start(self) -> bool:
        """True for the bot's Start button, with a payload or without."""
        return _START.fullmatch(self.text) is not None

    @property
    def start_payload(self) -> str | None:
        """What the deep link carried; None for a plain start and for what no link of ours can carry."""
        match = _START.fullmatch(self.text)
        payload = (match["payload"] or "").strip() if match else ""
        return payload if _PAYLOAD.fullmatch(payload) else None

    @property
    def own_phone(self) -> str | None:
        """The sender's own phone where the contact is proven to be his, never a friend's card."""
        contact = self.message.contact if self.message else None
        return contact.phone_number if contact and contact.user_id and contact.user_id == self.sender_id else None

    @property
    def reachable(self) -> bool | None:
        """False when a person has blocked the bot, True when he let it back, None where an update says neither."""
        change = self.my_chat_member
        if change is None or change.chat.type != "private":
            return None
        return {"kicked": False, "member": True}.get(change.new_chat_member.status)
