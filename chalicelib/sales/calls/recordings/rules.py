"""What a recording may be, and what was heard as segments. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

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

LABEL: Final = "spk_"


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


def of_items(found: Any, direction: str, said: Sequence[str] | None) -> tuple[list[Segment], float | None]:
    """The segments of a job's result, by change of speaker or a pause, and how sure it was on the whole.

    Items say their times as texts, and punctuation has none. What has another form is left out.
    """
    results = found.get("results") if isinstance(found, dict) else None
    items = results.get("items") if isinstance(results, dict) else None
    order: dict[str, int] = {}
    parts: list[tuple[float, float, str, list[str]]] = []
    sure: list[float] = []
    for item in items if isinstance(items, list) else ():
        word = _word(item)
        if word is None:
            continue
        text, confidence = word
        if item.get("type") == "punctuation":
            if parts:
                parts[-1][3][-1] += text
            continue
        sure += [confidence] if confidence is not None else []
        label = str(item.get("speaker_label") or (parts[-1][2] if parts else f"{LABEL}0"))
        start, end = _seconds(item.get("start_time")), _seconds(item.get("end_time"))
        order.setdefault(label, len(order))
        if parts and parts[-1][2] == label and start - parts[-1][1] <= PAUSE:
            first, _, _, words = parts[-1]
            parts[-1] = (first, max(end, parts[-1][1]), label, [*words, text])
        else:
            parts.append((start, max(end, start), label, [text]))
    segments = [Segment(start, end, speaker_of(order[label], direction, said), " ".join(words)) for start, end, label, words in parts]
    return segments, round(sum(sure) / len(sure), 3) if sure else None


def _word(item: Any) -> tuple[str, float | None] | None:
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
    return found if 0 <= found < 10**6 else 0.0


def of_parts(parts: Iterable[Any]) -> list[Segment]:
    """The segments of a file that was heard without telling who spoke."""
    ordered = sorted(parts, key=lambda part: part.start)
    return [Segment(_seconds(one.start), max(_seconds(one.end), _seconds(one.start)), "other", _plain(one.text)) for one in ordered]


def _plain(text: str) -> str:
    """What a vendor heard, without what no text of ours has."""
    return "".join(mark for mark in text if mark.isprintable() or mark.isspace())
