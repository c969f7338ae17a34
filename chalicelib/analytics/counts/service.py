"""Counting what happens, once; comparing it with what stands; making a day anew.

Packages whose rows are counted register how a day of theirs is counted again, as followers are registered: nothing here knows
their tables.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import islice

from chalicelib.analytics.counts import repository, rules
from chalicelib.analytics.counts.models import CountRow
from chalicelib.analytics.counts.repository import CountRaced
from chalicelib.analytics.counts.rules import Place
from chalicelib.core import clock, facts, storage, troubles, turns
from chalicelib.core.batches import batched
from chalicelib.core.facts import FactRow, followers
from chalicelib.core.facts.followers import FactTaken
from chalicelib.core.observability import count as count_metric
from chalicelib.core.observability import logger
from chalicelib.core.schemas import CONTOURS

NAME = repository.FOLLOWER
TROUBLE = "counts_drift"
SETTLED = timedelta(seconds=5)
"""How far the log's index may be behind the tables: a day that is made anew waits for it."""

SHOWN = 500
"""Differences of a day that are kept: as many as a row may well hold."""

Picture = dict[Place, dict[str, int]]
Recount = Callable[[str, str], Mapping[Place, Mapping[str, int]]]
"""A contour and a day → how many of what stands, from the rows themselves."""

_recounts: dict[str, Recount] = {}


def recounts(*families: str) -> Callable[[Recount], Recount]:
    """Register how a day of these families is counted from the rows."""

    def register(recount: Recount) -> Recount:
        for family in families:
            _recounts[family] = recount
        return recount

    return register


def count(found: Sequence[FactRow]) -> None:
    """Add facts to the counts, each once however often it comes; what no count follows costs nothing."""
    followed = [fact for fact in found if rules.deltas(fact)]
    for part in followers.parts(followed, lambda fact: {delta.place for delta in rules.deltas(fact)}):
        _take(part)


followers.follow(NAME, count)


@storage.again(FactTaken, times=8)
def _take(found: Sequence[FactRow]) -> None:
    fresh = followers.untaken(NAME, found)
    tx = storage.Transaction()
    followers.once(tx, NAME, fresh)
    for place, numbers in rules.summed(delta for fact in fresh for delta in rules.deltas(fact)).items():
        repository.add(tx, place, numbers)
    tx.commit()


def counted(contour: str, day: str) -> Picture:
    """A day as it was counted."""
    return {place: row.said for family in rules.FAMILIES for place, row in repository.of_day(family, contour, day).items()}


def standing(contour: str, day: str) -> Picture:
    """The same from the rows themselves."""
    found: Picture = {}
    for recount in dict.fromkeys(_recounts.values()):
        found |= {place: dict(numbers) for place, numbers in recount(contour, day).items()}
    return found


def verify() -> int:
    """Compare yesterday, and every day that differed, with the rows; how many days differ for sure.

    What changes between the two readings looks like a difference: only one that an hour later is the same is told. The trouble
    ends with the last of them.
    """
    yesterday = facts.day_of(clock.now() - timedelta(days=1))
    seen = {row.place: row.differs for row in repository.drifts()}
    days = dict.fromkeys([*(f"{contour}#{yesterday}" for contour in CONTOURS), *seen])
    found = {place: _compared(*_named(place)) for place in days if not turns.is_over()}
    _pack(yesterday)
    drifted = [place for place, differs in found.items() if differs and differs == seen.get(place)]
    if drifted:
        logger.error("counts differ from their rows", extra={"days": drifted})
        count_metric("CountsDrifted", len(drifted))
        troubles.meet(NAME, TROUBLE)
    elif seen and not any(found.values()):
        troubles.end(NAME)
    return len(drifted)


def _pack(*days: str) -> None:
    """Have these days' members stand as bitmaps. Who comes later, or comes again, is added beside them."""
    for contour in CONTOURS:
        for day in days:
            for row in repository.of_day(rules.BUYERS, contour, day).values():
                if row.members:
                    repository.pack(row)


def _compared(contour: str, day: str) -> dict[str, list[int]]:
    """Where a day's counts differ from its rows; written down until they do not."""
    found = rules.differences(counted(contour, day), standing(contour, day))
    if found:
        repository.suspect(contour, day, dict(islice(found.items(), SHOWN)))
    else:
        repository.clear(contour, day)
    return dict(islice(found.items(), SHOWN))


def _named(place: str) -> tuple[str, str]:
    contour, _, day = place.partition("#")
    return contour, day


def drifted() -> list[tuple[str, str]]:
    """Contours and days that a comparison found to differ."""
    return [_named(row.place) for row in repository.drifts()]


@storage.again(CountRaced, times=10)
def rebuild(contour: str, day: str, *, settle: timedelta = SETTLED) -> dict[str, list[int]]:
    """Make a day's counts anew from the rows; what differed. Raises CountRaced where it never comes to rest.

    Facts of what the rows say already are counted before the rows are written over, and change their revision, so that this
    begins anew; facts of what comes later are added afterwards. So none is lost, and none counted twice.
    """
    followers.read_on(NAME)
    seen = {place: row for family in rules.FAMILIES for place, row in repository.of_day(family, contour, day).items()}
    found = standing(contour, day)
    clock.pause(settle.total_seconds())
    followers.read_on(NAME)
    _write(seen, found)
    repository.clear(contour, day)
    if not repository.drifts():
        troubles.end(NAME)
    return rules.differences({place: row.said for place, row in seen.items()}, found)


def _write(seen: Mapping[Place, CountRow], found: Picture) -> None:
    """Write the rows that differ over what was seen of them."""
    wrong = sorted(place for place in {*seen, *found} if rules.differences(_one(place, seen), {place: found.get(place, {})}))
    for some in batched(wrong, followers.ROOM // 2):
        tx = storage.Transaction()
        for place in some:
            repository.replace(tx, place, found.get(place, {}), seen=seen.get(place))
            if place.family in rules.LASTING:
                _make_good(tx, place, found.get(place, {}), seen.get(place))
        tx.commit()


def _make_good(tx: storage.Transaction, place: Place, numbers: Mapping[str, int], seen: CountRow | None) -> None:
    """Add to what is added up for good by how much a day's row was wrong: in the transaction that puts it right, and so once."""
    before = seen.numbers if seen is not None else {}
    more = {name: numbers.get(name, 0) - before.get(name, 0) for name in {*numbers, *before}}
    repository.add(tx, place.for_ever, {name: by for name, by in more.items() if by})


def _one(place: Place, seen: Mapping[Place, CountRow]) -> Picture:
    return {place: seen[place].said} if place in seen else {}
