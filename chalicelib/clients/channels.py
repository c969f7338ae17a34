"""By which ways a client is reached, as the office and the carriers say: accounts, the way that he prefers, addresses that are dead."""

from chalicelib.clients import facts, repository, rules
from chalicelib.clients.channels_schemas import Channels, ChannelsChange
from chalicelib.clients.errors import ClientNotFound
from chalicelib.clients.models import Client, Identity
from chalicelib.core import storage
from chalicelib.core.errors import Invalid

LIVE = "live"
ACCOUNTS = {"vk": "vk_id", "max": "max_id"}
"""Channels that reach an account, and the field that holds it."""


def change(reference: str, body: ChannelsChange) -> Channels:
    """Change what is said, `null` clearing it; what is absent stays.

    One who was merged is changed where he is. Raises ClientNotFound, Invalid.
    """
    client = _standing(reference)
    said = _whole(client, body.said)
    changed = [name for name, value in said.items() if value != getattr(client, name)]
    if changed:
        tx = storage.Transaction()
        repository.say_channels(tx, client.client_id, {name: said[name] for name in changed})
        facts.changed(tx, client, changed)
        tx.commit()
    stands = {name: said.get(name, getattr(client, name)) for name in ChannelsChange.model_fields}
    return Channels(client_id=client.lead_number, **stands, warnings=_doubts(client, said.get("vk_id")))


def _whole(client: Client, said: dict[str, str | None]) -> dict[str, str | None]:
    """What is said, with the preference that falls with its account. Raises Invalid for one that has no account to go to."""
    preferred = said.get("preferred_channel", client.preferred_channel)
    needed = ACCOUNTS.get(preferred or "")
    if needed is None or said.get(needed, getattr(client, needed)):
        return said
    if "preferred_channel" in said:
        raise Invalid.field("body", "preferred_channel", msg=f"expected {needed} beside it: he has no such account yet")
    return {**said, "preferred_channel": None}


def _doubts(client: Client, vk_id: str | None) -> list[str]:
    """What the office should look at: the profile of this number was named by somebody else. A typed one proves nothing."""
    if vk_id is None:
        return []
    (row,) = storage.read(Identity.at(rules.Sign("vk", f"id{vk_id}").key(client.contour)))
    if row is None or row.client_id == client.client_id:
        return []
    return [f"vk_id: the profile id{vk_id} is known as {row.lead_number}'s"]


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
