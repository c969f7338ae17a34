"""The ticks. Each computes what is due from rules and state, and writes its send key with the message: twice is once."""

from datetime import timedelta

from chalicelib.aftercare.scope import EVERYTHING, Scope, each
from chalicelib.booking.sessions import service as sessions
from chalicelib.core import clock
from chalicelib.intake.tickets import service as tickets

FOLLOW_WITHIN = timedelta(minutes=2)


def check_links(scope: Scope = EVERYTHING) -> int:
    """Tell the admin, once each, of links that nobody followed in two minutes; how many."""
    until = clock.now() - FOLLOW_WITHIN
    return each(scope.rows("check_link_transition", lambda contour: [tickets.unfollowed(contour, until)]), tickets.report_unfollowed_in)


def remind(scope: Scope = EVERYTHING) -> int:
    """Remind both sides of confirmed sessions that start within two hours, once for each start; how many."""
    return each(scope.rows("session_reminder", sessions.to_remind), sessions.remind_in)


def close(scope: Scope = EVERYTHING) -> int:
    """End the sessions that are over: confirmed ones are completed and both sides asked, pending ones are missed; how many."""
    return each(scope.rows("feedback_reminder", sessions.to_close), sessions.close_in)
