"""Lists of tasks, by when they were written down or when they are due, with exact totals."""

from datetime import date, timedelta

from chalicelib.clients.index.rules import place as place_of
from chalicelib.core import clock, facts, storage
from chalicelib.core.bitmaps import Question, Term, finding, of_days, sets, walking
from chalicelib.sales.calls.tasks import index, repository, rules, showing
from chalicelib.sales.calls.tasks.models import SalesTask
from chalicelib.sales.calls.tasks.repository import LIVE
from chalicelib.sales.calls.tasks.schemas import Tasks, TasksQuery
from chalicelib.sales.leads import access
from chalicelib.sales.leads.errors import SortTooDeep
from chalicelib.staff.members import Member


def listed(query: TasksQuery, member: Member) -> Tasks:
    """The tasks that a list asks for, with how many there are: what is pending, a call a filter, the rows. Raises SortTooDeep.

    What is overdue is asked for once more, of today alone, whose rows are read.
    """
    terms = _terms(query, member)
    found = finding.matching(index.TASKS, LIVE, Question(terms=terms))
    ids = found.ids
    if query.overdue is not None:
        late = _overdue(terms)
        ids = ids & late if query.overdue else ids & ~late
    rows = storage.read(*(SalesTask.at(place_of(LIVE, number)) for number in _page(ids, query)))
    items = [showing.shown(row) for row in rows if row is not None]
    return Tasks(items=items, total_is_exact=found.is_exact, **query.numbers(ids.bit_count()))


def _terms(query: TasksQuery, member: Member) -> list[Term]:
    asked = [(rules.STATUS, query.status), (rules.WHOSE, query.assigned_to), (rules.LEAD, query.lead_id), (rules.CALL, query.call_id)]
    terms = [Term(facet, str(value)) for facet, value in asked if value is not None]
    return [*terms, *access.terms(member, rules.SEEN), *of_days(rules.DUE, query.date_from, query.date_to)]


def _overdue(terms: list[Term]) -> int:
    """Which of them are late: those of earlier days, and of today's those whose moment has passed."""
    today = date.fromisoformat(facts.day_of(clock.now()))
    taken_up = Term(rules.STATUS, rules.OURS[0], others=rules.OURS[1:])
    before = [*terms, taken_up, Term(rules.DUE, "", last=(today - timedelta(days=1)).isoformat())]
    of_today = [*terms, taken_up, Term(rules.DUE, today.isoformat())]
    late = finding.matching(index.TASKS, LIVE, Question(terms=before)).ids
    ids = finding.matching(index.TASKS, LIVE, Question(terms=of_today)).ids
    todays = storage.read(*(repository.key(LIVE, one) for one in sets.page(ids, skip=0, limit=ids.bit_count(), newest_first=False)))
    return late | sets.of_ids(row.number for row in todays if row is not None and rules.is_overdue(row, clock.now()))


def _page(ids: int, query: TasksQuery) -> list[int]:
    """The ids that are shown, in the order that is asked for; those without a moment come last."""
    if query.passed_over >= ids.bit_count():
        return []
    how = {"skip": query.passed_over, "limit": query.most}
    if query.order_by == "created_at":
        return sets.page(ids, **how, newest_first=query.sort == "desc")
    found = walking.page(repository.by_due, ids, **how, newest_first=query.sort == "desc")
    if found is None:
        raise SortTooDeep({"field": "order_by"})
    return found
