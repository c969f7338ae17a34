"""Users made, changed and deleted: each in one transaction with the names that are theirs and the counts of those who run the house."""

from typing import Any

from chalicelib.core import clock, once, outbox, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.once import AskedAtOnce
from chalicelib.core.sender import Sender
from chalicelib.staff import facts, limits, passwords, repository, rules, sessions, users
from chalicelib.staff.errors import (
    ChangedMeanwhile,
    EmailTaken,
    NobodysProfile,
    OwnerOnly,
    OwnProfileOnly,
    TelegramTaken,
    Yourself,
)
from chalicelib.staff.members import Member
from chalicelib.staff.models import StaffUser
from chalicelib.staff.rules import NOBODY, Standing
from chalicelib.staff.schemas import NewUser, OwnChange, UserChange, UserFields, UserProfile

PLACE = "/api/v1/users"
NAMES: dict[str, tuple[str, type[Exception]]] = {
    "email": ("email", EmailTaken),
    "username": ("username", EmailTaken),
    "telegram_id": ("telegram", TelegramTaken),
}
"""What is one user's alone: the field, its kind of name, and what it means when another has it."""

HANDED_OVER = "user_handed_over"
"""The effect that gives what was a deleted user's to his heir, or to nobody."""

ADMINS_CHANGE = ("email", "role", "is_active")
"""What nobody changes of himself."""


@storage.again(AskedAtOnce)
def create(body: NewUser, member: Member, key: str | None) -> UserProfile:
    """A new user; a repeat under the same Idempotency-Key gives the one that it made. Raises OwnerOnly, EmailTaken, KeyReused."""
    _allow(member, NOBODY, Standing(body.role, body.is_active))
    request = once.request(member.actor, f"POST {PLACE}", key, body)
    made = request.made(storage.read(*request.keys))
    if made and (who := repository.user(int(made))):
        return _at(who)
    tx = storage.Transaction()
    new = make_in(tx, body, member)
    request.done(tx, new.user_id)
    tx.commit()
    return _at(new)


def make_in(tx: storage.Transaction, body: UserFields, member: Member) -> StaffUser:
    """Add a user to the decision that makes him. Raises OwnerOnly; the commit raises EmailTaken or TelegramTaken."""
    _allow(member, NOBODY, Standing(body.role, body.is_active))
    new = _new(body, member)
    repository.create(tx, new)
    facts.made(tx, new)
    for field, (kind, taken) in NAMES.items():
        if value := _name(new, field):
            repository.take(tx, kind, value, new.user_id, taken({"field": field}))
    return new


def _allow(member: Member, before: Standing, after: Standing) -> None:
    if member.role != "owner" and rules.is_for_owners(before, after):
        raise OwnerOnly


def _at(who: StaffUser) -> UserProfile:
    return users.shown(who).saying(Location=f"{PLACE}/{int(who.user_id)}")


def _new(body: UserFields, member: Member) -> StaffUser:
    kept = passwords.hashed(passwords.checked(body.password, body.email)) if body.password else None
    new = StaffUser(house=repository.HOUSE, user_id=repository.range_of(repository.new_id()), password=kept, by=member.actor)
    for name, value in body.model_dump(include=set(UserFields.model_fields) - {"password"}).items():
        if value is not None:
            setattr(new, name, value)
    new.created_at = sessions.now()
    return new


def _name(who: Any, field: str) -> str | None:
    """A name as it is told apart: without case."""
    value = getattr(who, field)
    return value.casefold() if value else None


@storage.again(ChangedMeanwhile)
def update(user_id: int, body: UserChange, member: Member) -> UserProfile:
    """Change any field of a user. Raises UserNotFound, OwnerOnly, ChangedMeanwhile, EmailTaken, LastAdmin or LastOwner."""
    who = users.standing(user_id)
    _allow(member, repository.standing(who), repository.standing(_as_said(who, body)))
    if body.password:
        passwords.checked(body.password, _as_said(who, body).email)
    return _written(who, body, member, ends_sessions=bool(body.password))


def change_in(tx: storage.Transaction, who: StaffUser, body: UserChange, member: Member) -> None:
    """Add to a decision what changes of a user, but for a password; who is switched off has no session any more.

    Raises OwnerOnly, ChangedMeanwhile; the commit raises ChangedMeanwhile, EmailTaken, TelegramTaken, LastAdmin or LastOwner.
    """
    _allow(member, repository.standing(who), repository.standing(_as_said(who, body)))
    _write_in(tx, who, body, member, ends_sessions=False)


def _as_said(who: StaffUser, body: UserChange) -> StaffUser:
    """The user as he will be."""
    after = StaffUser(house=who.house, user_id=who.user_id)
    after.attribute_values.update({**who.attribute_values, **body.said})
    return after


