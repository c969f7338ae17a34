"""A tick ends in time, and the next one goes on after where it stopped.

Lambda kills what runs too long, and whatever list a tick goes through may be longer than a tick. So it looks how much time it
has left before each row, and where it stopped is written down: rows that fail keep their place, and would otherwise stand in
front of all others for ever.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from pynamodb.attributes import JSONAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.core import clock, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.observability import count, logger

RESERVE = 8.0
"""Seconds that are left for finishing what was begun, for the log line and the metrics."""

T = TypeVar("T")

_left: ContextVar[Callable[[], float] | None] = ContextVar("seconds_left", default=None)


class Turn(storage.Table):
    """Where a tick that ran out of time stopped: `after` is the key of its last row in `part` of its list."""

    Meta = storage.meta("turns")

    name = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute()
    after = JSONAttribute()
    stopped_at = UTCDateTimeAttribute()


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of an index under one hash key, in its order. `whole`: the index holds all of a row; otherwise rows are read, consistently."""

    index: Any
    hash_key: str
    between: Any = None
    where: Any = None
    whole: bool = False

    @property
    def name(self) -> str:
        """What tells it from the other parts of its list."""
        return f"{self.index.Meta.index_name}:{self.hash_key}"

    def page(self, start: dict[str, Any] | None) -> storage.Page:
        """A hundred rows as the index has them."""
        found = {"between": self.between, "where": self.where, "limit": storage.BATCH, "start": start}
        return storage.query(self.index, self.hash_key, **found)


@contextmanager
def opened(context: Any) -> Iterator[None]:
    """Have what runs inside the block end before its Lambda does; without a Lambda's `context` it may take its time."""
    told = getattr(context, "get_remaining_time_in_millis", None)
    token = _left.set((lambda: told() / 1000 - RESERVE) if told else None)
    try:
        yield
    finally:
        _left.reset(token)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Have what runs inside the block begin nothing new after so much time, whether there is a Lambda's `context` or not."""
    end, outer = time.monotonic() + seconds, _left.get()
    token = _left.set(lambda: min(end - time.monotonic(), outer() if outer else seconds))
    try:
        yield
    finally:
        _left.reset(token)


@contextmanager
def share(seconds: float) -> Iterator[None]:
    """Have what runs inside the block take no more than this much of the time that its tick has."""
    left = _left.get()
    end = left() - seconds if left else 0.0
    token = _left.set((lambda: min(left(), left() - end)) if left else None)
    try:
        yield
    finally:
        _left.reset(token)


@contextmanager
def half() -> Iterator[None]:
    """The same for half of the time that is left."""
    seconds = _left.get()
    with share(seconds() / 2 if seconds else 0):
        yield


def is_over() -> bool:
    """Whether nothing new may be begun."""
    left = _left.get()
    return left is not None and left() <= 0


def left(most: timedelta) -> timedelta:
    """How much time there is, `most` at most."""
    seconds = _left.get()
    return min(most, timedelta(seconds=max(seconds(), 0))) if seconds else most


def each(parts: Mapping[str, Callable[[], T]]) -> dict[str, T]:
    """What each part did, by its name. One's trouble stops no other; it is raised when all had their turn, for Lambda's alarms to see."""
    done: dict[str, T] = {}
    trouble: list[Exception] = []
    for name, part in parts.items():
        try:
            done[name] = part()
        except Exception as error:  # the others have work of their own
            logger.exception("a part of a tick failed", extra={"part": name})
            trouble.append(error)
    if trouble:
        raise trouble[0]
    return done


def tried(rows: Iterable[Any], change: Callable[[Any], bool]) -> int:
    """Of how many rows `change` says True. One that fails is logged and left to the next tick: it stands in nobody's way."""
    return sum(_tried(row, change) for row in rows)


def _tried(row: Any, change: Callable[[Any], bool]) -> bool:
    try:
        return change(row)
    except Exception:  # one broken row must not keep the others waiting
        logger.exception("a tick failed for one row", extra={"kind": type(row).__name__})
        count("TickRowsFailed")
        return False


