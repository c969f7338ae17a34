"""Who keeps an account of messages elsewhere: what he writes of an end stands in the transaction that ends the message.

Packages above register themselves under a kind; a message names its keeper as it is said (`kept_by`), with whatever he needs to find
his own row. Two stores that are told one after the other disagree whenever a worker dies between.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from chalicelib.core import storage
from chalicelib.messaging.models import MessageRow

TAKEN_BACK: Final = "taken_back"
"""Of a message that waited and never leaves, because somebody wants it so: the ledger's state is `skipped`."""

QUEUED: Final = "queued"
"""Of one that had failed and waits again, by an operator's hand."""


class Ending(NamedTuple):
    """How a message stands from now on: a state of the ledger, or `TAKEN_BACK`."""

    state: str
    at: datetime
    channel: str | None = None
    reason: str | None = None
    remote_id: str | None = None


Keep = Callable[[storage.Transaction, MessageRow, Ending], None]
"""Adds his writes. What has been said cannot be unsaid: of `sent` and the like no condition may fail, of `QUEUED` one may."""

keepers: dict[str, Keep] = {}


def tell(tx: storage.Transaction, message: MessageRow, ending: Ending) -> None:
    """Have its keeper write down how a message stands, if it has one. Raises KeyError where he is not imported: then it is tried again."""
    if message.kept_by:
        keepers[message.kept_by["kind"]](tx, message, ending)
