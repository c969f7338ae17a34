"""How messages are counted from the ledger."""

from chalicelib.analytics.counts import rules
from chalicelib.analytics.counts import service as counts
from chalicelib.analytics.counts.rules import Delta, Place
from chalicelib.messaging import repository


@counts.recounts(rules.MESSAGES)
def recount(contour: str, day: str) -> dict[Place, dict[str, int]]:
    """The messages that were written on a day, by state; what waits has not ended."""
    place = Place(rules.MESSAGES, contour, day)
    return rules.summed(Delta(place, row.state, 1) for row in repository.of_day(contour, day) if row.state != repository.QUEUED)
