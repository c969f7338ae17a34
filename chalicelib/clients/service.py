"""Who somebody is: one answer for any sign they give, however many ask at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib.clients import contacts, repository, rules
from chalicelib.clients.contacts import Found
from chalicelib.clients.errors import ClientNotFound, IdentityRaced, TelegramDiffers
from chalicelib.clients.models import Client, Identity
from chalicelib.clients.rules import Person, contour_of, email_of, phone_of, telegram_id_of, username_of
from chalicelib.clients.schemas import Registered
from chalicelib.core import clock, ids, storage
from chalicelib.core.security import Caller
from chalicelib.core.settings import settings

__all__ = [
    "Client",
    "ClientNotFound",
    "Identity",
    "IdentityRaced",
    "Known",
    "Person",
    "TelegramDiffers",
    "contour_of",
    "email_of",
    "person_from",
    "phone_of",
    "username_of",
]


@dataclass(frozen=True, slots=True)
class Known:
    """A client as a decision needs it; `duplicates` are others that this person's signs point at too."""

    client_id: str
    lead_number: str
    is_new: bool = False
    duplicates: frozenset[str] = frozenset()


def person_from(
    *,
    contact: str | None = None,
    contact_type: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    telegram: str | None = None,
    others: Sequence[str] = (),
    regions: Sequence[str] = (),
    **rest: object,
) -> Person:
    """A person from what was typed into fields, whichever field it was typed into.

    `contact` is free text (@name, link, numeric id, phone, e-mail); its type is a hint that people get wrong. `others` are fields of
    any name that hold a contact. `regions` are where a phone without a country code is looked for; the tenant's by default.
    """
    regions, kind = regions or settings().regions, (contact_type or "telegram").strip().lower()
    texts = [text for text in (telegram, phone, email, contact, *others) if text]
    in_telegram = [text for text in (telegram, contact if kind == "telegram" else None) if text]
    numbers = {text for text in in_telegram if telegram_id_of(text)}
    found = [contacts.find(text, regions) for text in texts if text not in numbers]
    name = contacts.network_name(contact, kind, regions) if contact else None
    return Person(
        phone=_first(found, lambda one: one.phones),
        email=_first(found, lambda one: one.emails),
        telegram_typed=next((telegram_id_of(text) for text in in_telegram if text in numbers), None),
        telegram_username=next((name for text in in_telegram if (name := contacts.bare_name(text))), None)
        or _first(found, lambda one: one.usernames),
        vk=_first(found, lambda one: one.vk) or (name if contacts.NETWORKS.get(kind) == "vk" else None),
        max_name=_first(found, lambda one: one.max) or (name if contacts.NETWORKS.get(kind) == "max" else None),
        raw_contacts=tuple(dict.fromkeys(text[:200] for text in texts)),
        **rest,  # type: ignore[arg-type]
    )


def _first(found: Sequence[Found], kind: Callable[[Found], list[str]]) -> str | None:
    return next((value for one in found for value in kind(one)), None)


def is_contact(value: str | float) -> bool:
    """Whether a value is a contact and nothing else, so that the name of its field does not matter."""
    return not isinstance(value, bool) and contacts.is_plain(str(value), settings().regions)


def keys(person: Person, contour: str) -> list[storage.Key]:
    """The identity rows to read, in the order `find_or_create` takes them."""
    return [Identity.at(sign.key(contour)) for sign in rules.signs(person)]


def find_or_create(
    tx: storage.Transaction,
    *,
    person: Person,
    rows: Sequence[Identity | None],
    contour: str,
    new_id: str,
    source: str,
    named: Client | None = None,
    overwrite: bool = False,
) -> Known:
    """The one client that `person` is, from the identity rows read at `keys`; what is new is written with `tx`.

    A client whom the caller `named` is chosen whatever the signs say; `overwrite` writes his contacts over the old ones, unless
    they are another's.
    Signs that point at another client are reported and flagged, never merged. Raises IdentityRaced on commit when
    another request made the person meanwhile: read and decide again.
    """
    signs = rules.signs(person)
    owners = {sign: row for sign, row in zip(signs, rows, strict=True) if row}
    chosen, duplicates = rules.pick(signs, {sign: row.client_id for sign, row in owners.items()}, named.client_id if named else None)
    if chosen is None:
        known = Known(new_id, repository.next_lead_number(contour), is_new=True)
        repository.create(tx, client_id=new_id, number=known.lead_number, person=person, contour=contour, at=clock.now(), source=source)
    else:
        number = named.lead_number if named else next(row.lead_number for row in owners.values() if row.client_id == chosen)
        known = Known(chosen, number, duplicates=frozenset(duplicates))
        foreign = {sign.kind for sign, row in owners.items() if row.client_id != chosen}
        told = rules.without_foreign(person, foreign) if overwrite else person
        _learn(tx, known, told, source=source, overwrite=overwrite)
    repository.know(tx, signs, rows, client_id=known.client_id, number=known.lead_number, contour=contour)
    return known


