"""How deals are counted from their rows."""

from chalicelib.analytics.counts import deals, rules
from chalicelib.analytics.counts import service as counts
from chalicelib.analytics.counts.rules import OF_DEALS, Place
from chalicelib.sales.reports import repository


@counts.recounts(*OF_DEALS)
def recount(contour: str, day: str) -> dict[Place, dict[str, int]]:
    """The deals that were opened on a day, won or lost on it, or are expected to be: what each adds to this day."""
    found = (delta for said in repository.of_day(contour, day) for delta in deals.standing(contour, said))
    return rules.summed(delta for delta in found if delta.place.day == day)
