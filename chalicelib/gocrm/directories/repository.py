"""Reads and writes of the copies."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.core import storage
from chalicelib.gocrm.directories.models import Mirror

CITIES, CENTERS = "cities", "centers"


def staff_of(center_id: str) -> str:
    """The name of a branch's list of staff."""
    return f"staff#{center_id}"


def read(*names: str) -> list[Mirror | None]:
    """The copies under these names: one read for a hundred."""
    return storage.read(*(Mirror.at(name) for name in names))


def keep(name: str, rows: Sequence[dict[str, Any]], as_of: datetime) -> bool:
    """Keep a list as it stood then; False where a newer copy stands."""
    copy = Mirror(name=name, rows=list(rows), as_of=as_of, tried_at=as_of)
    return storage.put_new(copy, Mirror.as_of.does_not_exist() | (Mirror.as_of <= as_of)) is None


def mark_failed(name: str, reason: str, at: datetime) -> None:
    """Note that a refresh brought nothing; what it did not bring stays as it was."""
    tx = storage.Transaction()
    tx.put_or_update(Mirror.row(name), [Mirror.failed.set(reason[:300]), Mirror.tried_at.set(at)])
    tx.commit()
