"""A cart's order: it comes when it is made and again when it is paid, and is one ticket."""

from typing import Any

from chalicelib.core import inbox, storage
from chalicelib.intake.applications.case import Case
from chalicelib.intake.applications.schemas import ApplicationAnswer
from chalicelib.intake.tickets import repository as ticket_rows
from chalicelib.intake.tickets.errors import TicketNotFound
from chalicelib.intake.tickets.service import Ticket
from chalicelib.integrations.tilda.forms import Order
from chalicelib.messaging import service as messaging

UNPROVEN = "Об оплате сообщила форма без ключа: проверьте в платёжной системе."


def packed(order: Order | None, *, proven: bool) -> dict[str, Any] | None:
    """An order as its ticket remembers it; whether a sender with a right key said so."""
    return {"number": order.number, "amount": order.amount, "paid": order.paid, "proven": proven} if order else None


def repeated(case: Case, earlier: ApplicationAnswer) -> ApplicationAnswer:
    """The first answer again; an order that has been paid since is noted on its ticket and told to the admin, once."""
    ticket = _unpaid(case, earlier)
    if ticket is None:
        inbox.done(case.receipt, earlier)
        return earlier
    tx, order = storage.Transaction(), packed(case.order, proven=case.receipt.sender.is_proven)
    ticket_rows.change(tx, ticket, [Ticket.order.set(order)], condition=Ticket.order == ticket.order)
    values = {
        "order": order and order["number"],
        "amount": order and order["amount"],
        "lead_number": ticket.lead_number,
        "client_name": ticket.name,
        "contact": ticket.contact,
        "warning": None if case.receipt.sender.is_proven else UNPROVEN,
    }
    messaging.tell_admin(tx, "admin_order_paid", messaging.About("order_paid", ticket.contour, ticket.ticket_id), values)
    case.receipt.complete(tx, earlier)
    tx.commit()
    return earlier


def _unpaid(case: Case, earlier: ApplicationAnswer) -> Ticket | None:
    """The ticket of an order that this submission is the first to call paid."""
    if case.order is None or not case.order.paid:
        return None
    try:
        ticket = ticket_rows.get(earlier.ticket_id)
    except TicketNotFound:
        return None
    return ticket if ticket.order and not ticket.order["paid"] else None
