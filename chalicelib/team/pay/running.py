"""A run of pay: what each earned in a period, counted from his timesheet and written once, however often and by how many it is asked for.

All periods are looked at before anything is written. Then twenty employees at a time are counted and written under the version of their
periods: what is the same stays as it is, and of two runs at once the slower one counts again and finds that nothing is left to do, or that
its days are another period's by now.
"""

from collections.abc import Sequence
from datetime import date

from chalicelib.core import facts, once, storage
from chalicelib.core.batches import batched
from chalicelib.core.once import AskedAtOnce, Request
from chalicelib.team.employees import repository as cards
from chalicelib.team.employees.errors import EmployeeNotFound
from chalicelib.team.employees.models import Employee
from chalicelib.team.hours import repository as hours
from chalicelib.team.hours.rules import LATEST
from chalicelib.team.pay import counting, repository, rules
from chalicelib.team.pay.errors import PayRaced, PayrollPaid, PeriodOverlaps
from chalicelib.team.pay.models import Accrual
from chalicelib.team.pay.rules import Period
from chalicelib.team.pay.schemas import AccrualShown, NewRun, Payroll


@storage.again(AskedAtOnce)
def run(body: NewRun, *, key: str | None, actor: str) -> Payroll:
    """Count a period. What was written before a refusal stays, and a repeat goes on.

    Raises KeyReused, EmployeeNotFound, PeriodOverlaps, PayrollPaid.
    """
    request = once.request(actor, "POST /api/v1/admin/employees/payroll/run", key, body)
    made = request.made(storage.read(*request.keys))
    chosen = [card.number for card in _chosen(body)]
    if made is not None:
        return _answer(_standing(chosen, body.period))
    _look(chosen, body.period)
    items: list[AccrualShown] = []
    parts = [*batched(chosen, rules.TOGETHER)] or [[]]
    for some in parts:
        try:
            items += _count(some, body.period, actor, request if some is parts[-1] else None)
        except PeriodOverlaps as found:
            raise PeriodOverlaps({**found.detail, "written": len(items), "left": len(chosen) - len(items)}) from None
    return _answer(items)


def _answer(items: Sequence[AccrualShown]) -> Payroll:
    return Payroll(items=list(items), total_amount=sum(one.amount for one in items), total=len(items))


def _chosen(body: NewRun) -> list[Employee]:
    """Whom a run counts: who is named, else who works here, and who has left and has worked in the period. Raises EmployeeNotFound."""
    everyone = cards.everyone()
    if body.employee_ids is not None:
        named = [card for card in everyone if card.number in body.employee_ids]
        if len(named) < len(set(body.employee_ids)):
            raise EmployeeNotFound({"field": "employee_ids"})
        return named
    return [card for card in everyone if not card.is_archived or _worked(card, body)]


def _worked(card: Employee, body: NewRun) -> bool:
    """Whether somebody who has left has worked in the period; nothing is written of days that are far behind his last one."""
    gone = date.fromisoformat(facts.day_of(card.archived_at)) if card.archived_at else date.max - LATEST
    in_reach = gone + LATEST >= body.period_start
    return in_reach and bool(hours.within("time", card.number, body.period_start, body.period_end, limit=1))


def _look(chosen: Sequence[int], period: Period) -> None:
    """Refuse the run before anything of it is written. Raises PeriodOverlaps, PayrollPaid."""
    accruals, counted = storage.read_lists(*_keys(chosen, period))
    for number, row in zip(chosen, counted, strict=True):
        try:
            _check(number, row, period)
        except PeriodOverlaps as found:
            raise PeriodOverlaps({**found.detail, "written": 0, "left": len(chosen)}) from None
    if paid := [number for number, row in zip(chosen, accruals, strict=True) if row is not None and row.status == repository.PAID]:
        raise PayrollPaid({"employee_ids": paid})


def _keys(chosen: Sequence[int], period: Period) -> tuple[list[storage.Key], list[storage.Key]]:
    return [repository.key(number, period) for number in chosen], [repository.periods_key(number) for number in chosen]


def _check(number: int, counted: Accrual | None, period: Period) -> None:
    if there := rules.sharing(period, counted.periods if counted else ()):
        raise PeriodOverlaps({"period": {"period_start": there.start, "period_end": there.end}, "employee_id": number})


def _standing(chosen: Sequence[int], period: Period) -> list[AccrualShown]:
    """What stands of a run that was made."""
    rows = storage.read(*(repository.key(number, period) for number in chosen))
    return [counting.shown(row, changed=False) for row in rows if row is not None]


@storage.again(PayRaced, times=6)
def _count(some: Sequence[int], period: Period, actor: str, request: Request | None) -> list[AccrualShown]:
    """Count some employees and write what differs. Raises PeriodOverlaps, PayrollPaid; the commit raises PayRaced."""
    tx = storage.Transaction()
    if request is not None:
        request.done(tx, f"{period.start}#{period.end}")
    people, accruals, counted = storage.read_lists([cards.key(number) for number in some], *_keys(some, period))
    items = []
    for card, row, periods in zip(people, accruals, counted, strict=True):
        _check(card.number, periods, period)
        items.append(counting.count_in(tx, card, row, periods, period, actor))
    tx.commit()
    return items
