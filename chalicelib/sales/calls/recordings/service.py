"""A recording is awaited, and asked to be heard: what can be known beforehand is told at once, all else is delivery's."""

from typing import Any

from chalicelib.core import clock, ids, outbox, storage
from chalicelib.core.settings import settings
from chalicelib.files import service as files
from chalicelib.integrations import fetching
from chalicelib.sales.calls.models import SalesCall
from chalicelib.sales.calls.recordings import rules
from chalicelib.sales.calls.recordings.errors import (
    NoConsentToRecord,
    NoRecording,
    RecordingHostRefused,
    RecordingsUnavailable,
    TranscriptionUnavailable,
)
from chalicelib.sales.calls.schemas import RecordingUpload, RecordingWanted

AWAITED, TRANSCRIPTION = "call_recording", "call_transcription"


def awaited_in(tx: storage.Transaction, row: Any, wanted: RecordingWanted) -> dict[str, Any]:
    """What a call says of the recording that will be put; the bucket is looked at when the address is over.

    Raises NoConsentToRecord, RecordingsUnavailable.
    """
    if not row.consent_given:
        raise NoConsentToRecord
    if not files.is_set():
        raise RecordingsUnavailable
    where = rules.place(row.number, ids.new().lower(), wanted.content_type)
    due = clock.wall() + files.OPEN_FOR
    outbox.send(tx, AWAITED, {"place": row.place, "at": where}, lane=f"recording#{row.number}", due_at=due, rank=outbox.SOON)
    return {"recording": {"state": "awaited", **wanted.model_dump()}, "recording_at": where}


def offered(row: Any) -> RecordingUpload | None:
    """Where an awaited recording may be put; nothing of a call that awaits none."""
    if not (row.recording and row.recording["state"] == "awaited" and row.recording_at and files.is_set()):
        return None
    found = files.upload(row.recording_at, content_type=row.recording["content_type"], size=row.recording["size"])
    return RecordingUpload.of(found)


def asked_in(tx: storage.Transaction, row: SalesCall, speakers: list[str] | None) -> dict[str, Any]:
    """What a call says once its recording is to be heard.

    Raises NoConsentToRecord, NoRecording, TranscriptionUnavailable, RecordingHostRefused.
    """
    if not row.consent_given:
        raise NoConsentToRecord
    if not (row.recording_at or row.recording_url):
        raise NoRecording
    if settings().transcriber == "none" or not files.is_set():
        raise TranscriptionUnavailable
    if not row.recording_at and not fetching.is_allowed(str(row.recording_url), settings().hosts_of_recordings):
        raise RecordingHostRefused
    attempt = int(row.attempt) + 1
    payload = {"place": row.place, "attempt": attempt, "speakers": speakers}
    job = outbox.send(tx, TRANSCRIPTION, payload, lane=f"call#{row.number}")
    return {"transcript_state": "queued", "attempt": attempt, "job_id": job, "asked_at": clock.now(), "error_message": None}
