"""How sessions are counted from their rows."""

from chalicelib.analytics.counts import rules
from chalicelib.analytics.counts import service as counts
from chalicelib.analytics.counts.rules import Delta, Place
from chalicelib.booking.sessions import repository
from chalicelib.booking.sessions.models import Session


@counts.recounts(rules.SESSIONS, rules.NO_SHOWS, rules.RATINGS)
def recount(contour: str, day: str) -> dict[Place, dict[str, int]]:
    """The sessions that start on a day by status, by specialist where they have ended by somebody's coming or not, and their marks."""
    return rules.summed(delta for row in repository.of_day(contour, day) for delta in _deltas(row, day))


def _deltas(row: Session, day: str) -> list[Delta]:
    found = [Delta(Place(rules.SESSIONS, row.contour, day), row.status, 1)]
    if row.status in rules.ENDED_AT:
        found.append(Delta(Place(rules.NO_SHOWS, row.contour, day, row.specialist_id), row.status, 1))
    if row.rating is not None:
        found += rules.marked(row.contour, day, int(row.rating))
    return found
