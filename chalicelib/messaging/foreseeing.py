"""What is known beforehand to keep a message from leaving by the one channel that it names: for doors that say so at once.

It asks the same rules as delivery does (`reach`), and the channels' own words on where somebody is reached; it knows no carrier, so
that a door which only looks is given none of their secrets beyond whether they are set. As the message leaves all is looked at again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from chalicelib.clients.service import Client
from chalicelib.core.errors import Conflict
from chalicelib.core.settings import settings
from chalicelib.messaging import reach
from chalicelib.messaging.channels import email, sms, telegram, vk
from chalicelib.messaging.channels import max as max_bot
from chalicelib.messaging.channels.base import Address
from chalicelib.messaging.channels.registry import UNSERVED, asked_beside, carrier_of
from chalicelib.messaging.errors import ChannelUnavailable, NoConsent, NowhereToSend

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


REFUSALS: dict[Hindrance, type[Conflict]] = {"nowhere": NowhereToSend, "unavailable": ChannelUnavailable, "consent": NoConsent}


def check(client: Client, channel: str, *, is_marketing: bool) -> None:
    """Raises NowhereToSend, ChannelUnavailable or NoConsent for words by hand that would not reach a client by this channel."""
    found = hindrance(client, channel, is_marketing=is_marketing)
    if found:
        what, why = found
        raise REFUSALS[what](why)


def hindrance(client: Client, named: str, *, is_marketing: bool, by_hand: bool = True) -> tuple[Hindrance, str] | None:
    """What would keep words of one of ours from a client by the named channel, and why; None where nothing does.

    Where no channel at all is set up the ledger is the channel, so nothing is missing there. `by_hand` they go also where nobody has
    proven that the address is his.
    """
    if named in UNSERVED:
        return "unavailable", reach.NOT_CONFIGURED
    channel = carrier_of(named) or named
    known = CHANNELS[channel]
    if not known.is_set() and any(other.is_set() for other in CHANNELS.values()):
        return "unavailable", f"nothing carries {channel} here"
    if is_marketing and known.asks and known.is_set() and not settings().public_url:
        return "unavailable", f"marketing by {channel} cannot say how it ends"
    at = known.address(client)
    if at is None or {channel, at.mark(channel)} & set(client.dead_channels or ()):
        return "nowhere", f"no address for {channel} is known" if at is None else f"the address for {channel} is dead"
    if not (at.proven or by_hand):
        return "nowhere", f"nobody has proven that the address for {channel} is his"
    try:
        reach.check_purpose(client.consents, is_marketing=is_marketing, beside=asked_beside(named))
        reach.check_channel(client.consents, channel, asks=known.asks, is_marketing=is_marketing)
    except reach.Withheld as withheld:
        return "consent", str(withheld)
    return None
