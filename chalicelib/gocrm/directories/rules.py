"""When a copy is stale, and which branch somebody means. Pure: no store, no clock."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

FRESH_FOR = timedelta(hours=2)
"""Two refreshes may be missed before a copy counts as old."""


def is_stale(as_of: datetime | None, failed: str | None, now: datetime) -> bool:
    """Whether a copy may no longer be what Go-CRM shows: none yet, its last refresh failed, or it is old."""
    return as_of is None or failed is not None or now - as_of > FRESH_FOR


def means(said: str, centers: Iterable[Mapping[str, Any]]) -> str | None:
    """The id of the one branch that `said` names by id, name or address; None where none or several do."""
    wanted = _folded(said)
    found = {str(one["id"]) for one in centers if wanted in {_folded(one.get(field)) for field in ("id", "name", "address")}}
    return found.pop() if wanted and len(found) == 1 else None


def _folded(text: Any) -> str:
    return " ".join(re.findall(r"\w+", str(text or "").casefold().replace("ё", "е")))
