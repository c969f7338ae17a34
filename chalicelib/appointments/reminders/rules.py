"""When somebody is to be reminded, and of what may no longer be said. Pure: no store, no clock."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from chalicelib.booking.sessions.rules import REMIND_BEFORE
from chalicelib.messaging import reach

OFFSETS: Final = (60, 240, 1440, 10_080)
"""How many minutes before the start somebody may be reminded."""

SHORTEST = OFFSETS[0]
"""Said at night too: whoever has to be there in an hour is awake."""

BEFORE_NIGHT = timedelta(minutes=1)
LONGEST_NIGHT = timedelta(hours=11, minutes=1)
"""How much earlier than by its offset a reminder may be due: a night of ten hours, one more where a clock is put back within it."""

ON_TELEGRAM = frozenset({"app", "app_push"})
"""What panels call the Mini App's messages: they come from the bot."""

OVERTAKEN, LATE = "overtaken", "late"
"""Why what was due was not said: a later one was due as well; it had begun."""


class Rule(NamedTuple):
    """So many minutes before the start, by this channel; `text` is the office's own, empty for the house's. In force `since` then."""

    offset: int
    channel: str
    is_enabled: bool
    text: str
    since: datetime

    @property
    def carrier(self) -> str:
        """The channel as messages call it."""
        return "telegram" if self.channel in ON_TELEGRAM else self.channel


class Times(NamedTuple):
    """When something begins, when it was given that start, and by whose clock its night is."""

    start_at: datetime
    set_at: datetime
    zone: str


def due_at(start_at: datetime, offset: int, zone: str) -> datetime:
    """When a reminder is due: what would be said at night, a minute before that night."""
    due = start_at - timedelta(minutes=offset)
    night = None if offset == SHORTEST else reach.night_from(due, zone)
    return due if night is None else night.astimezone(due.tzinfo) - BEFORE_NIGHT


def may_be_due(rules: Iterable[Rule], start_at: datetime, until: datetime) -> list[Rule]:
    """Rules by which something may be due by then, wherever the client lives: what to look up before that is known."""
    return [rule for rule in rules if rule.is_enabled and start_at - timedelta(minutes=rule.offset) - LONGEST_NIGHT <= until]


def due(rules: Iterable[Rule], times: Times, until: datetime) -> list[Rule]:
    """Rules by which something is due by then: neither before the start was set, nor before the rule was in force."""
    return [rule for rule in rules if rule.is_enabled and max(times.set_at, rule.since) <= _due(rule, times) <= until]


def _due(rule: Rule, times: Times) -> datetime:
    return due_at(times.start_at, rule.offset, times.zone)


class Decision(NamedTuple):
    """What is said, and what never will be, and why."""

    say: Sequence[Rule]
    withhold: Sequence[Rule]
    reason: str = OVERTAKEN


def decide(found: Sequence[Rule], known: Collection[Rule], *, has_begun: bool) -> Decision:
    """Of what is due and not `known` to have been decided the nearest to the start is said; nothing once it has begun."""
    new = [rule for rule in found if rule not in known]
    if has_begun:
        return Decision((), new, LATE)
    nearest = min((rule.offset for rule in found), default=0)
    return Decision([rule for rule in new if rule.offset == nearest], [rule for rule in new if rule.offset != nearest])


def is_specialist_due(times: Times, now: datetime, until: datetime) -> bool:
    """Whether the specialist is to be reminded by then: not of what has begun, nor where he heard of this start later than that."""
    return now < times.start_at and times.set_at <= times.start_at - REMIND_BEFORE <= until


def next_look(times: Times, after: datetime, *, specialist: bool) -> datetime | None:
    """When something may be due next, whichever rules there will be then; None where nothing comes before the start any more.

    With `specialist` he is reminded by the same look.
    """
    dues = [due_at(times.start_at, offset, times.zone) for offset in OFFSETS]
    return min((at for at in [*dues, *[times.start_at - REMIND_BEFORE] * specialist] if at > after), default=None)
