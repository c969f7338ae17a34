"""Signing in by e-mail and password, and out again.

Whoever guesses learns nothing: an unknown e-mail, a wrong password and an inactive user cost the same calls and one hash,
and read the same.
"""

from chalicelib.core import storage
from chalicelib.core.sender import Sender
from chalicelib.staff import limits, passwords, repository, sessions
from chalicelib.staff.errors import BadToken, WrongCredentials
from chalicelib.staff.members import Member
from chalicelib.staff.models import StaffName, StaffSession, StaffUser
from chalicelib.staff.schemas import Login, Me, Tokens

SYSTEM = Me(id=0, email=None, name="system", full_name=None, role="owner", is_active=True)
"""Who the service key is."""


def login(body: Login, *, sender: Sender) -> Tokens:
    """A new session's tokens. Raises WrongCredentials or TooManyAttempts."""
    return sessions.pair(opened(body.email, body.password, "tokens", sender=sender))


def opened(email: str, password: str, kind: str, *, sender: Sender, session_id: str | None = None) -> StaffSession:
    """A new session of whoever has this e-mail and password. Raises WrongCredentials or TooManyAttempts."""
    (name,) = limits.spend(email, sender, repository.name_key("email", email))
    who = _known(name)
    right = passwords.matches(password, who.password if who else None)
    if who is None or not right:
        raise WrongCredentials
    session, tx = sessions.opened(who, kind, session_id), storage.Transaction()
    newer = passwords.hashed(password) if passwords.is_outdated(str(who.password)) else None
    repository.open_session(tx, session, who, newer)
    limits.give_back_in(tx, email, sender)
    tx.commit()
    return session


def _known(name: StaffName | None) -> StaffUser | None:
    """The active user of an e-mail; the same read where there is none."""
    who = repository.user(int(name.user_id) if name else 0)
    return who if who and who.is_active and not who.deleted_at else None


def refresh(*shown: str | None) -> Tokens:
    """The next tokens for the first refresh token that was shown. Raises BadToken or TokenReused."""
    token = next((one for one in shown if one), None)
    if token is None:
        raise BadToken("A refresh token is required: refresh_token, or Authorization: Bearer")
    return sessions.refreshed(token)


def logout(member: Member, *, everywhere: bool) -> None:
    """End the session that asks, or every one of its user; its tokens open nothing from now on."""
    if member.user and everywhere:
        repository.end_all(member.user)
    if member.session:
        repository.end(member.session.session_id)


def me(member: Member) -> Me:
    """Who asks."""
    return me_of(member.user) if member.user else SYSTEM


def me_of(who: StaffUser) -> Me:
    """A user as he reads himself in short."""
    name = who.full_name or who.username or (who.email or "").partition("@")[0] or f"user {int(who.user_id)}"
    return Me(id=int(who.user_id), email=who.email, name=name, full_name=who.full_name, role=who.role, is_active=who.is_active)
