"""Reads and writes of connections and their runs."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core import clock, ids, outbox, storage
from chalicelib.core.outbox import OutboxRow
from chalicelib.sales.crm.connections.errors import ConnectionRaced
from chalicelib.sales.crm.connections.models import Connection, Run

HERE, COUNTER = "live", "crm-connection"
CHECK, SYNC, COMPARE, READ, FORGET = "crm_check", "crm_sync", "crm_compare", "crm_read", "crm_forget"
"""Kinds of effects: a test, a run, one that compares, a look at what a hook named, the end of a connection."""

COMPARING = ("compare", "repair")

EVERY = timedelta(hours=1)
MOST_LOST = 20
MANY = 100


def key(number: int) -> storage.Key:
    """Where a connection stands."""
    return Connection.at(HERE, place(number))


def place(number: int) -> str:
    """Its id as keys have it."""
    return f"{number:010d}"


def lane(number: int) -> str:
    """In whose order all that is said to one CRM leaves."""
    return f"crm#{number}"


def handle(row: Connection) -> Connection:
    """It, for updates under a condition."""
    return Connection.row(HERE, row.number)


def everyone() -> list[Connection]:
    """All connections, oldest first: they are few."""
    return storage.query(Connection, HERE, consistent=True).rows


def create(tx: storage.Transaction, row: Connection) -> None:
    """A new connection."""
    tx.create(row)


def change(tx: storage.Transaction, row: Connection, said: Mapping[str, Any]) -> None:
    """Say this of a connection (None clears) while it stands as it was read; the commit raises ConnectionRaced otherwise."""
    actions = [*_set(Connection, said), Connection.version.add(1)]
    tx.update(handle(row), actions, condition=Connection.version == row.version, otherwise=ConnectionRaced())


def note(tx: storage.Transaction, row: Connection, said: Mapping[str, Any], *, secret: bool = False) -> None:
    """The same of what is no form's to say; where `secret`, while its secrets are those that were read."""
    same = (Connection.secret_name == row.secret_name) if secret and row.secret_name else None
    tx.update(handle(row), _set(Connection, said), condition=same)


def hold(tx: storage.Transaction, row: Connection) -> None:
    """Write only while the connection is there and on; the commit raises ConnectionRaced otherwise."""
    tx.check(handle(row), Connection.is_active == True, otherwise=ConnectionRaced())  # noqa: E712  # a condition, not a comparison


def remove(tx: storage.Transaction, row: Connection) -> None:
    """The connection is gone, with the run that was read; the commit raises ConnectionRaced where it is another by now."""
    run = Connection.running == row.running if row.running else Connection.running.does_not_exist()
    tx.delete(handle(row), condition=(Connection.version == row.version) & run, otherwise=ConnectionRaced())
    if row.running:
        tx.update(Run.row(row.number, row.running), [Run.state.set("stopped"), Run.ended_at.set(clock.wall())])


def test_soon(tx: storage.Transaction, number: int) -> None:
    """Have a connection tested."""
    outbox.send(tx, CHECK, {"connection": number}, lane=lane(number))


def begin(tx: storage.Transaction, row: Connection, *, mode: str, dry_run: bool, rank: str = outbox.NOW) -> Run:
    """A run, if none goes on; the commit raises ConnectionRaced otherwise."""
    run = Run(connection=row.number, run_id=ids.new(), mode=mode, dry_run=dry_run, begun_at=clock.wall())
    said = [Connection.running.set(run.run_id), Connection.next_run_at.set(clock.wall() + EVERY)]
    free = Connection.running.does_not_exist() & (Connection.is_active == True)  # noqa: E712  # a condition, not a comparison
    tx.update(handle(row), said, condition=free, otherwise=ConnectionRaced())
    tx.put(run)
    kind = COMPARE if mode in COMPARING else SYNC
    outbox.send(tx, kind, {"connection": row.id, "run": run.run_id}, lane=lane(row.id), rank=rank)
    return run


def end(tx: storage.Transaction, row: Connection, run: Run, said: Mapping[str, Any], *, looked: int = 0, error: str | None = None) -> None:
    """The run is over; `said` is what the connection knows then, `looked` what its last page held."""
    at = clock.wall()
    counted = [Connection.error_count.add(1)] if error else [Connection.sync_count.add(1), Connection.last_sync_at.set(at)]
    over = [Connection.running.remove(), *counted, *_set(Connection, {**said, "last_error": error})]
    tx.update(handle(row), over, condition=Connection.running == run.run_id)
    ended = {"state": "failed" if error else "done", "ended_at": at, "error": error}
    tx.update(Run.row(run.connection, run.run_id), [*_set(Run, ended), Run.looked.add(looked)])


def count(tx: storage.Transaction, run: Run, counts: Mapping[str, int], lost: list[dict[str, Any]] | None = None) -> None:
    """Count what is done in the transaction that does it, while the run goes on; the commit raises ConnectionRaced otherwise."""
    actions = [getattr(Run, name).add(number) for name, number in counts.items() if number]
    if lost:
        run.lost = [*(run.lost or []), *lost][-MOST_LOST:]
        actions += [Run.lost.set(run.lost)]
    if actions:
        row = Run.row(run.connection, run.run_id)
        tx.update(row, actions, condition=Run.state == "running", otherwise=ConnectionRaced())


def run_of(row: Connection, run_id: str) -> Run | None:
    """A run of a connection."""
    run: Run | None
    (run,) = storage.read(Run.at(row.number, run_id))
    return run


def last_run(row: Connection) -> Run | None:
    """The newest run of a connection."""
    return next(iter(storage.query(Run, row.number, newest_first=True, limit=1).rows), None)


def runs(number: int, most: int) -> list[Run]:
    """Some runs of a connection, gone or not."""
    return storage.query(Run, place(number), limit=most).rows


def waiting(number: int) -> int:
    """How much waits in a connection's lane, as far as anybody wants to know."""
    return len(storage.query(OutboxRow, lane(number), limit=MANY, only=["lane", "effect_id"]).rows)


def is_due(row: Connection, at: datetime) -> bool:
    """Whether a run is to begin by itself."""
    return bool(row.is_active and not row.running and (row.next_run_at is None or row.next_run_at <= at))


def _set(model: Any, said: Mapping[str, Any]) -> list[Any]:
    found = ((getattr(model, name), value) for name, value in said.items())
    return [attribute.remove() if value is None else attribute.set(value) for attribute, value in found]
