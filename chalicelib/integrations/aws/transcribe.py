"""Amazon Transcribe: a job is begun by its name, once, and asked how it stands. JSON 1.1."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from pydantic_core import to_json

from chalicelib.core.vendors import Reply, Timeout, Vendor, VendorBusy, VendorDown, VendorError, VendorRefused
from chalicelib.integrations.aws import signing

VENDOR = "transcribe"
PATIENCE: Timeout = (3.0, 15.0)
BUSY = frozenset({"LimitExceededException", "ThrottlingException"})
BEGUN = "ConflictException"
UNKNOWN = "NotFoundException"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be transcribed: a file of a bucket into a file of it."""

    name: str
    bucket: str
    key: str
    output: str
    format: str
    language: str
    speakers: int = 2


@dataclass(frozen=True, slots=True)
class Stands:
    """How a job stands: QUEUED, IN_PROGRESS, FAILED with a reason, or COMPLETED."""

    status: str
    reason: str | None = None


class TranscribeRefused(VendorRefused):
    """`kind` is Amazon's own name of a refusal; `ours` says that no other recording would escape it."""

    def __init__(self, status: int, reason: str, kind: str) -> None:
        super().__init__(VENDOR, status, reason)
        self.kind = kind

    @property
    def ours(self) -> bool:
        """Whether it is our account's fault."""
        return self.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) or "AccessDenied" in self.kind


class TranscribeClient:
    """Every call raises `VendorDown`, `VendorBusy` or `TranscribeRefused`."""

    ROLE_NEEDS = ("transcribe:StartTranscriptionJob", "transcribe:GetTranscriptionJob")

    def __init__(self) -> None:
        self._url = signing.endpoint(VENDOR, f"https://transcribe.{signing.region()}.amazonaws.com")
        self._api = _Transcribe(VENDOR, self._url, timeout=PATIENCE)

    def begin(self, asked: Asked) -> None:
        """Begin a job; one of this name that was begun before is the same one."""
        said: dict[str, Any] = {
            "TranscriptionJobName": asked.name,
            "LanguageCode": asked.language,
            "MediaFormat": asked.format,
            "Media": {"MediaFileUri": f"s3://{asked.bucket}/{asked.key}"},
            "OutputBucketName": asked.bucket,
            "OutputKey": asked.output,
            "Settings": {"ShowSpeakerLabels": True, "MaxSpeakerLabels": asked.speakers},
        }
        try:
            self._call("StartTranscriptionJob", said)
        except TranscribeRefused as refused:
            if refused.kind != BEGUN:
                raise

    def stands(self, name: str) -> Stands | None:
        """How a job stands; None where there is none of this name."""
        try:
            found = self._call("GetTranscriptionJob", {"TranscriptionJobName": name}).field("TranscriptionJob")
        except TranscribeRefused as refused:
            if refused.kind == UNKNOWN or (refused.kind == "BadRequestException" and "couldn't be found" in refused.reason):
                return None
            raise
        if not isinstance(found, dict) or not isinstance(found.get("TranscriptionJobStatus"), str):
            raise VendorDown(VENDOR, "a job without its status")
        reason = found.get("FailureReason")
        return Stands(found["TranscriptionJobStatus"], str(reason)[:300] if reason else None)

    def _call(self, what: str, said: dict[str, Any]) -> Reply:
        body = to_json(said)
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"Transcribe.{what}"}
        return self._api.call("POST", "", body=body, headers=signing.signed(VENDOR, "POST", f"{self._url}/", body, headers))


class _Transcribe(Vendor):
    def refusal(self, reply: Reply) -> VendorError:
        said = reply.field("__type") or reply.headers.get("x-amzn-ErrorType") or ""
        kind = str(said).partition(":")[0].rpartition("#")[2]
        if kind in BUSY:
            return VendorBusy(self.name, self.retry_after(reply))
        return TranscribeRefused(reply.status, self.clean(str(reply.field("Message") or self.reason(reply))), kind)
