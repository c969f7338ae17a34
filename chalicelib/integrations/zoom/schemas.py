"""What Zoom tells of a meeting, as far as we read it. Its ``start_url`` lets anyone be the host: it is never read."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field

from chalicelib.core.schemas import Id, Schema

_UNTOLD = timedelta(hours=1)
"""How long a meeting is taken to last when the list does not say."""


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Meeting(Schema):
    """A scheduled meeting. The id is an int64 on the wire and text on our side."""

    id: Id
    join_url: str = Field("", pattern=r"^(https://\S+)?$")
    topic: str = ""
    start_time: Annotated[datetime | None, BeforeValidator(lambda value: value or None)] = None
    duration: int = 0

    @property
    def start_at(self) -> datetime | None:
        """When it starts, in UTC; None for a meeting without a time of its own."""
        return _aware(self.start_time).astimezone(UTC) if self.start_time else None

    def overlaps(self, start_at: datetime, end_at: datetime) -> bool:
        """Whether it shares a moment with the time between `start_at` and `end_at`."""
        own = self.start_at
        return own is not None and own < end_at and start_at < own + (timedelta(minutes=self.duration) or _UNTOLD)


class MeetingList(Schema):
    meetings: list[Meeting] = []
    next_page_token: str = ""
