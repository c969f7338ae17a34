"""What a call may become, when somebody was spoken to, and by what lists find it. Pure."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Literal

from chalicelib.core.bitmaps import Described, Wanted, words

Direction = Literal["inbound", "outbound"]
Status = Literal["initiated", "ringing", "answered", "completed", "failed", "busy", "no_answer"]
TranscriptState = Literal["none", "queued", "running", "done", "failed"]
AnalysisState = Literal["none", "queued", "done", "insufficient_content", "failed", "over_budget"]
RecordingState = Literal["none", "awaited", "stored"]

ENDED: Final = frozenset({"completed", "failed", "busy", "no_answer"})
"""Statuses after which a call does not ring again; one of them may turn out to be another."""

SHORTEST: Final = 60
"""Seconds from which on somebody was spoken to."""

LONGEST: Final = 7 * 24 * 3600
"""Seconds of a call."""

LEAST_DIGITS: Final = 4
"""Digits of a search from which on it is a number, however it is written."""

ALL, LEAD, DIRECTION, STATUS, OWNER, AGENT, CREATED = (
    f"calls.{name}" for name in ("call", "lead", "direction", "status", "owner", "agent", "created")
)
FACETS: Final = (ALL, LEAD, DIRECTION, STATUS, OWNER, AGENT, CREATED)


def other_party(direction: str, from_number: str, to_number: str) -> str:
    """Whose number is not ours."""
    return from_number if direction == "inbound" else to_number


def may_become(was: str, now: str) -> bool:
    """Whether a call of this status may have that one."""
    return was not in ENDED or now in ENDED


def misfit(start: datetime | None, end: datetime | None) -> str | None:
    """What was expected of a call's end by its beginning; None where they go together."""
    if start is None or end is None or timedelta() <= end - start <= timedelta(seconds=LONGEST):
        return None
    return "expected a moment not before start_time, and at most a week after it"


def lasted(start: datetime | None, end: datetime | None, said: int | None) -> int | None:
    """For how many seconds: by its moments where both are known, else as it is said."""
    return int((end - start).total_seconds()) if start is not None and end is not None else said


def was_spoken(call: Any) -> bool:
    """Whether somebody was spoken to."""
    return bool(call.status == "completed" and (call.duration_seconds or 0) >= SHORTEST)


def spoken_at(call: Any, now: datetime) -> datetime:
    """When that was, and never after now, whatever a telephone says."""
    return min(call.end_time or call.start_time or call.created_at, now)


def is_an_answer(call: Any, at: datetime, opened_at: datetime) -> bool:
    """Whether it is one of ours who called, about this deal and not the one before."""
    return bool(call.direction == "outbound" and at >= opened_at)


def name(kind: str, *parts: Any) -> str:
    """By what something is there once: a digest, for a key of the store has an end, and words of others any mark between them."""
    return f"{kind}#{sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()}"


def described(row: Any, created_on: str, numbers: Mapping[str, str | None]) -> Described:
    """In which facets a call is, and which words find it; `numbers` are its two numbers, each with what is dialled within the country."""
    said = {
        ALL: "",
        LEAD: str(int(str(row.lead).rpartition("#")[2])) if row.lead and row.lead_stands else None,
        DIRECTION: row.direction,
        STATUS: row.status,
        OWNER: str(int(row.owner or 0)) if row.lead_stands else "0",
        AGENT: str(int(row.agent_id or 0)),
        CREATED: created_on,
    }
    facets = frozenset(f"{facet}#{value}" for facet, value in said.items() if value is not None)
    found = {word for number, national in numbers.items() for word in words.of_phone(number, national)}
    return Described(facets, words.fitting(found | words.of_text("name", row.who)))


def wanted(search: str) -> list[Wanted]:
    """The words of a search: a number, however it is written, or words of the lead's name."""
    digits = words.digits_of(search)
    if len(digits) >= LEAST_DIGITS and not any(mark.isalpha() for mark in search):
        return [Wanted.of(digits, "phone")]
    found = (Wanted.of(word, "name", "phone") for word in search.split())
    return [word for word in found if word.word]
