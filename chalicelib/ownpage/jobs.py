"""The scheduled Lambda of specialists' own pages."""

from chalicelib.core.tasks import Tasks
from chalicelib.ownpage.plans import service as plans
from chalicelib.ownpage.proposals import service as proposals

tasks = Tasks("ownpage")


@tasks.every("rate(1 hour)")
def keep_own_pages() -> dict[str, int]:
    """Repeated hours that have come within reach are written; once a day the admin is told what waits for his word."""
    return {"plans": plans.keep(), "digests": proposals.tell_of_open()}
