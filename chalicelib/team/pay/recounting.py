"""How pay is counted from its accruals."""

from datetime import date

from chalicelib.analytics.counts import rules
from chalicelib.analytics.counts import service as counts
from chalicelib.analytics.counts.rules import Place
from chalicelib.core import storage
from chalicelib.team.pay import repository


@counts.recounts(rules.PAYROLL)
def recount(contour: str, day: str) -> dict[Place, dict[str, int]]:
    """The accruals whose periods end on a day."""
    if contour != repository.CONTOUR:
        return {}
    rows = storage.whole([*repository.ended(date.fromisoformat(day), date.fromisoformat(day))])
    return rules.summed(delta for row in rows for delta in rules.accrued(contour, day, int(row.amount)))
