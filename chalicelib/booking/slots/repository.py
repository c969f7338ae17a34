"""Conditions and writes of slots: the one place where ownership is decided.

free ──────────hold / book──────────> held / booked
held by me ────hold / book──────────> held / booked
held, over ────hold / book by anyone> held / booked
booked ────────free by its session──> free
free ──────────another stands there─> cut ──nothing stands there any more──> free
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.booking.slots.models import Slot
from chalicelib.booking.slots.rules import Owner, SlotRef
from chalicelib.core import clock, storage
from chalicelib.core.turns import Part

SHOWN = ("slot_id", "specialist_id", "specialist_name", "start_at", "minutes", "free_in", "free_of")
"""What a list tells of a slot, and the keys from which the next page's start is made."""


def takeable(slot: SlotRef, ticket_id: str, session_id: str | None = None) -> Condition:
    """Free, held by this ticket, or held no longer; still the time that was chosen, and the session seen on it, if any, still there."""
    over = (Slot.state == "held") & (Slot.hold_until < clock.now())
    mine = (Slot.state == "held") & (Slot.ticket_id == ticket_id)
    same = Slot.session_id.does_not_exist() if session_id is None else Slot.session_id == session_id
    return ((Slot.state == "free") | over | mine) & same & unmoved(slot)


def owned_by(session_id: str) -> Condition:
    """Booked by, or waiting for the payment of, this session."""
    return Slot.session_id == session_id


def _revised() -> list[Action]:
    """What a calendar tells a newer state by."""
    return [Slot.revision.add(1), Slot.changed_at.set(clock.wall())]


def hold(
    tx: storage.Transaction, slot_id: str, *, contour: str, ticket_id: str, until: datetime, condition: Condition, otherwise: Exception
) -> None:
    """Keep a slot for an application until a moment; it stays listed, and is skipped while the hold lasts."""
    owned: list[Action] = [*_sessionless(), Slot.ticket_id.set(ticket_id), *_revised()]
    actions: list[Action] = [Slot.state.set("held"), Slot.hold_until.set(until), Slot.held_in.set(contour), *owned]
    tx.update(Slot.row(slot_id), actions, condition=condition, otherwise=otherwise)


def book(
    tx: storage.Transaction,
    slot_id: str,
    owner: Owner,
    *,
    until: datetime | None,
    condition: Condition,
    otherwise: Exception,
    also: Sequence[Action] = (),
) -> None:
    """Give a slot to a session: for good, or until its payment is due."""
    named = [
        attribute.set(value) if value else attribute.remove()
        for attribute, value in ((Slot.client_name, owner.client_name), (Slot.lead_number, owner.lead_number))
    ]
    owned = [Slot.ticket_id.set(owner.ticket_id), Slot.session_id.set(owner.session_id), Slot.client_id.set(owner.client_id), *named]
    if until:
        lasting: list[Action] = [Slot.state.set("held"), Slot.hold_until.set(until), Slot.held_in.set(owner.contour)]
    else:
        lasting = [Slot.state.set("booked"), *_unlisted()]
    tx.update(Slot.row(slot_id), [*owned, *lasting, *_revised(), *also], condition=condition, otherwise=otherwise)


def _unlisted() -> list[Action]:
    return [Slot.hold_until.remove(), Slot.held_in.remove(), Slot.free_in.remove(), Slot.free_of.remove()]


def _ownerless() -> list[Action]:
    return [Slot.ticket_id.remove(), *_sessionless()]


def _sessionless() -> list[Action]:
    return [
        Slot.session_id.remove(),
        Slot.client_id.remove(),
        Slot.client_name.remove(),
        Slot.lead_number.remove(),
    ]


def block(
    tx: storage.Transaction, slot_id: str, *, state: str, condition: Condition, otherwise: Exception, also: Sequence[Action] = ()
) -> None:
    """Take a slot off the lists with no session of ours: taken elsewhere, or deleted."""
    gone: list[Action] = [Slot.state.set(state), Slot.cut_by.remove(), *_unlisted(), *_ownerless(), *_revised()]
    tx.update(Slot.row(slot_id), [*gone, *also], condition=condition, otherwise=otherwise)


