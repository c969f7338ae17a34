"""Finding or making the one client that somebody is, in a caller's transaction. Whose word it is decides what may be written."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.clients import facts, repository, rules
from chalicelib.clients.errors import IdentityRaced
from chalicelib.clients.models import Client, Identity
from chalicelib.clients.rules import Claim, Person, Proof
from chalicelib.core import clock, storage

MOST_RAW = 50
"""How many contacts as they were typed a card keeps."""

MOST_TYPED = 20
"""How many typed signs one unproven client may have: nobody has more, and a form can name any number."""


@dataclass(frozen=True, slots=True)
class Known:
    """A client as a decision needs it; `duplicates` are others that this person's signs point at too.

    `tie` says what connects the words with him: they `made` him, they merely name him (`typed`), or they are his own (`proven`).
    `signs` are the typed identities of one who was just made.
    """

    client_id: str
    lead_number: str
    is_new: bool = False
    duplicates: frozenset[str] = frozenset()
    tie: str = "typed"
    signs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Words:
    """Somebody's words about who he is, and what stands under the signs they name."""

    person: Person
    rows: Sequence[Identity | None]
    contour: str
    source: str
    proof: Proof

    @property
    def signs(self) -> list[rules.Sign]:
        """The signs, in the order of `rows`."""
        return rules.signs(self.person)

    @property
    def beside(self) -> set[str]:
        """The sure signs that a weak one comes with."""
        return {sign.key(self.contour) for sign in self.signs if not sign.weak or sign.claim}

    def claims(self, client_id: str, *, may_type: bool) -> list[Claim]:
        """What a client gets of these signs."""
        return rules.claims(self.signs, self.rows, client_id, self.proof, may_type=may_type)

    def standings(self, client_id: str) -> set[str]:
        """What the rows that are a client's are worth."""
        pairs = zip(self.signs, self.rows, strict=True)
        return {rules.standing(sign, row) for sign, row in pairs if row is not None and row.client_id == client_id}


def find_or_create(
    tx: storage.Transaction,
    *,
    person: Person,
    rows: Sequence[Identity | None],
    contour: str,
    new_id: str,
    source: str,
    proof: Proof,
) -> Known:
    """The one client that `person` is, from the identity rows read at `keys`; what is new is written with `tx`.

    `proof` says whose word it is: typed words point at a client and write to none who is proven; proven ones make the signs his.
    Signs that point at another client are reported and flagged, never merged. Raises IdentityRaced on commit when
    another request made the person meanwhile: read and decide again.
    """
    if not proof.proves:
        return find_or_note(tx, person=person, rows=rows, contour=contour, new_id=new_id, source=source, proof=proof)
    words = Words(person, rows, contour, source, proof)
    known = meant(words)
    if known is None:
        return first(tx, words, new_id)
    own(tx, words, known)
    return known


def find_or_note(
    tx: storage.Transaction,
    *,
    person: Person,
    rows: Sequence[Identity | None],
    contour: str,
    new_id: str,
    source: str,
    proof: Proof,
    made_by: str | None = None,
    named: Client | None = None,
    overwrite: bool = False,
    rename: bool = False,
) -> Known:
    """The same for words that prove nothing: whoever can say no more than that may take no sign back.

    A client whom the caller `named` is chosen whatever the signs say; `overwrite` writes his contacts over the old ones, unless
    they are another's, `rename` his name. `made_by` is the ticket that makes a new one.
    """
    words = Words(person, rows, contour, source, proof)
    known = meant(words, named)
    if known is None:
        return first(tx, words, new_id, made_by=made_by)
    _note(tx, words, known, named, overwrite=overwrite, rename=rename)
    return known


def meant(words: Words, named: Client | None = None) -> Known | None:
    """The client whom these words mean; None for somebody new."""
    sight = rules.look(words.signs, words.rows, words.contour)
    chosen, duplicates = rules.pick(_surest(words), sight.owners, named.client_id if named else None)
    if chosen is None:
        return None
    number = named.lead_number if named else next(row.lead_number for row in words.rows if row and row.client_id == chosen)
    others = frozenset(duplicates | (sight.hinted - {chosen}))
    return Known(chosen, number, duplicates=others, tie="proven" if words.proof.proves else "typed")


def first(tx: storage.Transaction, words: Words, new_id: str, *, made_by: str | None = None) -> Known:
    """A new client, whom these words mean from now on."""
    sight = rules.look(words.signs, words.rows, words.contour)
    return make(tx, words, new_id, made_by=made_by, hinted=sight.hinted, resembled=sight.resembled)


