"""Whose consultation it is: by id, by hash, by contacts with the taxpayer number, by a contact that is one person's."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.clients import service as clients
from chalicelib.clients.service import Client, Identity, IdentityRaced, Known, Person, Proof
from chalicelib.consultations.accounts import repository, rules
from chalicelib.consultations.accounts.errors import AccountRaced, ClientNeeded, ClientUnknown
from chalicelib.consultations.accounts.models import Account
from chalicelib.consultations.accounts.schemas import ClientCard, ClientFields
from chalicelib.core import clock, ids, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.schemas import utc_text
from chalicelib.core.settings import settings
from chalicelib.messaging import service as messaging

__all__ = ["Account", "AccountRaced", "Client", "ClientFields", "ClientUnknown", "Known"]

LIVE = "live"
SOURCE = "consultations"
DUPLICATES = "the contacts belong to different clients; nothing was merged, and the operators were told"


@dataclass(frozen=True, slots=True)
class Asker:
    """Whom a request names, read and checked."""

    fields: ClientFields
    person: Person
    client_id: str | None

    @property
    def keys(self) -> list[storage.Key]:
        """The rows to read, in the order `chosen` takes them."""
        return [*([Client.at(self.client_id)] if self.client_id else []), *clients.keys(self.person, LIVE)]

    def identities(self, rows: Sequence[Any]) -> Sequence[Identity | None]:
        """The identity rows among those read at `keys`."""
        return rows[1:] if self.client_id else rows


@dataclass(frozen=True, slots=True)
class Settled:
    """The client that a request turned out to be of, and what its caller should know."""

    known: Known
    warnings: list[str]


def asker(fields: ClientFields, *loc: str) -> Asker:
    """Whom `fields` name. Raises ClientNeeded where they name nobody, Invalid for a contact that is none."""
    person = clients.person_from(
        phone=fields.phone_number,
        email=fields.email,
        regions=rules.regions(fields.country, settings().consultation_regions),
        inn=rules.inn_of(fields.org_inn),
        external=rules.hash_key(fields.client_id_hash) if fields.client_id_hash else None,
    )
    if fields.phone_number and not person.phone:
        raise Invalid.field("body", *loc, "phone_number", msg="expected a phone number, for example +998901234567")
    if fields.email and not person.email:
        raise Invalid.field("body", *loc, "email", msg="expected an e-mail address, for example aziza@example.uz")
    if not (fields.client_id or fields.client_id_hash or person.phone or person.email):
        raise ClientNeeded
    return Asker(fields, person, ids.from_uuid(fields.client_id) if fields.client_id else None)


def chosen(who: Asker, rows: Sequence[Any]) -> str | None:
    """The client who asks, from the rows read at `who.keys`; None for a new one. Raises ClientUnknown."""
    if who.client_id:
        client = rows[0]
        if client is None or client.contour != LIVE:
            raise ClientUnknown
        return who.client_id
    found = clients.pick(who.person, rows)
    if found is None and not (who.person.phone or who.person.email):
        raise ClientUnknown
    return found


def settle(
    tx: storage.Transaction, who: Asker, rows: Sequence[Any], client: Client | None, account: Account | None, *, consultations: int
) -> Settled:
    """Write who the client is and what is known of him; a new client when `client` is None. `consultations` to add: 0 or 1.

    The commit raises IdentityRaced or AccountRaced when another request was faster: read and decide again.
    """
    known = clients.find_or_create(
        tx,
        person=who.person,
        rows=who.identities(rows),
        contour=LIVE,
        new_id=ids.new(),
        source=SOURCE,
        proof=Proof.RECORDED,
        named=client,
        overwrite=not consultations,
    )
    named = who.fields.client_id_hash
    said, at = rules.profile(who.fields) | ({rules.HASHES: named} if named else {}), clock.now()
    if account is None:
        own = said if named else said | {rules.HASHES: _new_hash(tx, known)}
        repository.open_account(tx, known.client_id, own, at, consultations=consultations)
    elif consultations:
        repository.count(tx, account, said, at)
    else:
        repository.change(tx, account, said, at)
    return Settled(known, _flagged(tx, known, client))


def _new_hash(tx: storage.Transaction, known: Known) -> str:
    """A name that nobody can guess, for who came with none."""
    client_id_hash = ids.token() + ids.token()
    clients.add_key(tx, known, rules.hash_key(client_id_hash), LIVE)
    return client_id_hash


def _flagged(tx: storage.Transaction, known: Known, client: Client | None) -> list[str]:
    """A warning for contacts of different people; the admin is told of a pair once."""
    if not known.duplicates:
        return []
    if client is None or not known.duplicates <= (client.possible_duplicates or set()):
        name = client.name or client.email or client.phone if client else None
        values = {"client_name": name, "lead_number": known.lead_number, "others": ", ".join(sorted(known.duplicates))}
        messaging.tell_admin(tx, "admin_duplicates", messaging.About("duplicates_found", LIVE), values)
    return [DUPLICATES]


@storage.again(IdentityRaced, AccountRaced)
def upsert(fields: ClientFields) -> ClientCard:
    """The client as he stands after this; made when nobody is meant. Raises ClientUnknown, ClientNeeded or Invalid."""
    who = asker(fields)
    rows = storage.read(*who.keys)
    client_id = chosen(who, rows)
    client, account = storage.read(Client.at(client_id), Account.at(client_id)) if client_id else (None, None)
    tx = storage.Transaction()
    settled = settle(tx, who, rows, client, account, consultations=0)
    tx.commit()
    client, account = storage.read(Client.at(settled.known.client_id), Account.at(settled.known.client_id))
    return _card(client, account, settled.warnings)


def get(client_id: str) -> ClientCard:
    """A client by his UUID. Raises ClientUnknown."""
    own_id = ids.from_uuid(client_id)
    client, account = storage.read(Client.at(own_id), Account.at(own_id))
    if client is None or client.contour != LIVE:
        raise ClientUnknown
    return _card(client, account, [])


def get_by_hash(client_hash: str) -> ClientCard:
    """A client by his hash. Raises ClientUnknown."""
    who = Person(external=rules.hash_key(client_hash))
    (key,) = clients.keys(who, LIVE)
    (identity,) = storage.read(key)
    if identity is None or not hmac.compare_digest(identity.identity, key.hash):
        raise ClientUnknown
    return get(identity.client_id)


def _card(client: Client, account: Account | None, warnings: list[str]) -> ClientCard:
    kept: dict[str, Any] = {name: getattr(account, name, None) for name in rules.PROFILE}
    moments = {name: utc_text(kept[name]) for name in ("subs_start", "subs_end") if kept[name]}
    return ClientCard(
        client_id=ids.as_uuid(client.client_id),
        email=client.email,
        phone_number=client.phone,
        created_at=utc_text(account.created_at if account else client.created_at),
        updated_at=utc_text(account.updated_at if account else client.created_at),
        warnings=warnings,
        **kept | moments,
    )
