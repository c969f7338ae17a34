"""Which table's change goes where."""

from chalicelib.core import inbox
from chalicelib.core.inbox import Receipt
from chalicelib.intake.rows import service, specialist_rows
from chalicelib.intake.rows.rules import Verdict
from chalicelib.intake.rows.schemas import ChangeAnswer
from chalicelib.integrations.supabase.schemas import Change

TABLES = {"hraniteli_slots": service.apply, "hraniteli_psychologists": specialist_rows.apply}


def apply(change: Change, receipt: Receipt) -> ChangeAnswer:
    """Hand a change to the package of its table; other tables are none of ours."""
    decide = TABLES.get(change.table)
    if decide:
        return decide(change, receipt)
    answer = ChangeAnswer(result=Verdict.IGNORE, reason="unknown table")
    inbox.done(receipt, answer)
    return answer
