"""A hook is heard: what it names is read back, once however often it is told, and never more than once a minute."""

from datetime import timedelta

from chalicelib.core import clock, outbox, storage
from chalicelib.core.outbox import Effect
from chalicelib.sales.crm.connections import opening, repository
from chalicelib.sales.crm.connections import rules as connections
from chalicelib.sales.crm.connections.errors import ConnectionNotFound, ConnectionRaced
from chalicelib.sales.crm.hooks import rules
from chalicelib.sales.crm.hooks.schemas import HookEvent, HookHeard
from chalicelib.sales.crm.sync import repository as links
from chalicelib.sales.crm.sync import taking
from chalicelib.sales.crm.sync.errors import LinkRaced
from chalicelib.sales.crm.sync.taking import Work

PAUSE = timedelta(minutes=1)
"""How long after a look at a lead the next one comes at the earliest."""


@storage.again(LinkRaced, ConnectionRaced)
def hear(number: int, event: HookEvent) -> HookHeard:
    """Have what a hook names be looked at. What is lost between, a run finds. Raises ConnectionNotFound."""
    (row,) = storage.read(repository.key(number))
    if row is None:
        raise ConnectionNotFound
    if not row.is_active or not connections.pulls(row):
        return HookHeard(named=0, run=False)
    found, tx = rules.named(row.crm_type, event.said), storage.Transaction()
    marks = storage.read(*(links.told(row, one) for one in found.leads)) if found.leads else []
    for one, mark in zip(found.leads, marks, strict=True):
        if mark is None or mark.state != "waiting":
            links.wait(tx, row, one, mark)
            due = max(clock.wall(), mark.read_at + PAUSE) if mark is not None and mark.read_at else None
            outbox.send(tx, repository.READ, {"connection": number, "lead": one}, lane=repository.lane(number), due_at=due)
    if found.other and not row.running:
        repository.begin(tx, row, mode="sync", dry_run=False)
    tx.commit()
    return HookHeard(named=len(found.leads), run=found.other)


def read_back(effect: Effect) -> None:
    """Look at a lead of theirs as it stands there now; nothing where its connection is gone or off. Raises Retry, Refused."""
    remote_id = str(effect.payload["lead"])
    (row,) = storage.read(repository.key(int(effect.payload["connection"])))
    if row is None or not row.is_active:
        return
    links.heard(row, remote_id, clock.wall())
    work = Work(row, None, opening.spoken(lambda: opening.opened(row)))
    found = opening.spoken(lambda: work.crm.some([remote_id]))
    try:
        if found:
            taking.take(work, found[0])
        elif (link := links.known(row, [remote_id]).get(remote_id)) is not None:
            taking.part(work, link)
    except ConnectionRaced:  # it was removed at this moment
        return
