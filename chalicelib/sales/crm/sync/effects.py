"""What the outbox must know of runs, and of connections that are gone."""

from chalicelib.core import outbox, storage
from chalicelib.core.outbox import Continue, Effect
from chalicelib.sales.crm.connections import repository
from chalicelib.sales.crm.sync import engine, forgetting


@outbox.handles(repository.SYNC, bury=engine.refused, in_pages=True, width=4)
def crm_sync(effect: Effect, tx: storage.Transaction) -> Continue | None:
    """Do a page of a run; done twice it finds everything as it is."""
    return engine.work(effect, tx)


@outbox.handles(repository.FORGET, in_pages=True)
def crm_forget(effect: Effect, tx: storage.Transaction) -> Continue | None:
    """Remove what is left of a connection that is gone."""
    return forgetting.forget(effect, tx)
