"""Amazon Transcribe on loopback, JSON 1.1: jobs by their names, each once; results in the real file's shape."""

import json
import re

from tests.standins.s3 import S3StandIn
from tests.standins.server import Answer, Asked, StandIn

SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 Credential=\w+/\d{8}/[\w-]+/transcribe/aws4_request, SignedHeaders=[\w;-]*host[\w;-]*, Signature=[0-9a-f]{64}"
)
NAME = re.compile(r"[0-9a-zA-Z._-]{1,200}")
FORMATS = {"mp3", "mp4", "wav", "flac", "ogg", "amr", "webm", "m4a"}
FIELDS = {"TranscriptionJobName", "LanguageCode", "MediaFormat", "Media", "OutputBucketName", "OutputKey", "Settings"}


def item(text, start, end, speaker):
    """A word as a result has it."""
    spoken = {"start_time": f"{start}", "end_time": f"{end}", "speaker_label": speaker}
    return {"id": 0, "type": "pronunciation", "alternatives": [{"confidence": "0.998", "content": text}], **spoken}


def mark(text, speaker):
    """Punctuation, which has no times."""
    return {"id": 0, "type": "punctuation", "alternatives": [{"confidence": "0.0", "content": text}], "speaker_label": speaker}


class TranscribeStandIn(StandIn):
    """`polls` are answers of IN_PROGRESS before a job ends; `items` what was heard, `failure` why a job fails."""

    def __init__(self, s3: S3StandIn) -> None:
        super().__init__()
        self.s3, self.jobs, self.polls, self.items, self.failure = s3, {}, 1, [], None

    @property
    def begun(self) -> list[str]:
        """The names of jobs that were begun."""
        return [*self.jobs]

    def answer(self, asked: Asked) -> Answer:
        self.require((asked.method, asked.path) == ("POST", "/"), f"{asked.method} {asked.path}", 404)
        self.require(asked.headers.get("content-type") == "application/x-amz-json-1.1", "content type")
        self.require(bool(SIGNED.fullmatch(asked.headers.get("authorization", ""))), "signature", 403)
        service, _, what = asked.headers.get("x-amz-target", "").partition(".")
        self.require(service == "Transcribe" and what in ("StartTranscriptionJob", "GetTranscriptionJob"), f"target {what}")
        return self._begin(asked.json) if what == "StartTranscriptionJob" else self._tell(asked.json)

    def _begin(self, said) -> Answer:
        name = said["TranscriptionJobName"]
        self.require(set(said) == FIELDS and bool(NAME.fullmatch(name)) and said["MediaFormat"] in FORMATS, f"fields {sorted(said)}")
        self.require(said["Settings"] == {"ShowSpeakerLabels": True, "MaxSpeakerLabels": 2}, "settings")
        bucket, _, key = said["Media"]["MediaFileUri"].removeprefix("s3://").partition("/")
        self.require((bucket, said["OutputBucketName"]) == (self.s3.bucket,) * 2 and key in self.s3.files, "no such file")
        if name in self.jobs:
            return 400, {"__type": "com.amazonaws.transcribe#ConflictException", "Message": "The requested job name already exists."}
        self.jobs[name] = {"said": said, "left": self.polls}
        return 200, {"TranscriptionJob": {"TranscriptionJobName": name, "TranscriptionJobStatus": "IN_PROGRESS"}}

    def _tell(self, said) -> Answer:
        name = said["TranscriptionJobName"]
        if name not in self.jobs:
            return 400, {"__type": "BadRequestException", "Message": "The requested job couldn't be found. Check the job name and try."}
        job = self.jobs[name]
        job["left"] -= 1
        told = {"TranscriptionJobName": name, "TranscriptionJobStatus": "IN_PROGRESS"}
        if job["left"] < 0 and self.failure:
            told |= {"TranscriptionJobStatus": "FAILED", "FailureReason": self.failure}
        elif job["left"] < 0:
            whole = {"transcripts": [{"transcript": "…"}], "items": self.items, "speaker_labels": {"speakers": 2, "segments": []}}
            result = {"jobName": name, "accountId": "000000000000", "status": "COMPLETED", "results": whole}
            self.s3.files[job["said"]["OutputKey"]] = ("application/json", json.dumps(result, ensure_ascii=False).encode())
            told |= {"TranscriptionJobStatus": "COMPLETED"}
        return 200, {"TranscriptionJob": told}
