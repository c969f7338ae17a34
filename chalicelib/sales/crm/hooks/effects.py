"""What the outbox must know of hooks: what they named is read back."""

from chalicelib.core import outbox, storage
from chalicelib.core.outbox import Effect
from chalicelib.sales.crm.connections import repository
from chalicelib.sales.crm.hooks import service


def _refused(effect: Effect, tx: storage.Transaction, reason: str) -> None:
    """The connection says why; the next run finds what was told."""
    (row,) = storage.read(repository.key(int(effect.payload["connection"])))
    if row is not None:
        repository.note(tx, row, {"last_error": reason})


@outbox.handles(repository.READ, bury=_refused, width=4)
def crm_read(effect: Effect, tx: storage.Transaction) -> None:
    """Read one lead back; done twice it finds him as he is."""
    service.read_back(effect)
