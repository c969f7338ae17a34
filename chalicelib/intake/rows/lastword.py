"""A slot's last word that waits in the inbox for a specialist who is to come: where it stands, what it says, for whom it waits."""

from datetime import UTC, datetime

from chalicelib.booking.specialists import service as specialists
from chalicelib.core import inbox, storage, waiting
from chalicelib.core.inbox import InboxRow
from chalicelib.core.schemas import validated
from chalicelib.intake.rows.rules import Verdict
from chalicelib.intake.rows.schemas import ChangeAnswer
from chalicelib.integrations.supabase.schemas import Change, SlotRow


def key(slot_id: str) -> storage.Key:
    """Where a slot's last word waits, if it does."""
    return InboxRow.at(row_id(slot_id))


def row_id(slot_id: str) -> str:
    """The id of the row in which it waits."""
    return waiting.row_id("supabase", f"slot-{slot_id}")


def is_gone(seen: InboxRow) -> bool:
    """Whether the waiting ended because the slot is no more."""
    return bool(seen.answer) and ChangeAnswer.model_validate_json(seen.answer).result is Verdict.DELETE


def written(seen: InboxRow) -> datetime | None:
    """When its source wrote it."""
    return validated(SlotRow, content(seen).row).updated_at


def aware(moment: datetime | None) -> datetime | None:
    """A moment as the old database means it: in UTC where it names no zone."""
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


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
