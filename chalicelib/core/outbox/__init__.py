"""Everything that leaves us is a row first, written with the decision that caused it.

Rows of one lane leave in the order they were written. `deliver_lanes` (the table's stream) makes it fast, `deliver_due` (every
minute) makes it sure: correctness rests on the sweep alone. A delivered row is deleted; what it said lives in its ledger.

What our own configuration hinders is held: one row of its kind is tried, the others wait until that one succeeds.
"""

from chalicelib.core.outbox.handlers import Bundle, Continue, Effect, Refused, Retry, handles, mourners
from chalicelib.core.outbox.lanes import deliver_lanes
from chalicelib.core.outbox.rounds import deliver_due
from chalicelib.core.outbox.rows import (
    DEAD,
    EPOCH,
    LATER,
    NOW,
    SOON,
    WAITING,
    OutboxRow,
    call_off,
    horizon,
    is_urgent,
    listed,
    oldest_age,
    send,
)

__all__ = [
    "DEAD",
    "EPOCH",
    "LATER",
    "NOW",
    "SOON",
    "WAITING",
    "Bundle",
    "Continue",
    "Effect",
    "OutboxRow",
    "Refused",
    "Retry",
    "call_off",
    "deliver_due",
    "deliver_lanes",
    "handles",
    "horizon",
    "is_urgent",
    "listed",
    "mourners",
    "oldest_age",
    "send",
]
