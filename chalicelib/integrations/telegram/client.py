"""The Bot API: what we say in Telegram.

Texts go out plain, without a parse mode: a client's name can then never break or dress up a message.
"""

from collections.abc import Sequence
from typing import Any

from chalicelib.core.vendors import TIMEOUT, Reply, Timeout, Vendor, VendorDown, VendorError, VendorRefused, seconds

PUBLIC_API = "https://api.telegram.org"
TEXT_LIMIT = 4096
"""Longest message, in UTF-16 code units."""

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""What the webhook asks for; everything else would only wake a Lambda."""

Button = Sequence[str]
"""A label and what a press does: an http(s) or tg link opens, anything else comes back as callback data (1-64 bytes).

`REQUEST_CONTACT` and `SAY` make a keyboard below the text field of the whole message's buttons.
"""

Buttons = Sequence[Sequence[Button]]
"""Rows of buttons."""

_VENDOR = "telegram"
_CALLBACK_TEXT_LIMIT = 200
_LINKS = ("https://", "http://", "tg://")
_NO_SUCH_CHAT = ("chat not found", "user not found", "peer_id_invalid", "not enough rights", "have no rights", "chat was deactivated")
_QUERY_IS_OVER = "query is too old"


class TelegramRefused(VendorRefused):
    """The Bot API will not do it, now or later.

    `unreachable`: this chat cannot be written to (blocked, deactivated, never started, no rights): the channel is dead. False where
    the request or our token is at fault. `migrate_to_chat_id`: the group lives on under this id.
    """

    def __init__(self, status: int, reason: str, *, migrate_to_chat_id: str | None = None) -> None:
        super().__init__(_VENDOR, status, reason)
        self.migrate_to_chat_id = migrate_to_chat_id
        self.unreachable = status == 403 or (status == 400 and any(words in reason.lower() for words in _NO_SUCH_CHAT))


class TelegramClient:
    """A bot's voice. Every call raises `VendorDown`, `VendorBusy` or `TelegramRefused`."""

    def __init__(self, token: str, api_url: str = PUBLIC_API, *, timeout: Timeout = TIMEOUT) -> None:
        self._api = _BotApi(_VENDOR, f"{api_url.rstrip('/')}/bot{token}", secrets=(token,), timeout=timeout)

    def send_message(self, chat_id: str, text: str, buttons: Buttons = ()) -> str:
        """Send a text that already fits (see `split_text`) and return its message id.

        The Bot API knows no idempotency key: after `VendorDown.sent_maybe` a second attempt may be a second message.
        """
        result = self._api.method("sendMessage", chat_id=_chat(chat_id), text=text, **_keyboard(buttons))
        return _message_id(result)

    def answer_callback(self, callback_query_id: str, text: str = "", *, alert: bool = False) -> bool:
        """Stop the spinner on a pressed button, with an optional hint of 200 units; False where the press is long over."""
        hint = {"text": _prefix(text, _CALLBACK_TEXT_LIMIT), "show_alert": alert} if text else {}
        try:
            self._api.method("answerCallbackQuery", callback_query_id=callback_query_id, **hint)
        except TelegramRefused as refused:
            if _QUERY_IS_OVER not in refused.reason:
                raise
            return False
        return True

    def set_webhook(self, url: str, secret_token: str) -> None:
        """Have updates sent to `url` (https) with `secret_token` (1-256 of A-Z a-z 0-9 _ -) in the header."""
        self._api.method("setWebhook", url=url, secret_token=secret_token, allowed_updates=list(ALLOWED_UPDATES))


class _BotApi(Vendor):
    """The Bot API's manners: ``{ok, result}`` or ``{ok, error_code, description, parameters}``."""

    def method(self, name: str, **arguments: Any) -> Any:
        """The `result` of a method."""
        reply = self.call("POST", name, json=arguments)
        if reply.field("ok") is not True:
            raise VendorDown(self.name, "an answer that is not the Bot API's", sent_maybe=True)
        return reply.field("result")

    def retry_after(self, reply: Reply) -> float | None:
        named = seconds(_parameters(reply).get("retry_after"))
        return named if named is not None else super().retry_after(reply)

    def refusal(self, reply: Reply) -> VendorError:
        if reply.field("ok") is not False:
            # A gateway's own 403 must never mark a client's channel as dead.
            return VendorDown(self.name, f"HTTP {reply.status} that is not the Bot API's")
        moved = _parameters(reply).get("migrate_to_chat_id")
        return TelegramRefused(reply.status, self.reason(reply), migrate_to_chat_id=str(moved) if moved else None)


def split_text(text: str, limit: int = TEXT_LIMIT) -> list[str]:
    """Cut a text into messages of at most `limit` UTF-16 code units, at paragraph, line or word borders where it can.

    White space at a cut is dropped, as Telegram itself drops it; a blank text gives no message.
    """
    if limit < 2:
        raise ValueError("a message needs room for one character of two units")
    parts, rest = [], text.strip()
    while utf16_length(rest) > limit:
        cut = _border(rest, len(_prefix(rest, limit)))
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def utf16_length(text: str) -> int:
    """Length as Telegram counts: an emoji is two."""
    return len(text) + sum(character > "\uffff" for character in text)


def _prefix(text: str, limit: int) -> str:
    """The longest beginning within `limit` units; never half an emoji."""
    room = limit
    for index, character in enumerate(text[:limit]):
        room -= utf16_length(character)
        if room < 0:
            return text[:index]
    return text[:limit]


def _border(text: str, fits: int) -> int:
    """Where to cut within the first `fits` characters; a better border counts only if it leaves no half-empty message."""
    for mark, least in (("\n\n", fits // 2), ("\n", fits // 2), (" ", 0)):
        cut = text.rfind(mark, 0, fits + len(mark))
        if cut > least:
            return cut
    return fits


REQUEST_CONTACT = "request_contact"
"""The action of a button that shares the phone of whoever presses it; Telegram has it on keyboards below the text field alone."""

SAY = "say"
"""The action of a button that writes its own label."""


def _keyboard(buttons: Buttons) -> dict[str, Any]:
    if any(action in (REQUEST_CONTACT, SAY) for row in buttons for _, action in row):
        keys = [[_key(label, action) for label, action in row] for row in buttons]
        return {"reply_markup": {"keyboard": keys, "resize_keyboard": True, "one_time_keyboard": True}}
    rows = [[_button(label, action) for label, action in row] for row in buttons]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _key(label: str, action: str) -> dict[str, Any]:
    return {"text": label, "request_contact": True} if action == REQUEST_CONTACT else {"text": label}


def _button(label: str, action: str) -> dict[str, str]:
    return {"text": label, "url" if action.startswith(_LINKS) else "callback_data": action}


def _chat(chat_id: str) -> int | str:
    """Ids are text on our side and int64 on the wire; an @channelname stays what it is."""
    digits = chat_id.removeprefix("-")
    return int(chat_id) if digits.isascii() and digits.isdecimal() and len(digits) <= 19 else chat_id


def _parameters(reply: Reply) -> dict[str, Any]:
    parameters = reply.field("parameters")
    return parameters if isinstance(parameters, dict) else {}


def _message_id(result: Any) -> str:
    number = result.get("message_id") if isinstance(result, dict) else None
    if not isinstance(number, int):
        raise VendorDown(_VENDOR, "a sent message without its id", sent_maybe=True)
    return str(number)
