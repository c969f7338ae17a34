"""Reads and writes of clients and their identities."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.clients.errors import IdentityRaced
from chalicelib.clients.index import repository as index
from chalicelib.clients.models import Client, Identity
from chalicelib.clients.rules import Claim, Person, Proof, Sign, lead_number
from chalicelib.core import clock, ids, storage

TELEGRAM = "telegram"


def next_lead_number(contour: str) -> str:
    """A number nobody has: one atomic addition."""
    return lead_number(storage.next_number(f"lead-{contour}"), contour)


def key_of(reference: str, contour: str = "live") -> storage.Key:
    """Where a client is found by lead number (``br0722``, case-free)."""
    return Identity.at(Sign("lead", reference.strip().lower()).key(contour))


def became_key(client_id: str, contour: str) -> str:
    """The identity that says whom a merged client became."""
    return Sign("client", client_id).key(contour)


def became_at(client_id: str, contour: str) -> storage.Key:
    """Where it is read whom a client became: who asks that alone needs no card, and may read none."""
    return Identity.at(became_key(client_id, contour))


def reference_keys(reference: str, contour: str) -> list[storage.Key]:
    """Rows that may tell who `reference` (a lead number or a client id) is."""
    return [key_of(reference, contour), Client.at(ids.from_uuid(reference))]


def create(
    tx: storage.Transaction,
    client: Client,
    *,
    person: Person,
    proof: Proof,
    sure: Collection[str],
    typed: Collection[str],
    known_as: Collection[str],
    pairs: Collection[str],
    source: str,
) -> None:
    """Add a new client (its id, number and contour are given) and the row that finds it by its number.

    What a stranger's form agreed to, came from or alarmed about stays on its ticket until it is proven.
    """
    client.name, client.age, client.timezone = person.name, person.age, person.timezone
    client.phone, client.phone_proven = person.phone, "phone" in sure if person.phone else None
    client.email, client.email_proven = person.email, "email" in sure if person.email else None
    client.telegram_id = person.telegram_id if TELEGRAM in sure else None
    client.telegram_username, client.raw_contacts = person.telegram_username, set(person.raw_contacts) or None
    client.typed, client.possible_duplicates = set(typed) or None, set(pairs) or None
    client.proven_at, client.known_as = client.created_at if sure else None, set(known_as) or None
    if proof is not Proof.TYPED:
        client.agreements, client.first_utm = _agreements(person, client.created_at, source) or None, dict(person.utm) or None
        client.paused_at, client.paused_reason = client.created_at if person.alarm else None, person.alarm
    tx.create(client)
    index.add(tx, client)
    key = Sign("lead", client.lead_number).key(client.contour)
    tx.create(Identity(identity=key, client_id=client.client_id, lead_number=client.lead_number), otherwise=IdentityRaced())


def fill(person: Person, *, contacts_anew: bool = False, rest_anew: bool = False) -> list[Action]:
    """Fill what was empty on a card; never wipe what was known. What is said `anew` by himself takes the place of the old."""
    contacts = ((Client.phone, person.phone), (Client.email, person.email))
    rest = ((Client.name, person.name), (Client.age, person.age), (Client.timezone, person.timezone))
    actions: list[Action] = [attribute.set(value if contacts_anew else attribute | value) for attribute, value in contacts if value]
    actions += [attribute.set(value if rest_anew else attribute | value) for attribute, value in rest if value]
    if person.telegram_username:
        actions.append(Client.telegram_username.set(Client.telegram_username | person.telegram_username))
    if person.raw_contacts:
        actions.append(Client.raw_contacts.add(set(person.raw_contacts)))
    return actions


def heed(person: Person, at: datetime, source: str, client: Client | None) -> list[Action]:
    """What a person agreed to, where he first came from, and an alarm that stops what goes to him by the clock.

    `client` is the row as it was read, where it may hold answers already; a new answer stands in the old one's place.
    """
    actions: list[Action] = []
    answers = _agreements(person, at, source)
    if answers and client is not None and client.agreements is not None:
        actions += [Client.agreements[purpose].set(answer) for purpose, answer in answers.items()]
    elif answers:
        actions.append(Client.agreements.set(answers))
    if person.utm:
        actions.append(Client.first_utm.set(Client.first_utm | dict(person.utm)))
    if person.alarm:
        actions += paused(person.alarm, at)
    return actions


def answered_as_read(client: Client, purpose: str) -> Condition:
    """A client's answer to a purpose is still the one that was read."""
    if client.agreements is None:
        return Client.agreements.does_not_exist()
    known = client.consents.get(purpose)
    place = Client.agreements[purpose]
    return place.does_not_exist() if known is None else place["given"] == known.get("given")


