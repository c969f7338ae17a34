"""A transcript on the wire."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from chalicelib.core.lines import in_lines
from chalicelib.core.schemas import Headed, Schema, Seen, blank_is_none, rounded
from chalicelib.sales.calls.transcripts.rules import Language, Source, Speaker

LONGEST, LATEST, MOST = 1_000_000, 7 * 24 * 3600, 20_000
"""Characters of a transcript, seconds of a call, and parts of it."""

Words = Annotated[str, Field(min_length=1, max_length=LONGEST), Seen, AfterValidator(in_lines)]


class SegmentSaid(Schema):
    model_config = ConfigDict(str_max_length=LONGEST)

    start: Annotated[float, rounded(3)] = Field(ge=0, le=LATEST, description="Seconds from the call's beginning")
    end: Annotated[float, rounded(3)] = Field(ge=0, le=LATEST)
    speaker: Speaker = "other"
    text: Words

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.end < self.start:
            raise ValueError("expected end not before start")
        return self


class NewTranscript(Schema):
    """What was said, as `text` or as `segments`; or neither, which has the recording transcribed."""

    model_config = ConfigDict(str_max_length=LONGEST)

    text: Annotated[Words | None, BeforeValidator(blank_is_none)] = Field(
        None,
        description="Lines that begin with `Менеджер:`, `Клиент:`, `Agent:`, `Client:` or a time (`[01:15]`) are parts of it",
        examples=["[00:01] Менеджер: Добрый день!\n[00:04] Клиент: Здравствуйте, сколько стоит занятие?"],
    )
    segments: list[SegmentSaid] | None = Field(None, min_length=1, max_length=MOST)
    language: Language | None = Field(None, description="By its letters where nobody says")
    source: Annotated[Literal["recording"] | None, BeforeValidator(blank_is_none)] = Field(
        None, description="Have the recording transcribed"
    )
    speakers: list[Speaker] | None = Field(
        None, max_length=10, description="Of a recording: who speaks first, who second; whoever called first where nobody says"
    )
    replace: bool = Field(False, description="Have it take the place of another transcript")

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if sum(said is not None for said in (self.text, self.segments, self.source)) > 1:
            raise ValueError("expected text, segments or source, one of them")
        starts = [segment.start for segment in self.segments or ()]
        if starts != sorted(starts):
            raise ValueError("expected segments in the order of their start")
        return self

    @property
    def is_of_the_recording(self) -> bool:
        """Whether nothing is said, and the recording is meant."""
        return self.text is None and self.segments is None


class SegmentShown(Schema):
    model_config = ConfigDict(str_max_length=LONGEST)

    start: float | None
    end: float | None
    speaker: Speaker
    text: str


class Job(Schema):
    id: str
    kind: Literal["call_transcription"] = "call_transcription"
    state: Literal["queued", "running", "done", "failed"]
    created_at: str | None
    error: str | None = None


class TranscriptShown(Headed):
    model_config = ConfigDict(str_max_length=2 * LONGEST)

    id: int
    call_id: int
    language: str | None
    text: str | None
    segments: list[SegmentShown]
    source: Source | None
    model_used: str | None
    confidence_score: float | None
    processing_time: float | None = Field(description="Seconds")
    state: str = Field(description="queued, running, done or failed")
    analysis: dict[str, Any] | None = Field(description="What was made of it; null while nothing was")
    sentiment_score: float | None
    sentiment_label: str | None
    summary: str | None
    intents: list[str]
    keywords: list[str]
    job: Job | None = Field(description="The transcription, while it is at work")
    created_at: str | None
    updated_at: str | None
