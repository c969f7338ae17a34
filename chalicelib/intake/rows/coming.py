"""A specialist has come: the rows that waited for him are decided, in the order in which they came, by the door's own rules.

The effect of his naming makes it fast; the sweep makes it sure, for the index of what waits lags and workers die.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.errors import SpecialistNotFound
from chalicelib.booking.specialists.service import Specialist
from chalicelib.core import ids, inbox, outbox, storage, waiting
from chalicelib.core.errors import AppError, Busy
from chalicelib.core.inbox import AlreadyAnswered, InboxRow, Receipt
from chalicelib.core.observability import logger
from chalicelib.intake.rows import service
from chalicelib.intake.rows.case import CONTOUR
from chalicelib.intake.rows.lastword import content, is_for, key, named
from chalicelib.messaging import service as messaging

AT_ONCE = 100
"""Rows that one delivery or tick decides: well within its lease."""


def arrived(specialist_id: str) -> None:
    """Decide what waits for a specialist. Raises Retry while there is more."""
    (person,) = storage.read(Specialist.at(specialist_id))
    if person is None or person.contour != CONTOUR:
        return
    rows = [row for row in waiting.standing() if is_for(row, person)]
    _decide(rows[:AT_ONCE])
    if len(rows) > AT_ONCE:
        raise outbox.Retry("more rows wait for him", timedelta(seconds=1))


def look() -> int:
    """Decide what waits though its specialist is here: he came while the row was written, or its effect met an older list; how many."""
    rows = waiting.standing()
    references = list(dict.fromkeys(named(row) for row in rows))
    keys = [one for reference in references for one in specialists.reference_keys(reference, CONTOUR)]
    found = storage.read(*keys)
    here = {reference for place, reference in enumerate(references) if _is_here(found[2 * place : 2 * place + 2])}
    return _decide([row for row in rows if named(row) in here][:AT_ONCE])


def look_again(slot_id: str, reference: str) -> None:
    """Decide a row that has just begun to wait, if its specialist came while it was written."""
    row, *found = storage.read(key(slot_id), *specialists.reference_keys(reference, CONTOUR))
    if waiting.waits(row) and _is_here(found):
        _decide([row])


def _is_here(rows: Sequence[Any]) -> bool:
    by_id, by_name = rows
    return by_id is not None or bool(by_name and by_name.specialist_ids)


def _decide(listed: Sequence[InboxRow]) -> int:
    """Decide rows one by one, as they stand now: the list tells of a moment ago."""
    rows = [row for row in storage.read(*(InboxRow.at(row.inbox_id) for row in listed)) if waiting.waits(row)]
    return sum(_decide_one(row) for row in rows)


def _decide_one(row: InboxRow) -> bool:
    receipt = Receipt.of(row)
    try:
        service.apply(content(row), receipt)
    except (AlreadyAnswered, Busy):  # another worker was faster, or a newer word waits; or the next tick goes on
        return False
    except AppError as error:
        _tell(row, error)
        inbox.refuse(receipt, error.body())
    except Exception:  # one poisoned row must not keep the others waiting
        logger.exception("waiting row failed", extra={"inbox_id": row.inbox_id})
        return False
    return True


def _tell(row: InboxRow, error: AppError) -> None:
    """Have the admin read, once for each such row, that it was refused: its first answer said that it waits."""
    why, tx = waiting.why(row), storage.Transaction()
    values = {"slot": why["slot"], "their_time": why["time"], "their_specialist": why["waits_for"], "since_at": why["since"]}
    about, message_id = messaging.About("waiting_row_refused", CONTOUR), ids.derived(row.seed, "refused", at=row.received_at)
    because = {"ambiguous": why["waits_for"]} if isinstance(error, SpecialistNotFound) else {"reason": error.sentence()}
    messaging.tell_admin(tx, "admin_waiting_row_refused", about, values | because, message_id=message_id)
    with suppress(storage.ConditionFailed):  # told already
        tx.commit()
