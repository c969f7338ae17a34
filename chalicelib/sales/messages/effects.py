"""What delivery and whoever replays it must know of messages: how one says that its letter has ended, and when a letter is stale."""

from typing import Any

from chalicelib.clients.models import Client
from chalicelib.core import storage
from chalicelib.messaging import endings, letters
from chalicelib.messaging.endings import Ending
from chalicelib.messaging.models import MessageRow
from chalicelib.sales.messages import repository
from chalicelib.sales.messages.sending import KEEPER


def _keep(tx: storage.Transaction, letter: MessageRow, ending: Ending) -> None:
    """A message's status stands in the transaction that ends its letter."""
    repository.ended(tx, letter.kept_by["place"], letter, ending)


def _stale(client: Client | None, guard: dict[str, Any]) -> str | None:
    """Why words of a manager do not leave any more."""
    if client is None:
        return "the client is gone"
    return "a person has to look at this client first" if client.paused_at else None


endings.keepers[KEEPER] = _keep
letters.guards[KEEPER] = letters.Guard(lambda guard: Client.at(guard["client_id"]), _stale)
