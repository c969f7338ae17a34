"""The scheduled Lambdas of aftercare."""

from chalicelib.aftercare import service
from chalicelib.aftercare.confirmations import service as confirmations
from chalicelib.aftercare.helpinghand import service as helpinghand
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


@tasks.every("rate(1 hour)")
def confirm_help_hand() -> int:
    """Applications that have waited for a specialist for 7, 14 or 21 days."""
    return helpinghand.confirm()


@tasks.every("rate(10 minutes)")
def confirm_sessions() -> int:
    """Sessions that the client has not confirmed a day before; does nothing unless switched on."""
    return confirmations.climb()
