"""A session's payment: it confirms what waits for it, and is told once."""

from typing import Any

from chalicelib.booking.sessions import facts, repository, telling
from chalicelib.booking.sessions.errors import SessionRaced
from chalicelib.booking.sessions.lifecycle import owner_of
from chalicelib.booking.sessions.models import Session
from chalicelib.booking.slots import service as slots
from chalicelib.core import storage


def pay_in(tx: storage.Transaction, session: Session, amount: int | None = None) -> bool:
    """The payment came, `amount` kopecks where that is known: the session is confirmed and its slot is his for good.

    One that stands confirmed already is only noted as paid; False where it was paid before.
    """
    before: Any = session.amount
    if session.status == "pending":
        _confirm_paid(tx, session, amount or int(before or 0))
    elif before is None:
        repository.note_payment(tx, session, amount or 0)
        facts.record(tx, facts.SessionPaid, session, amount=amount or None)
    return session.status == "pending" or before is None


def _confirm_paid(tx: storage.Transaction, session: Session, amount: int) -> None:
    notices = repository.notices(session, status="confirmed", payment_due_at=None)
    said = [Session.status.set("confirmed"), Session.payment_due_at.remove(), Session.amount.set(amount)]
    repository.change(tx, session, [*said, *notices], frm=("pending",))
    facts.record(tx, facts.SessionPaid, session, was="pending", status="confirmed", amount=amount or None)
    slots.settle(tx, session.slot_id, owner_of(session), otherwise=SessionRaced())
    telling.confirmed(tx, session, cause="payment_completed")
    telling.meet(tx, session)
