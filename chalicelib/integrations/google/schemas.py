"""What Google's Calendar and Sheets tell, as far as we read it."""

from datetime import UTC, datetime
from typing import Any

from pydantic import Field

from chalicelib.core.patterns import pattern
from chalicelib.core.schemas import Schema

_ROW = pattern(r"!\$?[A-Z]*\$?(\d+)(?::|$)")


class _Status(Schema):
    status_code: str = Field("", alias="statusCode")


class _CreateRequest(Schema):
    request_id: str = Field("", alias="requestId")
    status: _Status = Field(default_factory=_Status)


class _Entry(Schema):
    kind: str = Field("", alias="entryPointType")
    uri: str = ""


class _Conference(Schema):
    request: _CreateRequest = Field(default_factory=_CreateRequest, alias="createRequest")
    entry_points: list[_Entry] = Field([], alias="entryPoints")


class _Start(Schema):
    at: datetime | None = Field(None, alias="dateTime")


class Event(Schema):
    """A calendar event with its conference, which Google makes in its own time."""

    id: str
    status: str = "confirmed"
    start: _Start = Field(default_factory=_Start)
    hangout_link: str = Field("", alias="hangoutLink")
    conference: _Conference = Field(default_factory=_Conference, alias="conferenceData")

    @property
    def starts_at(self) -> datetime | None:
        """When it starts, in UTC; None for an event of whole days."""
        return self.start.at.astimezone(UTC) if self.start.at and self.start.at.tzinfo else None

    @property
    def link(self) -> str:
        """Where the conference is joined; empty until it is made."""
        video = (entry.uri for entry in self.conference.entry_points if entry.kind == "video")
        return self.hangout_link or next(video, "")

    @property
    def failed(self) -> bool:
        """Whether Google could not make the conference that was asked for."""
        return not self.link and self.conference.request.status.status_code == "failure"


class _Updates(Schema):
    updated_range: str = Field(alias="updatedRange")
    updated_rows: int = Field(0, alias="updatedRows")


class Appended(Schema):
    """Where appended rows went."""

    updates: _Updates

    @property
    def first_row(self) -> int | None:
        """The number of the first new row, as the sheet counts; None when the answer does not say."""
        found = _ROW.search(self.updates.updated_range)
        return int(found.group(1)) if found else None


class Values(Schema):
    """A range's cells; trailing empty ones are left out, so rows are ragged."""

    values: list[list[Any]] = []
