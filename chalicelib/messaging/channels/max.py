"""MAX: to the account that opened our bot."""

from typing import Any

from chalicelib.core.settings import settings
from chalicelib.integrations.max.client import TEXT_LIMIT, MaxClient
from chalicelib.messaging.channels.base import Address, Parcel, asking, in_parts

KIND = "message_max"


def is_set() -> bool:
    """Whether the bot has a token."""
    return settings().max_token is not None


def address(person: Any) -> Address | None:
    """The account that wrote to us there: a name that somebody typed is none."""
    found = getattr(person, "max_id", None)
    return Address(found) if found else None


def kind(_user_id: str) -> str | None:
    """The kind of effect that carries there."""
    return KIND if is_set() else None


def say(parcel: Parcel) -> str | None:
    """MAX's id of the last part."""
    token = settings().max_token
    client = MaxClient(token.get_secret_value() if token else "", settings().max_api_url, dead=settings().max_dead)
    with asking("MAX", ours="max_token"):
        return in_parts(parcel, TEXT_LIMIT, lambda part, _: client.send(parcel.address, part))
