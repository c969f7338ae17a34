"""What can go wrong with a code."""

from chalicelib.core.errors import Busy, Conflict, TooMany


class CodesClosed(Conflict):
    code = "codes_closed"
    message = "Codes cannot be sent: CLIENT_TOKEN_SECRET is not set."


class CodeRaced(Busy):
    """Another request sent a code a moment ago."""


class TooManyUses(TooMany):
    code = "too_many_uses"
    message = "This page has changed enough today; please repeat tomorrow, or write to us."
