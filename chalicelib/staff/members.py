"""Who of the staff is asking: a token, the desk's cookie or the service key; his session and his row, read together at each request."""

from dataclasses import dataclass
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from typing import cast

from chalicelib.core import clock, security
from chalicelib.core.errors import Unauthorized
from chalicelib.core.facts.actors import PERSON
from chalicelib.core.security import NO_BEARER, WRONG_BEARER, Caller
from chalicelib.core.settings import Settings
from chalicelib.core.wire import Incoming
from chalicelib.staff import repository, rules, tokens
from chalicelib.staff.errors import AnotherKindOfToken, BadToken
from chalicelib.staff.models import StaffSession, StaffUser
from chalicelib.staff.rules import Role

COOKIE, TOGETHER_WITH = "__Host-desk", "x-frontdesk-desk"
NEEDED = "Authorization: Bearer <access token> is required"


@dataclass(frozen=True, slots=True)
class Member(Caller):
    """One of the staff, or the service key, which acts as an owner and is nobody's account."""

    role: Role = "owner"
    user: StaffUser | None = None
    session: StaffSession | None = None

    @property
    def user_id(self) -> int:
        """His id; 0 is the service."""
        return int(self.user.user_id) if self.user else 0

    @property
    def named(self) -> str | None:
        """How the log names him; the service key is the office's, and no person."""
        return f"{PERSON}{self.user_id}" if self.user else None

    @property
    def actor(self) -> str:
        """How what he changes names him."""
        return self.named or "service"


def member_of(request: Incoming, config: Settings) -> Member:
    """Who asks. Raises Unauthorized for nobody of ours, AnotherKindOfToken for a client."""
    if "x-api-key" in request.headers:
        security.SERVICE.admit(request, config)
        return Member("service")
    if not config.secret_of_staff:
        raise Unauthorized("JWT_SECRET is not set, so that nobody of the staff can sign in")
    user_id, session_id = _shown(request, config)
    user, session = repository.with_session(user_id, session_id)
    if user is None or session is None or not rules.is_alive(session, user, clock.wall()):
        raise BadToken("over", headers=WRONG_BEARER)
    return Member("staff", subject=user.user_id, role=cast(Role, user.role), user=user, session=session)


def _shown(request: Incoming, config: Settings) -> tuple[int, str]:
    """Whose session a request names: by a token, or by the desk's cookie."""
    token = request.shown("bearer")
    if token:
        return _by_token(token, config)
    cookie = _cookie(request)
    if cookie and request.headers.get(TOGETHER_WITH) == "1":  # a form of another site can bring the cookie, and never this
        return of_cookie(cookie)
    raise Unauthorized(NEEDED, headers=NO_BEARER)


def _by_token(token: str, config: Settings) -> tuple[int, str]:
    try:
        claims = tokens.read("access", token, config.secret_of_staff)
    except BadToken as bad:
        if tokens.is_a_clients(token, config.secret_of_clients):
            raise AnotherKindOfToken from None
        raise BadToken(bad.detail, headers=WRONG_BEARER) from None
    return claims.user_id, claims.session_id


def _cookie(request: Incoming) -> str | None:
    try:
        found = SimpleCookie(request.headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return found.value if found else None


def of_cookie(value: str) -> tuple[int, str]:
    """The user and the session that a cookie names: ``<user id>.<random>``. Raises BadToken."""
    user_id, _, random = value.partition(".")
    if not (user_id.isascii() and user_id.isdecimal() and len(user_id) <= 12 and random):
        raise BadToken("forged")
    return int(user_id), browser_session(random)


def browser_session(random: str) -> str:
    """The row of a cookie: the store holds a digest, so that nobody who reads it can sign in."""
    return "browser#" + sha256(random.encode("utf-8", "surrogatepass")).hexdigest()
