"""Reads and writes of tickets."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.clients.service import Known
from chalicelib.core import clock, facts, storage
from chalicelib.core.turns import Part
from chalicelib.intake.tickets.errors import TicketNotFound, TicketRaced
from chalicelib.intake.tickets.models import FormNumber, Ticket

NUMBER_KEPT = timedelta(days=30)
"""How long a form's number is remembered: whoever has followed it may ask again what became of it."""


def get(ticket_id: str) -> Ticket:
    """One ticket. Raises TicketNotFound."""
    (row,) = storage.read(Ticket.at(ticket_id))
    if row is None:
        raise TicketNotFound
    return row


def change(tx: storage.Transaction, ticket: Ticket, actions: Sequence[Action | None], *, condition: Condition) -> None:
    """Change a ticket as it was read."""
    tx.update(Ticket.row(ticket.ticket_id), [*actions, Ticket.updated_at.set(clock.wall())], condition=condition, otherwise=TicketRaced())


_WHO = ("client_id", "lead_number", "name", "age", "phone", "email", "telegram", "contact", "timezone", "utm", "consents")
SAID = (*_WHO, "answers", "request_text", "price", "held", "matches")
"""What an amended form says anew of its ticket; what alarmed in an earlier one stays."""


def amend(tx: storage.Transaction, ticket: Ticket, *, kind: str) -> None:
    """Write what was said anew over a ticket of this kind; nobody may have followed the link meanwhile."""
    said = [(getattr(Ticket, name), getattr(ticket, name)) for name in (*SAID, "kind", "helping_in", "help_due_at")]
    actions = [attribute.remove() if value is None else attribute.set(value) for attribute, value in said]
    actions += [Ticket.alarm.set(ticket.alarm)] if ticket.alarm else []
    change(tx, ticket, actions, condition=(Ticket.status == "new") & (Ticket.kind == kind) & Ticket.followed_by.does_not_exist())


def of_day(contour: str, day: str) -> list[Ticket]:
    """The tickets that were opened on a day, as they stand."""
    found = [row for key in facts.day_keys(contour, day) for row in storage.query(Ticket.by_day, key).rows]
    return storage.whole(found)


def close_reassigned(tx: storage.Transaction, ticket: Ticket) -> None:
    """A newer ticket takes this one's place: nothing is held, awaited or looked for by it any more."""
    over = [Ticket.held.remove(), Ticket.awaiting_in.remove(), Ticket.helping_in.remove()]
    same = Ticket.followed_by.does_not_exist() if ticket.followed_by is None else Ticket.followed_by == ticket.followed_by
    change(tx, ticket, [Ticket.status.set("reassigned"), *over], condition=same & (Ticket.status == ticket.status))


def mark_booked(tx: storage.Transaction, ticket: Ticket) -> None:
    """Note that a session came of a ticket; fails when one has come already, for the list it was found in lags."""
    condition = Ticket.booked_at.does_not_exist()
    tx.update(Ticket.row(ticket.ticket_id), [Ticket.booked_at.set(clock.wall())], condition=condition, otherwise=TicketRaced())


def named(client_id: str, limit: int) -> list[Ticket]:
    """A client's newest tickets as the index has them: `kind`, `tie`, `booked_at` and `name` of each, as they were a moment ago."""
    return storage.query(Ticket.of_client, client_id, newest_first=True, limit=limit).rows


def of_client(client_id: str, limit: int) -> list[Ticket]:
    """A client's newest tickets, whole and as they stand."""
    return [row for row in storage.whole(named(client_id, limit)) if row.client_id == client_id]


def pass_on(ticket: Ticket, known: Known) -> None:
    """Give a ticket to another client, if it is still the one's who was read."""
    actions = [Ticket.client_id.set(known.client_id), Ticket.lead_number.set(known.lead_number)]
    storage.change(Ticket.row(ticket.ticket_id), actions, condition=Ticket.client_id == ticket.client_id)


def unfollowed(contour: str, until: datetime) -> Part:
    """Tickets whose link was made before `until`, not followed and not told about."""
    return Part(Ticket.awaiting_link, contour, Ticket.link_created_at <= until)


def help_due(contour: str, until: datetime) -> Part:
    """Helping-hand applications that are to be asked about by `until`."""
    return Part(Ticket.help_due, contour, Ticket.help_due_at <= until)


def waiting_for_help(contour: str) -> Part:
    """All helping-hand applications that wait."""
    return Part(Ticket.waiting_for_help, contour)


def plan_help(tx: storage.Transaction, ticket: Ticket, due_at: datetime | None) -> None:
    """Have a waiting application be asked about then, or never again."""
    change(tx, ticket, [help_at(due_at)], condition=waiting_at(ticket))


def help_at(due_at: datetime | None) -> Action:
    """When a waiting application is asked about next."""
    return Ticket.help_due_at.remove() if due_at is None else Ticket.help_due_at.set(due_at)


def waiting_at(ticket: Ticket) -> Condition:
    """The application still waits, at the stage that was read."""
    stage = Ticket.help_stage.does_not_exist() if ticket.help_stage is None else Ticket.help_stage == ticket.help_stage
    return Ticket.helping_in.exists() & stage


def number_at(number: str, contour: str) -> storage.Key:
    """Where the bearers of a form's number stand."""
    return FormNumber.at(_number(number, contour))


def bear(tx: storage.Transaction, ticket: Ticket) -> None:
    """Have a ticket be found by its form's number; several at once are added up."""
    row = FormNumber.row(_number(str(ticket.form_ticket_id), ticket.contour))
    tx.put_or_update(row, [FormNumber.ticket_ids.add({ticket.ticket_id}), FormNumber.expires_at.set(clock.wall() + NUMBER_KEPT)])


def _number(number: str, contour: str) -> str:
    return number if contour == "live" else f"{contour}:{number}"
