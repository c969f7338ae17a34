"""Who signs in as an employee: a user of the staff, whom his card makes, changes and ends in its own decision."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from chalicelib.core import storage
from chalicelib.core.errors import Invalid
from chalicelib.staff import changing, repository
from chalicelib.staff.errors import OwnerOnly, UserNotFound
from chalicelib.staff.members import Member
from chalicelib.staff.models import StaffUser
from chalicelib.staff.schemas import NewUser, UserChange
from chalicelib.team.employees.models import Employee

FIELDS = ("user_id", "access_role", "telegram_id")
CALLED = {"telegram_id": "tg_id"}
"""Fields that callers know by another name."""

PAY = frozenset({"payment_type", "hourly_rate", "piece_rate"})
"""What a card says of how somebody is paid."""


class Access(NamedTuple):
    """Who signs in as somebody, as what, and by which Telegram account."""

    user_id: int | None = None
    access_role: str | None = None
    telegram_id: str | None = None


def keys(*user_ids: float | None) -> list[storage.Key]:
    """What to read for `of`."""
    return [repository.key(int(user_id or 0)) for user_id in user_ids]


def of(card: Employee, user: StaffUser | None) -> Access:
    """What stands, by a card and the row at its user's key; whoever was deleted is nobody's user any more."""
    if user is None or user.deleted_at:
        return Access(None, None, card.telegram_id)
    return Access(int(user.user_id), user.role if user.is_active else None, user.telegram_id)


def meant(before: Access, said: Mapping[str, Any]) -> dict[str, Any]:
    """What is said, but for what a panel read as empty and sends back: to a user whom the card names just now it would mean that he may not
    sign in any more.
    """
    return {name: value for name, value in said.items() if name not in FIELDS or (value, getattr(before, name)) != (None, None)}


def check_may(member: Member, before: Access, said: Mapping[str, Any]) -> None:
    """Raise OwnerOnly where somebody else would say who signs in, or as what; the same again is no change."""
    differs = {name for name in FIELDS if name in said and said[name] != getattr(before, name)}
    if before.user_id is None and not differs - {"telegram_id"}:
        return  # an account that nobody signs in by
    if differs and member.role != "owner":
        raise OwnerOnly({"fields": sorted(CALLED.get(name, name) for name in differs)})


def check_pay(member: Member, user_id: float | None, differs: Collection[str]) -> None:
    """Raise OwnerOnly where somebody would say what he himself is paid: by `differs`, of the card that `user_id` signs in as."""
    if differs and member.role != "owner" and user_id is not None and member.user_id == user_id:
        raise OwnerOnly({"fields": sorted(differs)})


def settle_in(tx: storage.Transaction, card: Employee, said: Mapping[str, Any], user: StaffUser | None, member: Member) -> Access:
    """Add to the decision what becomes of his user, and say what stands then; `card` is as it will be.

    Raises UserNotFound, Invalid, OwnerOnly; the commit raises what changing a user does.
    """
    before = of(card, user)
    if said.get("user_id") is not None and before.user_id is None:
        raise UserNotFound({"field": "user_id"})
    if user is not None and before.user_id is not None:
        return _changed(tx, before, user, _wanted(card, user, said), member)
    return _made(tx, card, str(said["access_role"]), member) if said.get("access_role") else before


def _wanted(card: Employee, user: StaffUser, said: Mapping[str, Any]) -> dict[str, Any]:
    """What his user is to be. Who has left gets nothing more; what he still has, where the calendar said that he left, ends at a word."""
    wanted = {"telegram_id": said["telegram_id"]} if "telegram_id" in said else {}
    role = said.get("access_role")
    if role and not card.is_archived:
        return wanted | {"is_active": True, "role": role}
    over = (not role and "access_role" in said) or (card.is_archived and "status" in said)
    return wanted | ({"is_active": False} if over and user.is_active else {})


def _changed(tx: storage.Transaction, before: Access, user: StaffUser, wanted: dict[str, Any], member: Member) -> Access:
    """The same again is asked of nobody: an admin may send back what he read of an owner."""
    if not any(getattr(user, name) != value for name, value in wanted.items()):
        return before
    changing.change_in(tx, user, UserChange(**wanted), member)
    role = wanted.get("role", user.role) if wanted.get("is_active", user.is_active) else None
    return Access(before.user_id, role, wanted.get("telegram_id", before.telegram_id))


def _made(tx: storage.Transaction, card: Employee, role: str, member: Member) -> Access:
    if not card.telegram_id:
        raise Invalid.field("body", "tg_id", msg="expected tg_id with access_role: without a password he signs in by Telegram")
    about = {"full_name": card.full_name, "email": card.email or None, "phone": card.phone or None}
    new = changing.make_in(tx, NewUser(**about, role=role, telegram_id=card.telegram_id), member)
    return Access(int(new.user_id), role, card.telegram_id)
