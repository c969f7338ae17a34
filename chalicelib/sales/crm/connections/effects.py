"""What the outbox must know of connections: their tests."""

from chalicelib.core import outbox, storage
from chalicelib.core.outbox import Effect
from chalicelib.sales.crm.connections import opening, repository


@outbox.handles(repository.CHECK, width=4)
def crm_check(effect: Effect, tx: storage.Transaction) -> None:
    """Test a connection; running it twice changes nothing."""
    opening.check(effect, tx)
