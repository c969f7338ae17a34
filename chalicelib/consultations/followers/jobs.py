"""The followers' effects, and the tick that retries and polls."""

from chalicelib.consultations.accounts.service import Account
from chalicelib.consultations.followers import service
from chalicelib.core import outbox, storage
from chalicelib.core.outbox import Effect
from chalicelib.core.tasks import Tasks
from chalicelib.messaging import letters

tasks = Tasks("consultations.followers")

ANSWERS = ("client_consultation_received", "client_consultation_reply", "client_consultation_closed")
"""What answers a question, and so may go to the contacts that were typed with it, though nobody has proven them."""


def _typed(message: letters.MessageRow) -> storage.Key:
    """The account of who asked, with what he typed of himself."""
    return Account.at(message.recipient.partition("#")[2])


letters.answers.update(dict.fromkeys(ANSWERS, _typed))


def _chatwoot_refused(effect: Effect, tx: storage.Transaction, reason: str) -> None:
    service.refused("chatwoot", effect, tx, reason)


def _onec_refused(effect: Effect, tx: storage.Transaction, reason: str) -> None:
    service.refused("onec", effect, tx, reason)


@outbox.handles("consultation_chatwoot", bury=_chatwoot_refused)
def consultation_chatwoot(effect: Effect, tx: storage.Transaction) -> None:
    """Bring Chatwoot in line with a consultation; running it twice changes nothing."""
    service.follow("chatwoot", effect, tx)


@outbox.handles("consultation_onec", bury=_onec_refused)
def consultation_onec(effect: Effect, tx: storage.Transaction) -> None:
    """Bring 1C in line with a consultation; running it twice changes nothing."""
    service.follow("onec", effect, tx)


@tasks.every("rate(5 minutes)")
def deferred_sync() -> dict[str, int]:
    """Retry what Chatwoot and 1C could not take, and hear what changed there."""
    return service.deferred_sync()
