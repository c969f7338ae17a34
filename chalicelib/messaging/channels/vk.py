"""VK: to the account that has let our community write to it."""

from typing import Any

from chalicelib.core.settings import settings
from chalicelib.integrations.vk.client import TEXT_LIMIT, VkClient
from chalicelib.messaging.channels.base import Address, Parcel, asking, in_parts

KIND = "message_vk"


def is_set() -> bool:
    """Whether the community has a token."""
    return settings().vk_token is not None


def address(person: Any) -> Address | None:
    """The account that wrote to us there: a name that somebody typed is none."""
    found = getattr(person, "vk_id", None)
    return Address(found) if found else None


def kind(_user_id: str) -> str | None:
    """The kind of effect that carries there."""
    return KIND if is_set() else None


def say(parcel: Parcel) -> str | None:
    """VK's id of the last part. A part that was said before is not said twice, whatever became of the answer."""
    token, message_id = settings().vk_token, parcel.message.message_id
    client = VkClient(token.get_secret_value() if token else "", settings().vk_api_url)
    with asking("VK", ours="vk_token"):
        return in_parts(parcel, TEXT_LIMIT, lambda part, number: client.send(parcel.address, part, once=f"{message_id} {number}"))
