"""Lists of leads: found by the people index, with exact totals; in any order of theirs."""

from collections.abc import Callable, Iterator

from chalicelib.clients.index import rules as clients
from chalicelib.clients.index import service as index
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import place
from chalicelib.core import storage
from chalicelib.core.bitmaps import Question, Term, Wanted, finding, of_days, sets, walking
from chalicelib.sales.leads import access, rules, showing
from chalicelib.sales.leads.errors import SortTooDeep
from chalicelib.sales.leads.models import Lead
from chalicelib.sales.leads.schemas import Leads, LeadShown, LeadsQuery
from chalicelib.staff.members import Member

ORDERS: dict[str, Callable[..., storage.Page]] = {
    "opened_at": lambda **how: storage.query(Lead.by_opened, "live", **how),
    "updated_at": lambda **how: storage.query(Lead.by_updated, "live", **how),
    "next_follow_up": lambda **how: storage.query(Lead.by_follow_up, "live", **how),
}
"""Orders that an index knows."""


def listed(query: LeadsQuery, member: Member) -> Leads:
    """A page of the leads that are asked for, as `member` may see them: what was just written is in the answer. Raises SortTooDeep.

    A call for what is pending, one a filter or word, one or two where the order is an index', the rows, and whose they are.
    """
    terms = _terms(query, member)
    if terms is None:
        return Leads(items=[], **query.numbers(0))
    words = [Wanted.of(word.removeprefix("@"), "name", "company", "email") for word in (query.search or "").split()]
    found = finding.matching(index.PEOPLE, "live", Question(terms=terms, words=words))
    ids = _page(found, query)
    return Leads(items=[*_shown(ids, member)], total_is_exact=found.is_exact, **query.numbers(found.ids.bit_count()))


def _terms(query: LeadsQuery, member: Member) -> list[Term] | None:
    """Each filter as a facet; None where a manager asks for a colleague's, of which he sees none."""
    if query.assigned_to is not None and access.is_narrowed(member) and query.assigned_to not in (0, member.user_id):
        return None
    is_outcome = query.status in rules.OUTCOMES
    asked = {
        rules.OUTCOME if is_outcome else rules.STATUS: query.status,
        rules.STAGE: query.stage,
        rules.SOURCE: query.source,
        rules.CATEGORY: query.score_category,
        rules.OWNER: None if query.assigned_to is None else str(query.assigned_to),
    }
    terms = [Term(facet, value) for facet, value in asked.items() if value is not None]
    terms += access.terms(member) if query.assigned_to is None else []
    terms = terms or [Term(rules.LEAD)]  # each of the others is a lead's alone
    return terms + of_days(clients.CREATED, query.date_from, query.date_to)


def _page(found: finding.Matching, query: LeadsQuery) -> list[int]:
    """The ids that are shown, in the order that is asked for."""
    if query.passed_over >= found.ids.bit_count():
        return []
    if query.order_by == "score":
        return _by_score(found, query)
    if query.order_by in ORDERS:
        return _by_index(ORDERS[query.order_by], found.ids, query)
    return sets.page(found.ids, skip=query.passed_over, limit=query.most, newest_first=query.sort == "desc")


def _by_score(found: finding.Matching, query: LeadsQuery) -> list[int]:
    """Score by score, the newest of each first where the greatest are; those without one come last."""
    falls = query.sort == "desc"
    by_value = finding.values(index.PEOPLE, "live", rules.POINTS, behind=found.behind)[rules.POINTS]
    parts = [by_value[value] & found.ids for value in sorted(by_value, reverse=falls)]
    known = 0
    for part in parts:
        known |= part
    skip, picked = query.passed_over, list[int]()
    for part in [*parts, found.ids & ~known]:
        size = part.bit_count()
        if skip < size:
            picked += sets.page(part, skip=skip, limit=query.most - len(picked), newest_first=falls)
        skip = max(skip - size, 0)
        if len(picked) == query.most:
            break
    return picked


def _by_index(order: Callable[..., storage.Page], wanted: int, query: LeadsQuery) -> list[int]:
    """Those of an index who are wanted, and after its end those who stand in it nowhere. Raises SortTooDeep."""
    found = walking.page(order, wanted, skip=query.passed_over, limit=query.most, newest_first=query.sort == "desc")
    if found is None:
        raise SortTooDeep({"field": "order_by"})
    return found


def _shown(ids: list[int], member: Member) -> Iterator[LeadShown]:
    """Leads as lists show them; who left a list since its sets were read is not in it."""
    places = [place("live", one) for one in ids]
    leads, people = storage.read_lists([Lead.at(where) for where in places], [PersonRow.at(where) for where in places])
    pairs = [
        (lead, person) for lead, person in zip(leads, people, strict=True) if rules.stands(lead) and person and access.sees(member, lead)
    ]
    owners = showing.by_id(storage.read(*showing.users(*(lead.assigned_to for lead, _ in pairs))))
    return (showing.line(lead, person, owners.get(int(lead.assigned_to or 0))) for lead, person in pairs)