def _learn(tx: storage.Transaction, known: Known, person: Person, *, source: str, overwrite: bool) -> None:
    """Write what is new about a client, and that others may be the same person."""
    duplicates, at = set(known.duplicates), clock.now()
    repository.enrich(tx, client_id=known.client_id, person=person, duplicates=duplicates, at=at, source=source, overwrite=overwrite)
    for other in duplicates:
        repository.flag_duplicates(tx, other, {known.client_id})


def pick(person: Person, rows: Sequence[Identity | None]) -> str | None:
    """The client that `find_or_create` would choose from the same rows; None where it would make one."""
    signs = rules.signs(person)
    return rules.pick(signs, {sign: row.client_id for sign, row in zip(signs, rows, strict=True) if row})[0]


def add_key(tx: storage.Transaction, known: Known, key: tuple[str, str], contour: str) -> None:
    """Give a client a name that nobody had, by which another system or a secret finds him."""
    person = Person(external=key)
    repository.know(tx, rules.signs(person), [None], client_id=known.client_id, number=known.lead_number, contour=contour)


def attach_telegram(
    tx: storage.Transaction, *, client_id: str, number: str, person: Person, rows: Sequence[Identity | None], contour: str
) -> Known:
    """Add a Telegram account nobody had to a client. The commit raises TelegramDiffers when the client has another one."""
    repository.attach_telegram(tx, client_id, person)
    repository.know(tx, rules.signs(person), rows, client_id=client_id, number=number, contour=contour)
    return Known(client_id, number)


def flag_pair(tx: storage.Transaction, one: Known, other: str) -> None:
    """Note on `other` that `one`, which this transaction may just have made, may be the same person; a person decides."""
    repository.flag_duplicates(tx, other, {one.client_id})


@storage.again(IdentityRaced)
def register(*, user_id: str, contour: str = "live") -> Registered:
    """The Telegram user as a client; a repeat finds the same one."""
    person = Person(telegram_id=user_id)
    rows = storage.read(*keys(person, contour))
    tx = storage.Transaction()
    known = find_or_create(tx, person=person, rows=rows, contour=contour, new_id=ids.new(), source="bot")
    if known.is_new:
        tx.commit()
    return Registered(message="Вы зарегистрированы.", client_id=known.lead_number)


def reference_keys(reference: str, contour: str = "live") -> list[storage.Key]:
    """Rows that may tell who `reference` (a lead number or a client id) is; see `by_reference`."""
    return [repository.key_of(reference, contour), Client.at(ids.from_uuid(reference))]


def by_reference(rows: Sequence[Identity | Client | None]) -> Known:
    """The client that a lead number or an id names, from the rows at `reference_keys`."""
    found = next((row for row in rows if row), None)
    if found is None:
        raise ClientNotFound
    return Known(found.client_id, found.lead_number)


def find(reference: str, contour: str = "live") -> Known:
    """The client of a lead number or an id. Raises ClientNotFound."""
    return by_reference(storage.read(*reference_keys(reference, contour)))


def by_telegram(*, telegram_id: str | None = None, username: str | None = None, contour: str = "live") -> Known:
    """The client of a Telegram account. Raises ClientNotFound."""
    person = Person(telegram_id=telegram_id, telegram_username=username)
    return by_reference(storage.read(*keys(person, contour)) if telegram_id or username else [])


def belongs(caller: Caller, *, client_id: str, contour: str) -> bool:
    """Whether a caller may touch what is this client's: anyone let in so far may, but for another client."""
    if caller.kind != "client":
        return True
    if caller.client_id:
        return caller.client_id == client_id
    (identity,) = storage.read(*keys(Person(telegram_id=caller.telegram_id), contour))
    return identity is not None and identity.client_id == client_id


def pause_in(tx: storage.Transaction, client_id: str, reason: str) -> None:
    """Stop what goes to a client by the clock alone, until a person lifts it."""
    repository.pause(tx, client_id, reason, clock.now())


def resume(reference: str) -> Known:
    """Let what goes by the clock go to a client again; a repeat changes nothing. Raises ClientNotFound."""
    known = find(reference, contour_of(reference))
    repository.resume(known.client_id)
    return known


def mark_channel(*, telegram_id: str, channel: str, dead: bool, contour: str = "live") -> None:
    """Note that a client cannot (or can again) be reached on a channel."""
    try:
        known = by_telegram(telegram_id=telegram_id, contour=contour)
    except ClientNotFound:
        return
    change = Client.dead_channels.add({channel}) if dead else Client.dead_channels.delete({channel})
    storage.change(Client.row(known.client_id), [change])
