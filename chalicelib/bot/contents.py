"""What somebody sent to the bot, in words: what it was, what it said, and where it lies. Pure.

Files stay in Telegram: nothing is downloaded, and a private chat has no link, so the admin reads in which chat it is.
"""

from collections.abc import Callable
from typing import Any

from chalicelib.integrations.telegram.schemas import Message, User

EDITED = "исправленное сообщение: "
OTHER = "сообщение, которое бот не читает"

_Thing = dict[str, Any]


def _named(word: str, field: str) -> Callable[[_Thing], str]:
    return lambda thing: " ".join(part for part in (word, str(thing.get(field) or "")) if part)


def _place(thing: _Thing) -> str:
    inner = thing.get("location")
    spot: _Thing = inner if isinstance(inner, dict) else thing
    at = f"{spot.get('latitude')}, {spot.get('longitude')}"
    return "геопозиция " + "; ".join(str(part) for part in (thing.get("title"), thing.get("address"), at) if part)


def _card(thing: _Thing) -> str:
    return " ".join(str(part) for part in ("контакт", thing.get("first_name"), thing.get("last_name"), thing.get("phone_number")) if part)


FILES: dict[str, Callable[[_Thing], str]] = {
    "voice": lambda thing: "голосовое сообщение",
    "video_note": lambda thing: "видеосообщение",
    "animation": lambda thing: "анимация",
    "video": lambda thing: "видео",
    "audio": _named("аудио", "file_name"),
    "document": _named("документ", "file_name"),
    "story": lambda thing: "история",
    "paid_media": lambda thing: "платное вложение",
}
"""What lies in the chat alone; an animation is also told as a document, so the first that is there counts."""

WORDS: dict[str, Callable[[_Thing], str]] = {
    "sticker": _named("стикер", "emoji"),
    "venue": _place,
    "location": _place,
    "contact": _card,
    "poll": _named("опрос", "question"),
    "dice": _named("кубик", "value"),
}
"""What is told whole in words."""


def words(message: Message, *, edited: bool) -> str:
    """What a person wrote, or a word of what it was with its caption; "" for a kind that we do not know."""
    told = message.text or _attached(message)
    return f"{EDITED}{told}" if edited and told else told


def _attached(message: Message) -> str:
    said = message.model_dump(by_alias=True, exclude_none=True)
    if message.photo:
        return _with_caption(f"фото {_where(message.sender)}", message)
    for kinds, where in ((FILES, f" {_where(message.sender)}"), (WORDS, "")):
        for name, word in kinds.items():
            if name in said:
                return _with_caption(word(said[name]) + where, message)
    return message.caption


def _with_caption(what: str, message: Message) -> str:
    of_many = "из альбома, " if message.media_group_id else ""
    what = what.replace("(", f"({of_many}", 1) if of_many else what
    return f"{what}: {message.caption}" if message.caption else what


def _where(sender: User | None) -> str:
    who = f"@{sender.username}" if sender and sender.username else f"аккаунтом {sender.id if sender else '—'}"
    return f"(в чате бота с {who})"
