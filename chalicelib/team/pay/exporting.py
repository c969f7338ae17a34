"""Accruals to look at and to take away: the table holds what the screen does, to the kopeck."""

from datetime import timedelta
from typing import Any

from chalicelib.core import facts, sheet, storage
from chalicelib.core.bitmaps.words import folded
from chalicelib.core.facts import NOBODY
from chalicelib.core.sheet import Narrow
from chalicelib.team.pay import repository, rules
from chalicelib.team.pay.facts import PayExported
from chalicelib.team.pay.models import Accrual
from chalicelib.team.pay.schemas import ExportItem, ExportQuery, PayExport

COLUMNS = tuple(ExportItem.model_fields)
MOST = sheet.MOST


def shown(query: ExportQuery) -> PayExport:
    """Accruals of some periods and names. Raises Narrow where there are more than a table holds."""
    items = [_item(row) for row in storage.whole(_found(query))]
    return PayExport(items=items, total_amount=sum(one.amount for one in items))


def _found(query: ExportQuery) -> list[Any]:
    first, last = query.days()
    words = folded(query.full_name or "").split()
    found = []
    for row in repository.ended(first, last + timedelta(days=rules.LONGEST)):
        if row.period_start <= last.isoformat() and all(word in folded(row.full_name) for word in words):
            found.append(row)
        if len(found) > MOST:
            raise Narrow
    return found


def _item(row: Accrual) -> ExportItem:
    said = {name: getattr(row, name) for name in COLUMNS if name != "employee_id"}
    return ExportItem(employee_id=int(row.employee), **said)


def table(query: ExportQuery) -> str:
    """The same as a table that office programs open. Who took it is a fact. Raises Narrow."""
    said = shown(query).model_dump(mode="json")["items"]
    page = sheet.written(COLUMNS, ([item[name] for name in COLUMNS] for item in said))
    tx = storage.Transaction()
    facts.record(tx, PayExported(subject=NOBODY, contour="live", ref="employees.csv", rows=len(said)))
    tx.commit()
    return page
