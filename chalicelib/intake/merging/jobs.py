"""The effect of a merge."""

from chalicelib.clients.merging.service import EFFECT
from chalicelib.core import outbox, storage
from chalicelib.core.outbox import Effect
from chalicelib.intake.merging import service


@outbox.handles(EFFECT)
def client_merged(effect: Effect, tx: storage.Transaction) -> None:
    """Pass on what is left of the source; a worker that died here is followed by one that goes on."""
    service.pass_on(effect.payload, tx)
