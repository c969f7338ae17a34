"""What the doors of calls ask and answer."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from chalicelib.core import objects, web
from chalicelib.core.lines import in_one_line
from chalicelib.core.listing import Numbered, Numbers
from chalicelib.core.patterns import pattern
from chalicelib.core.schemas import AS_TEXT, Headed, Moment, Schema, Text, Whole, blank_is_none, utc_text
from chalicelib.files.service import Upload
from chalicelib.sales.calls.recordings.rules import LARGEST, TYPES
from chalicelib.sales.calls.rules import LONGEST, AnalysisState, Direction, RecordingState, Status, TranscriptState, misfit
from chalicelib.sales.leads.schemas import LeadNamed, lead_named

MOST_WORDS = 5
_NUMBER = pattern(r"[A-Za-z0-9+(*#][A-Za-z0-9+*#()\-. @:_]{0,19}")


def _is_number(said: str | None) -> str | None:
    if said is not None and not _NUMBER.fullmatch(said):
        raise ValueError("expected a telephone number of at most 20 characters, or an extension")
    return said


def _is_https(said: str | None) -> str | None:
    if said is not None and not web.address(said).startswith("https://"):
        raise ValueError("expected an address that begins with https://")
    return said


def _is_of_a_telephone(said: datetime | None) -> datetime | None:
    if said is not None and not 2000 <= said.year < 3000:
        raise ValueError("expected a moment of a call")
    return said


Blank = BeforeValidator(blank_is_none)
Line = AfterValidator(in_one_line)
Number = Annotated[Text, AfterValidator(_is_number)]
LeadId = Annotated[LeadNamed | None, Blank]
Past = Annotated[Moment, AfterValidator(_is_of_a_telephone)]
Name = Annotated[Annotated[str, Field(max_length=200)] | None, AS_TEXT, Line]
Details = Annotated[objects.Data | None, objects.TOLD, objects.CLEAN, objects.FITTING]


def _is_sound(said: str) -> str:
    kind = said.strip().lower()
    if kind not in TYPES:
        raise ValueError(f"expected one of {', '.join(TYPES)}")
    return kind


class RecordingWanted(Schema):
    """A recording that will be put: just so many bytes of just this kind."""

    content_type: Annotated[str, AfterValidator(_is_sound)] = Field(examples=["audio/mpeg"])
    size: int = Field(ge=1, le=LARGEST, description="Bytes")


class CallChange(Schema):
    """What is absent stays, null clears. A call that has ended does not ring again."""

    lead_id: LeadId = Field(None, description="Whose call it is, as a number or as `br0722`; without it the other number finds him")
    agent_id: Whole = Field(None, ge=1, description="Who of the staff spoke; whoever writes it down where nobody says")
    from_number: Number = Field(None, description="At most 20 characters; a valid number is kept in E.164", examples=["+79045501567"])
    to_number: Number = Field(None, examples=["101"])
    direction: Annotated[Direction | None, Blank] = None
    status: Annotated[Status | None, Blank] = None
    start_time: Past = None
    end_time: Past = None
    duration_seconds: Whole = Field(None, ge=0, le=LONGEST, description="Follows from the two moments where both are known")
    recording_url: Annotated[Annotated[str, Field(max_length=2_000)] | None, AS_TEXT, AfterValidator(_is_https)] = Field(
        None, description="Where the telephony keeps the recording; it is fetched from hosts of `RECORDING_HOSTS` alone"
    )
    consent_given: bool | None = Field(None, description="The client has agreed to be recorded")
    recording_upload: RecordingWanted | None = Field(
        None, description="A recording is to be put: the answer says where, for a quarter of an hour; needs `consent_given`"
    )
    metadata: Details = Field(None, description="Whatever else the telephony says: 8 KB at most")
    error_message: Annotated[Annotated[str, Field(max_length=500)] | None, AS_TEXT, Line] = None
    version: int | None = Field(None, description="The version that was read: another one now is refused")

    NEVER_NULL: ClassVar[tuple[str, ...]] = ("from_number", "to_number", "direction", "status", "consent_given")

    @model_validator(mode="after")
    def _says_what_must_be(self) -> Self:
        empty = [name for name in self.NEVER_NULL if name in self.model_fields_set and getattr(self, name) is None]
        if empty:
            raise ValueError(f"expected a value of {empty[0]}")
        if wrong := misfit(self.start_time, self.end_time):
            raise ValueError(f"end_time: {wrong}")
        return self


class NewCall(CallChange):
    from_number: Annotated[str, BeforeValidator(blank_is_none), AfterValidator(_is_number)] = Field(
        description="At most 20 characters; a valid number is kept in E.164", examples=["+79045501567"]
    )
    to_number: Annotated[str, BeforeValidator(blank_is_none), AfterValidator(_is_number)] = Field(examples=["101"])
    direction: Direction = Field(examples=["inbound"])
    status: Status = "initiated"
    consent_given: bool = False
    external_call_id: Name = Field(None, description="The telephony's own id: what it tells of twice is one call")
    provider: Name = Field(None, description="Whose id that is")


class Recording(Schema):
    state: RecordingState
    content_type: str | None = None
    size: int | None = None


class RecordingUpload(Schema):
    method: Literal["PUT"] = "PUT"
    url: str
    headers: dict[str, str] = Field(description="Just these: another length or kind is refused")
    expires_at: str

    @classmethod
    def of(cls, found: Upload) -> "RecordingUpload":
        """Where a recording may be put, as callers read it."""
        return cls(url=found.url, headers=dict(found.headers), expires_at=utc_text(found.expires_at))


class CallShown(Headed):
    id: int
    lead_id: int | None
    agent_id: int | None
    from_number: str
    to_number: str
    direction: Direction
    status: Status
    start_time: str | None
    end_time: str | None
    duration_seconds: int | None
    recording_url: str | None
    recording: Recording
    recording_upload: RecordingUpload | None = Field(None, description="Where the awaited recording may be put; in answers of POST and PUT")
    consent_given: bool
    external_call_id: str | None
    provider: str | None
    metadata: dict[str, Any]
    error_message: str | None
    transcript_state: TranscriptState
    analysis_state: AnalysisState
    created_at: str
    updated_at: str | None
    version: int


class Calls(Numbers):
    items: list[CallShown]


UserId = Annotated[int | None, Field(ge=0), Blank]


def _few_words(text: str | None) -> str | None:
    if text is not None and not 1 <= len(text.split()) <= MOST_WORDS:
        raise ValueError(f"expected 1 to {MOST_WORDS} words")
    return text


class CallsQuery(Numbered):
    """Filters that are all true of each call; days are those on which it was written down."""

    lead_id: Annotated[int | None, Field(ge=1, le=10**12), BeforeValidator(lead_named), Blank] = None
    direction: Direction | None = None
    status: Status | None = None
    assigned_to: UserId = Field(None, description="Who of the staff spoke; 0 is nobody known")
    search: Annotated[str | None, Field(min_length=2, max_length=100), Blank, AfterValidator(_few_words)] = Field(
        None, description=f"A number, however it is written, or up to {MOST_WORDS} words of the lead's name, each its beginning"
    )
    order_by: Literal["created_at"] = "created_at"
