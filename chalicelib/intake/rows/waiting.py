"""Which of a slot's words is the last one: what came too late, and what waits for a specialist who is to come."""

from datetime import datetime
from typing import Any

from chalicelib.booking.slots.service import Slot
from chalicelib.booking.specialists.errors import SpecialistNotFound
from chalicelib.core import storage, waiting
from chalicelib.core.inbox import Receipt
from chalicelib.core.schemas import utc_text
from chalicelib.intake.rows import lastword
from chalicelib.intake.rows.case import Case
from chalicelib.intake.rows.rules import Verdict
from chalicelib.intake.rows.schemas import ChangeAnswer

OPERATION = "POST /notify-update"


def wait_in(tx: storage.Transaction, case: Case, receipt: Receipt) -> ChangeAnswer:
    """Have the row wait for its specialist, in place of what the slot said before. Raises SpecialistNotFound when too many wait."""
    answer = case.says(Verdict.WAIT, f"waits for the specialist {case.row.psychologist}, at most {waiting.KEPT.days} days")
    standing = case.waits if waiting.waits(case.waits) else None
    if is_it(case, receipt) or (standing is not None and lastword.content(standing).record == case.change.record):
        return answer
    if standing is None and waiting.number() >= waiting.MOST:
        raise SpecialistNotFound({"psychologist": "no specialist has this id or name, and too many rows wait already"})
    waiting.park(tx, lastword.row_id(case.row.id), receipt, seen=case.waits, operation=OPERATION, body=case.change, why=_why(case))
    return answer


def _why(case: Case) -> dict[str, Any]:
    since = waiting.why(case.waits)["since"] if case.waits is not None and waiting.waits(case.waits) else utc_text(case.received_at)
    return {"waits_for": case.row.psychologist, "slot": case.row.id, "time": case.row.time_text, "since": since}


def is_it(case: Case, receipt: Receipt) -> bool:
    """Whether it is the waiting row itself that is decided."""
    return receipt.inbox_id == lastword.row_id(case.row.id)


def is_late(case: Case, receipt: Receipt) -> bool:
    """Whether the slot's last word that waited, or ended the waiting, is a newer one than this."""
    seen = case.waits
    if seen is None or is_it(case, receipt) or not (waiting.waits(seen) or lastword.is_gone(seen)):
        return False
    if case.change.type == "UPDATE" and lastword.is_gone(seen):
        return True  # as for any slot that is gone: only a new row raises it
    mine, its = lastword.aware(case.row.updated_at), lastword.aware(lastword.written(seen))
    older = mine is not None and its is not None and mine < its
    return older or seen.received_at > case.received_at


def late(case: Case, receipt: Receipt) -> ChangeAnswer | None:
    """Whether a change is older than what this slot has seen, by its arrival or by its source's own clock."""
    slot, updated_at = case.slot, lastword.aware(case.row.updated_at)
    if slot is None or slot.state == "deleted":
        behind = is_late(case, receipt)
        return case.says(Verdict.IGNORE, "late") if behind else _late_for(case, slot, updated_at)
    return _late_for(case, slot, updated_at)


def _late_for(case: Case, slot: Slot | None, updated_at: datetime | None) -> ChangeAnswer | None:
    if slot is None:
        return None
    overtaken = slot.source_event_at is not None and case.received_at < slot.source_event_at
    older = updated_at is not None and slot.source_updated_at is not None and updated_at < slot.source_updated_at
    return case.says(Verdict.IGNORE, "late") if overtaken or older else None


def close_in(tx: storage.Transaction, case: Case, receipt: Receipt, answer: ChangeAnswer) -> None:
    """Where a change was decided of a slot whose last word waits still, that word waits no more."""
    if case.waits is not None and waiting.waits(case.waits) and not is_it(case, receipt):
        waiting.close(tx, case.waits, answer)
