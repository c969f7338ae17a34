"""Calls as callers read them."""

from typing import Any

from chalicelib.core.schemas import utc_text
from chalicelib.sales.calls.models import SalesCall
from chalicelib.sales.calls.schemas import CallShown, Recording, RecordingUpload

_MOMENTS = ("start_time", "end_time", "created_at", "updated_at")
_PLAIN = (
    *("from_number", "to_number", "direction", "status", "recording_url", "consent_given", "external_call_id", "provider"),
    *("error_message", "transcript_state", "analysis_state"),
)
NO_RECORDING = {"state": "none"}


def shown(row: SalesCall, upload: RecordingUpload | None = None) -> CallShown:
    """A call; `upload` is where its recording may be put."""
    told: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    told |= {name: utc_text(at) if (at := getattr(row, name)) else None for name in _MOMENTS}
    numbers = {"id": row.number, "version": int(row.version), "lead_id": lead_id(row)}
    numbers |= {name: None if getattr(row, name) is None else int(getattr(row, name)) for name in ("agent_id", "duration_seconds")}
    kept = row.recording or NO_RECORDING
    recording = Recording(state=kept["state"], content_type=kept.get("content_type"), size=kept.get("size"))
    return CallShown(**told, **numbers, recording=recording, recording_upload=upload, metadata=row.details or {})


def lead_id(row: SalesCall) -> int | None:
    """Whose call it is, while he is a lead."""
    return number_of(str(row.lead)) if row.lead and row.lead_stands else None


def number_of(place: str) -> int:
    """The number of whatever stands there."""
    return int(place.rpartition("#")[2])
