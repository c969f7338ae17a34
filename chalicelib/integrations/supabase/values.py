"""How people and programs fill the columns of a database by hand. A column that says nothing readable is absent, never a lost row."""

import json
import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.core.patterns import pattern

_NUMBER = pattern(r"[-+]?\d[\d\s\u00a0\u202f]*(?:[.,]\d+)?")
_ARRAY = pattern(r'"((?:[^"\\]|\\.)*)"|([^,{}]+)')
_DAY = pattern(r"(\d{4}-\d{2}-\d{2})[T\s]\d{2}:\d{2}.*")
_TIME = pattern(r"(?:\d{4}-\d{2}-\d{2}[T\s])?(\d{1,2}:\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?")
_LINK = pattern(r"""https://[^\s"'<>\\`/]{3,}[^\s"'<>\\`]*""", re.IGNORECASE)
_BARE_LINK = pattern(r"(?:[\w-]+\.)+[a-zA-Zа-яё]{2,}(?:/.*)?", re.IGNORECASE)
_ACCOUNT = pattern(r"@?([A-Za-z]\w{3,31})")
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


def topics(value: Any) -> list[str]:
    """The same, each cut to what a card shows, once, a hundred at most."""
    return list(dict.fromkeys(text[:200] for text in texts(value)))[:100]


def link(value: Any) -> str | None:
    """An address of a page, with https:// where it was left out; None for any other scheme, which no page may be made to open."""
    text = value.strip() if isinstance(value, str) else ""
    text = f"https://{text}" if _BARE_LINK.fullmatch(text) else text
    return text if _LINK.fullmatch(text) and len(text) <= 2000 else None


def telegram(value: Any) -> str | None:
    """A public page in Telegram, by its address or its name."""
    account = _ACCOUNT.fullmatch(value.strip()) if isinstance(value, str) else None
    return f"https://t.me/{account.group(1)}" if account else link(value)


def education(value: Any) -> list[dict[str, str]]:
    """Diplomas as a list of objects, or as JSON text; what is no text in one is left out."""
    try:
        read = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return []
    rows = [one for one in read if isinstance(one, Mapping)] if isinstance(read, list) else []
    return [_diploma(row) for row in rows[:40]]


_DIPLOMA = {"program_title": 300, "year": 20, "title": 300, "doc_type": 300}


def _diploma(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(row[name]).strip()[:most] for name, most in _DIPLOMA.items() if is_text(row.get(name))}


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
