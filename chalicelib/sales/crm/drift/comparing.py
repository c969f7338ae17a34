"""A comparison: everything that is there by ascending ids, beside the links in the same order; then, where we tell, leads of ours.

Nothing is written for it but what it found, which the effect's cursor carries along. Where it repairs, each lead is mended in a transaction
of his own, and a page that is done again finds him mended.
"""

from typing import Any

from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import place
from chalicelib.clients.models import Client
from chalicelib.core import clock, storage
from chalicelib.core.outbox import Continue, Effect
from chalicelib.core.schemas import utc_text
from chalicelib.sales.crm.connections import opening, repository
from chalicelib.sales.crm.connections import rules as connections
from chalicelib.sales.crm.drift import rules as drifts
from chalicelib.sales.crm.drift.rules import Drift
from chalicelib.sales.crm.sync import engine, rules, taking
from chalicelib.sales.crm.sync import ours as people
from chalicelib.sales.crm.sync import repository as links
from chalicelib.sales.crm.sync.engine import PUSHED, Cursor
from chalicelib.sales.crm.sync.models import Link
from chalicelib.sales.crm.sync.taking import Work
from chalicelib.sales.crm.vendors.shape import Remote
from chalicelib.sales.leads.models import Lead
from chalicelib.sales.leads.rules import stands

THEIRS, OURS = "theirs", "ours"


def work(effect: Effect, tx: storage.Transaction) -> Continue | None:
    """Do a page of it. Raises Retry, Refused."""
    return engine.done(effect, tx, _page)


def _page(work: Work, at: Cursor, tx: storage.Transaction) -> Continue | None:
    found = drifts.carried(at.get("drift"))
    return _ours(work, at, found, tx) if at.get("phase") == OURS else _theirs(work, at, found, tx)


def _theirs(work: Work, at: Cursor, found: Drift, tx: storage.Transaction) -> Continue | None:
    page, last = opening.spoken(lambda: work.crm.all(at.get("at"))), at.get("last")
    until = max((rules.name(one.id) for one in page.rows), default=None) if page.cursor is not None else None
    there = {one.id for one in page.rows}
    gone = [link for link in links.between(work.row, last, until) if link.state == "linked" and rules.number(str(link.name)) not in there]
    for link in gone:
        found.missing_there(link)
    wrong = _compared(work, page.rows, found)
    if work.run.mode == "repair" and not work.dry_run:
        acts = [*((taking.part, link) for link in gone), *((taking.mend, remote) for remote in wrong)]
        if not engine.each(acts, lambda one: one[0](work, one[1])):
            return Continue(at or {"phase": THEIRS})
    if page.cursor is not None:
        work.count(tx, looked=len(page.rows))
        return Continue({"phase": THEIRS, "at": page.cursor, "last": until, "drift": found.said()})
    if connections.pushes(work.row):
        work.count(tx, looked=len(page.rows))
        return Continue({"phase": OURS, "drift": found.said()})
    _over(work, found, tx, looked=len(page.rows))
    return None


def _compared(work: Work, rows: list[Remote], found: Drift) -> list[Remote]:
    """Which leads of theirs are not as ours are; each is noted."""
    known = links.known(work.row, [one.id for one in rows])
    ours = _values(work, [link for link in known.values() if link.state == "linked"])
    wrong = []
    for remote in rows:
        link = known.get(remote.id)
        if link is not None and link.state != "linked":
            continue
        values = ours.get(str(link.other)) if link is not None else None
        if values is None and (link is not None or (work.row.sync_leads and connections.pulls(work.row))):
            found.missing_here(remote.id)
            wrong.append(remote)
        elif values is not None:
            fields = rules.differing(remote.values, values, connections.fields(work.row))
            found.compared(remote.id, int(rules.number(str(link.other))) if link else 0, fields)
            wrong += [remote] if fields else []
    return wrong


def _values(work: Work, known: list[Link]) -> dict[str, dict[str, Any]]:
    """What leads of ours say, by the halves of there: two reads. A proven contact that may not be told there is no difference."""
    numbers = {str(link.other): int(rules.number(str(link.other))) for link in known}
    places = [place("live", number) for number in numbers.values()]
    leads, cards = storage.read_lists([Lead.at(one) for one in places], [PersonRow.at(one) for one in places])
    rows = zip(numbers, leads, cards, strict=True)
    standing = {name: (lead, card) for name, lead, card in rows if lead and card and stands(lead) and not card.merged_into}
    clients = storage.read(*(Client.at(lead.client_id) for lead, _ in standing.values()))
    found = {}
    for (name, (lead, card)), client in zip(standing.items(), clients, strict=True):
        values = work.crm.kept(people.values_of(lead, card))
        found[name] = values if connections.pushes(work.row) else _without_proven(values, client)
    return found


def _without_proven(values: dict[str, Any], client: Client | None) -> dict[str, Any]:
    proven = {field for field in people.PROVEN if client is not None and getattr(client, f"{field}_proven")}
    return {name: None if name in proven else value for name, value in values.items()}


def _ours(work: Work, at: Cursor, found: Drift, tx: storage.Transaction) -> Continue | None:
    """A page of leads of ours: who is linked with nobody is missing there."""
    page = links.changed_leads(None, PUSHED, at.get("at"))
    leads: list[Lead] = [lead for lead in storage.whole(page.rows) if stands(lead)]
    halves = storage.read(*(links.here(work.row, lead.number) for lead in leads))
    alone = [lead for lead, half in zip(leads, halves, strict=True) if half is None or half.state != "linked"]
    for lead in alone:
        found.alone(lead.number)
    repairs = work.run.mode == "repair" and not work.dry_run
    if repairs and not engine.each(alone, lambda lead: taking.tell(work, lead, None)):
        return Continue(at)
    if page.next_key is not None:
        return Continue({"phase": OURS, "at": page.next_key, "drift": found.said()})
    _over(work, found, tx)
    return None


def _over(work: Work, found: Drift, tx: storage.Transaction, *, looked: int = 0) -> None:
    said = found.said() | {"at": utc_text(clock.wall()), "mode": work.run.mode}
    repository.end(tx, work.row, work.run, {"drift": said}, looked=looked)
