"""What the log says of the house itself: its settings, and the cards of its directories. Which fields changed, never to what."""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.core import facts, storage
from chalicelib.core.facts import NOBODY, Fact


@dataclass(frozen=True, kw_only=True)
class SettingChanged(Fact):
    """The house's settings were changed; `ref` says which ones (`system`, `referrals`), `changed` are the fields' names."""

    changed: str


@dataclass(frozen=True, kw_only=True)
class CardMade(Fact):
    """A card was made: of a location, a traffic channel, a product, an employee or a group of them, a certificate that nobody paid for;
    `ref` is its number.
    """

    what: str


@dataclass(frozen=True, kw_only=True)
class CardChanged(CardMade):
    """A card was changed; `changed` are the fields' names."""

    changed: str


class CardRemoved(CardMade):
    """A card was removed; `ref` was its number."""


def set_anew(tx: storage.Transaction, which: str, fields: Iterable[str]) -> None:
    """Add to a transaction which fields of the settings change; nothing where none does."""
    if said := ", ".join(sorted(fields)):
        facts.record(tx, SettingChanged(subject=NOBODY, contour="live", ref=which, changed=said))


def made(tx: storage.Transaction, what: str, number: int, subject: str | None = None) -> None:
    """Add to a transaction that a card is made; `subject` is the client whose it is."""
    facts.record(tx, CardMade(subject=subject or NOBODY, contour="live", ref=str(number), what=what))


def changed(tx: storage.Transaction, what: str, number: int, fields: Iterable[str]) -> None:
    """Add to a transaction which fields of a card change; nothing where none does."""
    if said := ", ".join(sorted(fields)):
        facts.record(tx, CardChanged(subject=NOBODY, contour="live", ref=str(number), what=what, changed=said))


def removed(tx: storage.Transaction, what: str, number: int) -> None:
    """Add to a transaction that a card is removed."""
    facts.record(tx, CardRemoved(subject=NOBODY, contour="live", ref=str(number), what=what))
