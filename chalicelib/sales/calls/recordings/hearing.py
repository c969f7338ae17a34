"""Who hears a recording: each says the segments, or `None` while it is at work, or raises `Unheard`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final, NamedTuple

from pydantic_core import from_json

from chalicelib.core import clock, outbox
from chalicelib.core.settings import settings
from chalicelib.core.vendors import VendorBusy, VendorDown, VendorRefused
from chalicelib.files import service as files
from chalicelib.integrations.aws.transcribe import Asked, TranscribeClient, TranscribeRefused
from chalicelib.integrations.openai import speech
from chalicelib.integrations.openai.speech import SpeechClient, SpeechRefused
from chalicelib.sales.calls.models import SalesCall
from chalicelib.sales.calls.recordings import repository, rules
from chalicelib.sales.calls.transcripts.rules import Segment

AGAIN: Final = timedelta(seconds=15)
PATIENCE: Final = timedelta(hours=4)
ACCOUNT, BUCKET = "transcriber_account", "files_bucket"


class Unheard(Exception):
    """A recording that nobody will hear; the reason is for people."""


class Heard(NamedTuple):
    """What was heard, by whom, and how sure."""

    segments: list[Segment]
    model: str
    confidence: float | None = None


@contextmanager
def asking() -> Iterator[None]:
    """Raises `Retry` for what passes and for faults of our own, `Unheard` for what is this recording's."""
    try:
        yield
    except VendorBusy as busy:
        raise outbox.Retry(f"{busy.vendor} asks to wait", timedelta(seconds=busy.retry_after) if busy.retry_after else None) from busy
    except VendorDown as down:
        raise outbox.Retry(f"{down.vendor} is down") from down
    except (TranscribeRefused, SpeechRefused) as refused:
        if refused.ours:
            raise outbox.Retry(refused.reason, ours=ACCOUNT) from refused
        raise Unheard(f"{refused.vendor}: {refused.reason}") from refused
    except VendorRefused as refused:
        if refused.vendor == "s3":
            raise outbox.Retry(f"s3: HTTP {refused.status}", ours=BUCKET) from refused
        raise Unheard(f"{refused.vendor}: {refused.reason}") from refused


def heard(call: SalesCall, speakers: list[str] | None) -> Heard | None:
    """What was said in a recording that is kept; None while it is being heard."""
    return _by_job(call, speakers) if settings().transcriber == "transcribe" else _by_server(call)


def _by_job(call: SalesCall, speakers: list[str] | None) -> Heard | None:
    """By a job that is begun once, whoever is killed when: its name is the call's and the attempt's."""
    client, name = TranscribeClient(), rules.job_name(settings().stage, call.number, int(call.attempt))
    output = f"transcripts/{call.number}/{name}.json"
    kind = rules.TYPES.get(str(call.recording["content_type"]), "mp3")
    if call.transcript_state == "queued":
        asked = Asked(name, files.bucket(), str(call.recording_at), output, kind, settings().transcribe_language)
        client.begin(asked)
        repository.runs(call)
    stands = client.stands(name)
    if stands is None:
        raise Unheard("the job of this recording is gone")
    if stands.status == "FAILED":
        raise Unheard(stands.reason or "the recording could not be transcribed")
    if stands.status != "COMPLETED":
        if call.asked_at and clock.wall() - call.asked_at > PATIENCE:
            raise Unheard("the recording was not transcribed within four hours")
        return None
    segments, confidence = rules.of_items(_json(files.get(output)), call.direction, speakers)
    return Heard(segments, f"amazon-transcribe {settings().transcribe_language}", confidence)


def _json(content: bytes) -> Any:
    try:
        return from_json(content)
    except ValueError:
        raise Unheard("the job's result is not readable") from None


def _by_server(call: SalesCall) -> Heard:
    key = settings().transcriber_key
    if key is None:
        raise outbox.Retry("TRANSCRIBER_KEY is not set", ours=ACCOUNT)
    if int(call.recording["size"]) > speech.LARGEST:
        raise Unheard("the recording is over 25 MB, which this server does not take")
    repository.runs(call)
    kind = str(call.recording["content_type"])
    client = SpeechClient(settings().transcriber_url, key.get_secret_value(), settings().transcriber_model)
    found = client.hear(files.get(str(call.recording_at)), f"call.{rules.TYPES.get(kind, 'mp3')}", kind, settings().transcribe_language[:2])
    return Heard(rules.of_parts(found.parts), settings().transcriber_model)
