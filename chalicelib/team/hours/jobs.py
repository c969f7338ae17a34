"""What the outbox must know of schedules."""

from chalicelib.core import outbox, storage
from chalicelib.core.outbox import Continue, Effect
from chalicelib.team.employees.calendar import PLANNED
from chalicelib.team.hours import plans


@outbox.handles(PLANNED, in_pages=True)
def employee_planned(effect: Effect, tx: storage.Transaction) -> Continue | None:
    """Have the calendar know what was planned for somebody before he was a specialist; running it twice changes nothing."""
    past = plans.learn_in(tx, int(effect.payload["employee"]), effect.cursor)
    return Continue(past) if past else None
