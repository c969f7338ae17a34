"""Asking whether a request still stands: day 7, day 14, and on day 21 the word that no specialist was found."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.aftercare.helpinghand import rules
from chalicelib.aftercare.scope import EVERYTHING, Scope, each
from chalicelib.booking.sessions import service as sessions
from chalicelib.clients.service import Client
from chalicelib.core import clock, storage, turns
from chalicelib.core.batches import batched
from chalicelib.core.settings import settings
from chalicelib.intake.tickets import service as tickets
from chalicelib.intake.tickets.errors import TicketRaced
from chalicelib.intake.tickets.service import Ticket
from chalicelib.messaging import service as messaging

LAST = rules.STAGES[-1]


AT_ONCE = 25
"""Applications whose clients are read at once: few enough to be done with when the tick's time is over."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting application and whose it is."""

    ticket: Ticket
    client: Client | None

    @property
    def ticket_id(self) -> str:
        """The application's id."""
        return str(self.ticket.ticket_id)

    def by_day(self, moment: datetime) -> datetime:
        """See `rules.by_day`."""
        return rules.by_day(moment, self.client.timezone if self.client else None, settings().business_timezone)


def fill(contour: str, *, dry_run: bool) -> int:
    """Have the tick find applications that waited before their next moments were kept; how many were not found."""
    stale = 0
    for waiting in _with_clients(turns.walk(None, [tickets.waiting_for_help(contour)])):
        ticket, done = waiting.ticket, int(waiting.ticket.help_stage or 0)
        at = rules.following(ticket.created_at, done)
        if at is not None and ticket.helping_in and not ticket.help_due_at:
            stale += 1
            tx = storage.Transaction()
            tickets.plan_help(tx, ticket, waiting.by_day(at))
            if not dry_run:
                _written(tx)
    return stale


def _written(tx: storage.Transaction) -> None:
    with suppress(TicketRaced):  # asked about or closed meanwhile
        tx.commit()


def confirm(scope: Scope = EVERYTHING) -> int:
    """Do what is due for every waiting application, each stage once; how many."""
    due = scope.rows("confirm_help_hand", lambda contour: [tickets.help_due(contour, clock.now())])
    return each(_with_clients(due), _do)


def _with_clients(due: Iterable[Ticket]) -> Iterator[Waiting]:
    """Applications with their clients: one read for many."""
    for some in batched(due, AT_ONCE):
        clients = storage.read(*(Client.at(ticket.client_id) for ticket in some))
        yield from (Waiting(ticket, client) for ticket, client in zip(some, clients, strict=True))


def _do(tx: storage.Transaction, waiting: Waiting) -> bool:
    ticket, now = waiting.ticket, clock.now()
    if not ticket.helping_in:  # the index lags: it was matched or closed a moment ago
        return False
    stage = rules.due_stage(ticket.created_at, int(ticket.help_stage or 0), now)
    at = now if stage else rules.following(ticket.created_at, int(ticket.help_stage or 0))
    at = waiting.by_day(at) if at else None
    if stage is None or at != now:
        tickets.plan_help(tx, ticket, at)
        return False
    _done(tx, ticket, stage, waiting)
    return True


def _done(tx: storage.Transaction, ticket: Ticket, stage: int, waiting: Waiting) -> None:
    if ticket.is_proven and sessions.has_any(ticket.client_id, since=ticket.created_at):
        tickets.stop_waiting_in(tx, ticket, status="matched")
    elif stage == LAST:
        tickets.stop_waiting_in(tx, ticket, status="not_found", stage=stage)
        _tell_not_found(tx, ticket)
    else:
        after = rules.following(ticket.created_at, stage)
        tickets.asked_in(tx, ticket, stage, next_at=waiting.by_day(after) if after else None)
        if ticket.is_proven:  # whom a form merely named is not written to
            _ask(tx, ticket, stage)


def _about(ticket: Ticket, stage: int) -> messaging.About:
    return messaging.About(f"help_hand_day_{stage}", ticket.contour, ticket.ticket_id)


def _ask(tx: storage.Transaction, ticket: Ticket, stage: int) -> None:
    values = {"client_name": ticket.name, "request_text": ticket.request_text, "ref": ticket.ticket_id}
    still: dict[str, Any] = {"guard": {"kind": "waiting", "ticket_id": ticket.ticket_id}}
    still |= {"until": rules.following(ticket.created_at, stage)}
    messaging.say(tx, messaging.client(ticket.client_id), "client_help_still_needed", _about(ticket, stage), values, **still)


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
