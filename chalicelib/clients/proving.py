"""A Telegram account comes forward: by a ticket's link, by its shared phone. It becomes a client, or turns out to be one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from chalicelib.clients import facts, joining, repository, rules
from chalicelib.clients.errors import NotAlone
from chalicelib.clients.joining import Known, Words
from chalicelib.clients.models import Client, Identity
from chalicelib.clients.rules import Person, Proof, Sign
from chalicelib.core import clock, storage

SOURCE = "bot"


@dataclass(frozen=True, slots=True)
class Made:
    """A client as the ticket that made him knows him: his id, his number, and the identities it typed."""

    ticket_id: str
    client_id: str
    number: str
    signs: Collection[str]


def _words(person: Person, rows: Sequence[Identity | None], contour: str) -> Words:
    return Words(person, rows, contour, SOURCE, Proof.CONTACT if person.phone else Proof.TELEGRAM)


def bind(tx: storage.Transaction, made: Made, *, person: Person, rows: Sequence[Identity | None], contour: str, said: Person) -> Known:
    """Give an account that nobody had to the client whom this very ticket made.

    The commit raises NotAlone when another ticket or sign uses him, IdentityRaced when the account is somebody's meanwhile.
    """
    words = _words(person, rows, contour)
    claimed = words.claims(made.client_id, may_type=False)
    sure = {claim.sign.kind for claim in claimed if claim.proven and not claim.sign.weak}
    actions = repository.heed(said, clock.now(), "form", None)
    facts.answered(tx, said, made.client_id, contour, "form")
    alone = repository.alone(made.ticket_id)
    own = (made.client_id, made.number)
    repository.prove(tx, own, person=person, proven=sure, actions=actions, condition=alone, otherwise=NotAlone())
    back = set(made.signs) - {claim.sign.key(contour) for claim in claimed}
    repository.take_back(tx, back, client_id=made.client_id, number=made.number, otherwise=NotAlone())
    joining.take(tx, words, claimed, made.client_id, made.number)
    return Known(made.client_id, made.number, tie="proven")


def fold(tx: storage.Transaction, made: Made, known: Known, contour: str) -> None:
    """The client whom a ticket made is `known`: no second person stays. The commit raises NotAlone where others use him."""
    own, into = (made.client_id, made.number), (known.client_id, known.lead_number)
    repository.fold(tx, own, made.ticket_id, into=into, otherwise=NotAlone())
    repository.drop(tx, made.signs, client_id=made.client_id, otherwise=NotAlone())
    for key in (Sign("lead", made.number).key(contour), repository.became_key(made.client_id, contour)):
        repository.point(tx, key, client_id=known.client_id, number=known.lead_number)


def come_forward(
    tx: storage.Transaction, *, person: Person, rows: Sequence[Identity | None], contour: str, new_id: str, said: Person | None = None
) -> Known:
    """The client who has this account and, where it shared one, this phone; `said` is what else he says of himself.

    An account that we know stays who it is. A new one with a phone is the client whom the phone points at, unless he has another
    account; without one, or then, a client of his own. Whom else the phone is known of is flagged.
    """
    words = _words(person, rows, contour)
    account, phone = _rows_of(words)
    if account is not None:
        known = Known(account.client_id, account.lead_number, duplicates=_others(words, account.client_id), tie="proven")
        joining.own(tx, words, known, said=said, alive=True)
        return known
    owner = _free(phone)
    if owner is not None:
        known = Known(owner.client_id, owner.lead_number, tie="proven")
        joining.own(tx, words, known, client=owner, said=said)
        return known
    return _anew(tx, words, new_id, said)


def _rows_of(words: Words) -> tuple[Identity | None, Identity | None]:
    found = {sign.kind: row for sign, row in zip(words.signs, words.rows, strict=True)}
    return found.get("telegram"), found.get("phone")


def _free(phone: Identity | None) -> Client | None:
    """The client whom a shared phone points at, if he has no account yet."""
    if phone is None or phone.hint:
        return None
    (client,) = storage.read(Client.at(phone.client_id))
    return client if client is not None and client.telegram_id is None and client.merged_into is None else None


def _others(words: Words, client_id: str) -> frozenset[str]:
    """Whose the shared phone is known to be, or was typed beside."""
    _, phone = _rows_of(words)
    return frozenset({phone.client_id} - {client_id}) if phone is not None else frozenset()


def _anew(tx: storage.Transaction, words: Words, new_id: str, said: Person | None) -> Known:
    """A client of his own; his ticket's words fill his card, and prove nothing."""
    mine = words.person
    card = said and replace(
        said,
        name=said.name or mine.name,
        telegram_id=mine.telegram_id,
        telegram_username=mine.telegram_username,
        phone=mine.phone or said.phone,
        telegram_typed=None,
    )
    resembled = rules.look(words.signs, words.rows, words.contour).resembled
    return joining.make(tx, words, new_id, hinted=_others(words, new_id), resembled=resembled, card=card)
