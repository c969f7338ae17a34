"""What the outbox must know of comparisons."""

from chalicelib.core import outbox, storage
from chalicelib.core.outbox import Continue, Effect
from chalicelib.sales.crm.connections import repository
from chalicelib.sales.crm.drift import comparing
from chalicelib.sales.crm.sync import engine


@outbox.handles(repository.COMPARE, bury=engine.refused, in_pages=True, width=4)
def crm_compare(effect: Effect, tx: storage.Transaction) -> Continue | None:
    """Do a page of a comparison; done twice it mends nothing twice."""
    return comparing.work(effect, tx)
