"""Contacts as people type them: several in one field, with labels and stray marks, under whatever name the field bears. Pure.

`clients.rules` says what one phone, address or name is; this finds them in a text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from chalicelib.clients.rules import email_of, phone_of, username_of
from chalicelib.core.patterns import pattern

LONGEST = 500
"""Characters of a field in which contacts are looked for; a story is no contact."""

_ADDRESS = pattern(r"[^\s@,;:<>()\[\]«»“”„\"|/…]+@[^\s@,;:<>()\[\]«»“”„\"'|/…]+\.[^\s@,;:<>()\[\]«»“”„\"'|/!?…]+")
_TELEGRAM = pattern(
    r"(?:https?://)?(?:www\.)?(?:(?:t(?:elegram)?\.me|telegram\.dog)/(?:@|s/)?(\w+)[^\s,;]*|(\w+)\.t\.me\b/?)", re.IGNORECASE
)
_VK = pattern(
    r"(?:https?://)?(?:www\.|m\.)?(?:vk\.com|vk\.ru|vk\.me|vkontakte\.ru)/@?(profile\.php\?id=\d+|[\w.-]+)[^\s,;]*", re.IGNORECASE
)
_MAX = pattern(r"(?:https?://)?(?:www\.|web\.)?max\.ru/(?:u/|@)?([\w.-]+)[^\s,;]*", re.IGNORECASE)
_LINK = pattern(r"(?:https?://|www\.)\S+|\b[\w-]+\.[a-zа-я]{2,}/\S*", re.IGNORECASE)
_AT_NAME = pattern(r"(?<![\w.@])@([A-Za-z]\w{3,31})(?![\w@])")
_NUMBER = pattern(r"(?<![\w+])\+?\d[\d\s().\u2010-\u2015-]{7,24}\d")
_DATE = pattern(r"\b\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})\b|\b\d{4}-\d\d-\d\d\b|\b\d{1,2}\.\d{1,2}\s")
_LABEL = pattern(
    r"^\W*(?:(?:мой|моя|my)\s+)?(?:tg|тг|telegram\w*|телег\w*|тел\w*|phone|tel|моб\w*|номер\w*|whats\s?app|ватс?ап|вотс?ап|viber|вайбер|"
    r"почта|mailto|e-?mail|емейл|мейл|мэйл|mail|vk|вк|вконтакте|max|макс|ник\w*)\b\W*",
    re.IGNORECASE,
)
_TELEGRAM_LABEL = pattern(r"^\W*(?:мой\s+)?(?:tg|тг|telegram\w*|телег\w*)\s*[:\-–—=]?\s*@?(\w+)\W*$", re.IGNORECASE)
_NAME_OF_DIGITS = pattern(r"[a-z_]\d{5}", re.IGNORECASE)
_BETWEEN = pattern(r"\b(?:или|либо|and|or|и)\b|[\W_]+", re.IGNORECASE)
_LOOKS_LIKE_ONE = pattern(r"@|(?:\d\D{0,3}){9}|\w\.\w+/|\.me\b")
"""What every contact has: a look at most fields is enough."""

_BARE_NUMBER = pattern(r"-?[\d.e]+")
_PLAIN_NUMBER = pattern(r"(?:7|8)\d{10}|998\d{9}|9\d{9}")
_PROFILE = pattern(r"[\w.-]{3,64}")
_BY_NUMBER = pattern(r"(?:profile\.php\?id=|write)(\d+)")
"""Other links to one profile by its number; ``id901234567`` is its name."""

_NO_PROFILE = pattern(
    r"(?:wall|feed|im|club|public|event|away|share|app|write|video|photo|album|albums|topic|clip|clips|market|doc|docs|audio|audios|music|story"
    r"|search|login|friends|groups|settings|mail|profile|join|id)[\d_-]*(?:\.php)?"
)
"""Pages of a network that are nobody's: those who type them would all be one person."""

NETWORKS = {"vk": "vk", "вк": "vk", "вконтакте": "vk", "vkontakte": "vk", "max": "max", "макс": "max"}
"""Contact types that name a network whose names are signs of their own."""


