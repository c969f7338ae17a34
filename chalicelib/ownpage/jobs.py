"""The scheduled Lambda of specialists' own pages."""

from chalicelib.core.tasks import Tasks
from chalicelib.ownpage.plans import service as plans

tasks = Tasks("ownpage")


@tasks.every("rate(1 hour)")
def keep_own_pages() -> int:
    """Repeated hours that have come within reach are written."""
    return plans.keep()
