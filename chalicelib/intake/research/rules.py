"""How a questionnaire reads in the sheet. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

HEADER = ("row", "created_at", "name", "contact", "answers")


def sheet_row(row: str, created_at: datetime, name: str | None, contact: str | None, answers: Mapping[str, Any]) -> list[Any]:
    """One line of the mirror, in `HEADER`'s order; RAW, so that nothing a visitor typed is a formula."""
    told = "; ".join(f"{key}: {_shown(value)}" for key, value in answers.items() if value not in (None, "", []))
    return [int(row), created_at.isoformat(), name or "", contact or "", told[:40_000]]


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(part) for part in value if part is not None)
    return str(value)
