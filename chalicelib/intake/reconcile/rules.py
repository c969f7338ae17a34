"""Where a slot here and its row there differ, and whether that is news. Pure: no store, no clock."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

FAR = timedelta(days=180)
"""A row that stands nowhere here and whose date has no year may be an old one: so far ahead it is not believed."""

MANY = 20
"""How many slots may be missing there at once without being suspicious."""


class What(StrEnum):
    """How a slot and its row differ."""

    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    STATE = "state"
    TIME = "time"
    SPECIALIST = "specialist"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Here:
    """A slot as it stands here: `heard` marks the row as its source told it last, None when it never did."""

    open: bool
    heard: str | None


@dataclass(frozen=True, slots=True)
class There:
    """Its row as it stands there."""

    open: bool
    mark: str | None
    same_time: bool
    same_specialist: bool


def differ(here: Here, there: There) -> tuple[What, ...]:
    """What differs; a row that changed in nothing we can see has changed its owner."""
    seen = (
        (What.STATE, here.open != there.open),
        (What.TIME, not there.same_time),
        (What.SPECIALIST, not there.same_specialist),
    )
    found = tuple(what for what, differs in seen if differs)
    return found or ((What.OWNER,) if here.heard and here.heard != there.mark else ())


def is_news(here: Here, there: There) -> bool:
    """Whether the row has changed since its source told of it last; otherwise the difference was made here, knowingly."""
    return here.heard is None or here.heard != there.mark


def believable(missing: int, known: int, rows: int) -> bool:
    """Whether slots missing there are truly gone: a wrong key shows an empty table, and nobody deletes half of a calendar."""
    return rows > 0 and (missing <= MANY or missing * 2 <= known)
