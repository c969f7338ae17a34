"""Recordings by the outbox: looked for in the bucket, fetched where the telephony keeps them, and heard."""

from typing import Any

from chalicelib.core import clock, ids, outbox, storage
from chalicelib.core.outbox import Effect
from chalicelib.core.settings import settings
from chalicelib.files import service as files
from chalicelib.integrations import fetching
from chalicelib.sales.calls.models import SalesCall
from chalicelib.sales.calls.recordings import hearing, repository, rules
from chalicelib.sales.calls.recordings.hearing import Heard, Unheard
from chalicelib.sales.calls.recordings.service import AWAITED, TRANSCRIPTION
from chalicelib.sales.calls.transcripts import repository as transcripts
from chalicelib.sales.calls.transcripts import rules as parts
from chalicelib.sales.calls.transcripts import service as kept
from chalicelib.sales.calls.transcripts.models import Transcript

HASTE = 4
"""Transcriptions at once: each holds a worker for as long as its vendor answers."""


@outbox.handles(AWAITED, width=HASTE)
def look(effect: Effect, tx: storage.Transaction) -> None:
    """See whether a recording was put before its address was over; a call that awaits another one has that looked for itself."""
    (call,) = storage.read(SalesCall.at(effect.payload["place"]))
    if call is not None and call.recording_at == effect.payload["at"] and call.recording["state"] == "awaited":
        with hearing.asking():
            is_there = _noted(call)
        if not is_there:
            repository.kept(call, {"recording": None, "recording_at": None})


@outbox.handles(TRANSCRIPTION, width=HASTE)
def transcribe(effect: Effect, tx: storage.Transaction) -> None:
    """Have a recording heard, and keep what was said; nothing where that is not asked any more. Raises `Retry` while it is being heard."""
    call, before = storage.read(SalesCall.at(effect.payload["place"]), transcripts.key(effect.payload["place"]))
    if call is None or call.attempt != effect.payload["attempt"] or call.transcript_state not in kept.AT_WORK:
        return
    try:
        with hearing.asking():
            found = hearing.heard(_kept(call), effect.payload["speakers"])
    except Unheard as reason:
        repository.ended(tx, call, {"transcript_state": "failed", "error_message": str(reason)[:500], "job_id": None})
        return
    if found is None:
        raise outbox.Retry("the recording is being heard", hearing.AGAIN)
    with hearing.asking():
        _keep(tx, call, before, found)


def _kept(call: SalesCall) -> SalesCall:
    """The call with its recording in the bucket. Raises Unheard where there is none, or nobody agreed to it any more."""
    if not call.consent_given:
        raise Unheard("the client has not agreed to be recorded")
    if call.recording_at and call.recording["state"] == "stored":
        return call
    if not (_noted(call) if call.recording_at else _fetched(call)):
        raise Unheard("the recording was not put into the bucket")
    return call


def _noted(call: SalesCall) -> bool:
    """Whether the recording stands in the bucket; the call says so then, with what really stands there."""
    found = files.head(str(call.recording_at))
    if found is None:
        return False
    kind = found.content_type if found.content_type in rules.TYPES else call.recording["content_type"]
    return _stored(call, str(call.recording_at), kind, found.size)


def _fetched(call: SalesCall) -> bool:
    """Fetch a recording from where the telephony keeps it."""
    url = str(call.recording_url)
    if not fetching.is_allowed(url, settings().hosts_of_recordings):
        raise Unheard("recordings are not fetched from this host")
    file = fetching.fetch(url, most=rules.LARGEST)
    if file.content_type not in rules.TYPES:
        raise Unheard("what the telephony keeps is no recording of a known kind")
    where = rules.place(call.number, f"fetched-{int(call.attempt)}", file.content_type)
    files.put(where, file.content, file.content_type)
    return _stored(call, where, file.content_type, len(file.content))


def _stored(call: SalesCall, where: str, kind: str, size: int) -> bool:
    said: dict[str, Any] = {"recording": {"state": "stored", "content_type": kind, "size": size}, "recording_at": where}
    if not repository.kept(call, said):
        return False
    call.recording, call.recording_at = said["recording"], where
    return True


def _keep(tx: storage.Transaction, call: SalesCall, before: Transcript | None, found: Heard) -> None:
    """Keep what was heard, with the call's state and the look at it in one write."""
    language = parts.language_of(parts.in_words(found.segments))
    mark = parts.digest(language, found.segments)
    source = "transcribe" if settings().transcriber == "transcribe" else "openai"
    new = Transcript(place=call.place, stamp=ids.new(), digest=mark, language=language, source=source)
    new.model_used, new.confidence = found.model, found.confidence
    new.processing_time = round((clock.wall() - call.asked_at).total_seconds(), 1) if call.asked_at else None
    repository.ended(tx, call, {"transcript_state": "done", "analysis_state": "queued", "job_id": None})
    kept.keep(tx, call, new, found.segments, before)
