"""The tick that reminds."""

from typing import Any

from chalicelib.appointments.reminders import service
from chalicelib.core.tasks import Tasks

tasks = Tasks("appointments.reminders")


@tasks.every("rate(5 minutes)")
def appointment_reminders() -> dict[str, Any]:
    """Sessions of which somebody is to be reminded before the next tick."""
    return service.tick().model_dump()
