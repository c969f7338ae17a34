"""A page's token: our own signed word, in the address of a page that the bot links to, of whose page it is and what for.

A page in a browser holds no key and nobody signs in there. The token stands where the client's number would, and is short, for it is read
in a message. It says nothing of the client but his id.
"""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from chalicelib.core import clock
from chalicelib.core.client_token import BadToken
from chalicelib.core.patterns import pattern

LIFETIME = timedelta(days=30)
Purpose = Literal["rebook", "feedback", "help"]
_ALGORITHM = "HS256"
_CLAIMS = ["aud", "exp", "sub"]
_MAX_LENGTH = 400
_FORM = pattern(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


class Claims(NamedTuple):
    """Whose page it is, and which session or ticket of his it is about, where it is about one."""

    client_id: str
    about: str | None


def issue(purpose: Purpose, client_id: str, secret: str, *, about: str | None = None) -> str:
    """A token of a client's page, good from now on for `LIFETIME`."""
    import jwt  # only who signs or reads a token pays for it

    subject = f"{client_id}.{about}" if about else client_id
    said = {"sub": subject, "aud": purpose, "exp": int((clock.wall() + LIFETIME).timestamp())}
    return jwt.encode(said, secret, algorithm=_ALGORITHM, headers={"typ": None})


def read(purpose: Purpose, token: str, secret: str, *, at: datetime | None) -> Claims:
    """What a token for this purpose says, if `secret` signed it and it is good `at` that moment, or ever was. Raises `BadToken`."""
    import jwt

    if len(token) > _MAX_LENGTH or not secret:  # anybody can sign with an empty key
        raise BadToken("forged")
    rest = {"require": _CLAIMS, "verify_exp": False}
    try:
        said = jwt.decode(token.strip(), secret, algorithms=[_ALGORITHM], audience=purpose, options=rest)  # type: ignore[arg-type]
        until = int(said["exp"])
    except (jwt.InvalidTokenError, UnicodeError, ValueError):
        raise BadToken("forged") from None
    if at is not None and until <= at.timestamp():
        raise BadToken("expired")
    client_id, _, about = str(said["sub"]).partition(".")
    return Claims(client_id, about or None)


def is_one(text: object) -> bool:
    """Whether a text has the form of a token, and so is no number of anything."""
    return isinstance(text, str) and _FORM.fullmatch(text.strip()) is not None
