"""Lists of calls: found by bitmaps of their own ids."""

from chalicelib.clients.rules import national_of
from chalicelib.core import facts
from chalicelib.core.bitmaps import Described, Index, writing
from chalicelib.core.bitmaps.upkeep import Upkeep
from chalicelib.sales.calls import repository, rules
from chalicelib.sales.calls.models import SalesCall


def describe(row: SalesCall) -> Described:
    """What the index says of a call, days being the business's."""
    numbers = {number: national_of(number) for number in (row.from_number, row.to_number)}
    return rules.described(row, facts.day_of(row.created_at), numbers)


WRITER = writing.writer(SalesCall, repository.folded)
CALLS = Index("sales-calls", rules.ALL, rules.FACETS, repository.key, repository.pending, describe)
UPKEEP = Upkeep(CALLS, WRITER, repository.waiting, repository.COUNTER, "SalesIndexDrifted")
