"""Who hears what is written to many, and how often anybody may. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from chalicelib.company.policy import Policy

TOGETHER: Final = 25
"""People whom one transaction writes to: a message, what it leaves by and a touch each, and two rows beside: 77 of a hundred."""

MOST: Final = 500
KEPT: Final = 10
"""Touches that are remembered of a client: more than a week of the strictest policy has."""

WEEK: Final = timedelta(hours=168)
LATEST: Final = timedelta(days=90)
"""How far ahead words may be written."""

UNKNOWN, TWICE, PAUSED, NOWHERE, UNWILLING, OFTEN = "unknown_client", "duplicate", "paused", "no_address", "no_consent", "frequency"
UNSERVED: Final = "channel_not_configured"
FAILED: Final = frozenset({UNKNOWN, NOWHERE})
"""What is wrong with whom was named; all else is skipped, for nobody could write to him."""

ERRORS: Final = {"nowhere": NOWHERE, "unavailable": UNSERVED, "consent": UNWILLING}
"""What messaging foresees, as panels read it."""


def may_touch(touches: Sequence[float], at: datetime, policy: Policy) -> bool:
    """Whether a client may be touched at a moment, by when else he is: no span of a week may have more than the policy says."""
    moment, most = at.timestamp(), policy.max_touches_per_week
    if any(abs(moment - other) < policy.min_hours_between_touches * 3600 for other in touches):
        return False
    all_of_them = sorted([*touches, moment])
    spans = zip(all_of_them, all_of_them[most:], strict=False)
    return not any(first <= moment <= last and last - first < WEEK.total_seconds() for first, last in spans)


def touched(touches: Sequence[float], at: datetime) -> list[float]:
    """The touches that are remembered, this one among them."""
    return sorted([*touches, at.timestamp()])[-KEPT:]
