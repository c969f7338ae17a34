"""Accruals, and the periods under whose version they are written: of two runs at once one is first, whatever their days."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from chalicelib.core import storage
from chalicelib.core.places import of_number
from chalicelib.team.pay.errors import PayRaced
from chalicelib.team.pay.models import Accrual
from chalicelib.team.pay.rules import Period

PERIODS, PAID, PAGE = "periods", "paid", 1000
CONTOUR = "live"
"""Whoever works here is paid in earnest."""


def key(employee: int, period: Period) -> storage.Key:
    """Where somebody's accrual of a period stands."""
    return Accrual.at(of_number(employee), _place(period))


def periods_key(employee: int) -> storage.Key:
    """Where it stands which periods were counted of him."""
    return Accrual.at(of_number(employee), PERIODS)


def _place(period: Period) -> str:
    return f"pay#{period.end}#{period.start}"


def row(employee: int, period: Period) -> Accrual:
    """An accrual that nobody has made yet."""
    return Accrual(
        employee=of_number(employee),
        place=_place(period),
        version=0,
        year=period.end[:4],
        ended=f"{period.end}#{of_number(employee)}#{period.start}",
        period_start=period.start,
        period_end=period.end,
    )


def write_in(tx: storage.Transaction, accrual: Accrual, seen: Accrual | None, periods: list[list[str]]) -> int:
    """Write an accrual with the periods that are counted then; their version. The commit raises PayRaced where another run was faster."""
    before = int(seen.version) if seen else 0
    same = Accrual.version == before if seen else Accrual.version.does_not_exist()
    tx.put(Accrual(employee=accrual.employee, place=PERIODS, version=before + 1, periods=periods), condition=same, otherwise=PayRaced())
    unpaid = Accrual.status.does_not_exist() | (Accrual.status != PAID)
    tx.put(accrual, condition=unpaid, otherwise=PayRaced())
    return before + 1


def ended(first: date, last: date) -> Iterator[Any]:
    """Accruals whose periods end on these days, the last ones first: an index, whose rows have keys, name and start."""
    between = Accrual.ended.between(f"{first}#", f"{last}#~")
    for year in range(last.year, first.year - 1, -1):
        yield from storage.scroll(Accrual.by_end, str(year), between=between, size=PAGE, newest_first=True)
