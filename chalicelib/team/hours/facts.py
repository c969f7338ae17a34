"""What the log says of hours: that they were written down, and of which day."""

from chalicelib.core.facts import Fact, detailed


@detailed
class WorkNoted(Fact):
    """An employee's work of a day was written down; `ref` is his id, `entry` which one it is."""

    entry: int
    work_date: str


class ShiftPlanned(WorkNoted):
    """An employee's time of a day was planned; `ref` is his id, `entry` which one it is."""
