"""Ids nobody can guess: ULIDs, sorted by the moment they were made."""

import hashlib
import re
import secrets
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chalicelib.core import clock

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULID_LENGTH = 26
_UUID_LENGTH = 36
_LONGEST_GIVEN = 200
_NEVER = {"undefined", "null", "nan", "object", "nil"}
"""Words that scripts leave where a value was missing; as a part of an id they make it everybody's."""

_NOTHING = _NEVER | {"none", "test", "false", "true", "na", "n", "a", "id", "нет"}


def new() -> str:
    """A fresh ULID: 48 bits of wall time in milliseconds, 10 of the microsecond within it, 70 random bits, 26 characters.

    Microseconds, so that what one worker writes in a row sorts in that order: an outbox lane leaves by its ids.
    """
    at = clock.wall()
    return _ulid(at, at.microsecond % 1000 << 70 | secrets.randbits(70))


def derived(seed: str, *parts: str, at: datetime) -> str:
    """The same ULID for the same secret `seed` and `parts`: two workers on one request make one row, not two."""
    digest = hashlib.sha256("\x1f".join((seed, *parts)).encode()).digest()
    return _ulid(at, int.from_bytes(digest[:10], "big"))


def is_ulid(text: str) -> bool:
    """Whether a text is written as our ids are."""
    return _number(text) is not None


def moment(ulid: str) -> datetime:
    """When a ULID was made, to the millisecond."""
    return datetime.fromtimestamp(((_number(ulid) or 0) >> 80) / 1000, UTC)


def first(at: datetime) -> str:
    """The ULID that stands before all that are made from a moment on."""
    return _ulid(at, 0)


def token() -> str:
    """128 random bits as hex: a secret seed or a lease's owner."""
    return secrets.token_hex(16)


def fingerprint(*parts: str) -> str:
    """A short stable hash of what something says; for telling repeats, not for secrets."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def given(value: Any) -> str | None:
    """The id that another system gave something; None for what people and scripts write where there is none.

    ``0``, ``-``, ``undefined`` or ``[object Object]`` would be one id of everybody who sends them.
    """
    text = str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    parts = [part for part in re.split(r"[\W_]+", text.casefold()) if part]
    if all(part in _NOTHING or not part.strip("0") for part in parts) or _NEVER & set(parts):
        return None
    return text if len(text) <= _LONGEST_GIVEN else fingerprint(text)


def as_uuid(ulid: str) -> str:
    """An id of ours in the form of a UUID, for APIs that promise one; whatever is no ULID stays as it is."""
    number = _number(ulid)
    return ulid if number is None else str(UUID(int=number))


def from_uuid(text: str) -> str:
    """The id that a UUID is the other form of; any other text stays as it is."""
    try:
        number = UUID(text).int if len(text) == _UUID_LENGTH else None
    except ValueError:
        number = None
    return text if number is None else _encoded(number)


def _number(ulid: str) -> int | None:
    if len(ulid) != _ULID_LENGTH or ulid[:1] > "7" or not set(ulid) <= set(_CROCKFORD):
        return None
    number = 0
    for digit in ulid:
        number = number << 5 | _CROCKFORD.index(digit)
    return number


def _ulid(at: datetime, tail: int) -> str:
    return _encoded(int(at.timestamp() * 1000) << 80 | tail)


def _encoded(number: int) -> str:
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
