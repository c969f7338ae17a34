"""Rows of slots that came before their specialist: the last word of each slot waits for him, and is shown with whom it waits for."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.errors import SpecialistNotFound
from chalicelib.core import inbox, storage, waiting
from chalicelib.core.inbox import InboxRow, Receipt
from chalicelib.core.schemas import utc_text, validated
from chalicelib.intake.rows.rules import Verdict
from chalicelib.intake.rows.schemas import ChangeAnswer
from chalicelib.integrations.supabase.schemas import Change, SlotRow

if TYPE_CHECKING:
    from chalicelib.intake.rows.case import Case

OPERATION = "POST /notify-update"


def key(slot_id: str) -> storage.Key:
    """Where a slot's last word waits, if it does."""
    return InboxRow.at(_row_id(slot_id))


def _row_id(slot_id: str) -> str:
    return waiting.row_id("supabase", f"slot-{slot_id}")


def wait_in(tx: storage.Transaction, case: "Case", receipt: Receipt) -> ChangeAnswer:
    """Have the row wait for its specialist, in place of what the slot said before. Raises SpecialistNotFound when too many wait."""
    answer = case.says(Verdict.WAIT, f"waits for the specialist {case.row.psychologist}, at most {waiting.KEPT.days} days")
    standing = case.waits if waiting.waits(case.waits) else None
    if is_it(case, receipt) or (standing is not None and content(standing).record == case.change.record):
        return answer
    if standing is None and waiting.number() >= waiting.MOST:
        raise SpecialistNotFound({"psychologist": "no specialist has this id or name, and too many rows wait already"})
    waiting.park(tx, _row_id(case.row.id), receipt, seen=case.waits, operation=OPERATION, body=case.change, why=_why(case))
    return answer


def _why(case: "Case") -> dict[str, Any]:
    since = waiting.why(case.waits)["since"] if case.waits is not None and waiting.waits(case.waits) else utc_text(case.received_at)
    return {"waits_for": case.row.psychologist, "slot": case.row.id, "time": case.row.time_text, "since": since}


def is_it(case: "Case", receipt: Receipt) -> bool:
    """Whether it is the waiting row itself that is decided."""
    return receipt.inbox_id == _row_id(case.row.id)


def is_late(case: "Case", receipt: Receipt) -> bool:
    """Whether the slot's last word that waited, or ended the waiting, is a newer one than this."""
    seen = case.waits
    if seen is None or is_it(case, receipt) or not (waiting.waits(seen) or _is_gone(seen)):
        return False
    if case.change.type == "UPDATE" and _is_gone(seen):
        return True  # as for any slot that is gone: only a new row raises it
    mine, its = aware(case.row.updated_at), aware(_written(seen))
    older = mine is not None and its is not None and mine < its
    return older or seen.received_at > case.received_at


def _is_gone(seen: InboxRow) -> bool:
    return bool(seen.answer) and ChangeAnswer.model_validate_json(seen.answer).result is Verdict.DELETE


def _written(seen: InboxRow) -> datetime | None:
    return validated(SlotRow, content(seen).row).updated_at


def aware(moment: datetime | None) -> datetime | None:
    """A moment as the old database means it: in UTC where it names no zone."""
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def close_in(tx: storage.Transaction, case: "Case", receipt: Receipt, answer: ChangeAnswer) -> None:
    """Where a change was decided of a slot whose last word waits still, that word waits no more."""
    if case.waits is not None and waiting.waits(case.waits) and not is_it(case, receipt):
        waiting.close(tx, case.waits, answer)


def content(row: InboxRow) -> Change:
    """The change that waits."""
    return Change.model_validate_json(inbox.raw_of(row))


def named(row: InboxRow) -> str:
    """For whom a row of the list waits, as it names him."""
    return str(waiting.why(row).get("waits_for", ""))


def is_for(row: InboxRow, specialist: specialists.Specialist) -> bool:
    """Whether a row of the list waits for this specialist."""
    reference = named(row)
    return reference == specialist.specialist_id or specialists.name_key(reference, specialist.contour) == specialist.name_key
