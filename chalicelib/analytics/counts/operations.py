"""What an operation at the till adds to which count. Pure; kopecks and hundredths of a point.

A day's row has a name a kind of operation and amount, `purchase_cash`. What goes out at the till stands under its own kind, above zero:
whoever adds kinds up knows which way each goes.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from chalicelib.analytics.counts.places import BUYERS, MEMBER, OPS, Delta, Place

SALES: Final = ("purchase", "order")
AMOUNTS: Final = ("amount", "net", "discount", "referral_discount", "points", "certificate", "cash", "earned", "cost", "costed")
BALANCE: Final = "balance"
"""By how much the points of all clients are more."""

LEVEL, CHANNEL = "level.", "channel."
OF_PEOPLE: Final = ("count", "amount", "cash", "first")
"""What is told apart by whose operation it was."""


def of_operation(contour: str, day: str, said: Mapping[str, Any]) -> Iterator[Delta]:
    """What an operation adds, from what its fact says: to its day, to its client's level and channel, and him to the day's buyers."""
    numbers, place = counted(said), Place(OPS, contour, day)
    yield from (Delta(place, name, by) for name, by in numbers.items())
    for beginning, whose in ((LEVEL, said.get("level")), (CHANNEL, said.get("channel"))):
        if whose is not None:
            row = place._replace(key=f"{beginning}{whose}")
            wanted = [f"{said['op_type']}_{name}" for name in OF_PEOPLE]
            yield from (Delta(row, name, numbers[name]) for name in wanted if name in numbers)
    if said["op_type"] in SALES:
        yield Delta(Place(BUYERS, contour, day), f"{MEMBER}{said['number']}", 1)


def counted(said: Mapping[str, Any]) -> dict[str, int]:
    """One operation's numbers, by their names in a day's row."""
    kind = said["op_type"]
    found = {"count": 1, **{name: int(said.get(name) or 0) for name in AMOUNTS}}
    found |= {name: int(bool(said.get(name))) for name in ("first", "full")}
    if said.get("method"):
        found |= {f"count.{said['method']}": 1, f"cash.{said['method']}": found["cash"]}
    named = {f"{kind}_{name}": by for name, by in found.items() if by}
    return named | ({BALANCE: int(said[BALANCE])} if said.get(BALANCE) else {})
