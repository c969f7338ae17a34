"""What is kept of whose consultations they are: an account for each client, by whatever name he is found (`asking`)."""

import hmac
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.clients import service as clients
from chalicelib.clients.service import Client, IdentityRaced, Known, Person, Proof
from chalicelib.consultations.accounts import asking, repository, rules
from chalicelib.consultations.accounts.asking import LIVE, Asker, Signs, asker, check_owner, chosen, owns
from chalicelib.consultations.accounts.errors import AccountRaced, ClientUnknown
from chalicelib.consultations.accounts.models import Account
from chalicelib.consultations.accounts.schemas import ClientCard, ClientFields
from chalicelib.core import clock, ids, storage
from chalicelib.core.schemas import utc_text
from chalicelib.core.security import Caller
from chalicelib.messaging import service as messaging

__all__ = [
    "Account",
    "AccountRaced",
    "Asker",
    "Client",
    "ClientFields",
    "ClientUnknown",
    "Known",
    "Signs",
    "asker",
    "check_owner",
    "chosen",
    "owns",
]

SOURCE = "consultations"
DUPLICATES_FOUND = messaging.About("duplicates_found", LIVE)
DUPLICATES = "the contacts belong to different clients; nothing was merged, and the operators were told"
KEPT = "what was known was kept where it differs: a client is changed by client_id, client_id_hash, or email + phone_number + org_inn"
NOT_TAKEN = "cl_ref_key is taken of a back end only"


@dataclass(frozen=True, slots=True)
class Settled:
    """The client that a request turned out to be of, and what its caller should know."""

    known: Known
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a client before a request changes it; nothing of a new one."""

    client: Client | None = None
    account: Account | None = None


def settle(tx: storage.Transaction, who: Asker, signs: Signs, standing: Standing, *, consultations: int) -> Settled:
    """Write who the client is and what is known of him; a new client when none stands. `consultations` to add: 0 or 1.

    The commit raises IdentityRaced or AccountRaced when another request was faster: read and decide again.
    """
    if who.is_trusted:
        return _settle_trusted(tx, who, signs, standing, consultations)
    return _settle_own(tx, who, signs, standing, consultations)


def _settle_trusted(tx: storage.Transaction, who: Asker, signs: Signs, standing: Standing, consultations: int) -> Settled:
    """A back end's client: its words find him, and replace what is known where it named him."""
    client, account = standing.client, standing.account
    replace = client is None or asking.may_replace(who, signs, client.client_id)
    person = who.person if replace else who.contacts
    known = clients.find_or_note(
        tx,
        person=person,
        rows=signs.rows(person),
        contour=LIVE,
        new_id=ids.new(),
        source=SOURCE,
        proof=Proof.RECORDED,
        named=client,
        overwrite=replace and not consultations,
    )
    said = rules.profile(who.fields, trusted=True)
    kept = not replace and (rules.differs(said, account) or rules.differs(rules.contacts(person), client))
    if replace and who.fields.client_id_hash:
        said[rules.HASHES] = who.fields.client_id_hash
    allowed = said if replace or account is None else rules.filling(said, account)
    _write(tx, known, account, allowed, consultations)
    return Settled(known, [*_flagged(tx, known, client), *([KEPT] if kept else [])])


def _settle_own(tx: storage.Transaction, who: Asker, signs: Signs, standing: Standing, consultations: int) -> Settled:
    """A person's own account, or a new client of a site's: what was typed is kept beside it, and is nobody's sign."""
    known, account = _own_client(tx, who, signs, standing.client), standing.account
    typed = rules.contacts(who.contacts)
    said: dict[str, Any] = rules.profile(who.fields, trusted=False) | typed | ({"owner": who.owner} if who.owner else {})
    if others := signs.others(known.client_id):
        said["resembles"] = others
        if account is None or account.resembles != others:
            name = next(iter(typed.values()), None)
            messaging.tell_duplicates(tx, replace(known, duplicates=frozenset(others)), name, DUPLICATES_FOUND)
    _write(tx, known, account, said, consultations)
    return Settled(known, [NOT_TAKEN] if who.fields.cl_ref_key else [])


