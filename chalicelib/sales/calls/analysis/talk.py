"""Who spoke how much. Pure."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from chalicelib.core.patterns import pattern
from chalicelib.sales.calls.transcripts.rules import Segment

_WORD = pattern(r"\w+")
_QUESTION = pattern(r"\?+")


def shares(segments: Sequence[Segment]) -> dict[str, Any]:
    """The agent's share of what the two said, by seconds where every part has some, else by words; the longest that one spoke in one go;
    questions of ours. None where nobody knows."""
    both = [segment for segment in segments if segment.speaker in ("agent", "client")]
    known = bool(both) and all(segment.start is not None and segment.end is not None and segment.end > segment.start for segment in both)
    lengths = [_seconds(one) if known else float(sum(1 for _ in _WORD.finditer(one.text))) for one in both]
    total = sum(lengths)
    ours = sum(length for one, length in zip(both, lengths, strict=True) if one.speaker == "agent")
    questions = sum(sum(1 for _ in _QUESTION.finditer(one.text)) for one in both if one.speaker == "agent")
    return {"agent_share": round(ours / total, 3) if total else None, "longest_monologue_s": _longest(segments), "questions": questions}


def _seconds(segment: Segment) -> float:
    return (segment.end or 0.0) - (segment.start or 0.0)


def _longest(segments: Sequence[Segment]) -> float | None:
    """Of parts of one person that follow each other the first one's beginning to the last one's end."""
    timed = [one for one in segments if one.start is not None and one.end is not None]
    runs = ([*run] for _, run in groupby(timed, key=lambda one: one.speaker))
    spans = [(run[-1].end or 0.0) - (run[0].start or 0.0) for run in runs]
    return round(max(spans), 3) if spans else None
