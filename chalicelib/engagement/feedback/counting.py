"""How ratings are counted from their rows."""

from chalicelib.analytics.counts import rules as counted
from chalicelib.analytics.counts import service as counts
from chalicelib.analytics.counts.rules import Place
from chalicelib.core import facts, places, storage
from chalicelib.engagement import visitors
from chalicelib.engagement.feedback import repository
from chalicelib.engagement.feedback.models import LISTED, Review

PAGE = 500


@counts.recounts(counted.REVIEWS)
def recount(contour: str, day: str) -> dict[Place, dict[str, int]]:
    """The ratings that were given on a day and stand."""
    if contour != visitors.LIVE:
        return {}
    since, before = map(places.of_moment, facts.bounds(day, day))
    rows = [*repository.newest(Review.by_moment, LISTED, since, places.below(before), PAGE)]
    given = (row for row in (storage.whole(rows) if rows else []) if row.rating is not None and facts.day_of(row.given_at) == day)
    return counted.summed(delta for row in given for delta in counted.reviewed(contour, day, int(row.rating)))
