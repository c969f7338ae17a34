"""The effect that has a code sent."""

from chalicelib.core import outbox, storage
from chalicelib.core.outbox import Effect
from chalicelib.gocrm.cabinet import signin


@outbox.handles("gocrm_code")
def gocrm_code(effect: Effect, tx: storage.Transaction) -> None:
    """Have Go-CRM send a sign-in code by SMS."""
    signin.send_code(effect)
