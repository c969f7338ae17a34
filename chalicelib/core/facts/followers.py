"""Who follows the log, and how far each has read.

The table's stream hands new facts to all followers at once; the minute's tick reads the log from each one's cursor and makes them
sure. So a fact may come more than once, late, or to two workers at a time: `once` marks it as taken in the follower's own
transaction, and what is marked comes to nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from pynamodb.attributes import TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.core import clock, storage, turns
from chalicelib.core.batches import batched
from chalicelib.core.facts import rows
from chalicelib.core.facts.rows import FactRow

OVERLAP = timedelta(minutes=2)
"""How far before the end of what was read the next reading begins: indexes follow their table late, and clocks differ."""

FIRST_LOOK = timedelta(hours=1)
"""How far back somebody looks who has never followed: he is deployed with what he follows, or says since when."""

NEWS = timedelta(days=1)
"""What the stream tells of older facts is no news: they passed to another client."""

KEPT = timedelta(days=3)
"""How long a mark stays: longer than anything is handed over again."""

MOST, ROOM = 40, 90
"""Facts that are taken in one transaction, and the rows, marks among them, that it may write."""

PAGE = 200
"""Facts that a follower is given at once, and between two looks at the clock."""

Handler = Callable[[Sequence[FactRow]], None]


class Mark(storage.Table):
    """A fact that a follower has taken."""

    Meta = storage.meta("fact-marks")

    mark = UnicodeAttribute(hash_key=True)
    expires_at = TTLAttribute()


class Follower(storage.Table):
    """How far a follower has read: everything until `cursor`; `as_of` is the moment at which its last complete reading began."""

    Meta = storage.meta("followers")

    name = UnicodeAttribute(hash_key=True)
    cursor = UTCDateTimeAttribute()
    as_of = UTCDateTimeAttribute(null=True)


class FactTaken(Exception):
    """Another worker took one of these facts meanwhile."""


@dataclass(frozen=True, slots=True)
class _Following:
    handle: Handler
    since: datetime | None


_following: dict[str, _Following] = {}


def follow(name: str, handle: Handler, *, since: datetime | None = None) -> None:
    """Have `handle` be given every fact, some of them more than once; `since` is where a follower begins who comes later than the log."""
    _following[name] = _Following(handle, since)


def names() -> list[str]:
    """Who follows."""
    return sorted(_following)


def wake(images: Iterable[Mapping[str, Any]]) -> int:
    """Hand new rows of the stream to every follower; how many they are. What a follower cannot take now is the tick's."""
    found = [FactRow.from_raw_data(dict(image)) for image in images]
    news = sorted((fact for fact in found if fact.logged_at > clock.wall() - NEWS), key=lambda fact: fact.fact_id)
    if news:
        turns.each({name: partial(_following[name].handle, news) for name in names()})
    return len(news)


def catch_up() -> dict[str, int]:
    """Have every follower read to the end of the log, as far as there is time; how many facts each was given."""
    return turns.each({name: partial(read_on, name) for name in names()})


def read_on(name: str, *, most: int | None = None) -> int:
    """Give a follower what it has not read, in order; how many facts. One who runs out of time, or is given no more, goes on there."""
    began, given, last = clock.wall(), 0, None
    for facts in batched(rows.log(_cursor(name, began), began), min(PAGE, most or PAGE)):
        if turns.is_over() or (most is not None and given >= most):
            if last is not None:
                _keep(name, min(last, began - OVERLAP), None)
            return given
        _following[name].handle(facts)
        given, last = given + len(facts), facts[-1].logged_at
    _keep(name, began - OVERLAP, began)
    return given


def _cursor(name: str, wall: datetime) -> datetime:
    (standing,) = storage.read(Follower.at(name))
    if standing is not None:
        return standing.cursor
    begin = _following[name].since or wall - FIRST_LOOK
    _keep(name, begin, None)  # who fails at once must not begin later the next time
    return begin


def _keep(name: str, cursor: datetime, as_of: datetime | None) -> None:
    """Write down how far a follower is; another worker who came further is not set back."""
    actions = [Follower.cursor.set(cursor), *([Follower.as_of.set(as_of)] if as_of else [])]
    storage.make_or_change(Follower.row(name), actions, condition=Follower.cursor.does_not_exist() | (Follower.cursor < cursor))


def as_of(name: str) -> datetime | None:
    """The moment until which a follower has surely read everything; None before it has."""
    (standing,) = storage.read(Follower.at(name))
    return standing.as_of if standing is not None else None


def once(tx: storage.Transaction, name: str, facts: Iterable[FactRow]) -> None:
    """Mark facts as taken, in the transaction that acts on them; the commit raises FactTaken where somebody has taken one."""
    until = clock.wall() + KEPT
    for fact in facts:
        tx.create(Mark(_mark(name, fact), expires_at=until), otherwise=FactTaken())


def untaken(name: str, facts: Sequence[FactRow]) -> list[FactRow]:
    """Those of these facts that a follower has not taken, each once: one read for a hundred."""
    unique = list({fact.fact_id: fact for fact in facts}.values())
    marks = storage.read(*(Mark.at(_mark(name, fact)) for fact in unique)) if unique else []
    return [fact for fact, mark in zip(unique, marks, strict=True) if mark is None]


def _mark(name: str, fact: FactRow) -> str:
    return f"{name} {fact.fact_id}"


def parts(facts: Iterable[FactRow], touched: Callable[[FactRow], Iterable[Any]]) -> Iterator[list[FactRow]]:
    """Facts cut so that each part fits one transaction: its marks, and the distinct rows that it has touched."""
    part: list[FactRow] = []
    seen: set[Any] = set()
    for fact in facts:
        more = seen | set(touched(fact))
        if part and (len(part) == MOST or len(part) + 1 + len(more) > ROOM):
            yield part
            part, more = [], set(touched(fact))
        part, seen = [*part, fact], more
    if part:
        yield part