def mark(tx: storage.Transaction, slot_id: str, actions: Sequence[Action], *, condition: Condition, otherwise: Exception) -> None:
    """Note on a slot what its source said, owner untouched."""
    tx.update(Slot.row(slot_id), actions, condition=condition, otherwise=otherwise)


def unmoved(slot: Slot | SlotRef) -> Condition:
    """The slot still has the time that was read, and is still its specialist's."""
    return (Slot.start_at == slot.start_at) & (Slot.minutes == slot.minutes) & (Slot.specialist_id == slot.specialist_id)


def as_seen(slot: Slot) -> Condition:
    """The slot's ownership and time are still what was read."""
    session = Slot.session_id.does_not_exist() if slot.session_id is None else Slot.session_id == slot.session_id
    ticket = Slot.ticket_id.does_not_exist() if slot.ticket_id is None else Slot.ticket_id == slot.ticket_id
    return (Slot.state == slot.state) & session & ticket & unmoved(slot)


def release(
    tx: storage.Transaction,
    slot_id: str,
    *,
    contour: str,
    specialist_id: str,
    condition: Condition,
    otherwise: Exception | None = None,
    also: Sequence[Action] = (),
) -> None:
    """Make a slot free again."""
    listed = [Slot.free_in.set(contour), Slot.free_of.set(specialist_id), Slot.hold_until.remove(), Slot.held_in.remove()]
    tx.update(
        Slot.row(slot_id), [Slot.state.set("free"), *listed, *_ownerless(), *_revised(), *also], condition=condition, otherwise=otherwise
    )


def free_between(contour: str, first: datetime, last: datetime, *, limit: int | None = None) -> list[Slot]:
    """Free slots of a contour whose start lies between two moments: one query."""
    return storage.query(Slot.free_by_time, contour, between=Slot.start_at.between(first, last), where=_free_now(), limit=limit).rows


def free_of(specialist_id: str, first: datetime, last: datetime, *, limit: int | None = None) -> list[Slot]:
    """Free slots of one specialist between two moments: one query."""
    between = Slot.start_at.between(first, last)
    return storage.query(Slot.free_by_specialist, specialist_id, between=between, where=_free_now(), limit=limit).rows


def free_page(
    *,
    contour: str,
    specialist_id: str | None,
    first: datetime,
    last: datetime,
    ticket_id: str | None,
    limit: int,
    start: dict[str, object] | None,
) -> storage.Page:
    """A page of slots that anyone, or this ticket, may take, with what is shown of them: what their source said is long."""
    index, hash_key = (Slot.free_by_specialist, specialist_id) if specialist_id else (Slot.free_by_time, contour)
    where = _free_now() | (Slot.ticket_id == ticket_id) if ticket_id else _free_now()
    between = Slot.start_at.between(first, last)
    return storage.query(index, hash_key, between=between, where=where, limit=limit, start=start, only=SHOWN)


def _free_now() -> Condition:
    return ((Slot.state == "free") | (Slot.hold_until < clock.now())) & Slot.resting.does_not_exist()


def free_shown(contour: str, specialist_id: str | None, first: datetime, last: datetime) -> list[Slot]:
    """Every free slot of a contour, or of one specialist, between two moments, with what is shown of it."""
    index, hash_key = (Slot.free_by_specialist, specialist_id) if specialist_id else (Slot.free_by_time, contour)
    return storage.query(index, hash_key, between=Slot.start_at.between(first, last), where=_free_now(), only=SHOWN).rows


def all_of(specialist_id: str, first: datetime, last: datetime) -> list[Slot]:
    """Every slot of a specialist between two moments, whoever owns it."""
    return storage.query(Slot.by_specialist, specialist_id, between=Slot.start_at.between(first, last)).rows


def expired(contour: str, *, with_session: bool) -> Part:
    """Slots whose hold is over: those that wait for a session's payment, or the others."""
    where = Slot.session_id.exists() if with_session else Slot.session_id.does_not_exist()
    return Part(Slot.held_until, contour, Slot.hold_until < clock.now(), where, whole=True)


