"""Who somebody is: one answer for any sign they give, however many ask at once."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from chalicelib.clients import contacts, facts, joining, repository, rules
from chalicelib.clients.contacts import Found
from chalicelib.clients.errors import ClientNotFound, IdentityRaced, NotAlone
from chalicelib.clients.joining import Known, Words, find_or_create, find_or_note
from chalicelib.clients.models import Client, Identity
from chalicelib.clients.proving import Made, bind, come_forward, fold
from chalicelib.clients.rules import Person, Proof, card_of, contour_of, is_number, phone_of, telegram_id_of, username_of
from chalicelib.core import clock, ids, storage
from chalicelib.core.security import Caller
from chalicelib.core.settings import settings

if TYPE_CHECKING:
    from chalicelib.clients.schemas import Registered

__all__ = [
    "Client",
    "ClientNotFound",
    "Identity",
    "IdentityRaced",
    "Known",
    "Made",
    "NotAlone",
    "Person",
    "Proof",
    "bind",
    "card_of",
    "come_forward",
    "contour_of",
    "find_or_create",
    "find_or_note",
    "fold",
    "is_number",
    "person_from",
    "phone_of",
    "username_of",
]


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
    network = contacts.NETWORKS.get(kind)
    found = [contacts.find(text, regions, network=bool(network) and text == contact) for text in texts if text not in numbers]
    name = contacts.network_name(contact, kind, regions) if contact else None
    return Person(
        phone=_first(found, lambda one: one.phones),
        email=_first(found, lambda one: one.emails),
        telegram_typed=next((telegram_id_of(text) for text in in_telegram if text in numbers), None),
        telegram_username=next((name for text in in_telegram if (name := contacts.bare_name(text))), None)
        or _first(found, lambda one: one.usernames),
        vk=_first(found, lambda one: one.vk) or (name if network == "vk" else None),
        max_name=_first(found, lambda one: one.max) or (name if network == "max" else None),
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


def pick(person: Person, rows: Sequence[Identity | None], contour: str = "live") -> str | None:
    """The client that `find_or_create` would choose from the same rows; None where it would make one."""
    signs = rules.signs(person)
    return rules.pick(signs, rules.look(signs, rows, contour).owners)[0]


def add_key(tx: storage.Transaction, known: Known, key: tuple[str, str], contour: str) -> None:
    """Give a client a name that nobody had, by which another system or a secret finds him."""
    person = Person(external=key)
    claimed = rules.claims(rules.signs(person), [None], known.client_id, Proof.RECORDED, may_type=True)
    repository.take(tx, claimed, client_id=known.client_id, number=known.lead_number, contour=contour, proof=Proof.RECORDED, beside=())


@storage.again(IdentityRaced)
def register(*, user_id: str, contour: str = "live") -> "Registered":
    """The Telegram user as a client; a repeat finds the same one."""
    from chalicelib.clients.schemas import Registered  # only who registers pays for it

    person = Person(telegram_id=user_id)
    words = Words(person, storage.read(*keys(person, contour)), contour, "bot", Proof.OFFICE)
    known = joining.meant(words)
    if known is None:
        tx = storage.Transaction()
        known = joining.first(tx, words, ids.new())
        tx.commit()
    return Registered(message="Вы зарегистрированы.", client_id=known.lead_number)


def reference_keys(reference: str, contour: str = "live") -> list[storage.Key]:
    """Rows that may tell who `reference` (a lead number or a client id) is; see `by_reference`."""
    return repository.reference_keys(reference, contour)


def by_reference(rows: Sequence[Identity | Client | None]) -> Known:
    """The client that a lead number or an id names, from the rows at `reference_keys`: who asks by one knows whom he means."""
    found = next((row for row in rows if row and not getattr(row, "hint", None)), None)
    if found is None:
        raise ClientNotFound
    if isinstance(found, Client) and found.merged_into:
        return Known(found.merged_into, str(found.merged_number), tie="proven")
    return Known(found.client_id, found.lead_number, tie="proven")


def find(reference: str, contour: str = "live") -> Known:
    """The client of a lead number or an id. Raises ClientNotFound."""
    return by_reference(storage.read(*reference_keys(reference, contour)))


def name_of(reference: str) -> str | None:
    """What a client is called, by his lead number or id; None for who has no name, or is nobody."""
    try:
        known = find(reference, contour_of(reference))
    except ClientNotFound:
        return None
    (client,) = storage.read(Client.at(known.client_id))
    return client.name if client is not None else None


def names(client_ids: Sequence[str]) -> dict[str, str | None]:
    """What clients are called, by their ids; one read for all, none for nobody."""
    rows = storage.read(*map(Client.at, client_ids)) if client_ids else []
    return {row.client_id: row.name for row in rows if row is not None}


def by_telegram(*, telegram_id: str | None = None, username: str | None = None, contour: str = "live") -> Known:
    """The client of a Telegram account. Raises ClientNotFound."""
    person = Person(telegram_id=telegram_id, telegram_username=username)
    return by_reference(storage.read(*keys(person, contour)) if telegram_id or username else [])


def belongs(caller: Caller, *, client_id: str, contour: str, proven: bool = True) -> bool:
    """Whether a caller may touch what is this client's: anyone let in so far may, but for another client.

    What is tied to a client by typed words alone is no client's: not `proven`.
    """
    if caller.kind != "client":
        return True
    if not proven:
        return False
    if caller.client_id == client_id:
        return True
    known = [repository.became_at(caller.client_id, contour)] if caller.client_id else keys(Person(telegram_id=caller.account), contour)
    (identity,) = storage.read(*known)
    return identity is not None and identity.client_id == client_id


def pause_in(tx: storage.Transaction, known: Known, reason: str) -> None:
    """Stop what goes to a client by the clock alone, until a person lifts it."""
    repository.pause(tx, known.client_id, reason, clock.now(), number=known.lead_number)


def resume(reference: str) -> Known:
    """Let what goes by the clock go to a client again; a repeat changes nothing. Raises ClientNotFound."""
    known = find(reference, contour_of(reference))
    tx = storage.Transaction()
    repository.resume(tx, known.client_id, number=known.lead_number)
    facts.resumed(tx, known.client_id, contour_of(reference), known.lead_number)
    tx.commit()
    return known


def mark_channel(*, telegram_id: str, channel: str, dead: bool, contour: str = "live") -> None:
    """Note that a client cannot (or can again) be reached on a channel."""
    try:
        known = by_telegram(telegram_id=telegram_id, contour=contour)
    except ClientNotFound:
        return
    if dead:
        _bury(known, channel, contour)
    else:
        repository.revive_channel(known.client_id, channel)


def _bury(known: Known, channel: str, contour: str) -> None:
    tx = storage.Transaction()
    repository.bury_channel(tx, known.client_id, channel)
    facts.died(tx, known.client_id, contour, channel)
    with suppress(storage.ConditionFailed):  # it is known to be dead
        tx.commit()


def heard_in(tx: storage.Transaction, client_id: str) -> None:
    """Who speaks to the bot can be spoken to: a channel that died is alive again."""
    repository.change(tx, client_id, repository.heard(), number=None)
