"""Calls say whose they are: the follower `sales-calls` reads the log.

Whose a call is is read from the lead as he is now and written again whenever the log tells of him, so a repeat changes nothing: the last
to write says what stands.
"""

from collections.abc import Sequence

from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import place as place_of
from chalicelib.clients.index.rules import place_of as place_of_number
from chalicelib.clients.joining import Known
from chalicelib.clients.models import Client
from chalicelib.core import storage
from chalicelib.core.facts import FactRow, followers
from chalicelib.intake.merging import service as merging
from chalicelib.sales.calls import finding, repository
from chalicelib.sales.calls.errors import CallRaced
from chalicelib.sales.calls.models import SalesCall
from chalicelib.sales.leads import rules as deals
from chalicelib.sales.leads import service as leads
from chalicelib.sales.leads.models import Lead

NAME = "sales-calls"
NAMED = frozenset({"client_changed", "contacts_changed", "contacts_confirmed"})
"""What may have a client be called otherwise."""


def follow(found: Sequence[FactRow]) -> None:
    """Take what concerns calls, however often it comes."""
    for where in dict.fromkeys(place_of(fact.contour, int(fact.ref)) for fact in found if _moves(fact)):
        tell_whose(where)
    for client_id in dict.fromkeys(fact.subject for fact in found if fact.contour == "live" and fact.kind in NAMED):
        (card,) = storage.read(Client.at(client_id))
        if card is not None and not card.merged_into:
            tell_whose(place_of_number(card.lead_number))


followers.follow(NAME, follow)


def _moves(fact: FactRow) -> bool:
    """Whether a lead is another's, gone, or here (again): whoever called may have been no lead then."""
    if fact.kind == "lead_changed":
        return bool(fact.data["was"].get("owner") != fact.data["now"].get("owner"))
    return fact.kind in ("lead_removed", "lead_opened")


@storage.again(CallRaced)
def tell_whose(where: str) -> int:
    """Have a client's calls say what he and his lead do; how many said something else."""
    lead, person = storage.read(*leads.keys(where))
    if person is None or person.merged_into:
        return 0
    return sum(_said(row, lead, person) for row in repository.of_lead(where))


def _said(row: SalesCall, lead: Lead | None, person: PersonRow) -> bool:
    is_one = lead is not None and deals.stands(lead)
    whose = finding.Whose(str(person.client_id), str(person.place), person.name, lead if is_one else None)
    if all(getattr(row, name) == value for name, value in whose.said.items()):
        return False
    if not repository.of_whom(row, whose.said):
        raise CallRaced
    return True


@storage.again(CallRaced)
def pass_on(source_id: str, known: Known, *, limit: int) -> int:
    """Give a merged client's calls to whom he became, `limit` at most; how many were found."""
    (source,) = storage.read(Client.at(source_id))
    theirs = place_of_number(known.lead_number)
    lead, person = storage.read(*leads.keys(theirs))
    rows = repository.of_lead(place_of_number(source.lead_number), limit)
    return sum(_said(row, lead, person) for row in rows)


merging.OTHERS.append(pass_on)
