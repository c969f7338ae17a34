"""Whom a request means, told by who asks.

A trusted back end means whom it names, or whom its contacts point at. A person means himself: his account is found by his
issuer's name of him, or once by a hash that a back end gave him. A site without sign-in means somebody new. What the latter
two type of themselves finds nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.clients import service as clients
from chalicelib.clients.service import Client, Identity, Person
from chalicelib.consultations.accounts import rules
from chalicelib.consultations.accounts.errors import ClientNeeded, ClientUnknown
from chalicelib.consultations.accounts.models import Account
from chalicelib.consultations.accounts.schemas import ClientFields
from chalicelib.core import ids, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.security import Caller
from chalicelib.core.settings import settings

LIVE = "live"


@dataclass(frozen=True, slots=True)
class Asker:
    """Whom a request names, read and checked. `contacts` hold no more than what can be read of them."""

    fields: ClientFields
    contacts: Person
    client_id: str | None
    caller: Caller

    @property
    def is_trusted(self) -> bool:
        """Whether its words are the office's."""
        return self.caller.kind == "backend"

    @property
    def owner(self) -> str | None:
        """Who owns what this request makes; None where nobody showed who he is, or a back end asks for somebody."""
        return self.caller.subject if self.caller.kind == "person" else None

    @property
    def person(self) -> Person:
        """Who is looked for: by a back end's contacts and hash; a person by himself alone."""
        if self.is_trusted:
            named = self.fields.client_id_hash
            return replace(self.contacts, external=rules.hash_key(named)) if named else self.contacts
        return Person(external=rules.owner_key(self.owner) if self.owner else None, raw_contacts=self.contacts.raw_contacts)

    @property
    def hash_keys(self) -> list[storage.Key]:
        """Where the hash is looked up that is named."""
        named = self.fields.client_id_hash
        return clients.keys(Person(external=rules.hash_key(named)), LIVE) if named else []

    @property
    def keys(self) -> list[storage.Key]:
        """The rows to read, in the order that `read` takes them."""
        named = [Client.at(self.client_id)] if self.client_id and self.is_trusted else []
        return [*named, *(key for keys in self._groups for key in keys)]

    def read(self, rows: Sequence[Any]) -> "Signs":
        """What stands at `keys`."""
        named = rows[0] if self.client_id and self.is_trusted else None
        known = {row.identity: row for row in rows if isinstance(row, Identity)}
        return Signs(named, *(_standing(known, keys) for keys in self._groups))

    @property
    def _groups(self) -> tuple[list[storage.Key], ...]:
        """Of whom the keys are: himself, whose hash is shown, whose the contacts are."""
        alike = [] if self.is_trusted else clients.keys(self.contacts, LIVE)
        return clients.keys(self.person, LIVE), [] if self.is_trusted else self.hash_keys, alike


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of whom a request names: the client of its id, whose hash it shows, whose signs it gives, whom it resembles."""

    named: Client | None
    own: dict[str, Identity]
    hashed: dict[str, Identity]
    alike: dict[str, Identity]

    def rows(self, person: Person) -> list[Identity | None]:
        """The rows at a person's keys."""
        return [self.own.get(key.hash) for key in clients.keys(person, LIVE)]

    def others(self, client_id: str) -> set[str]:
        """Clients whose contacts were typed."""
        return {row.client_id for row in self.alike.values()} - {client_id}


def _standing(known: Mapping[str, Identity], keys: Sequence[storage.Key]) -> dict[str, Identity]:
    return {key.hash: known[key.hash] for key in keys if key.hash in known}


def asker(fields: ClientFields, caller: Caller, *loc: str) -> Asker:
    """Whom `fields` name. Raises ClientNeeded where they name nobody, Invalid for a contact that is none."""
    contacts = clients.person_from(
        phone=fields.phone_number,
        email=fields.email,
        regions=rules.regions(fields.country, settings().consultation_regions),
        inn=rules.inn_of(fields.org_inn),
    )
    if fields.phone_number and not contacts.phone:
        raise Invalid.field("body", *loc, "phone_number", msg="expected a phone number, for example +998901234567")
    if fields.email and not contacts.email:
        raise Invalid.field("body", *loc, "email", msg="expected an e-mail address, for example aziza@example.uz")
    if not (fields.client_id or fields.client_id_hash or contacts.phone or contacts.email):
        raise ClientNeeded
    return Asker(fields, contacts, ids.from_uuid(fields.client_id) if fields.client_id else None, caller)


def chosen(who: Asker, signs: Signs) -> str | None:
    """The client who is meant; None for a new one. Raises ClientUnknown, for what is another's too."""
    return _of_back_end(who, signs) if who.is_trusted else _own(who, signs)


def _of_back_end(who: Asker, signs: Signs) -> str | None:
    if who.client_id:
        if signs.named is None or signs.named.contour != LIVE:
            raise ClientUnknown
        return who.client_id
    found = clients.pick(who.person, signs.rows(who.person))
    if found is None and not (who.contacts.phone or who.contacts.email):
        raise ClientUnknown
    return found


def _own(who: Asker, signs: Signs) -> str | None:
    """His own, or by its hash one that may still become his: `check_owner` says whether."""
    own = next((row.client_id for row in signs.own.values()), None)
    hashed = next((row.client_id for row in signs.hashed.values()), None) if who.owner else None
    if who.fields.client_id_hash and (hashed is None or own not in (None, hashed)):
        raise ClientUnknown
    if who.client_id and who.client_id != (own or hashed):
        raise ClientUnknown
    return own or hashed


def owns(caller: Caller, account: Account | None, *, claims: bool = False) -> bool:
    """Whether the caller may touch an account: a back end any, a person his own; with `claims` one that may become his."""
    if caller.kind == "backend":
        return True
    owner = account.owner if account else None
    may_claim = claims and account is not None and owner is None
    return bool(caller.subject) and (owner == caller.subject or may_claim)


def check_owner(caller: Caller, account: Account | None, *, claims: bool = False) -> None:
    """Raise ClientUnknown where the account is not this caller's: as if there were none."""
    if not owns(caller, account, claims=claims):
        raise ClientUnknown


def may_replace(who: Asker, signs: Signs, client_id: str) -> bool:
    """Whether the words may stand in place of what is known: the client was named by his id, his hash, or e-mail + phone + INN.

    A contact alone is what anybody may know of him: by it only what is empty is filled.
    """
    if "clients:write" not in who.caller.scopes:
        return False
    leading = {identity for identity, row in signs.own.items() if row.client_id == client_id}
    by_hash = any(key.hash in leading for key in who.hash_keys)
    firm = clients.keys(Person(inn=who.contacts.inn, phone=who.contacts.phone, email=who.contacts.email), LIVE)
    whole = bool(who.contacts.inn and who.contacts.phone and who.contacts.email)
    return bool(who.client_id) or by_hash or (whole and {key.hash for key in firm} <= leading)
