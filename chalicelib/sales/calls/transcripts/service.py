"""Transcripts, typed and read."""

from typing import Any

from chalicelib.core import clock, ids, once, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.once import AskedAtOnce, Request
from chalicelib.core.schemas import utc_text
from chalicelib.sales.calls import service as calls
from chalicelib.sales.calls.errors import CallRaced
from chalicelib.sales.calls.models import SalesCall
from chalicelib.sales.calls.recordings import service as recordings
from chalicelib.sales.calls.transcripts import keeping, repository, rules
from chalicelib.sales.calls.transcripts.errors import TranscriptExists, TranscriptNotFound
from chalicelib.sales.calls.transcripts.models import Transcript
from chalicelib.sales.calls.transcripts.rules import Segment
from chalicelib.sales.calls.transcripts.schemas import Job, NewTranscript, SegmentShown, TranscriptShown
from chalicelib.staff.members import Member

MADE, KNOWN, WAITS = 201, 200, 202
AT_WORK = ("queued", "running")


def one(number: int, member: Member) -> TranscriptShown:
    """A call's transcript: two reads, one more where it is somebody's. Raises CallNotFound, TranscriptNotFound."""
    row, _, _ = calls.seen(number, member)
    (kept,) = storage.read(repository.key(str(row.place)))
    if kept is None and row.transcript_state not in AT_WORK:
        raise TranscriptNotFound({"transcript_state": row.transcript_state})
    return shown(row, kept)


@storage.again(CallRaced, AskedAtOnce)
def create(number: int, body: NewTranscript, member: Member, key: str | None) -> TranscriptShown:
    """Keep what was said, or have the recording heard; the same once more changes nothing.

    Raises CallNotFound, TranscriptExists, KeyReused, Invalid, and what keeps a recording from being heard.
    """
    row, _, _ = calls.seen(number, member)
    request = once.request(member.actor, f"POST {calls.PLACE}/{number}/transcript", key, body)
    before, (kept,) = storage.read_lists(request.keys, [repository.key(str(row.place))])
    if request.made(before):
        return _at(shown(row, kept), MADE if kept is not None else WAITS)
    if body.is_of_the_recording:
        return _heard(row, kept, body, request)
    segments = said(body)
    language = body.language or rules.language_of(rules.in_words(segments))
    mark = rules.digest(language, segments)
    if kept is not None and kept.digest == mark:
        return _at(shown(row, kept), KNOWN)
    if kept is not None and not body.replace:
        raise TranscriptExists
    tx, new = storage.Transaction(), Transcript(place=row.place, stamp=ids.new(), digest=mark, language=language, source="manual")
    keep(tx, row, new, segments, kept)
    request.done(tx, str(number))
    calls.write(row, {"transcript_state": "done", "analysis_state": "queued", "job_id": None}, tx)
    return _at(shown(row, new), MADE)


def _heard(row: SalesCall, kept: Transcript | None, body: NewTranscript, request: Request) -> TranscriptShown:
    """Have the recording heard; what is at work already stays at it."""
    if row.transcript_state not in AT_WORK:
        if kept is not None and not body.replace:
            raise TranscriptExists
        tx = storage.Transaction()
        asked = recordings.asked_in(tx, row, list(body.speakers) if body.speakers else None)
        request.done(tx, str(row.number))
        calls.write(row, asked, tx)
    return _at(shown(row, kept), WAITS)


def said(body: NewTranscript) -> list[Segment]:
    """The parts of what was typed. Raises Invalid for a text in which nobody says a word."""
    if body.segments is not None:
        return [Segment(one.start, one.end, one.speaker, one.text) for one in body.segments]
    found = rules.of_text(body.text or "")
    if not found:
        raise Invalid.field("body", "text", msg="expected what was said, beside who said it and when")
    return found


def keep(tx: storage.Transaction, row: SalesCall, new: Transcript, segments: list[Segment], before: Transcript | None) -> None:
    """Add a transcript, and that it is looked at; the commit raises CallRaced where another came first."""
    keeping.laid(new, segments)
    new.created_at = before.created_at if before is not None else clock.now()
    new.updated_at = clock.now() if before is not None else None
    repository.put(tx, new, before, row.number)


def shown(row: SalesCall, kept: Transcript | None) -> TranscriptShown:
    """A transcript with what was made of it; of one that is still being made, that."""
    at_work = row.transcript_state in AT_WORK
    told: dict[str, Any] = {"id": row.number, "call_id": row.number, "state": row.transcript_state, "job": _job(row) if at_work else None}
    if kept is None:
        return TranscriptShown(**told, **_NOTHING).answering(WAITS)
    found = kept.analysis
    told |= {"language": kept.language, "source": kept.source, "model_used": kept.model_used, "analysis": found}
    told |= {"confidence_score": kept.confidence, "processing_time": kept.processing_time, "created_at": utc_text(kept.created_at)}
    told |= {"updated_at": utc_text(kept.updated_at) if kept.updated_at else None, **_flat(found or {})}
    segments = keeping.segments(kept)
    parts = [SegmentShown(**segment._asdict()) for segment in segments]
    return TranscriptShown(**told, text=rules.in_words(segments), segments=parts).answering(WAITS if at_work else KNOWN)


_NOTHING: dict[str, Any] = {
    **dict.fromkeys(("language", "text", "source", "model_used", "confidence_score", "processing_time", "analysis", "created_at")),
    **dict.fromkeys(("updated_at", "sentiment_score", "sentiment_label", "summary")),
    **{name: [] for name in ("segments", "intents", "keywords")},
}


def _flat(found: dict[str, Any]) -> dict[str, Any]:
    """The same analysis as some callers look for it."""
    sentiment = found.get("sentiment") or {}
    steps = [step["code"] for step in found.get("next_steps", ())]
    return {
        "sentiment_score": sentiment.get("overall"),
        "sentiment_label": sentiment.get("label"),
        "summary": " ".join(found["summary"]) if found.get("summary") else None,
        "intents": [*dict.fromkeys(steps)],
        "keywords": [*found.get("keywords", ())],
    }


def _job(row: Any) -> Job | None:
    if row.job_id is None:
        return None
    state: Any = row.transcript_state
    return Job(id=row.job_id, state=state, created_at=utc_text(row.asked_at) if row.asked_at else None)


def _at(made: TranscriptShown, status: int) -> TranscriptShown:
    return made.answering(made.answered if made.answered == WAITS else status).saying(Location=f"{calls.PLACE}/{made.call_id}/transcript")