def flagged(duplicates: Collection[str], *, only_first: bool) -> list[Action]:
    """Note others who may be the same person. What strangers type is noted once, or they could fill a row until it breaks."""
    if not duplicates:
        return []
    others = set(duplicates)
    return [Client.possible_duplicates.set(Client.possible_duplicates | others) if only_first else Client.possible_duplicates.add(others)]


def keyed(keys: Collection[str]) -> list[Action]:
    """Note by which names other systems know a client."""
    return [Client.known_as.add(set(keys))] if keys else []


def heard() -> list[Action]:
    """Who writes to the bot can be written to."""
    return [Client.dead_channels.delete({TELEGRAM}), Client.unreached.remove()]


def change(tx: storage.Transaction, client_id: str, actions: Sequence[Action], *, number: str | None) -> None:
    """Change a client whatever he is; `number` is his lead number, None for what no list of clients shows."""
    if actions:
        tx.update(Client.row(client_id), actions)
    if number is not None:
        index.follow(tx, client_id, number, actions)


def change_unproven(tx: storage.Transaction, client_id: str, actions: Sequence[Action], typed: Collection[str], *, number: str) -> None:
    """Change a client of whom nothing is proven, and give him typed signs; he is nobody's alone from now on."""
    unproven = Client.proven_at.does_not_exist() & Client.telegram_id.does_not_exist() & Client.merged_into.does_not_exist()
    more = [Client.typed.add(set(typed))] if typed else []
    tx.update(Client.row(client_id), [*actions, *more, Client.shared.set(True)], condition=unproven, otherwise=IdentityRaced())
    index.follow(tx, client_id, number, actions)


def prove(
    tx: storage.Transaction,
    whose: tuple[str, str],
    *,
    person: Person,
    proven: Collection[str],
    actions: Sequence[Action],
    condition: Condition,
    otherwise: Exception,
) -> None:
    """Write down that signs of these kinds are a client's own (his id and number), and that nothing of him is merely typed any more."""
    said: list[Action] = [Client.proven_at.set(Client.proven_at | clock.now()), Client.typed.remove()]
    if person.telegram_id and TELEGRAM in proven:
        said += [Client.telegram_id.set(person.telegram_id), *heard()]
        said += [Client.telegram_username.set(person.telegram_username)] if person.telegram_username else []
    if "phone" in proven:
        said += [Client.phone.set(str(person.phone)), Client.phone_proven.set(True)]
    if "email" in proven:
        said += [Client.email.set(str(person.email)), Client.email_proven.set(True)]
    tx.update(Client.row(whose[0]), [*said, *actions], condition=condition, otherwise=otherwise)
    index.follow(tx, *whose, [*said, *actions])


def alone(ticket_id: str) -> Condition:
    """This very ticket made the client, nobody else uses him, and nothing of him is proven."""
    nobodys = Client.proven_at.does_not_exist() & Client.telegram_id.does_not_exist() & Client.merged_into.does_not_exist()
    return (Client.made_by == ticket_id) & Client.shared.does_not_exist() & nobodys


def as_read(client: Client, telegram_id: str | None) -> Condition:
    """No sign was typed or proven since the client was read, and he has no other Telegram account."""
    typed = Client.typed == client.typed if client.typed else Client.typed.does_not_exist()
    same = typed & Client.merged_into.does_not_exist()
    return same & (Client.telegram_id.does_not_exist() | (Client.telegram_id == telegram_id)) if telegram_id else same


def fold(tx: storage.Transaction, whose: tuple[str, str], ticket_id: str, *, into: tuple[str, str], otherwise: Exception) -> None:
    """A client whom one ticket made was somebody else all along: he is read there from now on. Both by id and number."""
    there = [Client.merged_into.set(into[0]), Client.merged_number.set(into[1]), Client.merged_at.set(clock.now())]
    actions = [*there, Client.typed.remove(), Client.merged_why.set("link_followed")]
    tx.update(Client.row(whose[0]), actions, condition=alone(ticket_id), otherwise=otherwise)
    index.follow(tx, *whose, actions)