def _written(who: StaffUser, body: UserChange, member: Member, *, ends_sessions: bool) -> UserProfile:
    tx = storage.Transaction()
    if not _write_in(tx, who, body, member, ends_sessions=ends_sessions):
        return users.shown(who)
    tx.commit()
    return users.shown(users.standing(int(who.user_id)))


def _write_in(tx: storage.Transaction, who: StaffUser, body: UserChange, member: Member, *, ends_sessions: bool) -> bool:
    """Write what differs; False for nothing. A user who is switched off, or whose Telegram account changed, has no session any more."""
    if body.version not in (None, int(who.version)):
        raise ChangedMeanwhile({"version": int(who.version)})
    after = _as_said(who, body)
    changed = {name: value for name, value in body.said.items() if value != getattr(who, name)}
    if not (changed or body.password):
        return False
    repository.count(tx, repository.standing(who), repository.standing(after))
    _rename(tx, who, after)
    secret = {"password": passwords.hashed(body.password)} if body.password else {}
    over = ends_sessions or bool({"is_active", "telegram_id"} & set(changed))
    repository.change(tx, who, {**changed, **secret, "by": member.actor, "updated_at": sessions.now()}, ends_sessions=over)
    facts.changed(tx, after, [*changed, *secret])
    if over and member.session and member.user_id == int(who.user_id):
        repository.keep(tx, member.session, int(who.epoch) + 1)
    return True


def _rename(tx: storage.Transaction, before: StaffUser, after: StaffUser) -> None:
    """Give back the names that change, and take the new ones."""
    for field, (kind, taken) in NAMES.items():
        old, new = _name(before, field), _name(after, field)
        if old == new:
            continue
        if new:
            repository.take(tx, kind, new, before.user_id, taken({"field": field}))
        if old:
            repository.free(tx, kind, old, before.user_id)


@storage.again(ChangedMeanwhile)
def update_profile(body: OwnChange, member: Member, *, sender: Sender) -> UserProfile:
    """Change what is one's own. Raises NobodysProfile, OwnProfileOnly, Invalid for a wrong current password, TooManyAttempts."""
    if member.user is None:
        raise NobodysProfile
    who = users.standing(member.user_id)
    if any(name in body.said and body.said[name] != getattr(who, name) for name in ADMINS_CHANGE):
        raise OwnProfileOnly
    if body.password:
        passwords.checked(body.password, who.email)
    if body.password or body.said.get("telegram_id", who.telegram_id) != who.telegram_id:  # whoever has the account signs in as him
        _prove(who, body.current_password, sender)
    return _written(who, body, member, ends_sessions=bool(body.password))


def _prove(who: StaffUser, current: str | None, sender: Sender) -> None:
    """Who has a password shows it before he gets another, or another account to sign in by. A wrong one is counted as a try to sign in."""
    if not who.password:
        return
    if not current:
        raise Invalid.field("body", "current_password", msg="Field required", kind="missing")
    account = who.email or f"user#{who.user_id}"
    limits.spend(account, sender)
    if not passwords.matches(current, who.password):
        raise Invalid.field("body", "current_password", msg="expected the password that you have now", kind="password")
    tx = storage.Transaction()
    limits.give_back_in(tx, account, sender)
    tx.commit()


@storage.again(ChangedMeanwhile)
def delete(user_id: int, member: Member, *, reassign_to: int | None) -> None:
    """Mark a user as deleted: his e-mail is free, his sessions are over, what was his is handed over.

    Raises UserNotFound, Yourself, OwnerOnly, LastAdmin, Invalid for an heir whose leads may not be.
    """
    who = users.standing(user_id)
    _allow(member, repository.standing(who), NOBODY)
    if member.user_id == user_id:
        raise Yourself
    tx = storage.Transaction()
    repository.count(tx, repository.standing(who), NOBODY)
    for field in ("email", "username"):
        if value := _name(who, field):
            repository.free(tx, field, value, who.user_id)
    if who.telegram_id:
        repository.let_go(tx, "telegram", who.telegram_id)
    heir = _heir(tx, user_id, reassign_to)
    gone: dict[str, Any] = {"is_active": False, "deleted_at": clock.wall(), "handed_to": heir, "by": member.actor}
    repository.change(tx, who, gone, ends_sessions=True)
    facts.removed(tx, who)
    outbox.send(tx, HANDED_OVER, {"user_id": user_id, "heir": int(heir) if heir else None}, lane=f"staff#{user_id}")
    tx.commit()


def _heir(tx: storage.Transaction, user_id: int, reassign_to: int | None) -> str | None:
    """Who gets what was his: kept on the row, for those who hold something of his. Raises Invalid for who may have no leads."""
    if reassign_to is None:
        return None
    heir = repository.user(reassign_to)
    if heir is None or not rules.may_have_leads(heir) or reassign_to == user_id:
        raise Invalid.field("query", "reassign_to", msg=rules.ONE_OF_THEM)
    repository.hold_heir(tx, heir)
    return str(heir.user_id)
