"""Reads and writes of links: both halves in one transaction, so that nobody is linked twice on either side."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.core import storage
from chalicelib.sales.crm.connections.models import Connection
from chalicelib.sales.crm.sync import rules
from chalicelib.sales.crm.sync.errors import LinkRaced
from chalicelib.sales.crm.sync.models import Link
from chalicelib.sales.leads.models import Lead

THERE, HERE, TOLD = "there", "here", "told"


def side(connection: str, where: str) -> str:
    """Where one side's halves of a connection stand."""
    return f"{connection}#{where}"


def there(row: Connection, remote_id: str) -> storage.Key:
    """Where the half of a lead of theirs stands."""
    return Link.at(side(row.number, THERE), rules.name(remote_id))


def here(row: Connection, lead: int) -> storage.Key:
    """Where the half of a lead of ours stands."""
    return Link.at(side(row.number, HERE), rules.name(str(lead)))


def known(row: Connection, remote_ids: Sequence[str]) -> dict[str, Link]:
    """What is known of leads of theirs, by their ids: a read for a hundred."""
    found = storage.read(*(there(row, one) for one in remote_ids))
    return {one: link for one, link in zip(remote_ids, found, strict=True) if link is not None}


def create(
    tx: storage.Transaction, row: Connection, remote_id: str, lead: int, said: Mapping[str, Any], before: Link | None = None
) -> None:
    """Link two leads; the commit raises LinkRaced where one of them is linked. `before` is a half of there that linked nobody."""
    half = _half(row, THERE, remote_id, other=rules.name(str(lead)), state="linked", **said)
    half.revision = int(before.revision) + 1 if before is not None else 1
    tx.put(half, condition=_as_read(before), otherwise=LinkRaced())
    free = Link.side.does_not_exist() | (Link.state == "making")
    tx.put(_half(row, HERE, str(lead), other=rules.name(remote_id), state="linked"), condition=free, otherwise=LinkRaced())


def beside(tx: storage.Transaction, row: Connection, remote_id: str, lead: int, seen: Mapping[str, Any]) -> None:
    """Note another deal of somebody who is linked already."""
    half = _half(row, THERE, remote_id, other=rules.name(str(lead)), state="beside", seen=dict(seen))
    tx.put(half, condition=Link.side.does_not_exist(), otherwise=LinkRaced())


def change(tx: storage.Transaction, link: Link, said: Mapping[str, Any]) -> None:
    """Say this of the half of there, as it was read; the commit raises LinkRaced otherwise."""
    actions = [getattr(Link, name).set(value) for name, value in said.items()]
    tx.update(Link.row(link.side, link.name), [*actions, Link.revision.add(1)], condition=_as_read(link), otherwise=LinkRaced())


def drop(tx: storage.Transaction, row: Connection, link: Link) -> None:
    """He is no lead here any more: nothing of his is taken, and he is not made anew by what is changed there."""
    change(tx, link, {"state": "dropped"})
    tx.delete(Link.row(side(row.number, HERE), str(link.other)), condition=Link.other == link.name, otherwise=LinkRaced())


def remove(tx: storage.Transaction, row: Connection, link: Link) -> None:
    """The lead of theirs is gone, and the link with it."""
    tx.delete(Link.row(link.side, link.name), condition=_as_read(link), otherwise=LinkRaced())
    if link.state == "linked":
        tx.delete(Link.row(side(row.number, HERE), str(link.other)), condition=Link.other == link.name, otherwise=LinkRaced())


def intend(row: Connection, lead: int) -> bool:
    """Note that a lead is being made there, before it is: whoever finds that looks for it first. False where he is linked."""
    half, free = _half(row, HERE, str(lead), state="making"), Link.side.does_not_exist()
    return storage.put_new(half, free) is None


def _half(row: Connection, where: str, number: str, **said: Any) -> Link:
    return Link(side=side(row.number, where), name=rules.name(number), **said)


def _as_read(link: Link | None) -> Any:
    return Link.side.does_not_exist() if link is None else Link.revision == link.revision


def between(row: Connection, after: str | None, last: str | None) -> list[Link]:
    """Halves of there whose names come after one, up to another."""
    key, begins = side(row.number, THERE), after or " "
    where = Link.name.between(begins, last) if last else Link.name > begins
    return [link for link in storage.scroll(Link, key, between=where, size=500) if link.name != after]


def some(connection: str, where: str, most: int) -> list[Link]:
    """Some halves of a side."""
    return storage.query(Link, side(connection, where), limit=most).rows


def changed_leads(since: Any, most: int, start: dict[str, Any] | None) -> storage.Page:
    """Leads as the index of changes names them, the longest unchanged first."""
    between = Lead.updated_at >= since if since else None
    return storage.query(Lead.by_updated, "live", between=between, limit=most, start=start)


def told(row: Connection, remote_id: str) -> storage.Key:
    """Where it is noted that a hook named a lead of theirs."""
    return Link.at(side(row.number, TOLD), rules.name(remote_id))


def wait(tx: storage.Transaction, row: Connection, remote_id: str, before: Link | None) -> None:
    """Note that a lead of theirs is to be read back; the commit raises LinkRaced where another hook did."""
    mark = Link(side=side(row.number, TOLD), name=rules.name(remote_id), state="waiting")
    mark.read_at, mark.revision = (before.read_at, int(before.revision) + 1) if before is not None else (None, 1)
    tx.put(mark, condition=_as_read(before), otherwise=LinkRaced())


def heard(row: Connection, remote_id: str, at: Any) -> None:
    """What was told of a lead until now is read back from now on; what is told later is another time's."""
    mark = Link.row(side(row.number, TOLD), rules.name(remote_id))
    storage.change(mark, [Link.state.set("read"), Link.read_at.set(at), Link.revision.add(1)])
