"""The office writes a client down, or corrects his card: what it types is its own word, and makes a contact his."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.clients import facts, joining, rules
from chalicelib.clients import repository as base
from chalicelib.clients.errors import IdentityRaced
from chalicelib.clients.joining import Known, Words
from chalicelib.clients.merging import repository
from chalicelib.clients.models import Client, Identity
from chalicelib.clients.rules import Person, Proof, Sign
from chalicelib.core import clock, ids, storage

SOURCE = "office"
CONTACTS = ("phone", "email", "telegram_id", "telegram_username")


@dataclass(frozen=True, slots=True)
class Owned:
    """A contact that is somebody's: his lead number, and by which sign he is known."""

    lead_number: str
    by: str


def keys(person: Person, contour: str = "live") -> list[storage.Key]:
    """Where the signs of somebody stand."""
    return [Identity.at(sign.key(contour)) for sign in rules.signs(person)]


def owner(person: Person, rows: Sequence[Identity | None], but: str | None = None) -> Owned | None:
    """Of whom one of these contacts is proven already, other than `but`. A @username passes: its owner today is whom Telegram names."""
    for sign, row in zip(rules.signs(person), rows, strict=True):
        if not sign.weak and row is not None and row.client_id != but and rules.standing(sign, row) == "proven":
            return Owned(row.lead_number, sign.kind)
    return None


def held(person: Person, rows: Sequence[Identity | None], but: str | None = None) -> list[Owned]:
    """Whose these contacts are, proven or merely typed, other than `but`: who would lose one by the office's word."""
    pairs = zip(rules.signs(person), rows, strict=True)
    others = ((sign, row) for sign, row in pairs if row is not None and not sign.claim and row.client_id != but)
    return [Owned(row.lead_number, sign.kind) for sign, row in others if rules.standing(sign, row) != "hint"]


def create_in(tx: storage.Transaction, person: Person, rows: Sequence[Identity | None], contour: str = "live") -> Known:
    """A new client: what others merely typed of his contacts is his, and each pair is flagged. The commit raises IdentityRaced."""
    words = Words(person, rows, contour, SOURCE, Proof.OFFICE)
    sight = rules.look(words.signs, rows, contour)
    return joining.make(tx, words, ids.new(), hinted=sight.hinted, resembled=sight.resembled)


@dataclass(frozen=True)
class Correction:
    """What the office says of a client: `said` are fields of his card (None clears one), `consents` his answers by purpose.

    `old` are the rows at `old_keys`, `new` those at `keys` of the contacts that are said.
    """

    client: Client
    said: Mapping[str, str | None]
    old: Sequence[Identity | None]
    new: Sequence[Identity | None]
    consents: Sequence[tuple[str, bool, str]] = field(default=())

    @property
    def person(self) -> Person:
        """The contacts that are said, and his answers."""
        return Person(**{name: self.said[name] for name in CONTACTS if self.said.get(name)}, consents=tuple(self.consents))  # type: ignore[arg-type]


def replaced(client: Any, said: Mapping[str, str | None]) -> list[Sign]:
    """The signs of contacts that are not his any more, by his card or by what the index has of it."""
    gone = {name: getattr(client, name) for name in CONTACTS if name in said and said[name] != getattr(client, name)}
    return rules.signs(Person(**{name: value for name, value in gone.items() if value}))


def old_keys(client: Any, said: Mapping[str, str | None], contour: str = "live") -> list[storage.Key]:
    """Where they stand."""
    return [Identity.at(sign.key(contour)) for sign in replaced(client, said)]


def correct_in(tx: storage.Transaction, told: Correction) -> None:
    """Write a correction: what was a contact of his points at nobody any more, what is one is proven of him by the office.

    The commit raises IdentityRaced where he or a contact changed meanwhile: read and decide anew.
    """
    client, words = told.client, Words(told.person, told.new, told.client.contour, SOURCE, Proof.OFFICE)
    claimed = words.claims(client.client_id, may_type=False)
    gone = _let_go(tx, told)
    sure = {claim.sign.kind for claim in claimed if claim.proven and not claim.sign.weak}
    actions = [*_card(told, sure), *base.heed(told.person, clock.now(), SOURCE, client)]
    mine = {claim.sign.key(client.contour) for claim in claimed}
    if sure:
        back = set(client.typed or ()) - mine - gone
        base.take_back(tx, back, client_id=client.client_id, number=client.lead_number, otherwise=IdentityRaced())
        actions += [Client.typed.remove()] if client.typed else []
    elif gone & set(client.typed or ()):
        actions.append(Client.typed.delete(gone & set(client.typed or ())))
    facts.answered(tx, told.person, client.client_id, client.contour, SOURCE)
    repository.correct(tx, client, actions)
    joining.take(tx, words, claimed, client.client_id, client.lead_number)


def _let_go(tx: storage.Transaction, told: Correction) -> set[str]:
    """Signs that were his are nobody's; the keys of those."""
    gone = set()
    for sign, row in zip(replaced(told.client, told.said), told.old, strict=True):
        if row is not None and row.client_id == told.client.client_id:
            repository.let_go(tx, row)
            gone.add(sign.key(told.client.contour))
    return gone


def _card(told: Correction, sure: set[str]) -> list[Any]:
    """What the card says from now on."""
    actions: list[Any] = []
    for name, value in told.said.items():
        place = getattr(Client, name)
        actions.append(place.remove() if value is None else place.set(value))
    for name in ("phone", "email"):
        flag = getattr(Client, f"{name}_proven")
        if name in told.said:
            actions.append(flag.set(True) if told.said[name] else flag.remove())
    return [*actions, Client.proven_at.set(Client.proven_at | clock.now())] if sure else actions
