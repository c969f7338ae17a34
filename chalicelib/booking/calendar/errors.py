"""What can go wrong with somebody's time."""

from chalicelib.core.errors import Busy, Conflict


class ClientBusy(Conflict):
    code = "client_busy"
    message = "The client has another session at that time."


class DayChanged(Busy):
    """Somebody else changed the day meanwhile: look again. Who never gets through may come again in a moment."""
