"""How every door of the page is opened, and what each of them may be asked with."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field

from chalicelib.booking.slots import service as slots
from chalicelib.booking.specialists import secret
from chalicelib.booking.specialists.service import Specialist
from chalicelib.core import clock, facts
from chalicelib.core.errors import Invalid
from chalicelib.core.schemas import Id, Query, Schema, Text
from chalicelib.core.security import Caller, Policy
from chalicelib.core.sender import Sender

if TYPE_CHECKING:
    from chalicelib.booking.specialists.schemas import Unauthored

T = TypeVar("T")

KEYED = Policy("own_page", lambda request, config: Caller("public"))
"""Anyone is let in: whether what he carries is a key, its door says in the page's own words, with status 200."""

KEY = "The key of the specialist's own page; a wrong one is answered unauthored"


def _written(expected: str) -> Callable[[Any], str]:
    def read(said: Any) -> str:
        if not isinstance(said, str) or not said.strip():
            raise ValueError(f"expected {expected}, as text")
        return said.strip()

    return read


Day = Annotated[str, BeforeValidator(_written("YYYY-MM-DD or DD.MM")), Field(max_length=40)]
"""A day as text: of a number nobody can tell whether 1.5 is the first of May or a day and a half."""

Hour = Annotated[str, BeforeValidator(_written("HH:mm")), Field(max_length=20)]


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


def hers(given: str | None, sender: Sender, act: Callable[[Specialist], T]) -> "T | Unauthored":
    """What the page's owner is answered; whatever is written by it is her doing. Raises TooManySecrets."""
    with facts.acting(facts.SPECIALIST):
        return secret.behind(given, sender, act)


OUR_AGE = range(2000, 3000)
"""Years of which every day, and the day around it, exists in every zone."""


def moment(said: str, *loc: str) -> datetime:
    """What a date and time mean. Raises Invalid that names the field, also for a year far from ours."""
    found = slots.parse(said, *loc)
    if found.year not in OUR_AGE:
        raise Invalid.field(*loc, msg=f"expected a year from {OUR_AGE[0]} to {OUR_AGE[-1]}", kind="slot_time")
    return found


def offered(said: str, *loc: str) -> datetime:
    """The same for time that is to be taken or offered: nobody looks further ahead than a year."""
    found = moment(said, *loc)
    if found > clock.now() + slots.HORIZON:
        raise Invalid.field(*loc, msg="expected a time within a year from now", kind="slot_time")
    return found
