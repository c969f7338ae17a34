"""Reads and writes of clients and their identities."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import and_
from typing import Any

from pynamodb.expressions.condition import size
from pynamodb.expressions.update import Action

from chalicelib.clients.errors import IdentityRaced, TelegramDiffers
from chalicelib.clients.models import Client, Consent, Identity
from chalicelib.clients.rules import Person, Sign, lead_number
from chalicelib.core import storage

MOST_NOTED = 100
"""How many contacts as they were typed, and how many possible duplicates, are kept of one client."""


def next_lead_number(contour: str) -> str:
    """A number nobody has: one atomic addition."""
    return lead_number(storage.next_number(f"lead-{contour}"), contour)


def key_of(reference: str, contour: str = "live") -> storage.Key:
    """Where a client is found by lead number (``br0722``, case-free)."""
    return Identity.at(Sign("lead", reference.strip().lower()).key(contour))


def create(tx: storage.Transaction, *, client_id: str, number: str, person: Person, contour: str, at: datetime, source: str) -> None:
    """Add a new client and the row that finds it by its number."""
    tx.create(
        Client(
            client_id=client_id,
            contour=contour,
            lead_number=number,
            created_at=at,
            name=person.name,
            age=person.age,
            phone=person.phone,
            email=person.email,
            telegram_id=person.telegram_id,
            telegram_username=person.telegram_username,
            raw_contacts=set(person.raw_contacts) or None,
            timezone=person.timezone,
            consents=_consents(person, at, source) or None,
            first_utm=dict(person.utm) or None,
            paused_at=at if person.alarm else None,
            paused_reason=person.alarm,
        )
    )
    tx.create(Identity(identity=Sign("lead", number).key(contour), client_id=client_id, lead_number=number), otherwise=IdentityRaced())


def enrich(
    tx: storage.Transaction, *, client_id: str, person: Person, duplicates: set[str], at: datetime, source: str, overwrite: bool = False
) -> None:
    """Fill what was empty; never wipe what was known. `overwrite` his contacts where he is changing them."""
    contacts = ((Client.phone, person.phone), (Client.email, person.email))
    rest = (
        (Client.name, person.name),
        (Client.age, person.age),
        (Client.telegram_id, person.telegram_id),
        (Client.telegram_username, person.telegram_username),
        (Client.timezone, person.timezone),
        (Client.paused_at, person.alarm and at),
        (Client.paused_reason, person.alarm),
    )
    actions: list[Action] = [attribute.set(value if overwrite else attribute | value) for attribute, value in contacts if value]
    actions += [attribute.set(attribute | value) for attribute, value in rest if value]
    if consents := _consents(person, at, source):
        actions.append(Client.consents.set((Client.consents | []).append(consents)))
    notes = ((Client.raw_contacts, set(person.raw_contacts)), (Client.possible_duplicates, duplicates))
    _note(tx, client_id, actions, [(attribute, said) for attribute, said in notes if said])


def attach_telegram(tx: storage.Transaction, client_id: str, person: Person) -> None:
    """Give a client his Telegram account, unless he has another."""
    username = [Client.telegram_username.set(person.telegram_username)] if person.telegram_username else []
    free = Client.telegram_id.does_not_exist() | (Client.telegram_id == person.telegram_id)
    tx.update(
        Client.row(client_id), [Client.telegram_id.set(str(person.telegram_id)), *username], condition=free, otherwise=TelegramDiffers()
    )


def flag_duplicates(tx: storage.Transaction, client_id: str, others: set[str]) -> None:
    """Note on a client that others may be the same person."""
    _note(tx, client_id, [], [(Client.possible_duplicates, others)] if others else [])


def _note(tx: storage.Transaction, client_id: str, actions: list[Action], notes: list[tuple[Any, set[str]]]) -> None:
    """Change a client and add to what is noted beside him, while there is room: a stranger may send any number of forms."""
    room = [attribute.does_not_exist() | (size(attribute) < MOST_NOTED) for attribute, _ in notes]
    added = [attribute.add(said) for attribute, said in notes]
    if actions or added:
        condition = reduce(and_, room) if room else None
        tx.update(Client.row(client_id), [*actions, *added], condition=condition, lesser=actions if added else None)


def pause(tx: storage.Transaction, client_id: str, reason: str, at: datetime) -> None:
    """Stop what goes to a client by the clock alone; one that is stopped keeps its first reason."""
    tx.update(Client.row(client_id), [Client.paused_at.set(Client.paused_at | at), Client.paused_reason.set(Client.paused_reason | reason)])


def resume(client_id: str) -> None:
    """Let what goes by the clock go to a client again."""
    storage.change(Client.row(client_id), [Client.paused_at.remove(), Client.paused_reason.remove()])


def know(
    tx: storage.Transaction, signs: Sequence[Sign], rows: Sequence[Identity | None], *, client_id: str, number: str, contour: str
) -> None:
    """Write the signs nobody had; a weak sign moves to the person that a strong one found."""
    for sign, row in zip(signs, rows, strict=True):
        identity = Identity(identity=sign.key(contour), client_id=client_id, lead_number=number)
        if sign.claim:
            continue
        if row is None:
            tx.create(identity, otherwise=IdentityRaced())
        elif sign.weak and row.client_id != client_id:
            tx.put(identity, condition=Identity.client_id == row.client_id, otherwise=IdentityRaced())


def _consents(person: Person, at: datetime, source: str) -> list[Consent]:
    return [
        Consent(purpose=purpose, given="yes" if given else "no", at=at, source=source, version=version)
        for purpose, given, version in person.consents
    ]
