"""What a deal adds to which count, from how it stands. Pure, but for the hours that our settings say; kopecks and seconds.

A fact says how a deal stood and how it stands: what it adds is the one less the other, whatever has changed. A deal counts for the day of
its opening, in families of their own for what it is told apart by, so that a report reads no more than it shows; and once it is won
or lost for the day of its end too.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from chalicelib.analytics.counts import buckets, hours, periods
from chalicelib.analytics.counts.places import (
    DEALS,
    FUNNEL,
    FUNNEL_MINE,
    FUNNEL_OWNERS,
    FUNNEL_SOURCES,
    PIPELINE,
    UNDATED,
    Delta,
    Place,
)
from chalicelib.core.facts import day_of

WALL, WORK, CYCLE, STAY = "wall", "work", "cycle", "stay."
"""Names of histograms: the wait for our first answer by the wall's clock and by working hours; from opening to end; days in a stage."""

QUICK: Final[Mapping[str, int]] = {"5m": 300, "15m": 900, "1h": 3600, "24h": 86400}
"""Waits that are counted exactly, in seconds."""

FURTHEST: Final = "at."
OUTCOMES: Final = ("won", "lost")
SOURCE, OWNER = "source.", "owner."
"""How keys of `deals` begin."""

BEEN_IN, NEW = "in.", "new."
"""How names of a row of `deals` begin: in which stage deals had been, and what was won in the period of its opening."""

WORTH = ".amount"


def standing(contour: str, said: Mapping[str, Any]) -> Iterator[Delta]:
    """What a deal that stands so adds to its rows."""
    owner, source = int(said.get("owner") or 0), str(said["source"])
    day, numbers = day_of(datetime.fromisoformat(said["opened_at"])), counted(said)
    opened = ((FUNNEL, ""), (FUNNEL_SOURCES, source), (FUNNEL_OWNERS, str(owner)), (FUNNEL_MINE, f"{owner}.{source}"))
    yield from (Delta(Place(family, contour, day, key), name, by) for family, key in opened for name, by in numbers.items())
    if said.get("closed") and said.get("outcome") in OUTCOMES:
        closed = [Place(DEALS, contour, said["closed"], key) for key in ("", f"{SOURCE}{source}", f"{OWNER}{owner}")]
        numbers = {said["outcome"]: 1, "amount": _won_amount(said)}
        yield from (Delta(place, name, by) for place in closed for name, by in numbers.items() if by)
        yield from (Delta(closed[-1], name, by) for name, by in _past(day, said).items() if by)
    elif said.get("stage"):
        place, numbers = _expected(contour, day, str(owner), said)
        yield from (Delta(place, name, by) for name, by in numbers.items() if by)


def _past(opened: str, said: Mapping[str, Any]) -> dict[str, int]:
    """What the end of a deal teaches: in which stages it had been, and whether it was won in the period in which it was opened."""
    found = {f"{BEEN_IN}{stage}.{said['outcome']}": 1 for stage in said.get("stays") or {}}
    if said["outcome"] == "won":
        days = date.fromisoformat(opened), date.fromisoformat(said["closed"])
        for kind in (kind for kind in periods.KINDS if len({periods.first(kind, day) for day in days}) == 1):
            found |= {f"{NEW}{kind}": 1, f"{NEW}{kind}{WORTH}": _won_amount(said)}
    return found


def _expected(contour: str, opened: str, owner: str, said: Mapping[str, Any]) -> tuple[Place, dict[str, int]]:
    """An open deal, on the day on which it is expected to close: how many by stage and column of the forecast, what they are worth, the
    squares of that (variances are made of them), and how many have no amount.
    """
    worth = int(said.get("worth") or 0)
    if not said.get("expected"):
        return Place(UNDATED, contour, opened, owner), {"deals": 1, "amount": worth}
    at = f"{said['stage']}.{said.get('column') or 'omitted'}"
    numbers = {f"{at}.deals": 1, f"{at}.amount": worth, f"{at}.squares": worth * worth, f"{at}.unpriced": int("worth" not in said)}
    return Place(PIPELINE, contour, said["expected"], owner), numbers


def between(contour: str, was: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> Iterator[Delta]:
    """What changes where a deal that stood so stands otherwise; nothing where no figure does."""
    sums: dict[tuple[Place, str], int] = {}
    for said, sign in ((was, -1), (now, 1)):
        for place, name, by in standing(contour, said) if said else ():
            sums[place, name] = sums.get((place, name), 0) + sign * by
    yield from (Delta(place, name, by) for (place, name), by in sums.items() if by)


def counted(said: Mapping[str, Any]) -> dict[str, int]:
    """One deal's numbers, by their names in a row of the day of its opening."""
    found = {"opened": 1, f"{FURTHEST}{said.get('furthest', 'new')}": 1, "contacts": int(said.get("contacts") or 0)}
    found |= {_ended(said): 1, "amount": _won_amount(said)} if _ended(said) else {}
    if "cycle" in said and said.get("outcome") in OUTCOMES:
        found[buckets.name(CYCLE, int(said["cycle"]))] = 1
    for stage, stayed in (said.get("stays") or {}).items():
        found[buckets.name(f"{STAY}{stage}.", int(stayed * 3600))] = 1
    return {name: by for name, by in (found | _answered(said)).items() if by}


def _ended(said: Mapping[str, Any]) -> str:
    """How a deal has ended: `done` for one that is over and neither won nor lost; empty for one that is open."""
    return str(said.get("outcome") or ("done" if said.get("completed") else ""))


def _won_amount(said: Mapping[str, Any]) -> int:
    return int(said.get("amount") or 0) if said.get("outcome") == "won" else 0


def _answered(said: Mapping[str, Any]) -> dict[str, int]:
    """How long it waited for our first answer, by the wall's clock and by working hours."""
    if said.get("answered") is None:
        return {}
    opened = datetime.fromisoformat(said["opened_at"])
    found = {"answered": 1}
    for clock, waited in ((WALL, int(said["answered"])), (WORK, hours.at_work(opened, opened + timedelta(seconds=said["answered"])))):
        found |= {f"{clock}.{name}": 1 for name, most in QUICK.items() if waited <= most}
        found[buckets.name(clock, waited)] = 1
    return found
