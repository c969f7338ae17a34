"""Calls as the rooms above read and change them: those of leads whom the caller sees, and those that are nobody's."""

from typing import Any

from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.rules import phone_of
from chalicelib.core import clock, storage
from chalicelib.core.bitmaps import Question, Term, Wanted, finding, of_days, words
from chalicelib.core.settings import settings
from chalicelib.sales.calls import index, repository, rules, showing
from chalicelib.sales.calls.errors import CallNotFound
from chalicelib.sales.calls.models import SalesCall
from chalicelib.sales.calls.repository import LIVE
from chalicelib.sales.calls.schemas import Calls, CallShown, CallsQuery
from chalicelib.sales.leads import access
from chalicelib.sales.leads import service as leads
from chalicelib.sales.leads.errors import LeadNotFound
from chalicelib.sales.leads.models import Lead
from chalicelib.staff.members import Member

PLACE = "/api/v1/calls"
SAID = (
    *("agent_id", "from_number", "to_number", "direction", "status", "start_time", "end_time", "duration_seconds"),
    *("recording_url", "consent_given", "error_message"),
)
"""Fields that are kept as they are said."""

Seen = tuple[SalesCall, Lead | None, PersonRow | None]


def listed(query: CallsQuery, member: Member) -> Calls:
    """The calls that a list asks for, with how many there are: what is pending, a call a filter or word, the rows."""
    question = Question(
        terms=[*_terms(query), *access.terms(member, rules.OWNER)],
        words=_wanted(query.search) if query.search else (),
        newest_first=query.sort == "desc",
        skip=query.passed_over,
        limit=query.most,
    )
    found = finding.find(index.CALLS, LIVE, question)
    return Calls(items=[showing.shown(row) for row in found.rows], total_is_exact=found.is_exact, **query.numbers(found.total))


def _terms(query: CallsQuery) -> list[Term]:
    asked = [
        (rules.LEAD, query.lead_id),
        (rules.DIRECTION, query.direction),
        (rules.STATUS, query.status),
        (rules.AGENT, query.assigned_to),
    ]
    terms = [Term(facet, str(value)) for facet, value in asked if value is not None]
    return terms + of_days(rules.CREATED, query.date_from, query.date_to)


def _wanted(search: str) -> list[Wanted]:
    whole = phone_of(search, settings().regions)
    return [Wanted.of(words.digits_of(whole), "phone")] if whole else rules.wanted(search)


def one(number: int, member: Member) -> CallShown:
    """A call. Raises CallNotFound, also where its lead is another's."""
    return showing.shown(seen(number, member)[0])


def seen(number: int, member: Member) -> Seen:
    """A call, its lead and his person, as he may see them: a read, and one more where it is somebody's. Raises CallNotFound."""
    (row,) = storage.read(repository.key(LIVE, number))
    return checked(row, member)


def checked(row: SalesCall | None, member: Member) -> Seen:
    """The same by a row that was read."""
    if row is None:
        raise CallNotFound
    if not row.lead:
        return row, None, None
    lead, person = storage.read(*leads.keys(row.lead))
    try:
        lead, person = leads.checked(lead, person)
    except LeadNotFound:
        return row, None, person  # he is no lead: the call is nobody's
    if not access.sees(member, lead):
        raise CallNotFound
    return row, lead, person


def write(row: SalesCall, said: dict[str, Any], tx: storage.Transaction) -> None:
    """Say this of a call as it was read, and commit; the row says it too then. Raises CallRaced."""
    said = {**said, "updated_at": clock.now()}
    repository.change(tx, row, said)
    tx.commit()
    for name, value in said.items():
        setattr(row, name, value)
    row.version += 1
