"""What can go wrong with connections."""

from chalicelib.core.errors import Busy, Conflict, NotFound


class ConnectionNotFound(NotFound):
    code = "connection_not_found"
    message = "There is no connection with this id."


class ConnectionOff(Conflict):
    code = "connection_off"
    message = "The connection is switched off."


class RunAtWork(Conflict):
    """A run goes on; `?force=true` ends it."""

    code = "run_at_work"
    message = "A run of this connection goes on."


class ConnectionRaced(Busy):
    """Another change of the same connection was faster: decided anew from what now stands."""
