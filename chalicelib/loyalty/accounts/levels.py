"""The levels that the owner set, as a description of many people needs them: a warm worker remembers them for seconds."""

from chalicelib.company import service as company
from chalicelib.company.rules import Loyalty
from chalicelib.core import briefly, storage

_KEY = "loyalty"


def current() -> Loyalty:
    """How points are earned, as it was a moment ago."""
    return briefly.remembered(_read, _KEY)


def fresh() -> Loyalty:
    """The same as it stands, and for the moment to come."""
    return briefly.remember(_read(), _KEY)


def _read() -> Loyalty:
    return company.loyalty_of(storage.read(*company.keys()))


def edition() -> str:
    """A text that changes with what a level needs: codes and thresholds."""
    return ",".join(f"{level.code}={level.threshold}" for level in fresh().levels)