def walk(name: str | None, parts: Sequence[Part], wanted: Callable[[Any], bool] = lambda row: True) -> Iterator[Any]:
    """The parts' rows in order, while there is time; after a tick that was cut short, those after the place where it stopped.

    Whoever comes to the end has the next one begin at the beginning. `wanted` looks at a row as the index has it. Without a name
    nothing is remembered: a list that somebody waits for.
    """
    heads = {part.name: part.page(None) for part in parts}
    if not any(head.rows for head in heads.values()):
        return
    standing = _standing(name)
    last: tuple[Part, Any] | None = None
    for part, row, whole in _rows(parts, heads, standing, wanted):
        if is_over():
            return _keep(name, last)
        yield whole
        last = part, row
    if name and standing is not None:
        storage.remove(Turn.row(name))


def _rows(
    parts: Sequence[Part], heads: dict[str, storage.Page], standing: Turn | None, wanted: Callable[[Any], bool]
) -> Iterator[tuple[Part, Any, Any]]:
    """Rows from where a turn stopped to the end, each with its part and as its index has it."""
    names = [part.name for part in parts]
    first = names.index(standing.part) if standing is not None and standing.part in names else None
    for number, part in enumerate(parts[first or 0 :]):
        goes_on = standing is not None and first is not None and number == 0
        page = _after(part, standing.after) if standing is not None and goes_on else heads[part.name]
        yield from _read(part, page, wanted)
        while page.next_key is not None:
            page = part.page(page.next_key)
            yield from _read(part, page, wanted)


def _after(part: Part, start: dict[str, Any]) -> storage.Page:
    """The page after a place; the first one where that place lies outside what the part asks for by now."""
    try:
        return part.page(start)
    except Invalid:
        return part.page(None)


def _read(part: Part, page: storage.Page, wanted: Callable[[Any], bool]) -> Iterator[tuple[Part, Any, Any]]:
    found = [row for row in page.rows if wanted(row)]
    if is_over():  # what is asked for now nobody would handle
        return ((part, row, row) for row in found[:1])
    rows = found if part.whole else storage.read(*map(storage.address, found))
    return ((part, row, whole) for row, whole in zip(found, rows, strict=True) if whole is not None)


def _standing(name: str | None) -> Turn | None:
    return storage.read(Turn.at(name))[0] if name else None


def _keep(name: str | None, last: tuple[Part, Any] | None) -> None:
    """Write down where a tick stopped; one that did nothing leaves the place as it was."""
    if name is None or last is None:
        return
    part, row = last
    _write(Turn(name=name, part=part.name, after=storage.key_in(part.index, row), stopped_at=clock.wall()))


def is_unfinished(name: str) -> bool:
    """Whether the last tick of this name was cut short."""
    return _standing(name) is not None


def place(name: str) -> str | None:
    """Where the last tick stopped in something that somebody else lists; None where it came to the end."""
    standing = _standing(name)
    return str(standing.after) if standing is not None else None


def stop_at(name: str, after: str | None, *, before: str | None) -> None:
    """Write down where a tick stopped, or that it came to the end; `before` is what stood there."""
    if after is not None:
        _write(Turn(name=name, part="", after=after, stopped_at=clock.wall()))
    elif before is not None:
        storage.remove(Turn.row(name))


def in_turn(name: str, items: Sequence[T], key: Callable[[T], str]) -> Iterator[T]:
    """The same for what was gathered already, in the order of `key`. Whoever is no tick goes through all, and nothing is remembered."""
    before = place(name) if items and _left.get() else None
    last: str | None = None
    for item in sorted(items, key=key):
        if before is not None and key(item) <= before:
            continue
        if is_over():
            return stop_at(name, last, before=None)
        yield item
        last = key(item)
    return stop_at(name, None, before=before)


def _write(turn: Turn) -> None:
    tx = storage.Transaction()
    tx.put(turn)
    tx.commit()
    count("TicksCutShort")
    logger.info("a tick ran out of time", extra={"turn": turn.name})
