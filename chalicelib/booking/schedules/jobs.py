"""The scheduled Lambda of schedules."""

from chalicelib.booking.schedules import service
from chalicelib.core.tasks import Tasks

tasks = Tasks("booking.schedules")


@tasks.every("cron(0/10 18 * * ? *)")
def update_number_of_clients_provided() -> int:
    """Every specialist's sessions of this month, up to and including today: 21:00 in Moscow, and ten minutes later what is left."""
    return service.count_provided()
