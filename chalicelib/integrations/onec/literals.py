"""How 1C writes values: in a filter, in a body, in an address. Pure.

Its moments are wall time of its own zone without an offset; `0001-01-01` and the zero reference stand for none.
"""

from datetime import UTC, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from chalicelib.core.patterns import pattern

ZERO = "00000000-0000-0000-0000-000000000000"
NEVER = 1
"""The year of a date that is not filled in."""

KEPT = "$'(),:=@"
"""Signs that some publications do not read when they are escaped."""

_GUID = pattern(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def escaped(text: str) -> str:
    """A part of an address: UTF-8 percent-encoded, spaces as %20."""
    return quote(text, safe=KEPT)


def string(text: str) -> str:
    """A string in a filter."""
    return "'" + text.replace("'", "''") + "'"


def guid(text: str) -> str:
    """A reference in a filter or an address."""
    return f"guid'{text}'"


def datetime_literal(moment: datetime, zone: ZoneInfo) -> str:
    """A moment in a filter."""
    return f"datetime'{wall_text(moment, zone)}'"


def wall_text(moment: datetime, zone: ZoneInfo) -> str:
    """A moment in a body: the zone's wall time to the second."""
    return moment.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")


def moment(text: object, zone: ZoneInfo) -> datetime | None:
    """A moment of 1C in UTC; None for a date that is not filled in, and for what is no date."""
    if not isinstance(text, str) or not text.strip():
        return None
    try:
        read = datetime.fromisoformat(text.strip())
        return None if read.year == NEVER else (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def reference(text: object) -> str | None:
    """A reference in lower case; None for the zero one, and for what is no reference."""
    folded = text.strip().lower() if isinstance(text, str) else ""
    return folded if _GUID.fullmatch(folded) and folded != ZERO else None
