"""Who owns a slot: every change of hands is one conditional write in the caller's transaction."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from chalicelib.booking.slots import repository
from chalicelib.booking.slots.errors import SlotTaken
from chalicelib.booking.slots.models import Slot
from chalicelib.booking.slots.rules import Owner, SlotRef
from chalicelib.core import storage, turns


def hold(
    tx: storage.Transaction,
    slot: SlotRef,
    *,
    contour: str,
    ticket_id: str,
    until: datetime,
    expired_session: str | None = None,
    given_by: str | None = None,
) -> None:
    """Hold a slot for an application; the commit raises SlotTaken when somebody was faster.

    `given_by` is an earlier application of the same client, whose own hold passes to this one.
    """
    repository.hold(
        tx,
        slot.slot_id,
        contour=contour,
        ticket_id=ticket_id,
        until=until,
        condition=repository.takeable(slot, given_by or ticket_id, expired_session),
        otherwise=SlotTaken({"slot_id": slot.slot_id}),
    )


def release_hold(tx: storage.Transaction, slot: SlotRef, *, contour: str, ticket_id: str) -> None:
    """Give back a slot this application held; the commit raises SlotTaken when it no longer does."""
    condition = (Slot.state == "held") & (Slot.ticket_id == ticket_id) & Slot.session_id.does_not_exist()
    repository.release(
        tx,
        slot.slot_id,
        contour=contour,
        specialist_id=slot.specialist_id,
        condition=condition,
        otherwise=SlotTaken({"slot_id": slot.slot_id}),
    )


def take(
    tx: storage.Transaction,
    slot: SlotRef,
    owner: Owner,
    *,
    until: datetime | None = None,
    seen_session: str | None = None,
    marks: Mapping[str, Any] | None = None,
) -> None:
    """Give a slot to a session, until a moment or for good. The commit raises SlotTaken when it has another live owner.

    `seen_session` is a session whose payment hold is over and that stands on the slot: it must still be that one.
    """
    repository.book(
        tx,
        slot.slot_id,
        owner,
        until=until,
        condition=repository.takeable(slot, owner.ticket_id, seen_session),
        otherwise=SlotTaken({"slot_id": slot.slot_id}),
        also=Slot.mark_actions(marks or {}),
    )


def settle(tx: storage.Transaction, slot_id: str, owner: Owner, *, otherwise: Exception) -> None:
    """Make a session's payment hold lasting; an expired hold counts while nobody else has taken the slot."""
    repository.book(tx, slot_id, owner, until=None, condition=repository.owned_by(owner.session_id), otherwise=otherwise)


def pass_on(tx: storage.Transaction, slot_id: str, session_id: str, *, client_id: str, number: str, otherwise: Exception) -> None:
    """Give a session's slot to another client; the commit raises `otherwise` when the session owns it no more."""
    repository.pass_on(tx, slot_id, session_id, client_id=client_id, number=number, otherwise=otherwise)


def free(tx: storage.Transaction, slot_id: str, *, contour: str, specialist_id: str, session_id: str, otherwise: Exception) -> None:
    """Free the slot that a session owns."""
    repository.release(
        tx, slot_id, contour=contour, specialist_id=specialist_id, condition=repository.owned_by(session_id), otherwise=otherwise
    )


def unpaid(contour: str, *, ticket_id: str | None = None) -> Iterator[Slot]:
    """Slots whose payment hold is over, everybody's or one ticket's, while the tick has time."""
    return _expired("payments", contour, ticket_id, with_session=True)


def _expired(tick: str, contour: str, ticket_id: str | None, *, with_session: bool) -> Iterator[Slot]:
    part, name = repository.expired(contour, with_session=with_session), None if ticket_id else f"{tick}-{contour}"
    return turns.walk(name, [part], lambda slot: ticket_id in (None, slot.ticket_id))


def drop_expired_holds(contour: str, *, ticket_id: str | None = None) -> int:
    """Free the slots whose hold is over and that wait for no payment, everybody's or one ticket's; how many."""
    return turns.tried(_expired("holds", contour, ticket_id, with_session=False), _drop_hold)


def _drop_hold(slot: Slot) -> bool:
    tx = storage.Transaction()
    condition = repository.unheld() & Slot.session_id.does_not_exist()
    repository.release(tx, slot.slot_id, contour=slot.contour, specialist_id=slot.specialist_id, condition=condition, otherwise=SlotTaken())
    try:
        tx.commit()
    except SlotTaken:  # held anew or booked meanwhile
        return False
    return True
