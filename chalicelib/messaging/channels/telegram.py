"""How a text goes to a chat of Telegram: part by part, after a group that moved, and what each refusal means for us."""

from datetime import timedelta
from typing import Any

from chalicelib.core import clock, outbox, storage, tally
from chalicelib.core.settings import settings
from chalicelib.core.vendors import VendorBusy, VendorDown
from chalicelib.integrations.telegram.client import Buttons, TelegramClient, TelegramRefused, split_text
from chalicelib.messaging import moves, repository
from chalicelib.messaging.channels.base import MESSAGE, Address, Parcel, Undelivered
from chalicelib.messaging.models import MessageRow
from chalicelib.messaging.rules import Rendered

MOST_MOVES = 3
"""A chat that moves more often in one breath is Telegram's riddle, and an operator's work."""

_BAD_TOKEN = (401, 404)
"""401 is a token that was taken back, 404 one that no bot ever had: every other path is ours and right."""


GROUP_TAKES = 20
"""Messages a minute that Telegram lets a bot say in one group."""


def is_set() -> bool:
    """Whether the bot has a token."""
    return settings().telegram_bot_token is not None


def address(person: Any) -> Address | None:
    """A person's account: Telegram itself vouched for it."""
    chat_id = getattr(person, "telegram_id", None)
    return Address(chat_id) if chat_id else None


def kind(chat_id: str) -> str | None:
    """The kind of effect that carries there, once the bot has a token."""
    return MESSAGE if is_set() else None


def say(parcel: Parcel) -> str | None:
    """The vendor's id of the last part. Raises `Retry`, or `Undelivered` for what is this chat's."""
    token = settings().telegram_bot_token
    try:
        return tell(parcel.message, parcel.address, parcel.shown, token.get_secret_value() if token else "")
    except TelegramRefused as refused:
        raise Undelivered(refused.reason, dead=refused.unreachable) from refused


def is_group(chat_id: str) -> bool:
    """Whether a chat is a group or a channel: Telegram gives people ids above zero."""
    return chat_id.startswith(("-", "@"))


def tell(message: MessageRow, chat_id: str, shown: Rendered, token: str) -> str | None:
    """The vendor's id of the last part. Raises `Retry` for what passes or is ours, `TelegramRefused` for what is this chat's."""
    _keep_pace(chat_id)
    telegram, parts = TelegramClient(token, settings().telegram_api_url), split_text(shown.text)
    remote_id = None
    for number, part in enumerate(parts, 1):
        if number <= message.parts_sent:
            continue
        remote_id, chat_id = _part(telegram, chat_id, part, shown.buttons if number == len(parts) else [])
        if number < len(parts):
            repository.progress(message.message_id, number)
    return remote_id


def _keep_pace(chat_id: str) -> None:
    """A group hears so many messages a minute; what is more has the next one, where much of it is one digest."""
    now = clock.wall()
    if is_group(chat_id) and not tally.add("telegram-group", chat_id, f"{now:%Y-%m-%dT%H:%M}", most=GROUP_TAKES):
        raise outbox.Retry("a group takes no more this minute", timedelta(seconds=60 - now.second))


def _part(telegram: TelegramClient, chat_id: str, text: str, buttons: Buttons) -> tuple[str, str]:
    """What was sent and where it went: a group that became a supergroup is followed, and is known there from now on."""
    asked = chat_id
    for _ in range(MOST_MOVES):
        try:
            return _send(telegram, chat_id, text, buttons), chat_id
        except TelegramRefused as refused:
            if refused.migrate_to_chat_id is None:
                raise
            chat_id = refused.migrate_to_chat_id
        _remember(asked, chat_id)
    return _send(telegram, chat_id, text, buttons), chat_id


def _remember(old: str, new: str) -> None:
    """Before anything is said there: a retry then goes straight to the new chat."""
    tx = storage.Transaction()
    moves.remember(tx, old, new)
    tx.commit()


def _send(telegram: TelegramClient, chat_id: str, text: str, buttons: Buttons) -> str:
    try:
        return telegram.send_message(chat_id, text, buttons)
    except VendorBusy as busy:
        wait = timedelta(seconds=busy.retry_after) if busy.retry_after else None
        raise outbox.Retry("Telegram asks to wait", wait, for_all=not is_group(chat_id)) from busy
    except VendorDown as down:
        raise outbox.Retry("Telegram is down", for_all=True) from down
    except TelegramRefused as refused:
        if refused.status in _BAD_TOKEN:
            raise outbox.Retry(refused.reason, ours="telegram_token") from refused
        raise
