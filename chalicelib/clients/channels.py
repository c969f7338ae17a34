"""By which ways a client is reached, as the office and the carriers say: accounts, the way that he prefers, addresses that are dead."""

from chalicelib.clients import facts, repository, rules
from chalicelib.clients.channels_schemas import Channels, ChannelsChange
from chalicelib.clients.errors import ClientNotFound
from chalicelib.clients.models import Client, Identity
from chalicelib.core import storage

LIVE = "live"


def change(reference: str, body: ChannelsChange) -> Channels:
    """Change what is said, `null` clearing it; what is absent stays. One who was merged is changed where he is. Raises ClientNotFound."""
    client, said = _standing(reference), body.said
    changed = [name for name, value in said.items() if value != getattr(client, name)]
    if changed:
        tx = storage.Transaction()
        repository.say_channels(tx, client.client_id, {name: said[name] for name in changed})
        facts.changed(tx, client, changed)
        tx.commit()
    return Channels(client_id=client.lead_number, **{name: said.get(name, getattr(client, name)) for name in ChannelsChange.model_fields})


def _standing(reference: str) -> Client:
    identity, client = storage.read(*repository.reference_keys(reference, rules.contour_of(reference)))
    where = client.merged_into if client else identity.client_id if identity else None
    while where:  # a row of a lead number, and whom a merged one became
        (client,) = storage.read(Client.at(where))
        where = client.merged_into if client else None
    if client is None:
        raise ClientNotFound
    return client


def known_by_email(address: str) -> Client | None:
    """Whose address it is, as he is read now; None where it is nobody's, or his was another one since."""
    email = rules.email_of(address)
    if email is None:
        return None
    (row,) = storage.read(Identity.at(rules.Sign("email", email).key(LIVE)))
    (client,) = storage.read(Client.at(row.client_id)) if row is not None and not row.hint else (None,)
    return client if client is not None and client.email == email else None


def bury_in(tx: storage.Transaction, client: Client, channel: str, mark: str) -> None:
    """Add to a transaction that an address of a client is dead; the commit raises ConditionFailed where that is known."""
    repository.bury_channel(tx, client.client_id, mark)
    facts.died(tx, client.client_id, client.contour, channel)
