"""Mini App initData: Telegram's signed word on who opened the app.

The check string holds every pair but ``hash``; ``signature`` is part of it, though several libraries drop it. Values are
compared as they came: the user's JSON holds escaped slashes that a re-serialisation would lose.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qsl

from pydantic import Field, ValidationError

from chalicelib.core.errors import Unauthorized
from chalicelib.core.schemas import Schema

MAX_AGE = timedelta(hours=24)
"""Telegram names no age. The data is signed when the app is opened and is not renewed while it stays open."""

_SKEW = timedelta(seconds=60)
_MAX_LENGTH = 8192
_MAX_FIELDS = 32


class User(Schema):
    """The account inside the signed data."""

    id: int = Field(ge=1, lt=2**63, strict=True)
    first_name: str = ""
    username: str | None = None
    language_code: str | None = None


class BadInitData(Unauthorized):
    """initData that proves nothing; `detail` is `malformed`, `duplicate_key`, `forged`, `future`, `expired` or `no_user`."""

    code = "bad_init_data"
    message = "Telegram's initData is not valid."


@dataclass(frozen=True)
class InitData:
    """A Telegram account that is proven to be the caller; `language` is an IETF tag."""

    user_id: str
    username: str | None
    first_name: str
    language: str | None


def validate_init_data(raw: str, token: str, now: datetime, max_age: timedelta = MAX_AGE) -> InitData:
    """Who opened the app, if the bot's `token` signed it within `max_age` before the aware moment `now`.

    Raises `BadInitData`; our clock and Telegram's may differ by a minute.
    """
    pairs = _parse(raw)
    _check_hash(pairs, token)
    _check_age(pairs.get("auth_date", ""), now, max_age)
    user = _user(pairs.get("user", ""))
    return InitData(str(user.id), user.username, user.first_name, user.language_code)


def _parse(raw: str) -> dict[str, str]:
    if len(raw) > _MAX_LENGTH:
        raise BadInitData("malformed")
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise BadInitData("malformed") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):  # which of two users was signed? readers differ, so neither is believed
        raise BadInitData("duplicate_key")
    return fields


def _check_hash(pairs: dict[str, str], token: str) -> None:
    if not token:  # anybody can sign with an empty key
        raise BadInitData("forged")
    lines = "\n".join(f"{key}={value}" for key, value in sorted(pairs.items()) if key != "hash")
    secret = hmac.digest(b"WebAppData", token.encode(), sha256)
    expected = hmac.new(secret, _bytes(lines), sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), _bytes(pairs.get("hash", ""))):
        raise BadInitData("forged")


def _check_age(auth_date: str, now: datetime, max_age: timedelta) -> None:
    if not (auth_date.isascii() and auth_date.isdecimal() and len(auth_date) <= 12):
        raise BadInitData("malformed")
    age = now.timestamp() - int(auth_date)
    if age < -_SKEW.total_seconds():
        raise BadInitData("future")
    if age > max_age.total_seconds():
        raise BadInitData("expired")


def _user(value: str) -> User:
    try:
        return User.model_validate_json(value)
    except ValidationError:
        raise BadInitData("no_user") from None


def _bytes(text: str) -> bytes:
    """Half a surrogate pair is nothing that Telegram signs, yet it must not break the comparison."""
    return text.encode("utf-8", "surrogatepass")
