"""The users as they are read: by those who run the house whole, by their colleagues in short."""

from typing import Any

from chalicelib.core.listing import part
from chalicelib.core.settings import settings
from chalicelib.staff import repository, rules
from chalicelib.staff.errors import UserNotFound
from chalicelib.staff.members import Member
from chalicelib.staff.models import StaffUser
from chalicelib.staff.schemas import UserCard, UserProfile, Users, UsersQuery

PLAIN = [name for name in UserProfile.model_fields if name != "id"]


def shown(who: StaffUser) -> UserProfile:
    """A user whole; never what is kept of his password."""
    return UserProfile(id=int(who.user_id), **{name: getattr(who, name) for name in PLAIN})


def system() -> UserProfile:
    """The service key as if it were a user."""
    nothing = dict.fromkeys(name for name in UserProfile.model_fields if UserProfile.model_fields[name].annotation is not bool)
    told = {"id": 0, "full_name": "system", "role": "owner", "timezone": settings().business_timezone, "language": "ru", "version": 0}
    return UserProfile(**{**nothing, **told}, email_notifications=False, sms_notifications=False, is_active=True)


def listed(query: UsersQuery) -> Users:
    """The users that a list asks for, with how many there are."""
    zone = settings().zone
    found = [
        who
        for who in repository.everyone()
        if rules.matches(who, words=query.search, status=query.status, role=query.role) and query.includes(who.created_at, zone)
    ]
    found.sort(key=lambda who: (_order(who, query.order_by), who.user_id), reverse=query.sort == "desc")
    rows, numbers = part(found, query)
    return Users(items=[shown(who) for who in rows], **numbers)


def _order(who: StaffUser, name: str) -> str:
    """What a list is sorted by, as text that sorts like it; who has none is before the others."""
    value: Any = getattr(who, name)
    return rules.folded(value) if isinstance(value, str) else value.isoformat() if value else ""


def one(user_id: int, member: Member) -> UserProfile | UserCard:
    """A user: whole for himself and for those who run the house. Raises UserNotFound."""
    who = standing(user_id)
    if member.role in rules.HEADS or member.user_id == user_id:
        return shown(who)
    return UserCard(id=user_id, full_name=who.full_name, role=who.role, is_active=who.is_active)


def standing(user_id: int) -> StaffUser:
    """A user who is not deleted. Raises UserNotFound."""
    who = repository.user(user_id)
    if who is None or who.deleted_at:
        raise UserNotFound
    return who


def profile(member: Member) -> UserProfile:
    """Whoever asks, whole."""
    return shown(member.user) if member.user else system()