def _own_client(tx: storage.Transaction, who: Asker, signs: Signs, client: Client | None) -> Known:
    """His client, who gets his name where he came by a hash; or a new one."""
    own = signs.rows(who.person)
    if client is None:
        return clients.find_or_note(tx, person=who.person, rows=own, contour=LIVE, new_id=ids.new(), source=SOURCE, proof=Proof.RECORDED)
    known = Known(client.client_id, client.lead_number)
    if who.owner and not any(own):
        clients.add_key(tx, known, rules.owner_key(who.owner), LIVE)
    return known


def _write(tx: storage.Transaction, known: Known, account: Account | None, said: dict[str, Any], consultations: int) -> None:
    at = clock.now()
    if account is None:
        own = said if rules.HASHES in said else said | {rules.HASHES: _new_hash(tx, known)}
        repository.open_account(tx, known.client_id, own, at, consultations=consultations)
    elif consultations:
        repository.count(tx, account, said, at)
    else:
        repository.change(tx, account, said, at)


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
        messaging.tell_duplicates(tx, known, name, DUPLICATES_FOUND)
    return [DUPLICATES]


@storage.again(IdentityRaced, AccountRaced)
def upsert(fields: ClientFields, *, caller: Caller) -> ClientCard:
    """The client as he stands after this; made when nobody is meant. Raises ClientUnknown, ClientNeeded or Invalid."""
    who = asker(fields, caller)
    signs = who.read(storage.read(*who.keys))
    client_id = chosen(who, signs)
    standing = Standing(*storage.read(Client.at(client_id), Account.at(client_id))) if client_id else Standing()
    if client_id:
        check_owner(caller, standing.account, claims=bool(fields.client_id_hash))
    tx = storage.Transaction()
    settled = settle(tx, who, signs, standing, consultations=0)
    tx.commit()
    client, account = storage.read(Client.at(settled.known.client_id), Account.at(settled.known.client_id))
    return _card(client, account, settled.warnings)


def get(client_id: str, *, caller: Caller) -> ClientCard:
    """A client by his UUID. Raises ClientUnknown."""
    own_id = ids.from_uuid(client_id)
    client, account = storage.read(Client.at(own_id), Account.at(own_id))
    if client is None or client.contour != LIVE:
        raise ClientUnknown
    check_owner(caller, account)
    return _card(client, account, [])


def get_by_hash(client_hash: str, *, caller: Caller) -> ClientCard:
    """A client by his hash. Raises ClientUnknown."""
    who = Person(external=rules.hash_key(client_hash))
    (key,) = clients.keys(who, LIVE)
    (identity,) = storage.read(key)
    if identity is None or not hmac.compare_digest(identity.identity, key.hash):
        raise ClientUnknown
    return get(identity.client_id, caller=caller)


def reach(client: Client, account: Account) -> rules.Reach:
    """How followers name and reach a client: by what is proven where there is such, else by what he typed."""
    phone, email = client.phone, client.email
    if not (phone or email):
        phone, email = account.phone, account.email
    is_typed = bool(account.owner or account.phone or account.email)
    return rules.Reach(client.name or email or phone or client.lead_number, phone, email, is_typed)


def _card(client: Client, account: Account | None, warnings: list[str]) -> ClientCard:
    kept: dict[str, Any] = {name: getattr(account, name, None) for name in rules.PROFILE}
    moments = {name: utc_text(kept[name]) for name in ("subs_start", "subs_end") if kept[name]}
    return ClientCard(
        client_id=ids.as_uuid(client.client_id),
        email=client.email or getattr(account, "email", None),
        phone_number=client.phone or getattr(account, "phone", None),
        created_at=utc_text(account.created_at if account else client.created_at),
        updated_at=utc_text(account.updated_at if account else client.created_at),
        warnings=warnings,
        **kept | moments,
    )
