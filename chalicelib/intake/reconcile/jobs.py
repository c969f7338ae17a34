"""The scheduled comparison."""

from chalicelib.core.tasks import Tasks
from chalicelib.intake.reconcile import service

tasks = Tasks("intake.reconcile")


@tasks.every("rate(1 hour)")
def reconcile_slots() -> dict[str, int]:
    """What the old database changed and its hooks did not tell."""
    return service.repair()
