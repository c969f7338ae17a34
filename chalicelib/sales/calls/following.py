"""Calls and tasks say whose they are: the follower `sales-calls` reads the log.

Whose one is is read from the lead as he is now and written again whenever the log tells of him, so a repeat changes nothing: the last
to write says what stands.
"""

from collections.abc import Callable, Sequence
from typing import Any

from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import place as place_of
from chalicelib.clients.index.rules import place_of as place_of_number
from chalicelib.clients.joining import Known
from chalicelib.clients.models import Client
from chalicelib.core import storage
from chalicelib.core.facts import FactRow, followers
from chalicelib.intake.merging import service as merging
from chalicelib.sales.calls import finding
from chalicelib.sales.calls import repository as calls
from chalicelib.sales.calls.errors import CallRaced
from chalicelib.sales.calls.tasks import repository as tasks
from chalicelib.sales.calls.tasks.errors import TaskRaced
from chalicelib.sales.leads import rules as deals
from chalicelib.sales.leads import service as leads
from chalicelib.sales.leads.models import Lead

NAME = "sales-calls"
RENAMED = "client_changed"


def follow(found: Sequence[FactRow]) -> None:
    """Take what concerns calls and tasks, however often it comes."""
    for where in dict.fromkeys(place_of(fact.contour, int(fact.ref)) for fact in found if _moves(fact)):
        tell_whose(where)
    for client_id in dict.fromkeys(fact.subject for fact in found if fact.contour == "live" and _renames(fact)):
        (card,) = storage.read(Client.at(client_id))
        if card is not None and not card.merged_into:
            tell_whose(place_of_number(card.lead_number))


followers.follow(NAME, follow)


def _renames(fact: FactRow) -> bool:
    """Whether a client is called otherwise."""
    return fact.kind == RENAMED and "name" in [name.strip() for name in str(fact.data.get("changed", "")).split(",")]


def _moves(fact: FactRow) -> bool:
    """Whether a lead is another's, gone, or here (again): whoever called may have been no lead then."""
    if fact.kind == "lead_changed":
        return bool(fact.data["was"].get("owner") != fact.data["now"].get("owner"))
    return fact.kind in ("lead_removed", "lead_opened")


@storage.again(CallRaced, TaskRaced)
def tell_whose(where: str) -> int:
    """Have a client's calls and tasks say what he and his lead do; how many said something else."""
    lead, person = storage.read(*leads.keys(where))
    if person is None or person.merged_into:
        return 0
    return _all(where, lead, person)


def _all(where: str, lead: Lead | None, person: PersonRow, limit: int | None = None) -> int:
    whose = finding.Whose(str(person.client_id), str(person.place), person.name, lead if deals.stands(lead) else None)
    rows = calls.of_lead(where, limit)
    theirs = tasks.of_lead(where, limit)
    done = [_said(row, calls.whose(row, whose), calls.of_whom, CallRaced) for row in rows]
    return sum([*done, *(_said(row, tasks.whose(row, whose), tasks.of_whom, TaskRaced) for row in theirs)])


def _said(row: Any, said: dict[str, Any], write: Callable[[Any, dict[str, Any]], bool], raced: type[Exception]) -> bool:
    if all(getattr(row, name) == value for name, value in said.items()):
        return False
    if not write(row, said):
        raise raced
    return True


@storage.again(CallRaced, TaskRaced)
def pass_on(source_id: str, known: Known, *, limit: int) -> int:
    """Give a merged client's calls and tasks to whom he became, `limit` of either at most; how many were found."""
    (source,) = storage.read(Client.at(source_id))
    lead, person = storage.read(*leads.keys(place_of_number(known.lead_number)))
    return _all(place_of_number(source.lead_number), lead, person, limit)


merging.OTHERS.append(pass_on)
