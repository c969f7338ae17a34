"""By which channel a message leaves, decided as it leaves: by its purpose, what its reader agreed to, what reaches him, and the hour.

A service message needs nobody's consent and is withheld by an explicit no alone; marketing needs an explicit yes to personal data, to
marketing, and to SMS or e-mail where it goes by them. Who was never asked has said neither.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.messaging.channels.base import MESSAGE, Address
from chalicelib.messaging.channels.registry import LEDGER, TELEGRAM, UNSERVED, Channel

YES, NO = "yes", "no"
NIGHT_FROM, NIGHT_TO = 22, 8
"""Hours of the reader's own day between which marketing waits for the morning."""

NOT_CONFIGURED = "channel_not_configured"


Agreed = Mapping[str, Mapping[str, str]]
"""Somebody's latest answers, by what he was asked."""


class Withheld(Exception):
    """A message that must not leave, and why."""


class NoWay(Withheld):
    """A message that has no channel to its recipient; `reasons` say of each channel why."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(reasons))


class Held(Exception):
    """A message that waits for the morning."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(f"night: it leaves from {until.isoformat(timespec='minutes')}")


@dataclass(frozen=True, slots=True)
class Way:
    """A channel as it stands for one person: where, by which kind of effect (None where no carrier is set), and whether it is dead."""

    channel: Channel
    at: Address | None
    kind: str | None
    dead: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """All that decides. `agreed` are the latest answers of a client, None of anybody else; `named` is the only channel that may carry it,
    `asked_beside` what marketing by it needs a yes to beside the rest.

    `may_be_typed`: the addresses are those of the ticket that it answers, or a person of ours says it by hand. `nothing_leaves` in
    the test contour.
    """

    ways: Sequence[Way]
    is_marketing: bool = False
    agreed: Agreed | None = None
    named: str | None = None
    asked_beside: Sequence[str] = ()
    preferred: str | None = None
    tried: frozenset[str] = frozenset()
    may_be_typed: bool = False
    night_until: datetime | None = None
    nothing_leaves: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """How it leaves; `why` says what spoke against the channels before it. Without a channel it ends in the ledger.

    `is_answer`: the address is no more than what a ticket typed that this answers, from the network address `caused_by` (a mark).
    """

    channel: Channel | None
    kind: str
    at: Address
    why: str | None = None
    is_answer: bool = False
    caused_by: str | None = None

    @property
    def name(self) -> str:
        """The channel as the ledger calls it."""
        return self.channel.name if self.channel else LEDGER


IN_LEDGER = Plan(None, MESSAGE, Address(""))


def choose(asked: Asked) -> Plan:
    """The plan of a message. Raises Withheld (NoWay where no channel reaches him) or Held."""
    if asked.named in UNSERVED:
        raise Withheld(NOT_CONFIGURED)
    check_purpose(asked.agreed, is_marketing=asked.is_marketing, beside=asked.asked_beside)
    against: list[str] = []
    for way in _in_order(asked):
        why = _against(way, asked)
        if why is None and way.kind and way.at and not asked.nothing_leaves:
            _check_hour(asked)
            return Plan(way.channel, way.kind, way.at, "; ".join(against) or None)
        against += [why] if why else []
    return _nowhere(asked, against)


def _in_order(asked: Asked) -> list[Way]:
    if asked.named:
        return [way for way in asked.ways if way.channel.name == asked.named]
    return sorted(asked.ways, key=lambda way: way.channel.name != asked.preferred)


def check_purpose(agreed: Agreed | None, *, is_marketing: bool, beside: Sequence[str] = ()) -> None:
    """Raises Withheld where its reader has not agreed to be told such things at all; `beside` is what marketing asks for too."""
    if agreed is None:
        return
    needed = ("personal_data", "marketing", *beside) if is_marketing else ("personal_data",)
    for purpose in needed:
        said = answer(agreed, purpose)
        if said == NO or (is_marketing and said != YES):
            raise Withheld(_unwilling(purpose, said))


def check_channel(agreed: Agreed | None, channel: str, *, asks: bool, is_marketing: bool) -> None:
    """Raises Withheld where he has not agreed to be told such things by a channel; one that `asks` has an answer of its own."""
    if agreed is None:
        return
    said = answer(agreed, channel, f"channel:{channel}")
    if (said == NO and (asks or is_marketing)) or (is_marketing and asks and said != YES):
        raise Withheld(_unwilling(channel, said))


def _check_hour(asked: Asked) -> None:
    if asked.is_marketing and asked.night_until:
        raise Held(asked.night_until)


def _against(way: Way, asked: Asked) -> str | None:
    """Why it does not leave by this channel; None where nothing speaks against it."""
    if way.at is None or not way.at.value:
        return way.channel.none
    if way.kind is None and not asked.named:
        return f"nothing carries {way.channel.name} there"
    try:
        check_channel(asked.agreed, way.channel.name, asks=way.channel.asks, is_marketing=asked.is_marketing)
    except Withheld as unwilling:
        return str(unwilling)
    if way.dead or way.channel.name in asked.tried:
        return way.channel.dead
    return None if way.at.proven or asked.may_be_typed else way.channel.typed


def _unwilling(what: str, said: str | None) -> str:
    return f"said no to {what}" if said == NO else f"never agreed to {what}"


def _nowhere(asked: Asked, against: Sequence[str]) -> Plan:
    """What becomes of a message that no channel takes: where none is set up, the ledger is the channel."""
    ways = [way for way in asked.ways if way.channel.name == (asked.named or TELEGRAM)]
    if asked.nothing_leaves or all(way.kind is None for way in ways):
        if asked.is_marketing and asked.named and against:
            raise Withheld(against[0])
        return IN_LEDGER
    if asked.is_marketing:
        raise Withheld("; ".join(against))
    raise NoWay(against)


def answer(agreed: Agreed, *purposes: str) -> str | None:
    """The latest answer that stands under any of these names; None where he was never asked."""
    said = [agreed[purpose] for purpose in purposes if purpose in agreed]
    return max(said, key=lambda one: one.get("at", "")).get("given") if said else None


def night_from(at: datetime, zone: str) -> datetime | None:
    """When the reader's night began; None by his day."""
    there = at.astimezone(ZoneInfo(zone))
    if NIGHT_TO <= there.hour < NIGHT_FROM:
        return None
    evening = there.replace(hour=NIGHT_FROM, minute=0, second=0, microsecond=0, fold=0)
    return evening if there.hour >= NIGHT_FROM else evening - timedelta(days=1)


def night_until(at: datetime, zone: str) -> datetime | None:
    """When the reader's night ends; None by his day."""
    there = at.astimezone(ZoneInfo(zone))
    if NIGHT_TO <= there.hour < NIGHT_FROM:
        return None
    morning = there.replace(hour=NIGHT_TO, minute=0, second=0, microsecond=0)
    return morning if there.hour < NIGHT_TO else morning + timedelta(days=1)
