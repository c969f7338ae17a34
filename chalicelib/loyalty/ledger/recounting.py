"""How operations are counted from their rows: money and points by their lines, which sum to zero, the rest by what their facts said."""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.analytics.counts import operations, rules
from chalicelib.analytics.counts import service as counts
from chalicelib.analytics.counts.rules import Delta, Place
from chalicelib.loyalty.ledger import repository
from chalicelib.loyalty.ledger.models import Operation
from chalicelib.loyalty.ledger.rules import PTS, RUB, client, till

TILL = till("")
CLIENTS = client("")


@counts.recounts(rules.OPS, rules.BUYERS)
def recount(contour: str, day: str) -> dict[Place, dict[str, int]]:
    """The operations of a day by kind, by their clients' levels and channels, and who bought."""
    rows = repository.of_day(contour, day)
    return rules.summed(delta for row in rows if row.counted for delta in _deltas(row, contour, day))


def _deltas(row: Operation, contour: str, day: str) -> Iterable[Delta]:
    said: Mapping[str, Any] = {**row.counted, "cash": abs(_sum(row, TILL, RUB))}
    for delta in rules.of_operation(contour, day, said):
        if delta.by and delta.name != operations.BALANCE:
            yield delta
    points = 0 if row.imported and row.op_type != "import_opening" else _sum(row, CLIENTS, PTS)
    yield Delta(Place(rules.OPS, contour, day), operations.BALANCE, points)


def _sum(row: Operation, beginning: str, currency: str) -> int:
    """What a row's lines move on the accounts that begin so."""
    return sum(int(amount) for account, of, amount in row.lines if of == currency and str(account).startswith(beginning))
