"""What can go wrong with a session's video meeting."""

from chalicelib.core.errors import Busy, Conflict


class ConferenceOff(Conflict):
    code = "conference_off"
    message = "No video meetings here: neither Zoom nor Google is configured, or the session is test data."


class Occupied(Exception):
    """The account has another meeting at that time."""


class MeetingRaced(Busy):
    """The session ended, or another worker gave it a meeting: this one is one too many."""


class AdminTold(Exception):
    """The admin knows already that this session's meeting could not be made."""
