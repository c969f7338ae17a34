"""Families of counts, their rows, and what is added to one. Pure."""

from typing import Final, NamedTuple

APPLICATIONS: Final = "applications"
"""Tickets by kind, by the day of their opening."""

SESSIONS: Final = "sessions"
"""Sessions by status, by the day of their start."""

MESSAGES: Final = "messages"
"""Messages that have ended, or came, by state, by the day that they were written."""

NO_SHOWS: Final = "no_shows"
"""Sessions that were missed, and that took place, by the day of their start and the specialist."""

RATINGS: Final = "ratings"
"""How many sessions got a mark (`rated`), and what the marks come to (`marks`), by the day of their start."""

REVIEWS: Final = "reviews"
"""Marks that clients gave, by the app, to the office and of sessions, by the day that they gave them: `rated`, `marks`, `mark.5`."""

OPS: Final = "ops"
"""What moved at the till, by the day of the operation: everything, and again by the level and by the channel of whoever it was."""

BUYERS: Final = "buyers"
"""Who bought, by the day of the operation: a row's members."""

PAYROLL: Final = "payroll"
"""What was accrued to those who work here, by the last day of the period: its rows stand beside those of the till."""

FUNNEL: Final = "funnel"
"""What became of sales' deals, by the day of their opening: of all of them."""

FUNNEL_SOURCES, FUNNEL_OWNERS, FUNNEL_MINE = "funnel_sources", "funnel_owners", "funnel_mine"
"""The same a row a source; a row whoever has them, `0` for nobody; and a row for each and his sources, ``7.website``."""

DEALS: Final = "deals"
"""Deals that were won and lost, by the day of their end: all, and again by source (`source.website`) and owner (`owner.7`).

A row of an owner says too in which stages they had been (`in.proposal.won`), and what was won in the same week, month, quarter or year in
which it was opened (`new.monthly`, `new.monthly.amount`).
"""

PIPELINE: Final = "pipeline"
"""Open deals, by the day on which they are expected to close: a row for whoever has them, `0` for nobody."""

UNDATED: Final = "undated"
"""Open deals of which no such day is known, by the day of their opening: a row for whoever has them."""

OF_DEALS: Final = (FUNNEL, FUNNEL_SOURCES, FUNNEL_OWNERS, FUNNEL_MINE, DEALS, PIPELINE, UNDATED)
FAMILIES: Final = (APPLICATIONS, SESSIONS, MESSAGES, NO_SHOWS, RATINGS, REVIEWS, OPS, BUYERS, PAYROLL, *OF_DEALS)
BESIDE: Final = {BUYERS: OPS, PAYROLL: OPS}
"""Families whose rows stand among another's, behind each of its days: figures that ask for both are one query."""

LASTING: Final = frozenset({OPS, UNDATED})
"""Families whose days are added up for good, in rows of the day `EVER`."""

EVER: Final = "ever"
MEMBER: Final = "#"
"""How the name of a member begins, a client's number: he is in a row or not, however often he comes."""

ENDED_AT: Final = frozenset({"missed", "completed"})
"""The statuses that tell how many did not come."""


class Place(NamedTuple):
    """One row of counts."""

    family: str
    contour: str
    day: str
    key: str = ""

    @classmethod
    def standing(cls, hash_key: str, range_key: str) -> "Place":
        """What stands there: a family's own row, or one of a family that stands beside it."""
        family, _, contour = hash_key.partition("#")
        day, _, key = range_key.partition("#")
        return cls(key, contour, day) if BESIDE.get(key) == family else cls(family, contour, day, key)

    @property
    def hash_key(self) -> str:
        """A family's rows of a contour stand together: any days of them are one query."""
        return f"{BESIDE.get(self.family, self.family)}#{self.contour}"

    @property
    def range_key(self) -> str:
        """In the order of days; within a day by what else they are told apart by."""
        return f"{self.day}#{self.family}" if self.family in BESIDE else self.name

    @property
    def name(self) -> str:
        """What tells it from the other rows of its family."""
        return f"{self.day}#{self.key}" if self.key else self.day

    @property
    def for_ever(self) -> "Place":
        """Where the same of all days stands."""
        return self._replace(day=EVER)


class Delta(NamedTuple):
    """So many more of a name in a row."""

    place: Place
    name: str
    by: int
