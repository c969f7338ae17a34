"""What can go wrong with messages."""

from chalicelib.core.errors import Busy, Conflict, NotFound


class MessageNotFound(NotFound):
    code = "message_not_found"
    message = "There is no message with this id."


class MessageSent(Conflict):
    """Only a draft, or one that failed, is written or deleted; what waits may be taken back."""

    code = "message_sent"
    message = "The message is on its way, or has left."


class ClientPaused(Conflict):
    code = "client_paused"
    message = "A person has to look at this client first."


class MessageRaced(Busy):
    """Another change of the same message was faster: decided anew from what now stands."""
