"""What the outbox must know of leads: whose were a deleted user's, another has."""

from typing import Any

from chalicelib.clients.index import service as index
from chalicelib.clients.index.rules import place
from chalicelib.core import clock, outbox, storage
from chalicelib.core.bitmaps import Question, Term, finding, sets
from chalicelib.core.outbox import Continue, Effect
from chalicelib.messaging import service as messaging
from chalicelib.sales.leads import assigning, deciding, rules, service
from chalicelib.staff.changing import HANDED_OVER

PAGE = 20
"""Leads of one page: four writes each, of the hundred that a transaction takes; a check of the heir or a message comes beside them."""


@outbox.handles(HANDED_OVER, in_pages=True)
def hand_over(effect: Effect, tx: storage.Transaction) -> Continue | None:
    """Give a deleted user's open deals to his heir, while leads may be his, else to nobody; those that are over stay whose they were.

    Ids are walked downwards, so that a set that is wrong is not walked for ever; who was given to another meanwhile is left to him.
    An heir who was there when he was named, and is no more, is told of: nobody else hears that these leads are nobody's.
    """
    whose, named = int(effect.payload["user_id"]), effect.payload.get("heir")
    heir = assigning.still(named)
    is_open = Term(rules.STATUS, "new", others=("in_progress",))
    question = Question(terms=[Term(rules.OWNER, str(whose)), is_open], last=effect.cursor)
    found = sets.page(finding.matching(index.PEOPLE, "live", question).ids, skip=0, limit=PAGE, newest_first=True)
    his = [(lead, person) for lead, person in _rows(found) if rules.stands(lead) and rules.is_open(lead) and lead.assigned_to == whose]
    for lead, person in his:
        deciding.change_in(tx, lead, person, {"assigned_to": heir}, by="system", at=clock.now(), events=None)
    if his and named and heir is None:
        values = {"count": len(his), "user": whose, "heir": named, "leads": ", ".join(str(person.lead_number) for _, person in his)}
        messaging.tell_admin(tx, "admin_leads_nobodys", messaging.About("leads_nobodys", "live"), values)
    return Continue(found[-1] - 1) if len(found) == PAGE else None


def _rows(numbers: list[int]) -> list[tuple[Any, Any]]:
    """Leads and their persons, as they stand."""
    rows = storage.read(*(key for one in numbers for key in service.keys(place("live", one))))
    return list(zip(rows[::2], rows[1::2], strict=True))
