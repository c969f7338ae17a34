"""The scheduled Lambdas of aftercare."""

from chalicelib.aftercare import service
from chalicelib.core.tasks import Tasks

tasks = Tasks("aftercare")


@tasks.every("rate(1 minute)")
def check_link_transition() -> int:
    """Links made two minutes ago or earlier that nobody followed."""
    return service.check_links()


@tasks.every("rate(5 minutes)")
def session_reminder() -> int:
    """Sessions that start within two hours."""
    return service.remind()


@tasks.every("rate(5 minutes)")
def feedback_reminder() -> int:
    """Sessions that are over."""
    return service.close()
