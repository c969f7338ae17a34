"""What is known of a letter, put before `reach`: who reads it, where each channel finds him, what he agreed to, what hour it is there."""

from collections.abc import Collection
from typing import Any

from chalicelib.clients.service import Client
from chalicelib.core import outbox
from chalicelib.core.settings import settings
from chalicelib.messaging import reach, rules, service
from chalicelib.messaging.channels import telegram
from chalicelib.messaging.channels.base import Address
from chalicelib.messaging.channels.registry import BY_NAME, CHANNELS, TELEGRAM, Channel
from chalicelib.messaging.letters import Letter
from chalicelib.messaging.reach import Asked, Plan, Way


def plan(letter: Letter, tried: Collection[str]) -> Plan:
    """How a letter leaves now, by none of the channels that were `tried`. Raises reach.Withheld, or reach.Held."""
    message, person = letter.message, letter.person
    client = person if isinstance(person, Client) else None
    is_marketing = message.purpose == rules.MARKETING
    zone = getattr(person, "timezone", None) or settings().business_timezone
    return reach.choose(
        Asked(
            ways=_ways(letter),
            is_marketing=is_marketing,
            agreed=client.consents if client else None,
            named=message.named,
            preferred=client.preferred_channel if client else None,
            tried=frozenset(tried),
            may_be_typed=message.template in rules.BY_HAND,
            night_until=reach.night_until(outbox.horizon(), zone) if is_marketing else None,
            nothing_leaves=not service.is_told_outside(message.contour),
        )
    )


def _ways(letter: Letter) -> list[Way]:
    if letter.person is None:  # a bare chat, the administrators', or somebody of whom we have no row
        at = Address(letter.chat_id) if letter.chat_id else None
        return [Way(BY_NAME[TELEGRAM], at, telegram.kind(letter.chat_id or ""))]
    wanted = (letter.message.named, TELEGRAM)
    return [_way(channel, letter.person) for channel in CHANNELS if channel.is_set() or channel.name in wanted]


def _way(channel: Channel, person: Any) -> Way:
    at = channel.address(person)
    dead = bool(at and {channel.name, channel.mark(at)} & set(getattr(person, "dead_channels", None) or ()))
    return Way(channel, at, channel.kind(at.value if at else ""), dead)
