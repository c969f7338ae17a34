"""Connections made, changed, removed and found; runs begun. Their secrets go into the vault before the row that names them is written."""

from collections.abc import Mapping
from typing import Any

from chalicelib.core import clock, ids, once, outbox, storage, vault
from chalicelib.core.errors import Invalid
from chalicelib.core.listing import part
from chalicelib.core.once import AskedAtOnce
from chalicelib.core.settings import settings
from chalicelib.sales.crm.connections import repository, rules, showing
from chalicelib.sales.crm.connections.errors import ConnectionNotFound, ConnectionOff, ConnectionRaced, RunAtWork
from chalicelib.sales.crm.connections.models import Connection, Run
from chalicelib.sales.crm.connections.schemas import (
    ConnectionPatch,
    Connections,
    ConnectionShown,
    ConnectionsQuery,
    NewConnection,
    RunShown,
    StatusShown,
    Sync,
)
from chalicelib.staff.errors import ChangedMeanwhile
from chalicelib.staff.members import Member

PLACE = "/api/v1/crm/connections"
PENDING = {"state": "pending"}


def listed(query: ConnectionsQuery) -> Connections:
    """The connections that a list asks for, with how many there are: one read."""
    words, zone = (query.search or "").casefold(), settings().zone
    found = [row for row in repository.everyone() if words in f"{row.name} {row.org_name or ''}".casefold()]
    found = [row for row in found if query.status in (None, rules.status(row)) and query.crm_type in (None, row.crm_type)]
    found = [row for row in found if query.includes(row.created_at, zone)]
    by_name = query.order_by == "name"
    found.sort(key=lambda row: (str(row.name).casefold() if by_name else "", row.number), reverse=query.sort == "desc")
    rows, numbers = part(found, query)
    return Connections(items=[showing.shown(row) for row in rows], **numbers)


def one(number: int) -> ConnectionShown:
    """A connection. Raises ConnectionNotFound."""
    return showing.shown(standing(number))


def status(number: int) -> StatusShown:
    """How a connection stands. Raises ConnectionNotFound."""
    return showing.status(standing(number))


def standing(number: int) -> Connection:
    """A connection's row. Raises ConnectionNotFound."""
    row: Connection | None
    (row,) = storage.read(repository.key(number))
    if row is None:
        raise ConnectionNotFound
    return row


@storage.again(AskedAtOnce)
def create(body: NewConnection, member: Member, key: str | None) -> ConnectionShown:
    """A new connection, and its test; a repeat under the same Idempotency-Key gives the one that it made. Raises Invalid, KeyReused."""
    request = once.request(member.actor, f"POST {PLACE}", key, body)
    made = request.made(storage.read(*request.keys))
    if made is not None:
        return _at(one(int(made)))
    base, tx = _base(body.crm_type, body.base_url, body.secrets, needed=True), storage.Transaction()
    with vault.kept(body.secrets) as name:
        number = storage.next_number(repository.COUNTER)
        said = {field: value for field, value in body.said.items() if value is not None}
        row = Connection(repository.HERE, repository.place(number), crm_type=body.crm_type, base_url=base, created_at=clock.now())
        row.attribute_values.update(said | _secret(body.secrets, body.crm_type, name))
        row.hook_nonce, row.check = ids.token(), PENDING
        repository.create(tx, row)
        repository.test_soon(tx, number)
        request.done(tx, str(number))
        tx.commit()
    return _at(showing.shown(row))


def _secret(secrets: Mapping[str, str], crm_type: str, name: str | None) -> dict[str, Any]:
    """What a row says of the secrets that were given."""
    digest = rules.digest(secrets.get("application_token"))
    return {"secret_name": name, "secret_hint": rules.hint(secrets, crm_type), "hook_digest": digest} if name else {}


