"""What is known beforehand to keep a message from leaving by the one channel that it names: for doors that say so at once.

It asks the same rules as delivery does (`reach`), and the channels' own words on where somebody is reached; it knows no carrier, so
that a door which only looks is given none of their secrets beyond whether they are set. As the message leaves all is looked at again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from chalicelib.clients.service import Client
from chalicelib.core.settings import settings
from chalicelib.messaging import reach
from chalicelib.messaging.channels import email, sms, telegram, vk
from chalicelib.messaging.channels import max as max_bot
from chalicelib.messaging.channels.base import Address

Hindrance = Literal["nowhere", "unavailable", "consent"]
"""No living address; nothing carries there; he has not agreed."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a channel without its carrier; the same as the registry says, which a test compares."""

    address: Callable[[Any], Address | None]
    is_set: Callable[[], bool]
    asks: bool = False


CHANNELS = {
    "telegram": Known(telegram.address, telegram.is_set),
    "max": Known(max_bot.address, max_bot.is_set),
    "vk": Known(vk.address, vk.is_set),
    "email": Known(email.address, email.is_set, asks=True),
    "sms": Known(sms.address, sms.is_set, asks=True),
}


def hindrance(client: Client, channel: str, *, is_marketing: bool) -> tuple[Hindrance, str] | None:
    """What would keep words of one of ours from a client by this channel, and why; None where nothing does.

    Where no channel at all is set up the ledger is the channel, so nothing is missing there.
    """
    known = CHANNELS[channel]
    if not known.is_set() and any(other.is_set() for other in CHANNELS.values()):
        return "unavailable", f"nothing carries {channel} here"
    if is_marketing and known.asks and known.is_set() and not settings().public_url:
        return "unavailable", f"marketing by {channel} cannot say how it ends"
    at = known.address(client)
    if at is None or {channel, at.mark(channel)} & set(client.dead_channels or ()):
        return "nowhere", f"no address for {channel} is known" if at is None else f"the address for {channel} is dead"
    try:
        reach.check_purpose(client.consents, is_marketing=is_marketing)
        reach.check_channel(client.consents, channel, asks=known.asks, is_marketing=is_marketing)
    except reach.Withheld as withheld:
        return "consent", str(withheld)
    return None
