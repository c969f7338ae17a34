"""What can go wrong with a session."""

from chalicelib.core.errors import Busy, Conflict, Gone, NotFound


class SessionNotFound(NotFound):
    code = "session_not_found"
    message = "This ticket has no session."


class SessionPast(Gone):
    code = "session_past"
    message = "The session has already begun."


class SessionEnded(Conflict):
    code = "session_ended"
    message = "The session's status does not allow this."


class SessionNotCompleted(Conflict):
    code = "session_not_completed"
    message = "Only a session that took place can be rated."


class SlotTimeDiffers(Conflict):
    code = "slot_time_differs"
    message = "The session is at another time."


class PaymentAwaited(Conflict):
    code = "payment_awaited"
    message = "The session waits for its payment."


class SessionRaced(Busy):
    """Somebody changed the session meanwhile: look again."""
