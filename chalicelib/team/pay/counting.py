"""One employee's accrual: counted from his timesheet, and written with his history where it is not what stands."""

from datetime import date, timedelta
from typing import Any

from chalicelib.core import clock, facts, storage
from chalicelib.core.amounts import THOUSANDTHS
from chalicelib.core.amounts import shown as plain
from chalicelib.core.facts import NOBODY
from chalicelib.team.employees import history
from chalicelib.team.employees.models import Employee
from chalicelib.team.hours import repository as hours
from chalicelib.team.pay import repository, rules
from chalicelib.team.pay.errors import PayrollPaid
from chalicelib.team.pay.facts import PayAccrued
from chalicelib.team.pay.models import Accrual
from chalicelib.team.pay.rules import Figures, Period
from chalicelib.team.pay.schemas import AccrualShown

HALF_A_DAY = timedelta(hours=12)


def count_in(
    tx: storage.Transaction, card: Employee, row: Accrual | None, counted: Accrual | None, period: Period, actor: str
) -> AccrualShown:
    """Count somebody; what differs from `row` is added to the transaction, in four rows. Raises PayrollPaid."""
    first, last = map(date.fromisoformat, period)
    now = rules.figures(card.payment_type, hours.within("time", card.number, first, last))
    if row is not None and now == Figures(str(row.payment_type), int(row.hours), int(row.units), int(row.amount)):
        return shown(row, changed=False)
    if row is not None and row.status == repository.PAID:
        raise PayrollPaid({"employee_ids": [card.number]})
    accrual = _accrual(card, row, now, period, actor)
    periods = [*(counted.periods if counted else [])]
    version = repository.write_in(tx, accrual, counted, periods if list(period) in periods else [*periods, list(period)])
    _tell_in(tx, card.number, accrual, row, version)
    return shown(accrual, changed=True)


def _accrual(card: Employee, row: Accrual | None, now: Figures, period: Period, actor: str) -> Accrual:
    at, accrual = clock.now(), repository.row(card.number, period)
    for name, value in now._asdict().items():
        setattr(accrual, name, value)
    accrual.full_name, accrual.status, accrual.by = card.full_name, "calculated", actor
    accrual.version, accrual.updated_at = (int(row.version) if row else 0) + 1, at
    accrual.created_at = row.created_at if row else at
    return accrual


def _tell_in(tx: storage.Transaction, number: int, accrual: Accrual, row: Accrual | None, version: int) -> None:
    """Add the history's event and the fact."""
    days = {"period_start": str(accrual.period_start), "period_end": str(accrual.period_end)}
    was, amount = int(row.amount) if row else 0, int(accrual.amount)
    payload: dict[str, Any] = {**days, "payment_type": accrual.payment_type, "version": int(accrual.version), "amount": plain(amount)}
    payload |= {"hours": plain(int(accrual.hours)), "units": plain(int(accrual.units), THOUSANDTHS)}
    told = {"field": "amount", "old_value": str(plain(was)) if row else None, "new_value": str(plain(amount)), "payload": payload}
    kind = "recalculated" if row else "accrued"
    history.note_in(tx, number, history.PAY + version, kind, by=str(accrual.by), at=accrual.updated_at, **told)
    noon = facts.bounds(days["period_end"], days["period_end"])[0] + HALF_A_DAY
    about: dict[str, Any] = {"subject": NOBODY, "contour": "live", "ref": str(number), "day_at": noon, **days}
    facts.record(tx, PayAccrued(**about, amount=amount, was=was, version=int(accrual.version)))


def shown(row: Accrual, *, changed: bool) -> AccrualShown:
    """An accrual as a run shows it."""
    return AccrualShown(
        employee_id=int(row.employee),
        full_name=str(row.full_name),
        payment_type=str(row.payment_type),
        hours=row.hours,
        units=row.units,
        pieces=row.units,
        amount=row.amount,
        version=int(row.version),
        changed=changed,
    )
