"""What the form's answers mean; the words are in a data file. Pure but for reading it."""

import json
import re
from functools import cache
from pathlib import Path

LOW_MARK = 3
"""A mark up to this is told to the admin."""


@cache
def _words(kind: str) -> tuple[str, ...]:
    words = json.loads((Path(__file__).parent / "data" / "words.json").read_text(encoding="utf-8"))
    return tuple(words[kind])


def _fold(text: str | None) -> str:
    return re.sub(r"\s+", " ", (text or "").casefold().replace("ё", "е")).strip(" .!,")


def mark(text: str | None) -> int | None:
    """A mark of 1 to 5 out of what was typed ("5", "4/5", "Оценка: 3"); None for anything else."""
    found = re.search(r"(?<!\d)([1-5])(?!\d)", text or "")
    return int(found.group(1)) if found else None


def wants_another(text: str | None) -> bool:
    """Whether the client asks for another psychologist; a plain no is none."""
    return not _fold(text).startswith(("нет", "не ", "no")) and _says("yes", text)


def _says(kind: str, text: str | None) -> bool:
    """Whether a text says one of the words: short ones stand at its beginning, long ones anywhere."""
    folded = _fold(text)
    return any(re.match(rf"{re.escape(word)}(?!\w)", folded) or (len(word) > 4 and word in folded) for word in _words(kind))


def refuses(text: str | None) -> bool:
    """Whether the client says that he will not go on."""
    return _says("no", text)


def plan(text: str | None) -> str | None:
    """Which follow-up the answer about the next session picks, if any."""
    folded = _fold(text)
    return next((name for name in ("after_3_weeks", "after_5_days") if any(word in folded for word in _words(name))), None)
