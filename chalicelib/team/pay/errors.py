"""What pay refuses."""

from chalicelib.core.errors import Busy, Conflict


class PeriodOverlaps(Conflict):
    """A day is paid once: another period that was counted shares one with this. `detail` says which, how many of the run were `written`
    before it appeared, and how many are `left`; a repeat goes on.
    """

    code = "period_overlaps"
    message = "Another period that was counted shares a day with this one."


class PayrollPaid(Conflict):
    """What was paid is counted no more; `detail.employee_ids` say to whom."""

    code = "payroll_paid"
    message = "This was paid already."


class PayRaced(Busy):
    """Another run wrote the same employee's pay: count again from what now stands."""
