"""What can go wrong with a code."""

from chalicelib.core.errors import Busy, Conflict


class CodesClosed(Conflict):
    code = "codes_closed"
    message = "Codes cannot be sent: CLIENT_TOKEN_SECRET is not set."


class CodeRaced(Busy):
    """Another request sent a code a moment ago."""
