"""How operations are counted from their rows: money and points by their lines, which sum to zero, the rest by what their facts said."""

from chalicelib.analytics.counts import rules
from chalicelib.analytics.counts import service as counts
from chalicelib.analytics.counts.rules import Delta, Place
from chalicelib.loyalty.ledger import repository
from chalicelib.loyalty.ledger.models import Operation
from chalicelib.loyalty.ledger.rules import OUT, of_clients, of_till


@counts.recounts(rules.OPS, rules.BUYERS)
def recount(contour: str, day: str) -> dict[Place, dict[str, int]]:
    """The operations of a day by kind, by their clients' levels and channels, and who bought."""
    rows = repository.of_day(contour, day)
    return rules.summed(delta for row in rows if row.counted for delta in deltas(row, contour, day))


def deltas(row: Operation, contour: str, day: str) -> list[Delta]:
    """What one operation adds to which count, by its row."""
    cash = of_till(row.lines) * (-1 if row.op_type in OUT else 1)  # a refund of less than a point's worth may be paid to the till
    said = {**row.counted, "cash": cash, "balance": of_clients(row.lines)}
    return [*rules.of_operation(contour, day, said)]
