"""The tick that retries what the followers could not take, and polls them."""

from chalicelib.consultations.followers import effects, service
from chalicelib.core.tasks import Tasks

tasks = Tasks("consultations.followers")

EFFECTS = (effects,)
"""What the tick delivers itself: the import registers it."""


@tasks.every("rate(5 minutes)")
def deferred_sync() -> dict[str, int]:
    """Retry what Chatwoot and 1C could not take, and hear what changed there."""
    return service.deferred_sync()
