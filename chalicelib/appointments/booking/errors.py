"""What booking refuses."""

from chalicelib.core.errors import Busy, Conflict


class BookingLimit(Conflict):
    """So many sessions may a client book by himself; `detail.most` says how many. The office books more for him."""

    code = "booking_limit"
    message = "This client has as many appointments ahead as he may book himself."


class BookingRaced(Busy):
    """Somebody was faster: look again."""
