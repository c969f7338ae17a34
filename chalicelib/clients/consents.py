"""A client's answers one by one, beside a form: the map on his card holds the latest, the log all of them."""

from chalicelib.clients import facts, repository
from chalicelib.clients.models import Client
from chalicelib.clients.rules import Person
from chalicelib.core import clock, storage

LINK = "link"
"""Where an answer was given that a message's link brought."""


@storage.again(storage.ConditionFailed)
def unsubscribe(client_id: str, purpose: str, *, channel: str) -> bool:
    """Whether a client had not said no to a purpose yet, and has now; one who was merged says it for whom he became.

    A form that is answered at the same moment is read again: the map holds what was said last.
    """
    client = _standing(client_id)
    if client is None or client.consents.get(purpose, {}).get("given") == "no":
        return False
    tx = storage.Transaction()
    said = repository.heed(Person(consents=((purpose, False, LINK),)), clock.now(), f"{LINK}:{channel}", client)
    tx.update(Client.row(client.client_id), said, condition=repository.answered_as_read(client, purpose))
    facts.unsubscribed(tx, client, purpose, channel)
    tx.commit()
    return True


def _standing(client_id: str) -> Client | None:
    """The client, or whom he became; None for nobody."""
    (client,) = storage.read(Client.at(client_id))
    if client is None or client.merged_into is None:
        return client
    (target,) = storage.read(Client.at(client.merged_into))
    return target
