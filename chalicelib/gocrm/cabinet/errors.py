"""What can go wrong in the cabinet."""

from chalicelib.core.errors import AppError, Busy, Conflict, NotFound, Unauthorized


class SessionOver(Unauthorized):
    code = "session_over"
    message = "The session is over: sign in again."


class WrongCode(Unauthorized):
    code = "wrong_code"
    message = "The code is not right, or is over: ask for a new one."


class ChildNotFound(NotFound):
    code = "child_not_found"
    message = "This parent has no such child."


class SubscriptionNotFound(NotFound):
    code = "subscription_not_found"
    message = "This parent has no such subscription."


class WindowTaken(Conflict):
    code = "window_taken"
    message = "This window is taken; the next ones are in detail."


class PriceUnknown(Conflict):
    code = "price_unknown"
    message = "Go-CRM tells no price of this subscription, or another one than it would charge."


class GoCrmUnavailable(AppError):
    status = 503
    code = "gocrm_unavailable"
    message = "The club's system does not answer; please repeat in a moment."

    def __init__(self) -> None:
        super().__init__({"retry_after": 5}, headers={"Retry-After": "5"})


class GoCrmRefused(AppError):
    status = 502
    code = "gocrm_refused"
    message = "The club's system refused this."


class Raced(Busy):
    """Somebody else did the same a moment ago."""
