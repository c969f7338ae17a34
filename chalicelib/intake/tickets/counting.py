"""How applications are counted from their tickets."""

from chalicelib.analytics.counts import rules
from chalicelib.analytics.counts import service as counts
from chalicelib.analytics.counts.rules import Delta, Place
from chalicelib.intake.tickets import repository


@counts.recounts(rules.APPLICATIONS)
def recount(contour: str, day: str) -> dict[Place, dict[str, int]]:
    """The tickets that were opened on a day, by kind."""
    place = Place(rules.APPLICATIONS, contour, day)
    return rules.summed(Delta(place, row.kind, 1) for row in repository.of_day(contour, day))
