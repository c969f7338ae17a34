"""The outbox's word on follow-ups."""

from chalicelib.aftercare.followups import service
from chalicelib.core import outbox, storage


@outbox.handles("follow_up")
def follow_up(effect: outbox.Effect, tx: storage.Transaction) -> None:
    """Carry out a plan whose time has come; the state decides, not the row that woke us."""
    service.carry_out(effect.payload["client_id"], effect.payload["plan"], tx)
