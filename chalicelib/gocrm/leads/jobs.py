"""The effect that sends a lead."""

from chalicelib.core import outbox, storage
from chalicelib.core.outbox import Effect
from chalicelib.gocrm.leads import delivery


@outbox.handles("gocrm_lead", bury=delivery.bury)
def gocrm_lead(effect: Effect, tx: storage.Transaction) -> None:
    """Send a lead to Go-CRM, into its funnel where it has one."""
    delivery.deliver(effect, tx)
