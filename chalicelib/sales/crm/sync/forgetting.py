"""What is left of a connection that is gone: its secrets, its links, its runs. Leads stay, and say no more that they are in it."""

from chalicelib.core import clock, storage, vault
from chalicelib.core.outbox import Continue, Effect
from chalicelib.sales.crm.connections import repository
from chalicelib.sales.crm.connections.models import Run
from chalicelib.sales.crm.sync import ours as people
from chalicelib.sales.crm.sync import repository as links
from chalicelib.sales.crm.sync import rules
from chalicelib.sales.crm.sync.models import Link
from chalicelib.sales.leads import deciding

PAGE, RUNS = 10, 90
"""Leads of a page, each of some rows; runs of one."""


def forget(effect: Effect, tx: storage.Transaction) -> Continue | None:
    """A page of it. Where a lead changes at this moment the commit fails, and the page is done again."""
    number = int(effect.payload["connection"])
    vault.Remover().forget(effect.payload.get("secret"))
    place = repository.place(number)
    halves = links.some(place, links.HERE, PAGE) or links.some(place, links.THERE, RUNS) or links.some(place, links.TOLD, RUNS)
    for half in halves:
        tx.delete(Link.row(half.side, half.name))
        if half.side == links.side(place, links.HERE):
            _say(tx, half)
    if halves:
        return Continue({"page": (effect.cursor or {}).get("page", 0) + 1})
    runs = repository.runs(number, RUNS)
    for run in runs:
        tx.delete(Run.row(run.connection, run.run_id))
    return Continue({"page": 0}) if len(runs) == RUNS else None


def _say(tx: storage.Transaction, half: Link) -> None:
    ours = people.standing(int(rules.number(str(half.name))))
    if ours is not None and half.other and ours.lead.crm_id == rules.number(str(half.other)):
        none = {"crm_id": None, "crm_type": None}
        deciding.change_in(tx, ours.lead, ours.person, none, by=people.ACTOR, at=clock.now(), events=None)
