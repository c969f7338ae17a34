"""Who waits for an answer: from a client's word on, until a person of ours answers. Each stands in the words' own transaction."""

from chalicelib.core import storage
from chalicelib.dialogue.threads import repository
from chalicelib.messaging import hearing
from chalicelib.messaging.facts import CLIENTS
from chalicelib.messaging.models import MessageRow


def heard(tx: storage.Transaction, row: MessageRow) -> None:
    """A client wrote: he waits. Specialists' words are no talk of the office's."""
    if row.recipient.startswith(CLIENTS):
        repository.heard_in(tx, row.recipient.removeprefix(CLIENTS), row)


def answered_in(tx: storage.Transaction, client_id: str, message_id: str, *, contour: str) -> None:
    """Add to the transaction that sends a person's own words to a client that he does not wait any more."""
    repository.answered_in(tx, client_id, message_id, contour)


hearing.listeners.append(heard)
