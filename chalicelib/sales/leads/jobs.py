"""What the outbox must know of leads: whose were a deleted user's, another has."""

from typing import Any

from chalicelib.clients.index import service as index
from chalicelib.clients.index.rules import place
from chalicelib.core import clock, outbox, storage
from chalicelib.core.bitmaps import Question, Term, finding, sets
from chalicelib.core.outbox import Continue, Effect
from chalicelib.sales.leads import assigning, deciding, rules, service
from chalicelib.staff.changing import HANDED_OVER

PAGE = 20
"""Leads of one page: four writes each, of the hundred that a transaction takes."""


@outbox.handles(HANDED_OVER, in_pages=True)
def hand_over(effect: Effect, tx: storage.Transaction) -> Continue | None:
    """Give a deleted user's open deals to his heir, while leads may be his, else to nobody; those that are over stay whose they were.

    Ids are walked downwards, so that a set that is wrong is not walked for ever; who was given to another meanwhile is left to him.
    """
    whose, heir = int(effect.payload["user_id"]), assigning.still(effect.payload.get("heir"))
    is_open = Term(rules.STATUS, "new", others=("in_progress",))
    question = Question(terms=[Term(rules.OWNER, str(whose)), is_open], last=effect.cursor)
    found = sets.page(finding.matching(index.PEOPLE, "live", question).ids, skip=0, limit=PAGE, newest_first=True)
    for lead, person in _rows(found):
        if rules.stands(lead) and rules.is_open(lead) and lead.assigned_to == whose:
            deciding.change_in(tx, lead, person, {"assigned_to": heir}, by="system", at=clock.now(), events=None)
    return Continue(found[-1] - 1) if len(found) == PAGE else None


def _rows(numbers: list[int]) -> list[tuple[Any, Any]]:
    """Leads and their persons, as they stand."""
    rows = storage.read(*(key for one in numbers for key in service.keys(place("live", one))))
    return list(zip(rows[::2], rows[1::2], strict=True))
