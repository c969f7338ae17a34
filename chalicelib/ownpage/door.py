"""How every door of the page is opened, and what each of them may be asked with."""

from collections.abc import Callable
from typing import TypeVar

from pydantic import Field

from chalicelib.booking.specialists import secret
from chalicelib.booking.specialists.schemas import Unauthored
from chalicelib.booking.specialists.service import Specialist
from chalicelib.core import facts
from chalicelib.core.schemas import Id, Query, Schema, Text
from chalicelib.core.security import Caller, Policy
from chalicelib.core.sender import Sender

T = TypeVar("T")

KEYED = Policy("own_page", lambda request, config: Caller("public"))
"""Anyone is let in: whether what he carries is a key, its door says in the page's own words, with status 200."""

KEY = "The key of the specialist's own page; a wrong one is answered unauthored"


class SecretQuery(Query):
    """Where a GET carries the secret, and a POST may."""

    secret: Text = Field(None, max_length=200, description=KEY)


class MomentQuery(SecretQuery):
    """What begins at a moment."""

    date: Id = Field(description="YYYY-MM-DD or DD.MM, business zone", examples=["2026-11-27"])
    time: Id = Field(description="HH:mm, business zone", examples=["10:00"])


class Shown(Schema):
    """A body that may carry the secret; it may stand in the query too."""

    secret: Text = Field(None, max_length=200, description=KEY)


def hers(given: str | None, sender: Sender, act: Callable[[Specialist], T]) -> T | Unauthored:
    """What the page's owner is answered; whatever is written by it is her doing. Raises TooManySecrets."""
    with facts.acting(facts.SPECIALIST):
        return secret.behind(given, sender, act)
