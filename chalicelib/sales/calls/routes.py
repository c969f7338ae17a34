"""The doors of calls."""

from chalicelib.core.http import Api
from chalicelib.core.once import KeyReused
from chalicelib.sales.calls import creating, service, writing
from chalicelib.sales.calls.errors import CallExists, CallNotFound, CallOver
from chalicelib.sales.calls.recordings.errors import (
    NoConsentToRecord,
    NoRecording,
    RecordingHostRefused,
    RecordingsUnavailable,
    TranscriptionUnavailable,
)
from chalicelib.sales.calls.schemas import CallChange, Calls, CallShown, CallsQuery, NewCall
from chalicelib.sales.calls.tasks import listing
from chalicelib.sales.calls.tasks import service as tasks
from chalicelib.sales.calls.tasks.errors import TaskNotFound
from chalicelib.sales.calls.tasks.schemas import NewTask, TaskChange, Tasks, TaskShown, TasksQuery
from chalicelib.sales.calls.transcripts import service as transcripts
from chalicelib.sales.calls.transcripts.errors import TranscriptExists, TranscriptNotFound
from chalicelib.sales.calls.transcripts.schemas import NewTranscript, TranscriptShown
from chalicelib.sales.leads.access import READERS, WRITERS
from chalicelib.sales.leads.errors import LeadNotFound, SortTooDeep
from chalicelib.staff.errors import ChangedMeanwhile
from chalicelib.staff.members import Member

api = Api("sales.calls")
UNRECORDED = [NoConsentToRecord, RecordingsUnavailable]
UNHEARD = [NoConsentToRecord, NoRecording, TranscriptionUnavailable, RecordingHostRefused]


@api.get("/api/v1/calls", auth=READERS)
def calls_list(query: CallsQuery, caller: Member) -> Calls:
    """Calls by any filters and words, newest first, with how many there are: what was just written is in the answer.

    Managers see those of their own leads and of nobody's.
    """
    return service.listed(query, caller)


@api.post("/api/v1/calls", auth=WRITERS, status=201, also=(200,), errors=[LeadNotFound, CallExists, KeyReused, *UNRECORDED])
def calls_create(body: NewCall, caller: Member, idempotency_key: str | None) -> CallShown:
    """Write a call down; without a lead the other party's number finds him. What a telephony tells of twice is answered as it stands."""
    return creating.create(body, caller, idempotency_key)


@api.get("/api/v1/calls/{call_id}", auth=READERS, errors=[CallNotFound])
def calls_get(call_id: int, caller: Member) -> CallShown:
    """A call; one with another manager's lead is nobody's to him."""
    return service.one(call_id, caller)


@api.put("/api/v1/calls/{call_id}", auth=WRITERS, errors=[CallNotFound, LeadNotFound, CallOver, ChangedMeanwhile, *UNRECORDED])
def calls_update(call_id: int, body: CallChange, caller: Member) -> CallShown:
    """Say more of a call. A talk of a minute or more is in the lead's timeline from then on, and in his score."""
    return writing.change(call_id, body, caller)


@api.get("/api/v1/calls/{call_id}/transcript", auth=READERS, also=(202,), errors=[CallNotFound, TranscriptNotFound])
def calls_transcript_get(call_id: int, caller: Member) -> TranscriptShown:
    """What was said, with what was made of it; 202 while a recording is being transcribed."""
    return transcripts.one(call_id, caller)


@api.post(
    "/api/v1/calls/{call_id}/transcript",
    auth=WRITERS,
    status=201,
    also=(200, 202),
    errors=[CallNotFound, TranscriptExists, KeyReused, *UNHEARD],
)
def calls_transcript_create(call_id: int, body: NewTranscript, caller: Member, idempotency_key: str | None) -> TranscriptShown:
    """Say what was said, and have it looked at; or, with nothing said, have the recording transcribed (202)."""
    return transcripts.create(call_id, body, caller, idempotency_key)


@api.get("/api/v1/calls/tasks", auth=READERS, errors=[SortTooDeep])
def calls_tasks_list(query: TasksQuery, caller: Member) -> Tasks:
    """What is to be done after calls, with how many there are.

    Managers see what is theirs to do, and tasks of their own leads and of nobody's.
    """
    return listing.listed(query, caller)


@api.post("/api/v1/calls/tasks", auth=WRITERS, status=201, errors=[CallNotFound, LeadNotFound, KeyReused])
def calls_tasks_create(body: NewTask, caller: Member, idempotency_key: str | None) -> TaskShown:
    """Write down what is to be done, after a call or for a lead."""
    return tasks.create(body, caller, idempotency_key)


@api.put("/api/v1/calls/tasks/{task_id}", auth=WRITERS, errors=[TaskNotFound, ChangedMeanwhile])
def calls_tasks_update(task_id: int, body: TaskChange, caller: Member) -> TaskShown:
    """Take a task up, do it, move it, or drop it; what was suggested and dropped is suggested no more."""
    return tasks.change(task_id, body, caller)
