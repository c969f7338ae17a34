"""What a change of status means for a session. Pure."""

from datetime import datetime
from typing import Literal

Move = Literal["nothing", "cancel", "miss", "complete", "ahead", "ended"]
"""What to do with it: nothing, one of three verbs, or to refuse for one of two reasons."""


def move(stands: str, asked: str, start_at: datetime, now: datetime) -> Move:
    """What is asked of an appointment that stands so: called off before its start it is cancelled, after it nobody came."""
    if stands == asked:
        return "nothing"
    if stands != "scheduled" or asked == "scheduled":
        return "ended"
    begun = start_at <= now
    if asked == "completed":
        return "complete" if begun else "ahead"
    return "miss" if begun else "cancel"
