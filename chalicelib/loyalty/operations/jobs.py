"""What the outbox does with purchases, and the tick that ends points."""

from chalicelib.core import outbox, storage
from chalicelib.core.tasks import Tasks
from chalicelib.loyalty.operations import accruing, expiring, proving
from chalicelib.loyalty.operations.selling import ACCRUE

tasks = Tasks("loyalty.operations")


@outbox.handles(ACCRUE)
def accrue(effect: outbox.Effect, tx: storage.Transaction) -> None:
    """Give the points that a purchase earned."""
    accruing.accrue(tx, effect.payload["operation"])


@tasks.every("rate(1 hour)")
def end_points() -> dict[str, int]:
    """Points whose day is over; at noon, points that end in fourteen or three days; at night, books that do not agree."""
    done = {"ended": expiring.end_due(), "warned": expiring.warn() if expiring.is_noon() else 0}
    return done | ({"unsound": proving.prove()} if proving.is_night() else {})
