"""A transcript as parts, each somebody's: from what was typed, or from what a vendor heard. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from chalicelib.core.lines import is_blank
from chalicelib.core.patterns import pattern

Speaker = Literal["agent", "client", "other"]
Source = Literal["manual", "transcribe", "openai"]
Language = Literal["ru", "en", "uz"]

_SAID: Final = json.loads((Path(__file__).parent / "data" / "speakers.json").read_text(encoding="utf-8"))
SPEAKERS: Final[Mapping[str, Speaker]] = {word: speaker for speaker, words in _SAID.items() for word in words}
"""What people call whoever speaks, before a colon."""

_MARK = pattern(r"\s*\[(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)\]\s*")
_LABEL = pattern(r"\s*([^\W\d_]{1,20})(?: ?\d{1,2})?\s*(?:\[(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)\]\s*)?:\s*")


class Segment(NamedTuple):
    """What somebody said in one go; seconds from the call's beginning where they are known."""

    start: float | None
    end: float | None
    speaker: Speaker
    text: str


def of_rows(rows: Iterable[Sequence[Any]]) -> list[Segment]:
    """Segments as they are kept."""
    return [Segment(*row) for row in rows]


def of_text(text: str) -> list[Segment]:
    """The parts of a typed text: a line that names its speaker (`Клиент: …`) or its time (`[01:15]`) begins one.

    What follows without either goes on with it; of a text that names nobody all is one part, and nobody knows whose.
    """
    found: list[tuple[float | None, Speaker, list[str]]] = []
    for line in text.splitlines():
        start, speaker, words = _begun(line)
        if speaker is None and start is None and found:
            found[-1][2].append(line)
        elif words.strip() or speaker or start is not None:
            found.append((start, speaker or "other", [words]))
    told = [(start, speaker, "\n".join(lines).strip()) for start, speaker, lines in found]
    return _ended([(start, speaker, words) for start, speaker, words in told if not is_blank(words)])


def _begun(line: str) -> tuple[float | None, Speaker | None, str]:
    """The time and the speaker that a line begins with, and its words."""
    start: float | None = None
    mark = _MARK.match(line)
    if mark:
        start, line = _seconds(*mark.groups()), line[mark.end() :]
    label = _LABEL.match(line)
    speaker = SPEAKERS.get(label[1].casefold()) if label else None
    if label is None or speaker is None:
        return start, None, line
    if label[3] is not None:
        start = _seconds(*label.groups()[1:])
    return start, speaker, line[label.end() :]


def _seconds(hours: str | None, minutes: str, seconds: str) -> float:
    return float(int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds))


def _ended(told: Sequence[tuple[float | None, Speaker, str]]) -> list[Segment]:
    """Each ends where the next begins, as far as times are known and go on; times that run backwards are none."""
    found: list[Segment] = []
    for at, (start, speaker, words) in enumerate(told):
        following = told[at + 1][0] if at + 1 < len(told) else None
        end = following if start is not None and following is not None and following >= start else start
        found.append(Segment(start, end, speaker, words))
    known = [segment.start for segment in found if segment.start is not None]
    if known != sorted(known):
        return [segment._replace(start=None, end=None) for segment in found]
    return found


def in_words(segments: Iterable[Segment]) -> str:
    """What was said, a line each."""
    return "\n".join(segment.text for segment in segments)


def language_of(text: str) -> Language:
    """The language of a text by its letters."""
    sample = text[:20_000].casefold()
    cyrillic, latin = (sum(first <= mark <= last for mark in sample) for first, last in (("а", "я"), ("a", "z")))
    return "en" if latin > cyrillic else "ru"


def digest(language: str, segments: Sequence[Segment]) -> str:
    """By what a transcript is known to be the same once more."""
    return sha256(json.dumps([language, segments], ensure_ascii=True).encode()).hexdigest()
