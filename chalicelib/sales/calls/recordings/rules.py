"""What a recording may be, and what was heard as segments. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from chalicelib.sales.calls.transcripts.rules import Segment, Speaker

LARGEST: Final = 100 * 1024 * 1024
TYPES: Final[Mapping[str, str]] = {
    "audio/mpeg": "mp3",
    "audio/mp3": "mp3",
    "audio/mp4": "mp4",
    "audio/m4a": "m4a",
    "audio/x-m4a": "m4a",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/wave": "wav",
    "audio/flac": "flac",
    "audio/x-flac": "flac",
    "audio/ogg": "ogg",
    "audio/amr": "amr",
    "audio/webm": "webm",
}
"""What a recording is sent as → how it is called."""

PAUSE: Final = 1.0
"""Seconds of silence after which the same person begins another part."""


def place(number: int, mark: str, content_type: str) -> str:
    """Where a recording is kept."""
    return f"recordings/{number}/{mark}.{TYPES[content_type]}"


def job_name(stage: str, number: int, attempt: int) -> str:
    """By which name a job is begun once."""
    return f"fd-{stage}-{number}-{attempt}"


def speaker_of(label: int, direction: str, said: Sequence[str] | None) -> Speaker:
    """Who speaks as the first, the second: as somebody says, else whoever called first."""
    known: list[Any] = [*said] if said else ["agent", "client"] if direction == "outbound" else ["client", "agent"]
    return known[label] if label < len(known) else "other"


class _Word(NamedTuple):
    """A word of a job's result, with whose it is where the job says so."""

    start: float
    end: float
    label: str | None
    text: str


def of_items(found: Any, direction: str, said: Sequence[str] | None) -> tuple[list[Segment], float | None]:
    """The segments of a job's result, by change of speaker or a pause, and how sure it was on the whole.

    Items say their times as texts, and punctuation has none. What has another form is left out; of a word that is nobody's nobody knows who
    said it.
    """
    results = found.get("results") if isinstance(found, dict) else None
    items = results.get("items") if isinstance(results, dict) else None
    whose, sure, words = _labels(results), list[float](), list[_Word]()
    for item in items if isinstance(items, list) else ():
        best = _best(item)
        if best is None:
            continue
        text, confidence = best
        if item.get("type") == "punctuation":
            _close(words, text)
            continue
        sure += [confidence] if confidence else []
        start = _seconds(item.get("start_time"))
        label = item.get("speaker_label") or whose.get(str(item.get("start_time")))
        words.append(_Word(start, max(_seconds(item.get("end_time")), start), label if isinstance(label, str) else None, text))
    order = {label: number for number, label in enumerate(dict.fromkeys(word.label for word in words if word.label))}
    parts = [_part(run, order, direction, said) for run in _runs(words)]
    return parts, round(sum(sure) / len(sure), 3) if sure else None


def _close(words: list[_Word], mark: str) -> None:
    if words:
        words[-1] = words[-1]._replace(text=words[-1].text + mark)


def _labels(results: Any) -> dict[str, str]:
    """Whose the words are, by when each begins, where the job says it apart from them."""
    told = results.get("speaker_labels") if isinstance(results, dict) else None
    segments = told.get("segments") if isinstance(told, dict) else None
    items = [item for one in segments or () if isinstance(one, dict) for item in one.get("items") or ()]
    return {str(item["start_time"]): str(item["speaker_label"]) for item in items if {"start_time", "speaker_label"} <= item.keys()}


def _runs(words: Iterable[_Word]) -> Iterator[list[_Word]]:
    """Words that one says without a pause."""
    run: list[_Word] = []
    for word in words:
        if run and (word.label != run[-1].label or word.start - run[-1].end > PAUSE):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _part(run: Sequence[_Word], order: Mapping[str, int], direction: str, said: Sequence[str] | None) -> Segment:
    label = run[0].label
    speaker: Speaker = speaker_of(order[label], direction, said) if label else "other"
    return Segment(run[0].start, max(word.end for word in run), speaker, " ".join(word.text for word in run))


def _best(item: Any) -> tuple[str, float | None] | None:
    choices = item.get("alternatives") if isinstance(item, dict) else None
    best = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else None
    text = best.get("content") if best else None
    if not isinstance(text, str) or not text.strip():
        return None
    confidence = _seconds(best.get("confidence")) if best else 0.0
    return _plain(text), confidence or None


def _seconds(value: Any) -> float:
    try:
        found = float(value)
    except (TypeError, ValueError):
        return 0.0
    return round(found, 6) if 0 <= found < 10**6 else 0.0


def of_parts(parts: Iterable[Any]) -> list[Segment]:
    """The segments of a file that was heard without telling who spoke."""
    ordered = sorted(parts, key=lambda part: part.start)
    return [Segment(_seconds(one.start), max(_seconds(one.end), _seconds(one.start)), "other", _plain(one.text)) for one in ordered]


def _plain(text: str) -> str:
    """What a vendor heard, without what no text of ours has."""
    return "".join(mark for mark in text if mark.isprintable() or mark.isspace())
