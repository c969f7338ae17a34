"""Whose doing it is: said once where a request, an update or a tick begins, and written into every fact that comes of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

CLIENT, OFFICE, OUTSIDE, SYSTEM, SPECIALIST = "client", "office", "outside", "system", "specialist"
"""The person himself; the back office and its bots; another system's event; the clock; a specialist on the page of her own."""

PERSON = "staff#"
"""What stands before the number of one of the staff: `staff#7` did it, by name."""

CALLERS = {"service": OFFICE, "backend": OFFICE, "webhook": OUTSIDE}
"""By the kind of a caller; anybody else who is let in is the person himself."""

_actor: ContextVar[str] = ContextVar("actor", default=SYSTEM)


def current() -> str:
    """Whose doing it is that is decided now."""
    return _actor.get()


@contextmanager
def acting(actor: str) -> Iterator[None]:
    """Have what is decided inside the block be this one's doing."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


@contextmanager
def called_by(kind: str, named: str | None = None) -> Iterator[None]:
    """The same for whoever a door let in: by his name where he has one, else by his kind."""
    with acting(named or CALLERS.get(kind, CLIENT)):
        yield


def by_the_house() -> str:
    """Who of the house speaks now: one of the staff by name, else the office, whose bots and keys pass its words on."""
    return current() if is_the_houses(current()) else OFFICE


def is_the_houses(actor: str) -> bool:
    """Whether one of the staff did it, or whoever holds the back office's key."""
    return actor == OFFICE or actor.startswith(PERSON)