def unheld() -> Condition:
    """The hold is over and nobody has renewed it."""
    return (Slot.state == "held") & (Slot.hold_until < clock.now())


def settle_for(slot: Slot, *, active: bool, name: str) -> None:
    """Write on a slot what its specialist is called and whether he works; a resting one's free time is not shown."""
    rest = Slot.resting.remove() if active else Slot.resting.set(True)
    storage.change(slot, [rest, Slot.specialist_name.set(name)])


def shift(
    tx: storage.Transaction, slot: Slot, what: SlotRef, *, cut_by: Collection[str] = (), also: Sequence[Action], otherwise: Exception
) -> None:
    """Give a slot nobody owns another time or specialist; a hold that is over ends with the time it was for."""
    listed = cut_off(cut_by) if cut_by else open_to_all(slot.contour, what.specialist_id)
    actions = [*listed, *_ownerless(), *_revised(), *_placed(what)]
    tx.update(Slot.row(slot.slot_id), [*actions, *also], condition=as_seen(slot), otherwise=otherwise)


def _placed(what: SlotRef) -> list[Action]:
    return [
        Slot.start_at.set(what.start_at),
        Slot.minutes.set(what.minutes),
        Slot.specialist_id.set(what.specialist_id),
        Slot.specialist_name.set(what.specialist_name),
    ]


def carry(tx: storage.Transaction, slot: Slot, what: SlotRef, *, also: Sequence[Action], otherwise: Exception) -> None:
    """Give a slot another time, whose it is untouched."""
    tx.update(Slot.row(slot.slot_id), [*_revised(), *_placed(what), *also], condition=as_seen(slot), otherwise=otherwise)


def open_to_all(contour: str, specialist_id: str) -> list[Action]:
    """Free, and listed."""
    listed = [Slot.free_in.set(contour), Slot.free_of.set(specialist_id)]
    return [Slot.state.set("free"), *listed, Slot.hold_until.remove(), Slot.held_in.remove(), Slot.cut_by.remove()]


def cut_off(by: Collection[str]) -> list[Action]:
    """Nobody's, and offered nowhere, while these slots stand."""
    return [Slot.state.set("cut"), Slot.cut_by.set(set(by)), *_unlisted()]


def cut(tx: storage.Transaction, slot: Slot, by: Collection[str], *, otherwise: Exception, unless_held: bool = False) -> None:
    """Have a slot that was nobody's, or cut, when it was read wait for others to go. `unless_held`: by its own ticket anew since then."""
    same = as_seen(slot) & unheld() if unless_held and slot.state == "held" else as_seen(slot)
    tx.update(Slot.row(slot.slot_id), [*cut_off(by), *_ownerless(), *_revised()], condition=same, otherwise=otherwise)


def touch(tx: storage.Transaction, slot: Slot, *, otherwise: Exception) -> None:
    """Write nothing new, but only while a slot is as it was read."""
    tx.update(Slot.row(slot.slot_id), [Slot.minutes.set(slot.minutes)], condition=as_seen(slot), otherwise=otherwise)


def uncut(tx: storage.Transaction, slot: Slot, *, otherwise: Exception) -> None:
    """Give a cut slot its time back; one that its source says is taken stays off the lists."""
    said = Slot.source_taken.does_not_exist() if slot.source_taken is None else Slot.source_taken == slot.source_taken
    taken: list[Action] = [Slot.state.set("taken"), Slot.cut_by.remove()]
    actions = taken if slot.source_taken else open_to_all(slot.contour, slot.specialist_id)
    tx.update(Slot.row(slot.slot_id), [*actions, *_revised()], condition=(Slot.state == "cut") & said, otherwise=otherwise)


def pass_on(tx: storage.Transaction, slot_id: str, session_id: str, *, client_id: str, number: str, otherwise: Exception) -> None:
    """Give a session's slot to another client, while the session owns it."""
    actions = [Slot.client_id.set(client_id), Slot.lead_number.set(number)]
    tx.update(Slot.row(slot_id), actions, condition=owned_by(session_id), otherwise=otherwise)
