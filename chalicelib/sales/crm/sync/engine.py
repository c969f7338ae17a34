"""A run: pages of one effect, each queueing the next with its cursor, so that whoever dies anywhere, it goes on there.

First what changed there is taken, then what changed here is told. Each lead is a transaction of his own; the cursor moves once all of
its page are written, and a page that is read again finds its leads as they were last seen.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from chalicelib.clients.index.models import PersonRow
from chalicelib.core import clock, storage, turns
from chalicelib.core.outbox import Continue, Effect
from chalicelib.sales.crm.connections import opening, repository
from chalicelib.sales.crm.connections import rules as connections
from chalicelib.sales.crm.connections.errors import ConnectionRaced
from chalicelib.sales.crm.connections.models import Connection, Run
from chalicelib.sales.crm.sync import repository as links
from chalicelib.sales.crm.sync import rules, taking
from chalicelib.sales.crm.sync.ours import values_of
from chalicelib.sales.crm.sync.taking import Work
from chalicelib.sales.crm.vendors.shape import Remote
from chalicelib.sales.leads.models import Lead

PULL, PUSH = "pull", "push"
PUSHED = 50
"""Leads of ours of one page."""

LAG = timedelta(minutes=1)
"""How far an index of ours may lag."""

A_PAGE = 15.0
"""Seconds that one page may take before it is left to the next worker, who passes over what is done."""

Cursor = dict[str, Any]


def work(effect: Effect, tx: storage.Transaction) -> Continue | None:
    """Do a page of a run. Raises Retry where the CRM cannot now, Refused where it will not."""
    return done(effect, tx, _page)


def done(effect: Effect, tx: storage.Transaction, page: Callable[[Work, Cursor, storage.Transaction], Continue | None]) -> Continue | None:
    """Have a page done of a run that goes on; nothing where it is over, or its connection is switched off."""
    found = begun(effect)
    if found is None:
        return None
    row, run = found
    if not row.is_active:
        repository.end(tx, row, run, {}, error="the connection was switched off")
        return None
    try:
        return page(Work(row, run, opening.spoken(lambda: opening.opened(row))), effect.cursor or {}, tx)
    except ConnectionRaced:  # it was removed, or its run ended, at this moment
        return None


def begun(effect: Effect) -> tuple[Connection, Run] | None:
    """The connection and the run of an effect; None where either is over."""
    number, run_id = int(effect.payload["connection"]), str(effect.payload["run"])
    row, run = storage.read(repository.key(number), Run.at(repository.place(number), run_id))
    if row is None or run is None or run.state != "running":
        return None
    return row, run


def _page(work: Work, at: Cursor, tx: storage.Transaction) -> Continue | None:
    at = at or {"phase": PULL if connections.pulls(work.row) else PUSH}
    return _pulled(work, at, tx) if at["phase"] == PULL else _pushed(work, at, tx)


def _pulled(work: Work, at: Cursor, tx: storage.Transaction) -> Continue | None:
    """A page of what changed there, from where the last run ended; all of it in a full one."""
    since = int(work.row.cursor_at or 0) if work.run.mode == "sync" else 0
    page = opening.spoken(lambda: work.crm.changed(since, at.get("at")))
    reached = max(int(at.get("reached", since)), page.reached)
    if not each(_news(work, page.rows), lambda remote: taking.take(work, remote)):
        return Continue(at)
    if page.cursor is None:
        return _over(work, tx, PULL, {"cursor_at": reached or None}, looked=len(page.rows))
    work.count(tx, looked=len(page.rows))
    return Continue({"phase": PULL, "at": page.cursor, "reached": reached})


def _news(work: Work, rows: list[Remote]) -> list[Remote]:
    """Rows that say anything new: three reads for a page of which most is known."""
    known = links.known(work.row, [one.id for one in rows])
    return [one for one in rows if taking.is_news(known.get(one.id), one)]


def each(rows: Iterable[Any], act: Any) -> bool:
    """Do it to each; False where the time of a page is over before all are done."""
    until = clock.wall() + timedelta(seconds=A_PAGE)
    for row in rows:
        act(row)
        if clock.wall() >= until or turns.is_over():
            return False
    return True


def _over(work: Work, tx: storage.Transaction, phase: str, said: dict[str, Any], *, looked: int = 0) -> Continue | None:
    """What comes after a phase: telling, where this connection does; else the end."""
    if phase == PULL and connections.pushes(work.row):
        work.count(tx, looked=looked)
        if not work.dry_run:
            repository.note(tx, work.row, said)
        return Continue({"phase": PUSH})
    repository.end(tx, work.row, work.run, {} if work.dry_run else said, looked=looked)
    return None


def _pushed(work: Work, at: Cursor, tx: storage.Transaction) -> Continue | None:
    """A page of leads that changed here. The index says which; what is linked is read there in one go before it is told."""
    since = work.row.pushed_at if work.run.mode == "sync" else None
    page = links.changed_leads(since, PUSHED, at.get("at"))
    leads: list[Lead] = storage.whole(page.rows)
    linked = _linked(work, leads)
    remotes = {one.id: one for one in opening.spoken(lambda: work.crm.some([*linked.values()]))} if linked else {}
    if not each(leads, lambda lead: taking.tell(work, lead, remotes.get(linked.get(lead.number, "")))):
        return Continue(at)
    if page.next_key is not None:
        return Continue({"phase": PUSH, "at": page.next_key})
    return _over(work, tx, PUSH, {"pushed_at": work.run.begun_at - LAG})


def _linked(work: Work, leads: list[Lead]) -> dict[int, str]:
    """Which of these are linked and say anything else than was told, with whom: two reads."""
    halves, cards = storage.read_lists([links.here(work.row, one.number) for one in leads], [PersonRow.at(one.place) for one in leads])
    found = {lead.number: rules.number(str(half.other)) for lead, half in zip(leads, halves, strict=True) if half and half.other}
    known = links.known(work.row, [*found.values()])
    said = {lead.number: values_of(lead, card) for lead, card in zip(leads, cards, strict=True) if card is not None}
    return {one: remote for one, remote in found.items() if remote not in known or said.get(one) != known[remote].told}


def refused(effect: Effect, tx: storage.Transaction, reason: str) -> None:
    """A run that the CRM refused for good is over, and says why."""
    found = begun(effect)
    if found is not None:
        repository.end(tx, *found, {}, error=reason)
