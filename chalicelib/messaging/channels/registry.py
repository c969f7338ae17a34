"""All channels, in the order in which they are tried: what costs nothing first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib.messaging.channels import email, sms, telegram, vk
from chalicelib.messaging.channels import max as max_bot
from chalicelib.messaging.channels.base import MESSAGE, Address, Parcel

LEDGER = "ledger"
"""Where a message ends that nothing carries: no vendor's settings, or the test contour."""

CARRIERS = {"smsru": "sms", "eskiz": "sms"}
"""Carriers that have a kind of effect of their own, and the channel that is theirs."""

UNSERVED = frozenset({"instagram", "facebook"})
"""Channels that may be named and that nothing of ours serves yet."""

PUSH = "app_push"
PUSHES = frozenset({"app", PUSH})
"""What panels call the Mini App's messages: Telegram carries them, and marketing by them asks for an answer of its own."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to somebody.

    `is_set` says whether anything carries it; `address` is where a row says that its person is reached; `kind` the kind of effect that
    carries there, None where no carrier does.
    `say` raises `Retry` or `Undelivered`. `longest` are the UTF-16 units of one message: more leaves in parts. Of a channel that
    `asks` the person's own answer to it counts; without `may_market` it carries no marketing. `none`, `dead` and `typed` say why he
    is not reached by it; `dies` is what makes an address dead.
    """

    name: str
    is_set: Callable[[], bool]
    address: Callable[[Any], Address | None]
    kind: Callable[[str], str | None]
    say: Callable[[Parcel], str | None]
    none: str
    dead: str
    dies: str
    longest: int | None = None
    asks: bool = False
    may_market: Callable[[], bool] = lambda: True
    reports_delivery: bool = False

    @property
    def typed(self) -> str:
        """Why an address that nobody has proven is not used."""
        return f"the {self.name} address was only typed"

    def mark(self, at: Address) -> str:
        """What stands among a client's dead channels where this address is dead."""
        return self.name if self.name == TELEGRAM else at.mark(self.name)


TELEGRAM = "telegram"
CHANNELS = (
    Channel(
        TELEGRAM,
        telegram.is_set,
        telegram.address,
        telegram.kind,
        telegram.say,
        none="no Telegram account is known",
        dead="the bot is blocked",
        dies="403 of the Bot API, a chat that is not found",
        longest=4096,
    ),
    Channel(
        "max",
        max_bot.is_set,
        max_bot.address,
        max_bot.kind,
        max_bot.say,
        none="no MAX account is known",
        dead="the MAX chat is dead",
        dies="the statuses of MAX_DEAD_STATUSES",
        longest=4000,
    ),
    Channel(
        "vk",
        vk.is_set,
        vk.address,
        vk.kind,
        vk.say,
        none="no VK account is known",
        dead="VK does not let us write",
        dies="VK's 900, 901, 902, 917 and 936",
        longest=4096,
    ),
    Channel(
        "email",
        email.is_set,
        email.address,
        email.kind,
        email.say,
        none="no e-mail is known",
        dead="the e-mail address is dead",
        dies="a mailbox or domain that is none, by SMTP's codes; a permanent bounce or a complaint that the carrier tells of",
        asks=True,
        may_market=email.may_market,
    ),
    Channel(
        "sms",
        sms.is_set,
        sms.address,
        sms.kind,
        sms.say,
        none="no phone is known",
        dead="the phone takes no SMS",
        dies="SMS.ru's 202, 207 and 209; a refusal of Eskiz that names the number's field",
        longest=sms.LONGEST,
        asks=True,
        may_market=sms.may_market,
    ),
)

BY_NAME = {channel.name: channel for channel in CHANNELS}


def carrier_of(named: str | None) -> str | None:
    """The channel that carries what is to leave by a named one."""
    return TELEGRAM if named in PUSHES else named


def asked_beside(named: str | None) -> tuple[str, ...]:
    """Purposes to which marketing by a named channel needs a yes, beside those that every channel's needs."""
    return (PUSH,) if named in PUSHES else ()


def of_kind(kind: str) -> Channel:
    """The channel whose messages leave by a kind of effect."""
    name = kind.removeprefix(f"{MESSAGE}_")
    return BY_NAME[{MESSAGE: TELEGRAM, **CARRIERS}.get(name, name)]