def _base(crm_type: str, said: str | None, secrets: Mapping[str, str], *, needed: bool) -> str:
    """The address that is called. Raises Invalid for one that may not be, and for a CRM's secret that is missing."""
    config, own = settings(), rules.NEEDED[crm_type]
    if needed and own not in secrets:
        raise Invalid.field("body", own, msg=f"expected the secret by which {crm_type} is asked", kind="missing")
    url, field = (secrets.get(own), own) if crm_type == "bitrix24" and secrets else (said or rules.BASES.get(crm_type), "base_url")
    if not url:
        raise Invalid.field("body", "base_url", msg="expected the account's address", kind="missing")
    fault = rules.address_fault(crm_type, url, hosts=config.crm_allowed, loopback=config.is_for_development)
    if fault:
        raise Invalid.field("body", field, msg=fault)
    return rules.base_of(url)


def _at(shown: ConnectionShown) -> ConnectionShown:
    return shown.saying(Location=f"{PLACE}/{shown.id}")


@storage.again(ConnectionRaced)
def change(number: int, body: ConnectionPatch) -> ConnectionShown:
    """Change a connection; new secrets, or another address, are tested. Raises ConnectionNotFound, ChangedMeanwhile, Invalid."""
    row = standing(number)
    if body.version not in (None, int(row.version)):
        raise ChangedMeanwhile({"version": int(row.version)})
    said, secrets = {field: value for field, value in body.said.items() if value != getattr(row, field)}, body.secrets
    base = row.base_url
    if secrets or body.base_url:
        base = _base(row.crm_type, body.base_url or row.base_url, secrets, needed=bool(secrets) or _elsewhere(body, row))
    if not said and not secrets and base == row.base_url:
        return showing.shown(row)
    before, tx = row.secret_name, storage.Transaction()
    with vault.kept(secrets) as name:
        said |= {"base_url": base, "updated_at": clock.now(), **_secret(secrets, row.crm_type, name)}
        if name:
            said["check"] = PENDING
            repository.test_soon(tx, number)
        repository.change(tx, row, said)
        tx.commit()
    if name:
        vault.Remover().forget(before)
    return one(number)


def _elsewhere(body: ConnectionPatch, row: Connection) -> bool:
    """Whether another address is meant: what was entrusted for one account is never shown to another."""
    return body.base_url is not None and rules.base_of(body.base_url) != row.base_url


@storage.again(ConnectionRaced)
def delete(number: int, *, force: bool) -> None:
    """The connection is gone, with its secrets and hooks; links and runs go by an effect. Raises ConnectionNotFound, RunAtWork."""
    row, tx = standing(number), storage.Transaction()
    if row.running and not force:
        raise RunAtWork({"run_id": row.running})
    repository.remove(tx, row)
    outbox.send(tx, repository.FORGET, {"connection": number, "secret": row.secret_name}, lane=repository.lane(number))
    tx.commit()
    vault.Remover().forget(row.secret_name)


@storage.again(ConnectionRaced, AskedAtOnce)
def sync(number: int, body: Sync, member: Member, key: str | None) -> RunShown:
    """A run, begun (202) or the one that goes on (200). Raises ConnectionNotFound, ConnectionOff, KeyReused."""
    request = once.request(member.actor, f"POST {PLACE}/{number}/sync", key, body)
    before, (row,) = storage.read_lists(request.keys, [repository.key(number)])
    if row is None:
        raise ConnectionNotFound
    known = request.made(before) or row.running
    if known and (standing_run := repository.run_of(row, known)):
        return _told(standing_run)
    if not row.is_active:
        raise ConnectionOff
    tx = storage.Transaction()
    run = repository.begin(tx, row, mode=body.mode, dry_run=body.dry_run)
    request.done(tx, run.run_id)
    tx.commit()
    return _told(run).answering(202)


def _told(run: Run) -> RunShown:
    return showing.run(run).answering(200)


def begin_due() -> int:
    """Begin what is to run by itself, each once an hour; how many there were."""
    return sum(_begun(row) for row in repository.everyone() if repository.is_due(row, clock.now()))


def _begun(row: Connection) -> bool:
    tx = storage.Transaction()
    repository.begin(tx, row, mode="sync", dry_run=False, rank=outbox.SOON)
    try:
        tx.commit()
    except ConnectionRaced:  # somebody began one at this moment, or switched it off
        return False
    return True
