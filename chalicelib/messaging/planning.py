"""What is known of a letter, put before `reach`: who reads it, where each channel finds him, what he agreed to, what hour it is there."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from chalicelib.clients.service import Client
from chalicelib.core import outbox, storage
from chalicelib.core.settings import settings
from chalicelib.messaging import letters, reach, rules, service
from chalicelib.messaging.channels import telegram
from chalicelib.messaging.channels.base import Address
from chalicelib.messaging.channels.registry import BY_NAME, CHANNELS, TELEGRAM, Channel, asked_beside, carrier_of
from chalicelib.messaging.letters import Letter
from chalicelib.messaging.reach import Asked, NoWay, Plan, Way


def plan(letter: Letter, tried: Collection[str]) -> Plan:
    """How a letter leaves now, by none of the channels that were `tried`. Raises reach.Withheld, or reach.Held.

    Where nothing that is proven reaches him, the answer to a ticket goes to what was typed with it.
    """
    asked = _asked(letter, tried)
    try:
        found = reach.choose(asked)
    except NoWay as none:
        answer = _to_what_was_typed(letter, asked, str(none))
        if answer is None:
            raise
        return answer
    by_ledger = found.channel is None and not asked.nothing_leaves
    return (_to_what_was_typed(letter, asked, None) if by_ledger else None) or found


def _to_what_was_typed(letter: Letter, asked: Asked, why: str | None) -> Plan | None:
    """The plan of an answer to the very ticket that typed an address; None where there is no such, or it is no answer."""
    channels = [channel for channel in CHANNELS if channel.asks and channel.is_set()]
    key = letters.answers[letter.message.template](letter.message) if channels and letter.message.template in letters.answers else None
    (ticket,) = storage.read(key) if key else (None,)
    if ticket is None:
        return None
    ways = [_way(channel, ticket, letter.person) for channel in channels]
    try:
        found = reach.choose(replace(asked, ways=ways, may_be_typed=True))
    except NoWay:
        return None
    if found.channel is None:
        return None
    limited = letter.message.template not in rules.BY_HAND
    return replace(found, why=why, is_answer=limited, caused_by=getattr(ticket, "typed_from", None))


def _asked(letter: Letter, tried: Collection[str]) -> Asked:
    message, person = letter.message, letter.person
    client = person if isinstance(person, Client) else None
    is_marketing = message.purpose == rules.MARKETING
    zone = getattr(person, "timezone", None) or settings().business_timezone
    return Asked(
        ways=_ways(letter),
        is_marketing=is_marketing,
        agreed=client.consents if client else None,
        named=carrier_of(message.named),
        asked_beside=asked_beside(message.named),
        preferred=client.preferred_channel if client else None,
        tried=frozenset(tried),
        may_be_typed=message.template in rules.BY_HAND,
        night_until=reach.night_until(outbox.horizon(), zone) if is_marketing else None,
        nothing_leaves=not service.is_told_outside(message.contour),
    )


def _ways(letter: Letter) -> list[Way]:
    if letter.person is None:  # a bare chat, the administrators', or somebody of whom we have no row
        at = Address(letter.chat_id) if letter.chat_id else None
        return [Way(BY_NAME[TELEGRAM], at, telegram.kind(letter.chat_id or ""))]
    wanted = (letter.message.named, TELEGRAM)
    is_marketing = letter.message.purpose == rules.MARKETING
    return [
        _way(channel, letter.person, letter.person, is_marketing=is_marketing)
        for channel in CHANNELS
        if channel.is_set() or channel.name in wanted
    ]


def _way(channel: Channel, row: Any, person: Any, *, is_marketing: bool = False) -> Way:
    """A channel to the address on a row, and whether that is dead to its person."""
    at = channel.address(row)
    dead = bool(at and {channel.name, channel.mark(at)} & set(getattr(person, "dead_channels", None) or ()))
    kind = channel.kind(at.value if at else "") if not is_marketing or channel.may_market() else None
    return Way(channel, at, kind, dead)
