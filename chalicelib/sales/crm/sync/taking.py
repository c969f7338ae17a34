"""One lead of theirs, or of ours, brought in step: the link, what is taken, and what the run counts are one transaction.

What is told them is said before it is written down: whoever dies between finds both sides equal, and writes that down.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

from chalicelib.clients.errors import IdentityRaced
from chalicelib.core import storage
from chalicelib.core.outbox import Refused
from chalicelib.core.vendors import VendorRefused
from chalicelib.sales.crm.connections import opening, repository
from chalicelib.sales.crm.connections import rules as connections
from chalicelib.sales.crm.connections.models import Connection
from chalicelib.sales.crm.sync import ours as people
from chalicelib.sales.crm.sync import repository as links
from chalicelib.sales.crm.sync import rules
from chalicelib.sales.crm.sync.errors import LinkRaced
from chalicelib.sales.crm.sync.models import Link
from chalicelib.sales.crm.sync.ours import Ours
from chalicelib.sales.crm.sync.rules import Merge, Ways
from chalicelib.sales.crm.vendors.shape import Crm, Remote
from chalicelib.sales.leads.errors import LeadRaced
from chalicelib.sales.leads.models import Lead
from chalicelib.sales.leads.rules import stands

again = storage.again(IdentityRaced, LeadRaced, LinkRaced)


@dataclass(frozen=True)
class Work:
    """A run in the hands of a worker; with None in its place, a look at what a hook named."""

    row: Connection
    run: Any
    crm: Crm

    @property
    def dry_run(self) -> bool:
        """Whether nothing is to be written."""
        return self.run is not None and bool(self.run.dry_run)

    def ways(self, remote: Remote, ours: Ours | None = None) -> Ways:
        """What may go where between these two."""
        row, newer = self.row, ours is None or remote.at >= ours.changed_at
        owner = partial(connections.owner, row.field_mapping)
        return Ways(connections.fields(row), owner, connections.pulls(row), connections.pushes(row), "theirs" if newer else "ours")

    def count(self, tx: storage.Transaction, lost: list[dict[str, Any]] | None = None, **counts: int) -> None:
        """Count what is done where it is done."""
        if self.run is not None:
            repository.count(tx, self.run, counts, lost)
        else:
            repository.hold(tx, self.row)

    def foresee(self, **counts: int) -> None:
        """Count what a dry run would do."""
        tx = storage.Transaction()
        repository.count(tx, self.run, counts)
        tx.commit()

    @property
    def named(self) -> str:
        """Which CRM a lead says he is in."""
        return str(self.row.crm_type)


def is_news(link: Link | None, remote: Remote) -> bool:
    """Whether a lead of theirs says anything else than it was last seen to."""
    return link is None or (link.seen or {}) != remote.values


@again
def take(work: Work, remote: Remote) -> None:
    """Have a lead of theirs be known here as it stands there. Raises Retry, Refused, ConnectionRaced."""
    link = links.known(work.row, [remote.id]).get(remote.id)
    if not is_news(link, remote):
        return
    if link is None:
        _meet(work, remote)
    elif link.state == "linked":
        ours = people.standing(int(rules.number(str(link.other))))
        _settle(work, remote, link, ours) if ours is not None else _drop(work, link)
    else:
        _see(work, remote, link)


def _meet(work: Work, remote: Remote) -> None:
    """Link somebody who is not linked: with the lead that his contacts mean, else with a new one."""
    person, rows, sign = people.meant(remote)
    ours = people.standing(int(sign.lead_number.removeprefix("br"))) if sign is not None else None
    if ours is not None:
        _link(work, remote, ours)
        return
    if not work.row.sync_leads:
        return
    if work.dry_run:
        work.foresee(made=1)
        return
    tx = storage.Transaction()
    lead = people.open_in(tx, remote, person, rows, work.named, connections.fields(work.row))
    told = people.values_of(lead, people.card_of(lead, person))
    links.create(tx, work.row, remote.id, lead.number, {"seen": remote.values, "told": told})
    work.count(tx, made=1)
    _commit(work, tx)


def _link(work: Work, remote: Remote, ours: Ours) -> None:
    (half,) = storage.read(links.here(work.row, ours.lead.number))
    if half is not None and half.state == "linked":
        tx = storage.Transaction()
        links.beside(tx, work.row, remote.id, ours.lead.number, remote.values)
        work.count(tx, beside=1)
        _commit(work, tx)
        return
    _bring(work, remote, ours, None, rules.merged(remote.values, ours.values, None, None, work.ways(remote, ours)))


def _settle(work: Work, remote: Remote, link: Link, ours: Ours) -> None:
    if ours.lead.number != int(rules.number(str(link.other))):  # he turned out to be somebody else, who has his lead now
        _drop(work, link)
        return
    _bring(work, remote, ours, link, rules.merged(remote.values, ours.values, link.seen, link.told, work.ways(remote, ours)))


def _bring(work: Work, remote: Remote, ours: Ours, link: Link | None, found: Merge) -> None:
    """Tell them what is told, then take what is taken and write both down."""
    if work.dry_run:
        told = {"changed": int(bool(found.take)), "pushed": int(bool(found.tell)), "conflicts": len(found.lost)}
        work.foresee(linked=int(link is None), **told)
        return
    seen = _tell(work, remote, found.tell) if found.tell else remote.values
    tx, before = storage.Transaction(), ours.values
    after = people.take_in(tx, ours, found.take, {"crm_id": remote.id, "crm_type": work.named})
    said = {"seen": seen, "told": after.values}
    if link is None:
        links.create(tx, work.row, remote.id, ours.lead.number, said)
    else:
        links.change(tx, link, said)
    lost = [{"lead_id": ours.lead.number, "remote_id": remote.id, "field": field, "lost": whose} for field, whose in found.lost.items()]
    counts = {"linked": int(link is None), "changed": int(after.values != before), "pushed": int(bool(found.tell)), "conflicts": len(lost)}
    work.count(tx, lost, **counts)
    tx.commit()


def _tell(work: Work, remote: Remote, said: dict[str, Any]) -> dict[str, Any]:
    """What they say once they were told: read back, for they round and rename."""
    opening.spoken(lambda: work.crm.change(remote.id, said))
    found = next(iter(opening.spoken(lambda: work.crm.some([remote.id]))), None)
    return found.values if found is not None else {**remote.values, **said}


def _drop(work: Work, link: Link) -> None:
    tx = storage.Transaction()
    links.drop(tx, work.row, link)
    work.count(tx, unlinked=1)
    _commit(work, tx)


def _see(work: Work, remote: Remote, link: Link) -> None:
    """Note what they say of somebody who is not linked; who was dropped, and is a lead again, is linked again."""
    lead = int(rules.number(str(link.other)))
    ours = people.standing(lead) if link.state == "dropped" else None
    tx = storage.Transaction()
    if ours is not None and ours.lead.number == lead:
        links.create(tx, work.row, remote.id, lead, {"seen": remote.values, "told": ours.values}, link)
        work.count(tx, linked=1)
    else:
        links.change(tx, link, {"seen": remote.values})
    _commit(work, tx)


def _commit(work: Work, tx: storage.Transaction) -> None:
    if not work.dry_run:
        tx.commit()


@again
def mend(work: Work, remote: Remote) -> None:
    """Have two who are linked say the same, whatever they were last seen to say. Raises Retry, Refused, ConnectionRaced."""
    link = links.known(work.row, [remote.id]).get(remote.id)
    if link is None or link.state != "linked":
        take(work, remote)
        return
    ours = people.standing(int(rules.number(str(link.other))))
    if ours is None or ours.lead.number != int(rules.number(str(link.other))):
        _drop(work, link)
        return
    found = rules.mending(remote.values, work.crm.kept(ours.values), work.ways(remote, ours))
    for field in people.PROVEN:
        if field in found.take and getattr(ours.client, f"{field}_proven"):
            del found.take[field]  # what is proven here is no mistake of ours
            found.tell.update({field: ours.values[field]} if connections.pushes(work.row) else {})
    _bring(work, remote, ours, link, found)


@again
def part(work: Work, link: Link) -> None:
    """A lead who is gone there is linked no more; where we tell, he is made anew."""
    if work.dry_run:
        return
    tx = storage.Transaction()
    links.remove(tx, work.row, link)
    work.count(tx, unlinked=1)
    tx.commit()


@again
def tell(work: Work, lead: Lead, remote: Remote | None) -> None:
    """Have a lead of ours be known there as he stands here; `remote` is theirs where he is linked. Raises Retry, Refused."""
    if not stands(lead) or work.dry_run:
        return
    ours = people.standing(lead.number)
    if ours is None or ours.lead.number != lead.number:
        return
    (half,) = storage.read(links.here(work.row, lead.number))
    if half is None or half.state != "linked":
        _make(work, ours)
    elif remote is not None:
        link = links.known(work.row, [remote.id]).get(remote.id)
        if link is not None and link.state == "linked" and ours.values != link.told:
            _settle(work, remote, link, ours)


def _make(work: Work, ours: Ours) -> None:
    """Make him there, once: the intention is written first, and whoever finds one looks for what an earlier try made."""
    mark, said = str(ours.person.lead_number), {name: value for name, value in ours.values.items() if name in connections.fields(work.row)}
    tried = not links.intend(work.row, ours.lead.number)
    number = opening.spoken(lambda: work.crm.find(mark)) if tried else None
    try:
        number = number or opening.spoken(lambda: work.crm.make(said, mark))
    except Refused as refused:
        if not isinstance(refused.__cause__, VendorRefused) or refused.__cause__.status in (401, 403, 404):
            raise
        tx = storage.Transaction()  # this one they will not have; the others are no worse for it
        work.count(tx, refused=1)
        tx.commit()
        return
    found = next(iter(opening.spoken(lambda: work.crm.some([number]))), None)
    tx = storage.Transaction()
    after = people.take_in(tx, ours, {}, {"crm_id": number, "crm_type": work.named})
    said_of = {"seen": found.values if found else said, "told": after.values}
    standing = links.known(work.row, [number]).get(number)
    links.create(tx, work.row, number, ours.lead.number, said_of, standing)
    work.count(tx, pushed=1)
    tx.commit()
