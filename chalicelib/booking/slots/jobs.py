"""What the outbox does with slots."""

from chalicelib.booking.slots import desk
from chalicelib.booking.specialists import staffing
from chalicelib.booking.specialists.service import Specialist
from chalicelib.core import outbox, storage


@outbox.handles("offer")
def offer(effect: outbox.Effect, tx: storage.Transaction) -> None:
    """List a specialist's free slots while he works, and tell his card above; running it twice changes nothing."""
    (row,) = storage.read(Specialist.at(effect.payload["specialist_id"]))
    if row is not None:
        desk.offer(row.specialist_id, active=row.active, name=row.name)
        for tell in staffing.heard:
            tell(row)
