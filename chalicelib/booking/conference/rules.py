"""What a session's meeting must be and what to do about it. Pure: no store, no clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from chalicelib.booking.sessions.rules import LIVE
from chalicelib.core import ids
from chalicelib.core.lines import one_line

__all__ = ["LIVE", "Meeting", "Plan", "Step", "quarters", "step"]

QUARTER = timedelta(minutes=15)
"""How finely an account's time is told apart."""


class Step(StrEnum):
    """What brings the meeting in line with its session."""

    NOTHING = "nothing"
    OPEN = "open"
    MOVE = "move"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the meeting must be."""

    session_id: str
    specialist_name: str
    start_at: datetime
    minutes: int

    @property
    def end_at(self) -> datetime:
        """When the session is over."""
        return self.start_at + timedelta(minutes=self.minutes)

    @property
    def topic(self) -> str:
        """What both sides read; its end is the session's own, so that a meeting made by a worker that died is found again."""
        return f"Встреча: {one_line(self.specialist_name)} [{self.session_id[-10:]}]"

    @property
    def event_id(self) -> str:
        """The session's one calendar event: letters a-f and digits, as calendars want them."""
        return ids.fingerprint("meeting", self.session_id)


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a vendor has: `url` is empty while it is being made; the time is the one the vendor was told."""

    provider: str
    meeting_id: str
    url: str
    start_at: datetime
    minutes: int

    def fits(self, plan: Plan) -> bool:
        """Whether the vendor has it at the session's time."""
        return (self.start_at, self.minutes) == (plan.start_at, plan.minutes)


def step(status: str, *, awaits_payment: bool, plan: Plan, meeting: Meeting | None, now: datetime) -> Step:
    """A live session that is not over has a meeting at its time; a cancelled one has none; a held one keeps what it had."""
    if status == "cancelled":
        return Step.CLOSE if meeting else Step.NOTHING
    if status not in LIVE or plan.end_at <= now:
        return Step.NOTHING
    if meeting is None or not meeting.url:
        return Step.NOTHING if awaits_payment else Step.OPEN
    return Step.NOTHING if meeting.fits(plan) else Step.MOVE


def quarters(start_at: datetime, end_at: datetime) -> Iterator[datetime]:
    """The quarters of an hour that a span of time touches."""
    first = start_at.astimezone(UTC)
    quarter = first - timedelta(minutes=first.minute % 15, seconds=first.second, microseconds=first.microsecond)
    while quarter < end_at:
        yield quarter
        quarter += QUARTER