def _surest(words: Words) -> list[rules.Sign]:
    """The signs in order; to the office's or the person's own word, what is proven of somebody comes before what was typed."""
    if not words.proof.proves:
        return words.signs
    worth = {sign: rules.standing(sign, row) for sign, row in zip(words.signs, words.rows, strict=True)}
    return sorted(words.signs, key=lambda sign: worth[sign] != "proven")


def make(
    tx: storage.Transaction,
    words: Words,
    new_id: str,
    *,
    made_by: str | None = None,
    hinted: Collection[str] = (),
    resembled: Collection[str] = (),
    card: Person | None = None,
) -> Known:
    """A new client with these signs; whom they resemble is flagged on his card. `card` is what it says, where that is more."""
    at, claimed = clock.now(), [claim for claim in words.claims(new_id, may_type=True) if claim.proven or claim.loser is None]
    typed = frozenset(_typed(words, claimed))
    lost = {claim.loser for claim in claimed if claim.loser}
    number = repository.next_lead_number(words.contour)
    client = Client(client_id=new_id, contour=words.contour, lead_number=number, created_at=at, made_by=made_by)
    pairs = {*hinted, *resembled, *lost} - {new_id}
    sure, told = _sure(claimed), card or words.person
    keys = _keys(words, claimed)
    repository.create(tx, client, person=told, proof=words.proof, sure=sure, typed=typed, known_as=keys, pairs=pairs, source=words.source)
    if words.proof is not Proof.TYPED:
        facts.answered(tx, told, new_id, words.contour, words.source)
    take(tx, words, claimed, new_id, number)
    tie = "proven" if words.proof.proves else "made"
    return Known(new_id, number, is_new=True, duplicates=frozenset({*hinted, *lost}), tie=tie, signs=typed)


def take(tx: storage.Transaction, words: Words, claimed: Sequence[Claim], client_id: str, number: str, flag: Iterable[str] = ()) -> None:
    """Write the signs, take typed ones from their losers, and flag these and `flag` as possibly the same person."""
    repository.take(tx, claimed, client_id=client_id, number=number, contour=words.contour, proof=words.proof, beside=words.beside)
    for other in sorted({*(claim.loser for claim in claimed if claim.loser), *flag}):
        keys = {claim.sign.key(words.contour) for claim in claimed if claim.loser == other}
        strong = other in flag or any(claim.loser == other and not claim.sign.weak for claim in claimed)
        pair = repository.flagged({client_id} if strong else (), only_first=not words.proof.proves)
        repository.change(tx, other, [*repository.lose(keys), *pair], number=None)
        if keys and words.proof is Proof.OFFICE:
            facts.lost(tx, other, words.contour, number, {claim.sign.kind for claim in claimed if claim.loser == other})


def _sure(claimed: Sequence[Claim]) -> set[str]:
    """The kinds of sure signs that become proven."""
    return {claim.sign.kind for claim in claimed if claim.proven and not claim.sign.weak}


def _typed(words: Words, claimed: Sequence[Claim]) -> set[str]:
    """The identities that are merely typed."""
    return {claim.sign.key(words.contour) for claim in claimed if not claim.proven and claim.sign.kind != "external"}


def _keys(words: Words, claimed: Sequence[Claim]) -> set[str]:
    """The identities that another system gave."""
    return {claim.sign.key(words.contour) for claim in claimed if claim.sign.kind == "external"}


def _note(tx: storage.Transaction, words: Words, known: Known, named: Client | None, *, overwrite: bool, rename: bool) -> None:
    """What typed words write: nothing to a proven client; else what was empty, and signs that nobody has."""
    stranger, worth, client = words.proof is Proof.TYPED, words.standings(known.client_id), named
    unproven = not client.is_proven if client else "typed" in worth
    if stranger and not unproven:
        return
    claimed = words.claims(known.client_id, may_type=True)
    asks = claimed or words.person.consents or (words.person.raw_contacts and not stranger)
    if client is None and asks and (unproven or not stranger):
        (client,) = storage.read(Client.at(known.client_id))
        unproven = not client.is_proven
        if stranger and not unproven:
            raise IdentityRaced
    claimed = [claim for claim in claimed if unproven or claim.sign.kind == "external"]
    if client is not None and len(client.typed or ()) + len(claimed) > MOST_TYPED:
        claimed = []
    told = _fitting(_without_foreign(words, known.client_id) if overwrite else words.person, client)
    actions = repository.fill(told, contacts_anew=overwrite, rest_anew=rename) + repository.flagged(known.duplicates, only_first=stranger)
    actions += [] if stranger else _heeded(tx, words, words.person, known, client)
    actions += repository.keyed(_keys(words, claimed))
    if unproven:
        repository.change_unproven(tx, known.client_id, actions, _typed(words, claimed), number=known.lead_number)
    else:
        repository.change(tx, known.client_id, actions, number=known.lead_number)
    flag = {other for other in known.duplicates if not stranger or "typed" in words.standings(other)}
    take(tx, words, claimed, known.client_id, known.lead_number, flag=flag)


