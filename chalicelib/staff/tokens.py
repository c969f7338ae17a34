"""The staff's tokens: our signed word that somebody opened a session. They carry no rights: those stand in his row, read each time.

The same turn of the same session is always the same token, so that a repeat can be given the first answer again.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from chalicelib.core import clock
from chalicelib.staff.errors import BadToken

AUDIENCE = "frontdesk-staff"
_ALGORITHM = "HS256"
_CLAIMS = ["aud", "exp", "iat", "sid", "sub", "typ"]
_MAX_LENGTH = 2048

Kind = Literal["access", "refresh"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says: whose session, and which turn of it."""

    user_id: int
    session_id: str
    turn: int


def issue(kind: Kind, claims: Claims, *, at: datetime, until: datetime, secret: str) -> str:
    """A token of a session's turn that began at `at`."""
    import jwt  # only who signs or reads a token pays for it

    said: dict[str, Any] = {"sub": str(claims.user_id), "sid": claims.session_id, "n": claims.turn, "typ": kind, "aud": AUDIENCE}
    return jwt.encode({**said, "iat": int(at.timestamp()), "exp": int(until.timestamp())}, secret, algorithm=_ALGORITHM)


def read(kind: Kind, token: str, secret: str) -> Claims:
    """What a token of this kind says, if `secret` signed it and it is good now. Raises BadToken, whose `detail` says why."""
    import jwt

    if len(token) > _MAX_LENGTH or not secret:  # anybody can sign with an empty key
        raise BadToken("forged")
    rest = {"require": _CLAIMS, "verify_exp": False, "verify_iat": False}
    try:
        said = jwt.decode(token.strip(), secret, algorithms=[_ALGORITHM], audience=AUDIENCE, options=rest)  # type: ignore[arg-type]
        claims = Claims(int(said["sub"]), str(said["sid"]), int(said.get("n", 0)))
    except (jwt.InvalidTokenError, UnicodeError, ValueError):
        raise BadToken("forged") from None
    if said["typ"] != kind:
        raise BadToken("wrong_type")
    if int(said["exp"]) <= clock.wall().timestamp():
        raise BadToken("expired")
    return claims


def is_a_clients(token: str, secret: str) -> bool:
    """Whether this is a client's token, and good: who shows it is somebody, but none of the staff."""
    from chalicelib.core import client_token

    try:
        client_token.client_of(token, secret)
    except client_token.BadToken:
        return False
    return True
