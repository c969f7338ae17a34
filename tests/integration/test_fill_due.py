"""What stood before the ticks' lists were kept is found by them once the script has run."""

from datetime import timedelta

import pytest

from chalicelib.booking.sessions.models import Session
from chalicelib.core import storage
from chalicelib.intake.tickets.models import Ticket
from scripts import fill_due
from tests.builders import application, book, confirm, slot, specialist, tomorrow

HOUR = timedelta(hours=1)


@pytest.fixture
def old(front):
    """A confirmed session and a helping-hand application, as they stood before."""
    start_at = tomorrow(12)
    slot(front, specialist(front), start_at)
    ticket_id = book(front, start_at)
    confirm(front, ticket_id, start_at)
    (session,) = storage.query(Session, ticket_id).rows
    storage.change(session, [Session.notice_in.remove(), Session.notice_at.remove()])
    waiting = front.post("/submit-application", application(ticket_id="hh_1", name="Борис")).ok()["ticket_id"]
    storage.change(Ticket.row(waiting), [Ticket.help_due_at.remove()])
    return start_at


def test_what_no_tick_found_is_found(front, tick, old, capsys):
    at = old + timedelta(days=8)
    assert (tick("session_reminder", old - HOUR), tick("confirm_help_hand", at)) == (0, 0)
    assert fill_due.fill(dry_run=True) == 0
    assert "applications: 1, sessions: 1" in capsys.readouterr().out
    assert tick("session_reminder", old - HOUR) == 0, "nothing was written"
    assert fill_due.fill() == 0
    assert (tick("session_reminder", old - HOUR), tick("feedback_reminder", old + 2 * HOUR)) == (1, 1)
    assert tick("confirm_help_hand", at) == 1


def test_filling_again_finds_nothing(front, old, capsys):
    fill_due.fill()
    fill_due.fill()
    assert capsys.readouterr().out.splitlines()[-1] == "applications: 0, sessions: 0"
