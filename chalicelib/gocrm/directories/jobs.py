"""The tick that renews the club's directories."""

from chalicelib.core.tasks import Tasks
from chalicelib.gocrm.directories import refreshing

tasks = Tasks("gocrm.directories")


@tasks.every("rate(1 hour)")
def mirror_gocrm() -> dict[str, int]:
    """Keep the last good copies of cities, centres and staff."""
    return refreshing.refresh()
