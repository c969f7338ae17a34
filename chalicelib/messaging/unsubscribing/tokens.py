"""What a link of unsubscribing carries: our signed word for which client, and by which channel he was written to.

It has no end, for a mail is opened years later, and says nothing else of him: whoever holds it may only end what was written to him.
"""

from dataclasses import dataclass

from chalicelib.core.settings import settings

_AUDIENCE = "frontdesk-unsubscribe"
_ALGORITHM = "HS256"
_MAX_LENGTH = 1024


@dataclass(frozen=True, slots=True)
class Claims:
    """Whose link it is."""

    client_id: str
    channel: str


def issue(claims: Claims) -> str:
    """The token of a client's links on a channel: always the same one."""
    import jwt  # only who signs or reads a token pays for it

    said = {"sub": claims.client_id, "ch": claims.channel, "aud": _AUDIENCE}
    return jwt.encode(said, settings().secret_of_clients, algorithm=_ALGORITHM)


def read(token: str) -> Claims | None:
    """Whose link it is; None for a token that is none of ours."""
    import jwt

    secret = settings().secret_of_clients
    if len(token) > _MAX_LENGTH or not secret:  # anybody can sign with an empty key
        return None
    try:
        said = jwt.decode(token, secret, algorithms=[_ALGORITHM], audience=_AUDIENCE, options={"require": ["sub", "aud", "ch"]})
    except (jwt.InvalidTokenError, UnicodeError):
        return None
    return Claims(str(said["sub"]), str(said["ch"]))