@dataclass(slots=True)
class Found:
    """What a text holds; `rest` is what remains of it."""

    phones: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    usernames: list[str] = field(default_factory=list)
    vk: list[str] = field(default_factory=list)
    max: list[str] = field(default_factory=list)
    rest: str = ""

    @property
    def any(self) -> bool:
        """Whether the text holds a contact."""
        return bool(self.phones or self.emails or self.usernames or self.vk or self.max)

    @property
    def is_contact(self) -> bool:
        """Whether the text is a contact and nothing else: labels and joining words aside."""
        return self.any and not _BETWEEN.sub("", _LABEL.sub("", self.rest))


def find(text: str, regions: Sequence[str], *, network: bool = False) -> Found:
    """The contacts in a text, in their order. Digits of a link or of a date are no phone.

    In a field for a `network` of its own an @name is that network's: it would be a stranger's account at Telegram.
    """
    found, rest = Found(), text[:LONGEST]
    labelled = _TELEGRAM_LABEL.match(rest)
    if labelled and (name := username_of(labelled[1])):
        return Found(usernames=[name])
    rest = _take(rest, _ADDRESS, lambda match: email_of(_clean(match[0])), found.emails)
    rest = _take(rest, _TELEGRAM, lambda match: username_of(match[1] or match[2]), found.usernames)
    rest = _take(rest, _VK, lambda match: profile_of(match[1]), found.vk)
    rest = _take(rest, _MAX, lambda match: profile_of(match[1]), found.max)
    rest = rest if network else _take(rest, _AT_NAME, lambda match: username_of(match[1]), found.usernames)
    rest = _LINK.sub(" … ", rest)
    for match in reversed(list(_NUMBER.finditer(rest))):
        numbers = [] if _DATE.search(match[0] + " ") else list(_numbers(match[0], regions))
        if numbers:
            found.phones[:0] = numbers
            rest = rest[: match.start()] + " " + rest[match.end() :]
    if not found.any and not _LINK.search(text) and not _NAME_OF_DIGITS.search(text) and (number := phone_of(text, regions)):
        return Found(phones=[number])
    found.rest = rest
    return found


def _take(text: str, pattern: re.Pattern[str], read: object, into: list[str]) -> str:
    """The text without what was read out of it."""

    def taken(match: re.Match[str]) -> str:
        value = read(match)  # type: ignore[operator]
        if value is None:
            return match[0]
        into.append(value)
        return " "

    return pattern.sub(taken, text)


def _numbers(text: str, regions: Sequence[str]) -> Iterator[str]:
    """One number, or several that only blanks part."""
    whole = phone_of(text, regions)
    for part in [text] if whole else text.split():
        if number := phone_of(part, regions):
            yield number


def _clean(text: str) -> str:
    return text.strip(" .,;:!?…-")


def name_of(text: str) -> str:
    """A contact's text without a label before it and marks around it: ``tg: anna_m`` is ``anna_m``."""
    return _clean(_LABEL.sub("", text.strip()) or text)


def bare_name(text: str) -> str | None:
    """The user name that a field for Telegram holds, with or without @, label and marks; None where it holds something else."""
    return None if "@" in text[1:] and email_of(text) else username_of(name_of(text))


def network_name(text: str, kind: str, regions: Sequence[str]) -> str | None:
    """The bare name that a contact of a network's type is; None for a phone, which people type there as well."""
    return profile_of(name_of(text)) if kind in NETWORKS and not find(text, regions).phones else None


def profile_of(text: str | None) -> str | None:
    """A name in a network, folded; None for what is none."""
    folded = _BY_NUMBER.sub(r"id\1", _clean(text or "").removeprefix("@").casefold())
    is_page = _NO_PROFILE.fullmatch(folded) and not re.fullmatch(r"id\d+", folded)
    return folded if _PROFILE.fullmatch(folded) and not is_page else None


def is_plain(text: str, regions: Sequence[str]) -> bool:
    """Whether a value is nothing but a contact, so surely that the name of its field does not matter."""
    if len(text) > LONGEST or not _LOOKS_LIKE_ONE.search(text) or _DATE.search(text + " "):
        return False
    if _BARE_NUMBER.fullmatch(text.strip()) and not _PLAIN_NUMBER.fullmatch(text.strip()):
        return False
    return find(text, regions).is_contact
