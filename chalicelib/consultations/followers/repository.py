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

SKEW = timedelta(minutes=1)
"""By how much one worker's clock may be ahead of another's."""


def since(name: str) -> datetime:
    """The moment from which changes are asked for."""
    (cursor,) = storage.read(Cursor.at(name))
    ahead = cursor is not None and cursor.until > clock.wall() + SKEW
    return cursor.until if cursor and not ahead else clock.wall() - FIRST_LOOK


def until(tx: storage.Transaction, name: str, moment: datetime) -> None:
    """Everything up to this moment is known. A cursor never passes the wall clock: one date of next year would deafen us for a
    year. It never goes back, but from there."""
    wall = clock.wall()
    reached = min(moment, wall)
    forward = Cursor.name.does_not_exist() | (Cursor.until <= reached) | (Cursor.until > wall + SKEW)
    tx.put(Cursor(name=name, until=reached), condition=forward)


def attribute(follower: Follower, part: str = "") -> Any:
    """A consultation's attribute about a follower: its state, or a part like ``effect``."""
    return getattr(Consultation, f"{follower}_{part}" if part else follower)


def state(row: Consultation, follower: Follower, part: str = "") -> Any:
    """The value of that attribute."""
    return getattr(row, f"{follower}_{part}" if part else follower)


def as_read(row: Consultation, follower: Follower) -> Any:
    """That nobody wrote a newer reading of this follower since `row` was read."""
    seen = state(row, follower, "seen")
    same = attribute(follower, "seen") == seen if seen else attribute(follower, "seen").does_not_exist()
    if follower != "chatwoot":
        return same
    return same & (Consultation.chatwoot_at == row.chatwoot_at if row.chatwoot_at else Consultation.chatwoot_at.does_not_exist())


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


def standing_at(row: Consultation) -> list[Any]:
    """Where in Chatwoot a consultation stands from now on: nothing is known to be asked, told or read there yet."""
    return [
        Consultation.conversation_id.set(row.conversation_id),
        Consultation.chatwoot_desk.set(row.chatwoot_desk),
        Consultation.chatwoot_shared.set(True) if row.chatwoot_shared else Consultation.chatwoot_shared.remove(),
        Consultation.chatwoot_seen.set(row.chatwoot_seen),
        Consultation.chatwoot_at.set(row.chatwoot_at) if row.chatwoot_at else Consultation.chatwoot_at.remove(),
        Consultation.question_id.remove(),
        Consultation.chatwoot_told.remove(),
        Consultation.last_message_id.set(row.last_message_id) if row.last_message_id else Consultation.last_message_id.remove(),
    ]


def nowhere() -> list[Any]:
    """A consultation that Chatwoot has no more."""
    names = ("conversation_id", "chatwoot_desk", "chatwoot_shared", "chatwoot_seen", "chatwoot_at", "question_id", "chatwoot_told")
    return [getattr(Consultation, name).remove() for name in (*names, "last_message_id")]


def awaiting(effects: Mapping[Follower, str]) -> list[Any]:
    """What a consultation says while effects of its followers are on their way."""
    return [
        *(attribute(follower).set("waiting") for follower in effects),
        *(attribute(follower, "effect").set(effect_id) for follower, effect_id in effects.items()),
        Consultation.sync.set("waiting"),
    ]
