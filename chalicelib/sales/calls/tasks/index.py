"""Lists of tasks: found by bitmaps of their own ids."""

from chalicelib.core import facts
from chalicelib.core.bitmaps import Described, Index, writing
from chalicelib.core.bitmaps.upkeep import Upkeep
from chalicelib.sales.calls.tasks import repository, rules
from chalicelib.sales.calls.tasks.models import SalesTask


def describe(row: SalesTask) -> Described:
    """What the index says of a task, days being the business's."""
    return rules.described(row, facts.day_of(row.due_at) if row.due_at else None, facts.day_of(row.created_at))


WRITER = writing.writer(SalesTask, repository.folded)
TASKS = Index("sales-tasks", rules.ALL, rules.FACETS, repository.key, repository.pending, describe)
UPKEEP = Upkeep(TASKS, WRITER, repository.waiting, repository.COUNTER, "SalesIndexDrifted")
