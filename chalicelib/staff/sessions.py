"""Sessions: opened, renewed turn by turn, ended. One that is renewed by a copy of a used token ends for whoever holds it."""

from datetime import datetime, timedelta

from chalicelib.core import clock, ids
from chalicelib.core.errors import Busy
from chalicelib.core.settings import settings
from chalicelib.staff import repository, rules, tokens
from chalicelib.staff.errors import BadToken, TokenReused
from chalicelib.staff.models import StaffSession, StaffUser
from chalicelib.staff.schemas import Tokens

LOOKS = 4
"""How often a refresh looks again because another one was faster."""

KEPT = timedelta(days=1)
"""How long the store keeps a row that nothing can open any more."""


def now() -> datetime:
    """This second: a token's times are whole seconds, and the row's must be the same ones."""
    return clock.wall().replace(microsecond=0)


def opened(who: StaffUser, kind: str, session_id: str | None = None) -> StaffSession:
    """A new session of a user, yet to be written."""
    at = now()
    ends_at = at + rules.LONGEST[kind]
    session = StaffSession(session_id=session_id or ids.token(), user_id=who.user_id, kind=kind, epoch=who.epoch, turn=1)
    session.opened_at, session.renewed_at, session.ends_at = at, at, ends_at
    session.expires_at = _forgotten_at(at, ends_at)
    return session


def _forgotten_at(at: datetime, ends_at: datetime) -> datetime:
    return min(at + rules.REFRESH, ends_at) + KEPT


def pair(session: StaffSession) -> Tokens:
    """The tokens of a session's turn: always the same ones for the same turn."""
    access_until = min(session.renewed_at + rules.ACCESS, session.ends_at)
    refresh_until = min(session.renewed_at + rules.REFRESH, session.ends_at)
    left = int((access_until - now()).total_seconds())
    return Tokens(
        access_token=_token("access", session, access_until), refresh_token=_token("refresh", session, refresh_until), expires_in=left
    )


def access(session: StaffSession) -> str:
    """The one token of a session that is not renewed."""
    return _token("access", session, session.ends_at)


def _token(kind: tokens.Kind, session: StaffSession, until: datetime) -> str:
    claims = tokens.Claims(int(session.user_id), session.session_id, int(session.turn))
    return tokens.issue(kind, claims, at=session.renewed_at, until=until, secret=settings().secret_of_staff)


def refreshed(token: str) -> Tokens:
    """The tokens of the next turn. Raises BadToken, or TokenReused for a token that was used before, and then the session is over."""
    claims = tokens.read("refresh", token, settings().secret_of_staff)
    for _ in range(LOOKS):
        who, session = repository.with_session(claims.user_id, claims.session_id)
        if session is None or session.kind != "tokens" or not rules.is_alive(session, who, clock.wall()):
            raise BadToken("over")
        found = rules.turn(claims.turn, session, clock.wall())
        if found == "reused":
            repository.end(session.session_id)
            raise TokenReused
        if found == "again" or _begin_turn(session):
            return pair(session)
    raise Busy


def _begin_turn(session: StaffSession) -> bool:
    """Begin the next turn, in the store and here; False when another request did: what stands now is its turn."""
    at = now()
    if not repository.renew(session, at, _forgotten_at(at, session.ends_at)):
        return False
    session.turn, session.renewed_at = session.turn + 1, at
    return True
