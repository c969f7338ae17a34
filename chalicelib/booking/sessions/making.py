"""Sessions whose time is made for them: apart from those on slots that stand, so that no door of the site is granted what it never does."""

from collections.abc import Mapping
from typing import Any

from chalicelib.booking.sessions.lifecycle import begin_in, begun, give_way_in
from chalicelib.booking.sessions.models import Session
from chalicelib.booking.slots import made
from chalicelib.booking.slots.made import Room
from chalicelib.booking.slots.service import Owner, SlotRef
from chalicelib.core import storage


def book_made_in(
    tx: storage.Transaction,
    slot: SlotRef,
    owner: Owner,
    room: Room,
    *,
    cause: str,
    force: bool = False,
    about: Mapping[str, Any] | None = None,
) -> Session:
    """Make a slot for a client, of a confirmed session; see `made.make_in`. The commit raises ClientBusy as `book_in`'s does."""
    for unpaid in made.make_in(tx, room, slot, owner):
        give_way_in(tx, unpaid)
    session = begun(slot, owner, **(about or {}))
    session.status = "confirmed"
    return begin_in(tx, session, slot, cause=cause, paid=False, force=force)
