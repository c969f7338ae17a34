"""What each fact adds to which count. Only facts are looked at, by their kinds and what they say."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, Final, Protocol

from chalicelib.analytics.counts import deals
from chalicelib.analytics.counts.operations import of_operation
from chalicelib.analytics.counts.places import (
    APPLICATIONS,
    BUYERS,
    DEALS,
    ENDED_AT,
    EVER,
    FAMILIES,
    FUNNEL,
    FUNNEL_MINE,
    FUNNEL_OWNERS,
    FUNNEL_SOURCES,
    LASTING,
    MEMBER,
    MESSAGES,
    NO_SHOWS,
    OF_DEALS,
    OPS,
    PAYROLL,
    PIPELINE,
    RATINGS,
    REVIEWS,
    SESSIONS,
    UNDATED,
    Delta,
    Place,
)
from chalicelib.core.facts import day_of

__all__ = [
    "APPLICATIONS",
    "BUYERS",
    "DEALS",
    "ENDED_AT",
    "EVER",
    "FAMILIES",
    "FUNNEL",
    "FUNNEL_MINE",
    "FUNNEL_OWNERS",
    "FUNNEL_SOURCES",
    "LASTING",
    "MEMBER",
    "MESSAGES",
    "NO_SHOWS",
    "OF_DEALS",
    "OPS",
    "PAYROLL",
    "PIPELINE",
    "RATINGS",
    "REVIEWS",
    "SESSIONS",
    "UNDATED",
    "Delta",
    "Fact",
    "Place",
    "accrued",
    "deltas",
    "differences",
    "lasting",
    "marked",
    "of_operation",
    "reviewed",
    "summed",
]


PAY: Final = "pay_amount"
"""The name of what was accrued in a row of counts."""


class Fact(Protocol):
    """A fact as the log has it."""

    @property
    def kind(self) -> str:
        """What happened."""

    @property
    def contour(self) -> str:
        """Where: live or test."""

    @property
    def day(self) -> str:
        """The day that it is counted for."""

    @property
    def data(self) -> Any:
        """What its kind says."""


def deltas(fact: Fact) -> list[Delta]:
    """What a fact changes; nothing for one that no count follows."""
    rule = _RULES.get(fact.kind)
    return lasting(delta for delta in rule(fact) if delta.by) if rule else []


def lasting(found: Iterable[Delta]) -> list[Delta]:
    """The same with what is added up for good."""
    days = [*found]
    return days + [delta._replace(place=delta.place.for_ever) for delta in days if delta.place.family in LASTING]


def summed(found: Iterable[Delta]) -> dict[Place, dict[str, int]]:
    """The same added up row by row; what comes to nothing is left out, and a member is one however often he is named."""
    sums: defaultdict[Place, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for place, name, by in found:
        sums[place][name] = 1 if name.startswith(MEMBER) else sums[place][name] + by
    kept = {place: {name: by for name, by in numbers.items() if by} for place, numbers in sums.items()}
    return {place: numbers for place, numbers in kept.items() if numbers}


def differences(counted: dict[Place, dict[str, int]], standing: dict[Place, dict[str, int]]) -> dict[str, list[int]]:
    """Where two pictures of a day differ: what was counted and what stands, by row and name; zero is nothing."""
    names = {(place, name) for picture in (counted, standing) for place, numbers in picture.items() for name in numbers}
    pairs = {one: [picture.get(one[0], {}).get(one[1], 0) for picture in (counted, standing)] for one in names}
    found = ((place, name, pair) for (place, name), pair in sorted(pairs.items()) if pair[0] != pair[1])
    return {f"{place.family} {place.name} {name}": pair for place, name, pair in found}


def _opened(fact: Fact) -> Iterator[Delta]:
    yield Delta(Place(APPLICATIONS, fact.contour, fact.day), str(fact.data["ticket_kind"]), 1)


def _amended(fact: Fact) -> Iterator[Delta]:
    if fact.data["ticket_kind"] != fact.data["was_kind"]:
        yield Delta(Place(APPLICATIONS, fact.contour, fact.day), str(fact.data["was_kind"]), -1)
        yield from _opened(fact)


def _of_session(fact: Fact) -> Iterator[Delta]:
    """From the status that it had at its old time to the one that it has at the new."""
    was, status, was_at = fact.data.get("was"), fact.data.get("status"), fact.data.get("was_at")
    if was:
        yield from _standing(fact, day_of(datetime.fromisoformat(str(was_at))) if was_at else fact.day, str(was), -1)
    if status:
        yield from _standing(fact, fact.day, str(status), 1)


def _standing(fact: Fact, day: str, status: str, by: int) -> Iterator[Delta]:
    yield Delta(Place(SESSIONS, fact.contour, day), status, by)
    if status in ENDED_AT:
        yield Delta(Place(NO_SHOWS, fact.contour, day, str(fact.data["specialist_id"])), status, by)


def _of_mark(fact: Fact) -> Iterator[Delta]:
    return marked(fact.contour, fact.day, int(fact.data["rating"]), fact.data.get("was_rating"))


def marked(contour: str, day: str, rating: int, was: int | None = None) -> Iterator[Delta]:
    """A mark, or another one in the place of what it was."""
    place = Place(RATINGS, contour, day)
    yield Delta(place, "rated", 0 if was else 1)
    yield Delta(place, "marks", rating - int(was or 0))


def _of_review(fact: Fact) -> Iterator[Delta]:
    """A mark on the day that it was given, and none any more on the day of the one in whose place it stands."""
    was_at = fact.data.get("was_at")
    if was_at:
        yield from reviewed(fact.contour, day_of(datetime.fromisoformat(str(was_at))), int(fact.data["was_rating"]), -1)
    if fact.data.get("rating"):
        yield from reviewed(fact.contour, fact.day, int(fact.data["rating"]))


def reviewed(contour: str, day: str, rating: int, by: int = 1) -> Iterator[Delta]:
    """A mark that was given, as figures add them up and tell them apart."""
    place = Place(REVIEWS, contour, day)
    yield from (Delta(place, name, by * times) for name, times in (("rated", 1), ("marks", rating), (f"mark.{rating}", 1)))


def _of_pay(fact: Fact) -> Iterator[Delta]:
    return accrued(fact.contour, fact.day, int(fact.data["amount"]) - int(fact.data["was"]))


def accrued(contour: str, day: str, amount: int) -> Iterator[Delta]:
    """What somebody earned in a period that ends on a day, kopecks."""
    yield Delta(Place(PAYROLL, contour, day), PAY, amount)


def _of_message(fact: Fact) -> Iterator[Delta]:
    place, was, state = Place(MESSAGES, fact.contour, fact.day), fact.data.get("was"), fact.data.get("state")
    if was:
        yield Delta(place, str(was), -1)
    if state:
        yield Delta(place, str(state), 1)


def _of_operation(fact: Fact) -> Iterator[Delta]:
    return of_operation(fact.contour, fact.day, fact.data)


def _of_deal(fact: Fact) -> Iterator[Delta]:
    return deals.between(fact.contour, fact.data.get("was"), fact.data.get("now"))


_RULES: Final[dict[str, Callable[[Fact], Iterator[Delta]]]] = {
    "application_made": _opened,
    "diagnostic_requested": _opened,
    "application_amended": _amended,
    "session_booked": _of_session,
    "session_confirmed": _of_session,
    "session_paid": _of_session,
    "session_moved": _of_session,
    "session_cancelled": _of_session,
    "session_completed": _of_session,
    "session_missed": _of_session,
    "session_rated": _of_mark,
    "review_given": _of_review,
    "pay_accrued": _of_pay,
    "operation_made": _of_operation,
    "lead_opened": _of_deal,
    "lead_changed": _of_deal,
    "lead_removed": _of_deal,
    "message_sent": _of_message,
    "message_withheld": _of_message,
    "message_requeued": _of_message,
    "message_received": _of_message,
}
