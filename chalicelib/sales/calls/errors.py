"""What can go wrong with calls."""

from chalicelib.core.errors import Busy, Conflict, NotFound


class CallNotFound(NotFound):
    code = "call_not_found"
    message = "There is no call with this id."


class CallExists(Conflict):
    """The telephony told of this call before, and it is one that the caller does not see."""

    code = "call_exists"
    message = "This call is known already."


class CallOver(Conflict):
    """A call that has ended does not ring again."""

    code = "call_over"
    message = "The call has ended."


class CallRaced(Busy):
    """Another change of the same call was faster: decided anew from what now stands."""
