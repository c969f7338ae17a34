"""Which table's change goes where."""

from contextlib import suppress

from chalicelib.core import inbox
from chalicelib.core.errors import Busy
from chalicelib.core.inbox import Receipt
from chalicelib.intake.rows import coming, service, specialist_rows
from chalicelib.intake.rows.rules import Verdict
from chalicelib.intake.rows.schemas import ChangeAnswer
from chalicelib.integrations.supabase.schemas import Change


def _slot_row(change: Change, receipt: Receipt) -> ChangeAnswer:
    """The answer to a slot's row; one that is to wait looks once more: its specialist may have come while it was written."""
    answer = service.apply(change, receipt)
    if answer.result is Verdict.WAIT:
        with suppress(Busy):  # it waits, and the sweep looks too
            coming.look_again(*(str(change.row[column]).strip() for column in ("id", "psychologist")))
    return answer


TABLES = {"hraniteli_slots": _slot_row, "hraniteli_psychologists": specialist_rows.apply}


def apply(change: Change, receipt: Receipt) -> ChangeAnswer:
    """Hand a change to the package of its table; other tables are none of ours."""
    decide = TABLES.get(change.table)
    if decide:
        return decide(change, receipt)
    answer = ChangeAnswer(result=Verdict.IGNORE, reason="unknown table")
    inbox.done(receipt, answer)
    return answer
