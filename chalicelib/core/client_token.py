"""A client's token: our own signed word, for a day, that its bearer has shown the code we sent to that client.

It names one client and says nothing else of him; whoever holds it may read and change what is that client's alone.
"""

from datetime import timedelta

from chalicelib.core import clock
from chalicelib.core.errors import Unauthorized

LIFETIME = timedelta(hours=24)
_AUDIENCE = "frontdesk-client"
_ALGORITHM = "HS256"
_CLAIMS = ["aud", "exp", "iat", "sub"]
_MAX_LENGTH = 2048


class BadToken(Unauthorized):
    """A token that proves nothing; `detail` is `expired` or `forged`."""

    code = "bad_token"
    message = "The client's token is not valid."


def issue(client_id: str, secret: str) -> str:
    """A token of a client, good from now on for `LIFETIME`."""
    import jwt  # only who signs or reads a token pays for it

    at = clock.wall()
    return jwt.encode({"sub": client_id, "aud": _AUDIENCE, "iat": at, "exp": at + LIFETIME}, secret, algorithm=_ALGORITHM)


def client_of(token: str, secret: str) -> str:
    """Whose token it is, if `secret` signed it within `LIFETIME`. Raises `BadToken`."""
    import jwt

    if len(token) > _MAX_LENGTH or not secret:  # anybody can sign with an empty key
        raise BadToken("forged")
    try:
        claims = jwt.decode(token.strip(), secret, algorithms=[_ALGORITHM], audience=_AUDIENCE, options={"require": _CLAIMS})
    except jwt.ExpiredSignatureError:
        raise BadToken("expired") from None
    except (jwt.InvalidTokenError, UnicodeError):  # half a surrogate pair is no token of ours either
        raise BadToken("forged") from None
    return str(claims["sub"])
