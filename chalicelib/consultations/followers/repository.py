"""Reads and writes of what the followers know and how far they were heard."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.consultations.followers.errors import Overtaken
from chalicelib.consultations.followers.models import Cursor
from chalicelib.consultations.tickets import repository as tickets
from chalicelib.consultations.tickets.models import Consultation
from chalicelib.consultations.tickets.rules import FOLLOWERS, Follower
from chalicelib.core import clock, storage

FIRST_LOOK = timedelta(days=7)
"""How far back the first poll looks."""


def since(name: str) -> datetime:
    """The moment from which changes are asked for."""
    (cursor,) = storage.read(Cursor.at(name))
    return cursor.until if cursor else clock.wall() - FIRST_LOOK


def until(tx: storage.Transaction, name: str, moment: datetime) -> None:
    """Everything up to this moment is known; a cursor never goes back."""
    tx.put(Cursor(name=name, until=moment), condition=Cursor.name.does_not_exist() | (Cursor.until <= moment))


def attribute(follower: Follower, part: str = "") -> Any:
    """A consultation's attribute about a follower: its state, or a part like ``effect``."""
    return getattr(Consultation, f"{follower}_{part}" if part else follower)


def state(row: Consultation, follower: Follower, part: str = "") -> Any:
    """The value of that attribute."""
    return getattr(row, f"{follower}_{part}" if part else follower)


def other(follower: Follower) -> Follower:
    """The other follower."""
    return next(one for one in FOLLOWERS if one != follower)


@storage.again(Overtaken)
def settle(client_id: str, place: str, follower: Follower, effect_id: str, end: str, error: str | None = None) -> None:
    """Write down how an effect ended for its consultation, unless a newer effect is on its way."""
    row = tickets.at(client_id, place)
    if row is None or state(row, follower, "effect") != effect_id:
        return
    there = state(row, other(follower))
    sync = next((behind for behind in ("refused", "waiting") if behind in (end, there)), None)
    actions = [
        attribute(follower).set(end),
        attribute(follower, "error").set(error) if error else attribute(follower, "error").remove(),
        Consultation.sync.set(sync) if sync else Consultation.sync.remove(),
    ]
    seen = (attribute(other(follower)) == there) & (attribute(follower, "effect") == effect_id)
    if not tickets.change(row, actions, condition=seen):
        raise Overtaken


def awaiting(effects: Mapping[Follower, str]) -> list[Any]:
    """What a consultation says while effects of its followers are on their way."""
    return [
        *(attribute(follower).set("waiting") for follower in effects),
        *(attribute(follower, "effect").set(effect_id) for follower, effect_id in effects.items()),
        Consultation.sync.set("waiting"),
    ]
