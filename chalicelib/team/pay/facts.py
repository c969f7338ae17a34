"""What the log says of pay."""

from chalicelib.core.facts import Fact, detailed


@detailed
class PayAccrued(Fact):
    """What an employee earned in a period was counted, or counted anew; `ref` is his id, `amount` kopecks, `was` what it came to before.
    Counted for the last day of the period.
    """

    period_start: str
    period_end: str
    amount: int
    was: int
    version: int


@detailed
class PayExported(Fact):
    """The office took accruals away as a table; `rows` is how many there were."""

    rows: int
