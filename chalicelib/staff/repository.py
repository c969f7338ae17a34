"""Reads and writes of users, their names and their sessions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pynamodb.expressions.update import Action

from chalicelib.core import storage
from chalicelib.core.storage.counters import Counter
from chalicelib.staff.errors import ChangedMeanwhile, LastAdmin, LastOwner, Raced, WrongCredentials
from chalicelib.staff.models import StaffName, StaffSession, StaffUser
from chalicelib.staff.rules import NOBODY, Standing

HOUSE = "staff"
HEADS, OWNERS = "staff-heads", "staff-owners"
"""How many active owners and admins there are, and how many owners: both are kept by the transactions that make and unmake them."""


def new_id() -> int:
    """An id nobody has."""
    return storage.next_number("staff")


def key(user_id: int) -> storage.Key:
    """Where a user stands."""
    return StaffUser.at(HOUSE, range_of(user_id))


def range_of(user_id: int) -> str:
    """An id as the key that sorts like it."""
    return f"{user_id:013d}"


def user(user_id: int) -> StaffUser | None:
    """A user, deleted or not."""
    (row,) = storage.read(key(user_id))
    return row


def some(user_ids: Iterable[int]) -> list[StaffUser]:
    """These users, deleted or not, as far as there are such."""
    return [row for row in storage.read(*map(key, user_ids)) if row is not None]


def everyone() -> list[StaffUser]:
    """All users, deleted ones too, by id: never behind what was written."""
    return storage.query(StaffUser, HOUSE, consistent=True).rows


def with_session(user_id: int, session_id: str) -> tuple[StaffUser | None, StaffSession | None]:
    """A user and a session of his: one read."""
    found, session = storage.read(key(user_id), StaffSession.at(session_id))
    return found, session


def create(tx: storage.Transaction, new: StaffUser) -> None:
    """Write a new user."""
    tx.create(new)
    count(tx, NOBODY, standing(new))


def standing(row: StaffUser | None) -> Standing:
    """What counts of a user for those above him."""
    return NOBODY if row is None or row.deleted_at else Standing(row.role, bool(row.is_active))


def count(tx: storage.Transaction, before: Standing, after: Standing) -> None:
    """Keep the counts of those who run the house; the commit raises LastAdmin or LastOwner where nobody would be left.

    The count is the condition: of two owners who demote each other at once, one finds that he would be the last.
    """
    _shift(tx, HEADS, after.heads - before.heads, LastAdmin())
    _shift(tx, OWNERS, after.owns - before.owns, LastOwner())


def _shift(tx: storage.Transaction, name: str, by: int, last: Exception) -> None:
    if by < 0:
        tx.update(Counter.row(name), [Counter.value.add(by)], condition=Counter.value > 1, otherwise=last)
    elif by > 0:
        tx.put_or_update(Counter.row(name), [Counter.value.add(by)])


def change(tx: storage.Transaction, seen: StaffUser, values: dict[str, Any], *, ends_sessions: bool = False) -> None:
    """Change a user who was seen, `None` clearing a field; the commit raises ChangedMeanwhile where somebody changed him since."""
    attributes = StaffUser.get_attributes()
    actions: list[Action] = [attributes[name].remove() if value is None else attributes[name].set(value) for name, value in values.items()]
    actions += [StaffUser.epoch.add(1)] if ends_sessions else []
    same = (StaffUser.version == seen.version) & (StaffUser.epoch == seen.epoch) & StaffUser.deleted_at.does_not_exist()
    row = StaffUser.row(HOUSE, seen.user_id)
    tx.update(row, [*actions, StaffUser.version.add(1)], condition=same, otherwise=ChangedMeanwhile())


def hold(tx: storage.Transaction, user_id: int, otherwise: Exception) -> None:
    """Write what gives something to a user only while there is such a user; the commit raises `otherwise` where he is deleted.

    Who is switched off keeps what is his, so that it is no reason to refuse.
    """
    tx.check(StaffUser.row(HOUSE, range_of(user_id)), StaffUser.role.exists() & StaffUser.deleted_at.does_not_exist(), otherwise=otherwise)


def hold_heir(tx: storage.Transaction, seen: StaffUser) -> None:
    """Name an heir only while he is as he was seen; the commit raises ChangedMeanwhile otherwise.

    Of two who are deleted at once, each the other's heir, one is refused.
    """
    same = (StaffUser.version == seen.version) & StaffUser.deleted_at.does_not_exist()
    tx.check(StaffUser.row(HOUSE, seen.user_id), same, otherwise=ChangedMeanwhile())


def name_key(kind: str, value: str) -> storage.Key:
    """Where a name of a user stands."""
    return StaffName.at(f"{kind}#{value}")


def take(tx: storage.Transaction, kind: str, value: str, user_id: str, taken: Exception) -> None:
    """Make a name somebody's; the commit raises `taken` when it is another's."""
    free = StaffName.name.does_not_exist() | (StaffName.freed == True)  # noqa: E712 - an expression of the store
    tx.put(StaffName(name=f"{kind}#{value}", user_id=user_id), condition=free, otherwise=taken)


def free(tx: storage.Transaction, kind: str, value: str, user_id: str) -> None:
    """Let others have a name."""
    tx.delete(StaffName.row(f"{kind}#{value}"), condition=StaffName.user_id == user_id, otherwise=ChangedMeanwhile())


def let_go(tx: storage.Transaction, kind: str, value: str) -> None:
    """Let others have it, and remember that it was somebody's: an account of `ADMIN_TG_IDS` comes back as nobody's owner."""
    tx.update(StaffName.row(f"{kind}#{value}"), [StaffName.freed.set(True)])


def open_session(tx: storage.Transaction, session: StaffSession, who: StaffUser, kept: str | None = None) -> None:
    """Write a session and that its user was here; `kept` is his password by newer parameters.

    The commit raises WrongCredentials where somebody ended his sessions while he signed in.
    """
    tx.create(session)
    same = (StaffUser.epoch == who.epoch) & (StaffUser.is_active == True) & StaffUser.deleted_at.does_not_exist()  # noqa: E712
    newer = [StaffUser.password.set(kept)] if kept else []
    actions = [StaffUser.last_login.set(session.opened_at), *newer]
    tx.update(StaffUser.row(HOUSE, who.user_id), actions, condition=same, otherwise=WrongCredentials())


def renew(session: StaffSession, at: datetime, forgotten_at: datetime) -> bool:
    """Begin a session's next turn; False when another request began it."""
    actions = [StaffSession.turn.add(1), StaffSession.renewed_at.set(at), StaffSession.expires_at.set(forgotten_at)]
    return storage.change(StaffSession.row(session.session_id), actions, condition=StaffSession.turn == session.turn)


def keep(tx: storage.Transaction, session: StaffSession, epoch: int) -> None:
    """Let one session outlive the end of all others."""
    tx.update(StaffSession.row(session.session_id), [StaffSession.epoch.set(epoch)], otherwise=Raced())


def end(session_id: str) -> None:
    """Forget a session."""
    storage.remove(StaffSession.row(session_id))


def end_all(who: StaffUser) -> None:
    """End every session of a user."""
    storage.change(StaffUser.row(HOUSE, who.user_id), [StaffUser.epoch.add(1)])
