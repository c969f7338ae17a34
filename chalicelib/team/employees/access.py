"""Who signs in as an employee: a user of the staff, whom his card makes, changes and ends in its own decision."""

from collections.abc import Mapping
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


def check_may(member: Member, before: Access, said: Mapping[str, Any]) -> None:
    """Raise OwnerOnly where somebody else would say who signs in, or as what; the same again is no change."""
    differs = {name for name in FIELDS if name in said and said[name] != getattr(before, name)}
    if before.user_id is None and not differs - {"telegram_id"}:
        return  # an account that nobody signs in by
    if differs and member.role != "owner":
        raise OwnerOnly


def settle_in(tx: storage.Transaction, card: Employee, said: Mapping[str, Any], user: StaffUser | None, member: Member) -> Access:
    """Add to the decision what becomes of his user, and say what stands then; `card` is as it will be.

    Raises UserNotFound, Invalid, OwnerOnly; the commit raises what changing a user does.
    """
    before = of(card, user)
    if said.get("user_id") is not None and before.user_id is None:
        raise UserNotFound({"field": "user_id"})
    if user is not None and before.user_id is not None:
        return _changed(tx, before, user, _wanted(card, said), member)
    return _made(tx, card, str(said["access_role"]), member) if said.get("access_role") else before


def _wanted(card: Employee, said: Mapping[str, Any]) -> dict[str, Any]:
    wanted = {"telegram_id": said["telegram_id"]} if "telegram_id" in said else {}
    if card.is_archived:
        return wanted | ({"is_active": False} if "status" in said else {})
    if "access_role" not in said:
        return wanted
    role = said["access_role"]
    return wanted | ({"is_active": True, "role": role} if role else {"is_active": False})


def _changed(tx: storage.Transaction, before: Access, user: StaffUser, wanted: dict[str, Any], member: Member) -> Access:
    if not wanted:
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
