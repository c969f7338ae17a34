"""The old database's slots beside ours: coming ones only, for what is past is nobody's to book."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Slot
from chalicelib.booking.specialists import service as specialists
from chalicelib.core import clock, storage, turns
from chalicelib.core.batches import batched
from chalicelib.core.errors import Invalid
from chalicelib.core.schemas import validated
from chalicelib.intake.reconcile.rules import FAR, Here, There, What, believable, differ, is_news
from chalicelib.intake.rows.case import CONTOUR, row_mark
from chalicelib.integrations.supabase.schemas import FREE, Change, SlotRow

TABLE = "hraniteli_slots"
TAKEN = "Занят"
"""Any word but the one for free."""


@dataclass(frozen=True, slots=True)
class Found:
    """One slot that differs: its row there and the slot here, as far as they exist."""

    slot_id: str
    what: tuple[What, ...]
    news: bool
    row: dict[str, Any] | None
    slot: Slot | None

    @property
    def change(self) -> Change:
        """The change that its source would have told: from what it told last to what stands there now."""
        last = TAKEN if self.slot is not None and self.slot.source_taken else FREE
        if self.row is None:
            return Change(type="DELETE", table=TABLE, old_record={"id": self.slot_id, "state": last})
        if What.MISSING_HERE in self.what:
            return Change(type="INSERT", table=TABLE, record=self.row)
        return Change(type="UPDATE", table=TABLE, record=self.row, old_record={**self.row, "state": last})


@dataclass(slots=True)
class Comparison:
    """Both calendars side by side. What was read before `read_at` may be late by now; the rules of changes know.

    `cut_at` is the last row that was looked at where the time was over before the end.
    """

    read_at: datetime
    rows: int = 0
    compared: int = 0
    withheld: int = 0
    cut_at: str | None = None
    unreadable: list[str] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)


def compare(rows: Iterable[dict[str, Any]], *, whole: bool = True) -> Comparison:
    """Every coming slot that differs, as far as there is time; a row is compared with the slot of its id.

    Only where the rows are the `whole` table can one be missing in it.
    """
    done = Comparison(clock.wall())
    seen: set[str] = set()
    for batch in batched(rows, storage.BATCH):
        seen |= {str(row["id"]) for row in batch}
        done.rows += len(batch)
        _compare_batch(done, batch)
        if turns.is_over():
            done.cut_at = str(batch[-1]["id"])
            return done
    if whole:
        _look_for_missing(done, seen)
    return done


def _compare_batch(done: Comparison, batch: list[dict[str, Any]]) -> None:
    for raw, slot in zip(batch, storage.read(*(Slot.at(str(row["id"])) for row in batch)), strict=True):
        try:
            found = compare_row(raw, slot)
        except Invalid:
            done.unreadable.append(str(raw["id"]))
            continue
        done.compared += found is not None or (slot is not None and slot.start_at > clock.now())
        if found is not None and found.what:
            done.found.append(found)


def compare_row(raw: dict[str, Any], slot: Slot | None) -> Found | None:
    """One row beside the slot of its id; None where there is nothing to compare. Raises Invalid for a row that makes no sense."""
    row = validated(SlotRow, raw)
    return _missing_here(row, raw, slot) if slot is None or slot.state == "deleted" else _pair(row, raw, slot)


def _missing_here(row: SlotRow, raw: dict[str, Any], slot: Slot | None) -> Found | None:
    """A coming row that stands nowhere here, or whose slot is deleted here."""
    if row.time_text is None:
        raise Invalid.field("date", msg="expected date (YYYY-MM-DD or DD.MM) and time (HH:mm)", kind="missing")
    start = slots.parse(row.time_text, "date")
    too_far = start - clock.now() > FAR and str(start.year) not in row.time_text
    coming = start > clock.now() and not too_far
    return Found(row.id, (What.MISSING_HERE,), True, raw, slot) if coming else None


def _pair(row: SlotRow, raw: dict[str, Any], slot: Slot) -> Found | None:
    """A coming slot and its row."""
    if slot.start_at <= clock.now():
        return None
    here = Here(open=_is_open(slot), heard=slot.source_row)
    there = There(not row.taken, row_mark(raw), same_time=_same_time(row, slot), same_specialist=_same_specialist(row, slot))
    return Found(row.id, differ(here, there), is_news(here, there), raw, slot)


def _is_open(slot: Slot) -> bool:
    """Nobody owns it; a hold for an application is nobody's yet."""
    return slots.is_free(slot) or (slot.state == "held" and slot.session_id is None)


def _same_time(row: SlotRow, slot: Slot) -> bool:
    return row.time_text is None or slots.names_moment(row.time_text, slot.start_at, slots.zone())


def _same_specialist(row: SlotRow, slot: Slot) -> bool:
    named = row.psychologist
    key = specialists.name_key
    return not named or named == slot.specialist_id or key(named, CONTOUR) == key(slot.specialist_name, CONTOUR)


def _look_for_missing(done: Comparison, seen: set[str]) -> None:
    """Coming slots that their source told of and has no more."""
    now, people = clock.now(), specialists.everyone(CONTOUR)
    coming = [
        slot
        for person in turns.in_turn("reconcile_missing", people, lambda person: str(person.specialist_id))
        for slot in slots.all_of_specialist(person.specialist_id, now, now + slots.HORIZON)
    ]
    told = [slot for slot in coming if slot.source_row is not None and slot.state != "deleted"]
    missing = [slot for slot in told if slot.slot_id not in seen]
    if not believable(len(missing), len(told), done.rows):
        done.withheld = len(missing)
        return
    done.found += [Found(slot.slot_id, (What.MISSING_THERE,), True, None, slot) for slot in missing]
