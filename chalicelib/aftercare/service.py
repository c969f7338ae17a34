"""The ticks. Each computes what is due from rules and state, and writes its send key with the message: twice is once."""

from datetime import timedelta
from functools import cache

from chalicelib.aftercare.scope import EVERYTHING, Scope, each
from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import Session
from chalicelib.company import service as company
from chalicelib.core import clock, storage
from chalicelib.intake.tickets import service as tickets

LIVE = "live"
FOLLOW_WITHIN = timedelta(minutes=2)


def check_links(scope: Scope = EVERYTHING) -> int:
    """Tell the admin, once each, of links that nobody followed in two minutes; how many."""
    until = clock.now() - FOLLOW_WITHIN
    return each(scope.rows("check_link_transition", lambda contour: [tickets.unfollowed(contour, until)]), tickets.report_unfollowed_in)


def remind(scope: Scope = EVERYTHING) -> int:
    """Remind both sides of confirmed sessions that start within two hours, once for each start; how many.

    Sessions that the rules of reminders are for are theirs: where the owner gave them all, nobody here is reminded. The contour of
    tests has no owner.
    """
    everybody = cache(lambda: company.reminds_everybody(storage.read(*company.keys())))  # looked up where somebody is to be reminded

    def change(tx: storage.Transaction, session: Session) -> bool:
        return not (session.contour == LIVE and everybody()) and sessions.remind_in(tx, session)

    return each(scope.rows("session_reminder", sessions.to_remind), change)


def close(scope: Scope = EVERYTHING) -> int:
    """End the sessions that are over: confirmed ones are completed and both sides asked, pending ones are missed; how many."""
    return each(scope.rows("feedback_reminder", sessions.to_close), sessions.close_in)
