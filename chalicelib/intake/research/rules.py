"""When two questionnaires are one, and how one reads in the sheet. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core.patterns import pattern
from chalicelib.core.sender import Sender
from chalicelib.intake.applications import rules as applications

HEADER = ("row", "created_at", "name", "contact", "answers")
_SOMEBODY = pattern(r"[a-z0-9_]{5}")
"""What every contact has, and "нет" has not."""


def number_in(number: str, contour: str) -> str:
    """A row's number, or a visitor's mark, as the contour keeps it."""
    return number if contour == "live" else f"{contour}:{number}"


def is_live(number: str) -> bool:
    """Whether a row is more than a trial."""
    return ":" not in number


def sheet_row(row: str, created_at: datetime, name: str | None, contact: str | None, answers: Mapping[str, Any]) -> list[Any]:
    """One line of the mirror, in `HEADER`'s order; RAW, so that nothing a visitor typed is a formula."""
    told = "; ".join(f"{key}: {_shown(value)}" for key, value in answers.items() if value not in (None, "", []))
    return [int(row), created_at.isoformat(), name or "", contact or "", told[:40_000]]


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(part) for part in value if part is not None)
    return str(value)


def key_of(fields: Mapping[str, Any], raw: bytes, sender: Sender) -> tuple[str, timedelta | None]:
    """The same questionnaire of the same person within ten minutes is one; of people who name no contact, of the same visitor.

    The answer is a row's number, which tells nothing of anybody.
    """
    if not _SOMEBODY.search(applications.contact_of(fields)):
        return applications.key_of(fields, raw, sender)
    return applications.words_of(fields), applications.REPEAT_WINDOW