def point(tx: storage.Transaction, key: str, *, client_id: str, number: str) -> None:
    """Have a lead number, or the id of one who was merged, lead to another client."""
    tx.put(Identity(identity=key, client_id=client_id, lead_number=number))


def pause(tx: storage.Transaction, client_id: str, reason: str, at: datetime, *, number: str) -> None:
    """Stop what goes to a client by the clock alone; one that is stopped keeps its first reason."""
    change(tx, client_id, paused(reason, at), number=number)


def paused(reason: str, at: datetime) -> list[Action]:
    """Stop what goes by the clock; one that is stopped keeps its first reason."""
    return [Client.paused_at.set(Client.paused_at | at), Client.paused_reason.set(Client.paused_reason | reason)]


def resume(tx: storage.Transaction, client_id: str, *, number: str) -> None:
    """Let what goes by the clock go to a client again."""
    change(tx, client_id, [Client.paused_at.remove(), Client.paused_reason.remove()], number=number)


def say_channels(tx: storage.Transaction, client_id: str, said: Mapping[str, str | None]) -> None:
    """Write by which ways a client is reached, None for none."""
    attributes = Client.get_attributes()
    actions = [attributes[name].remove() if value is None else attributes[name].set(value) for name, value in said.items()]
    tx.update(Client.row(client_id), actions)


def bury_channel(tx: storage.Transaction, client_id: str, channel: str) -> None:
    """Note that a client cannot be reached on a channel; the commit raises ConditionFailed where that is known."""
    alive = Client.dead_channels.does_not_exist() | ~Client.dead_channels.contains(channel)
    tx.update(Client.row(client_id), [Client.dead_channels.add({channel})], condition=alive)


def revive_channel(client_id: str, channel: str) -> None:
    """Note that a client can be reached on a channel again."""
    storage.change(Client.row(client_id), [Client.dead_channels.delete({channel})])


def take(
    tx: storage.Transaction, claimed: Sequence[Claim], *, client_id: str, number: str, contour: str, proof: Proof, beside: Collection[str]
) -> None:
    """Write signs as a client's own, each over what was read there; the commit raises IdentityRaced where it has changed."""
    for claim in claimed:
        row = Identity(identity=claim.sign.key(contour), client_id=client_id, lead_number=number)
        if claim.sign.kind != "external":
            row.proven = claim.proven
        if claim.proven:
            row.proven_by, row.proven_at = proof.value, clock.now()
        if claim.sign.weak:
            row.beside = set(beside) or None
        if claim.row is None:
            tx.create(row, otherwise=IdentityRaced())
        else:
            tx.put(row, condition=seen(claim.row), otherwise=IdentityRaced())


def seen(row: Identity) -> Condition:
    """An identity row as it was read."""
    worth = Identity.proven.does_not_exist() if row.proven is None else Identity.proven == row.proven
    hint = Identity.hint.does_not_exist() if row.hint is None else Identity.hint == row.hint
    return (Identity.client_id == row.client_id) & worth & hint


def take_back(tx: storage.Transaction, keys: Collection[str], *, client_id: str, number: str, otherwise: Exception) -> None:
    """Signs that were merely typed beside a client point at nobody: a contact stays as a hint for the office, the rest goes."""
    still = (Identity.client_id == client_id) & (Identity.proven == False)  # noqa: E712  a condition, not a comparison
    for key in sorted(keys):
        if key.removeprefix("test:").startswith(("phone#", "email#")):
            hint = Identity(identity=key, client_id=client_id, lead_number=number, proven=False, hint=True)
            tx.put(hint, condition=still, otherwise=otherwise)
        else:
            tx.delete(Identity(key), condition=still, otherwise=otherwise)


def drop(tx: storage.Transaction, keys: Collection[str], *, client_id: str, otherwise: Exception) -> None:
    """Signs that were merely typed are nobody's again."""
    for key in sorted(keys):
        tx.delete(Identity(key), condition=Identity.client_id == client_id, otherwise=otherwise)


def lose(keys: Collection[str]) -> list[Action]:
    """Typed signs turned out to be somebody else's."""
    return [Client.typed.delete(set(keys)), Client.shared.set(True)] if keys else []


def _agreements(person: Person, at: datetime, source: str) -> dict[str, Any]:
    return {
        purpose: {"given": "yes" if given else "no", "at": at.isoformat(), "source": source, "version": version}
        for purpose, given, version in person.consents
    }
