"""How people and programs fill the columns of a database by hand. A column that says nothing readable is absent, never a lost row."""

import json
import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

_NUMBER = re.compile(r"[-+]?\d[\d\s\u00a0\u202f]*(?:[.,]\d+)?")
_ARRAY = re.compile(r'"((?:[^"\\]|\\.)*)"|([^,{}]+)')
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})[T\s]\d{2}:\d{2}.*")
_TIME = re.compile(r"(?:\d{4}-\d{2}-\d{2}[T\s])?(\d{1,2}:\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?")
_YES = {"true", "t", "yes", "y", "1", "on", "да"}
_NO = {"false", "f", "no", "n", "0", "off", "нет"}


def number(value: Any) -> float | None:
    """The first number of a cell: ``35``, ``"35 лет"``, ``"3 500,50 ₽"``; None for words, blanks, booleans and what has no end."""
    if not is_text(value):
        return None
    if isinstance(value, str):
        found = _NUMBER.search(value)
        value = re.sub(r"\s", "", found.group()).replace(",", ".") if found else "nan"
    try:
        read = float(value)
    except (ValueError, OverflowError):
        return None
    return read if math.isfinite(read) else None


def whole(value: Any) -> int | None:
    """The same as a whole number."""
    read = number(value)
    return None if read is None else int(read)


def is_text(value: Any) -> bool:
    """Whether a cell reads as text: ``true`` is none, though Python takes it for the number 1."""
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def texts(value: Any) -> list[str]:
    """A list as JSON, as PostgreSQL writes arrays (``{a,"b c"}``), or as people do (``a; b``); what is no text in it is left out."""
    if isinstance(value, str):
        value = _listed(value.strip())
    parts = value if isinstance(value, list) else []
    return [text for part in parts if is_text(part) and (text := str(part).strip())]


def _listed(text: str) -> list[Any]:
    if text.startswith("["):
        try:
            read = json.loads(text)
        except ValueError:
            read = None
        return read if isinstance(read, list) else [text]
    if text.startswith("{") and text.endswith("}"):
        parts = [quoted.replace('\\"', '"').replace("\\\\", "\\") or bare for quoted, bare in _ARRAY.findall(text[1:-1])]
        return [part for part in parts if part.strip().upper() != "NULL"]
    return re.split(r"[;\n]|,\s+", text)


def yes(value: Any) -> bool | None:
    """A yes or no in any of the usual words; None for anything else."""
    if isinstance(value, bool):
        return value
    folded = str(value).strip().casefold()
    return True if folded in _YES else False if folded in _NO else None


def moment(value: Any) -> datetime | None:
    """When a row was last written; None where its writer left ``infinity`` or anything else that is no ISO date and time."""
    try:
        return datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None


def day(value: Any) -> Any:
    """A date that was stored with a time as its day; anything else as it stands, for the reader of slot times to judge."""
    found = _DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    return found.group(1) if found else value


def time(value: Any) -> Any:
    """A time of day as ``HH:mm``, whether it came with seconds, a zone's offset or a date; anything else as it stands."""
    found = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    return found.group(1) if found else value


def said(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without what says nothing: nulls, blanks, and the words that programs write for them."""
    return {name: value for name, value in row.items() if not _blank(value)}


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value.strip().casefold() in {"", "null", "none", "undefined", "nan"})
