"""Asking whether a request still stands: day 7, day 14, and on day 21 the word that no specialist was found."""

from chalicelib.aftercare.helpinghand import rules
from chalicelib.aftercare.scope import EVERYTHING, Scope, each
from chalicelib.booking.sessions import service as sessions
from chalicelib.clients.service import Client
from chalicelib.core import clock, storage
from chalicelib.core.settings import settings
from chalicelib.intake.tickets import service as tickets
from chalicelib.intake.tickets.service import Ticket
from chalicelib.messaging import service as messaging

LAST = rules.STAGES[-1]


def confirm(scope: Scope = EVERYTHING) -> int:
    """Do what is due for every waiting application, each stage once; how many."""
    return each(scope.rows(lambda contour: tickets.waiting_for_help(contour, clock.now(), rules.STAGES[0])), _do)


def _do(tx: storage.Transaction, ticket: Ticket) -> None:
    stage = rules.due_stage(ticket.created_at, int(ticket.help_stage or 0), clock.now())
    (client,) = storage.read(Client.at(ticket.client_id))
    zone = client.timezone if client else None
    if stage is None or not rules.is_daytime(clock.now(), zone, settings().business_timezone):
        return
    if ticket.is_proven and sessions.has_any(ticket.client_id, since=ticket.created_at):
        tickets.stop_waiting_in(tx, ticket, status="matched")
    elif stage == LAST:
        tickets.stop_waiting_in(tx, ticket, status="not_found", stage=stage)
        _tell_not_found(tx, ticket)
    else:
        tickets.asked_in(tx, ticket, stage)
        if ticket.is_proven:  # whom a form merely named is not written to
            _ask(tx, ticket, stage)


def _about(ticket: Ticket, stage: int) -> messaging.About:
    return messaging.About(f"help_hand_day_{stage}", ticket.contour, ticket.ticket_id)


def _ask(tx: storage.Transaction, ticket: Ticket, stage: int) -> None:
    values = {"client_name": ticket.name, "request_text": ticket.request_text, "ref": ticket.ticket_id}
    guard = {"kind": "waiting", "ticket_id": ticket.ticket_id}
    messaging.say(tx, messaging.client(ticket.client_id), "client_help_still_needed", _about(ticket, stage), values, guard=guard)


def _tell_not_found(tx: storage.Transaction, ticket: Ticket) -> None:
    values = {"client_name": ticket.name, "lead_number": ticket.lead_number, "contact": ticket.contact, "request_text": ticket.request_text}
    if ticket.is_proven:  # whom a form merely named is not written to
        messaging.say(tx, messaging.client(ticket.client_id), "client_help_not_found", _about(ticket, LAST), values)
    messaging.tell_admin(tx, "admin_help_not_found", _about(ticket, LAST), values)


def answer_in(tx: storage.Transaction, ticket: Ticket, *, wanted: bool) -> str:
    """What the client pressed: "no" closes the request and the admin is told; words for the client."""
    if wanted:
        return "Спасибо, мы продолжаем искать специалиста."
    if ticket.helping_in:
        tickets.stop_waiting_in(tx, ticket, status="closed")
        values = {"client_name": ticket.name, "lead_number": ticket.lead_number}
        messaging.tell_admin(tx, "admin_help_closed", messaging.About("help_hand_refused", ticket.contour, ticket.ticket_id), values)
    return "Заявка закрыта. Если понадобится помощь, напишите нам."