def _heeded(tx: storage.Transaction, words: Words, said: Person, known: Known, client: Client | None) -> list[Any]:
    """What somebody agreed to and came from, for his card; each answer is a fact of his."""
    facts.answered(tx, said, known.client_id, words.contour, words.source)
    return repository.heed(said, clock.now(), words.source, client)


def _fitting(person: Person, client: Client | None) -> Person:
    """The person with as many contacts as they were typed as still fit his row: a form can be sent any number of times."""
    kept = (client.raw_contacts or set()) if client is not None else set()
    room = MOST_RAW - len(kept) if client is not None else 0
    return replace(person, raw_contacts=tuple(text for text in person.raw_contacts if text not in kept)[: max(room, 0)])


def _without_foreign(words: Words, client_id: str) -> Person:
    """What is said without the contacts that are known to be another's."""
    pairs = zip(words.signs, words.rows, strict=True)
    return rules.without_foreign(words.person, {sign.kind for sign, row in pairs if row is not None and row.client_id != client_id})


def own(
    tx: storage.Transaction,
    words: Words,
    known: Known,
    *,
    client: Client | None = None,
    overwrite: bool = False,
    said: Person | None = None,
    alive: bool = False,
) -> None:
    """Make proven signs the client's own: what was typed beside him is taken back. `said` is what else he says of himself.

    A sign that is proven of somebody else stays his. The commit raises IdentityRaced when either changed meanwhile.
    """
    claimed, asked = words.claims(known.client_id, may_type=False), said or words.person
    sure = _sure(claimed)
    if client is None and (sure or asked.consents or "proven" not in words.standings(known.client_id)):
        (client,) = storage.read(Client.at(known.client_id))
    lost = {claim.loser for claim in claimed if claim.loser and not claim.sign.weak}
    told = _fitting(_without_foreign(words, known.client_id) if overwrite else asked, client)
    told = replace(told, telegram_username=words.person.telegram_username) if said else told
    first = said is not None and client is not None and not client.is_proven
    actions = repository.fill(_but(told, sure), contacts_anew=overwrite, rest_anew=first)
    actions += _heeded(tx, words, asked, known, client)
    actions += repository.flagged(known.duplicates | lost, only_first=False) + repository.keyed(_keys(words, claimed))
    hears = (alive or words.proof is Proof.TELEGRAM) and "telegram" not in sure
    actions += repository.heard() if hears else []
    if client is not None and sure:
        _prove(tx, words, known, client, claimed, actions)
    else:
        repository.change(tx, known.client_id, actions, number=known.lead_number)
    take(tx, words, claimed, known.client_id, known.lead_number, flag=known.duplicates)


def _prove(tx: storage.Transaction, words: Words, known: Known, client: Client, claimed: Sequence[Claim], actions: list[Any]) -> None:
    """Write the signs down as his own, and take back what was typed beside them."""
    seen, raced, sure = repository.as_read(client, words.person.telegram_id), IdentityRaced(), _sure(claimed)
    own = (known.client_id, known.lead_number)
    repository.prove(tx, own, person=words.person, proven=sure, actions=actions, condition=seen, otherwise=raced)
    back = set(client.typed or ()) - {claim.sign.key(words.contour) for claim in claimed}
    repository.take_back(tx, back, client_id=known.client_id, number=known.lead_number, otherwise=raced)


def _but(person: Person, sure: set[str]) -> Person:
    """What fills a card beside the signs that are proven in the same write."""
    person = replace(person, phone=None) if "phone" in sure else person
    person = replace(person, email=None) if "email" in sure else person
    return replace(person, telegram_username=None) if "telegram" in sure else person
