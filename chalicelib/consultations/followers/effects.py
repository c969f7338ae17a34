"""What the outbox must know of the followers: their effects, and what answers a question."""

from chalicelib.consultations.accounts.service import Account
from chalicelib.consultations.followers import service
from chalicelib.core import outbox, storage
from chalicelib.core.outbox import Effect
from chalicelib.messaging import letters

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
