"""What the coming, moving and going of slots means for their specialist's days.

A slot that overlaps another is never takeable: it does not exist, or is cut. So whoever takes an existing slot need not look
at the day; whoever makes, moves or removes one writes the day too, in the same transaction and under the version he read.
"""

from collections.abc import Sequence

from chalicelib.booking.calendar import service as calendar
from chalicelib.booking.calendar.service import DayChanged, Days, Interval
from chalicelib.booking.slots import repository
from chalicelib.booking.slots.models import Slot
from chalicelib.booking.slots.rules import SlotRef
from chalicelib.core import storage

MOST = 40
"""How many cut slots one decision looks at: a transaction holds a hundred rows."""


def time_of(slot: Slot | SlotRef) -> Interval:
    """A slot's time, as days hold it."""
    return calendar.interval(slot.start_at, slot.minutes, slot.slot_id, offered=not slot.is_made)


def ref(slot: Slot) -> SlotRef:
    """What a booking needs to know of a slot."""
    return SlotRef(slot.slot_id, slot.specialist_id, slot.specialist_name, slot.start_at, int(slot.minutes), bool(slot.is_made))


def in_the_way(days: Days, what: SlotRef) -> list[str]:
    """Slots that stand where another is to be, by id, earliest first."""
    return [one.ref for one in days.standing_over(what.specialist_id, time_of(what))]


def place(days: Days, what: SlotRef, *, gone: Slot | None = None) -> list[str]:
    """Have a slot stand in its days, or be cut where others stand there already: their ids. `gone` is where it was before."""
    if gone is not None:
        leave(days, gone)
    others = in_the_way(days, what)
    (days.cut if others else days.stand)(what.specialist_id, time_of(what))
    return others


def leave(days: Days, slot: Slot) -> None:
    """Take a slot out of its days."""
    days.leave(slot.specialist_id, time_of(slot))


def displace_in(tx: storage.Transaction, days: Days, what: SlotRef, others: Sequence[str]) -> bool:
    """Have slots that are free give way to one that is taken in truth; False, and nothing done, where one of them is not free."""
    rows = storage.read(*(Slot.at(slot_id) for slot_id in others))
    if len(rows) > MOST or any(row is None or row.state != "free" for row in rows):
        return False
    cut_in(tx, days, what, rows)
    return True


def cut_in(tx: storage.Transaction, days: Days, what: SlotRef, rows: Sequence[Slot]) -> None:
    """Have a slot stand, and these, as they were read, wait for it to go; the commit raises DayChanged where one of them changed."""
    for row in rows:
        leave(days, row)
        days.cut(row.specialist_id, time_of(row))
        repository.cut(tx, row, [what.slot_id], otherwise=DayChanged(), unless_held=True)
    days.stand(what.specialist_id, time_of(what))


def write_in(tx: storage.Transaction, days: Days, *changed: Slot | SlotRef, otherwise: Exception | None = None) -> None:
    """Write the days, and what has become of the cut slots where these slots came or went.

    The commit raises DayChanged, or `otherwise`, when somebody was faster.
    """
    lost = otherwise or DayChanged()
    waiting = {(slot.specialist_id, one) for slot in changed for one in days.cut_over(slot.specialist_id, time_of(slot))}
    looked_at = sorted(waiting, key=lambda pair: pair[1])[:MOST]
    for (specialist_id, one), row in zip(looked_at, storage.read(*(Slot.at(one.ref) for _, one in looked_at)), strict=True):
        others = [other.ref for other in days.standing_over(specialist_id, one)]
        if row is None or row.state != "cut":
            continue
        if others:
            repository.cut(tx, row, others, otherwise=lost)
        else:
            leave(days, row)
            days.stand(specialist_id, one)
            repository.uncut(tx, row, otherwise=lost)
    days.write_in(tx, otherwise=lost)
