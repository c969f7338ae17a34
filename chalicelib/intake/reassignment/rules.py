"""How a reassignment is written, and whom it no longer offers. Pure: no store, no clock."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from chalicelib.booking.slots.wording import split_times
from chalicelib.booking.specialists.service import fold, name_key
from chalicelib.core import ids
from chalicelib.core.patterns import pattern
from chalicelib.core.sender import Sender
from chalicelib.intake.applications.rules import REPEAT_WINDOW

FIELDS = ("lead_number", "filtered_psychologists", "slots", "_queries")
_BETWEEN_NAMES = pattern(r"[;,\n]")
_BETWEEN_TOPICS = pattern(r"[;\n]")


def joined(value: Any) -> Any:
    """A list where the contract has a joined text, as that text; nothing is an empty one."""
    if isinstance(value, list):
        return ";".join(str(part) for part in value if part is not None)
    return "" if value is None or (isinstance(value, str) and value.strip().lower() == "null") else value


def names(text: str) -> list[str]:
    """Specialists' names, once each whichever way round they are written."""
    return list({name_key(name, "live"): name for name in reversed(_parts(_BETWEEN_NAMES, text))}.values())[::-1]


def times(text: str) -> list[str]:
    """Chosen times, as they were written."""
    return list(dict.fromkeys(part[:200] for part in split_times(text)))


def topics(text: str) -> list[str]:
    """What the client asks help with."""
    return list(dict.fromkeys(_parts(_BETWEEN_TOPICS, text)))


def _parts(between: re.Pattern[str], text: str) -> list[str]:
    return [part.strip()[:200] for part in between.split(text) if part.strip()]


def key_of(fields: Mapping[str, Any], raw: bytes, sender: Sender) -> tuple[str, timedelta | None]:
    """The same wish within ten minutes is one, however its lists are joined; the order of times counts, of names it does not."""
    if not fields:
        return f"raw:{ids.fingerprint(raw.hex())}", REPEAT_WINDOW
    lead, people, slots, queries = (str(joined(fields.get(name))) for name in FIELDS)
    said = [fold(lead), *sorted(name_key(name, "live") for name in names(people)), "|", *times(slots), "|", *sorted(topics(queries))]
    return ids.fingerprint(*said), REPEAT_WINDOW


def turned_down(before: Mapping[str, str], left: tuple[str, str] | None, named: Sequence[str]) -> dict[str, str]:
    """Whom not to offer (id → name): whoever was left before, and who is left now.

    A specialist who alone is named is asked for: the client wants him, at another time or after all.
    """
    alone = name_key(named[0], "live") if len(named) == 1 else None
    met = {**before, **dict([left] if left else [])}
    return {specialist_id: name for specialist_id, name in met.items() if name_key(name, "live") != alone}
