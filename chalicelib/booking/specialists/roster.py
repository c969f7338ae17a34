"""Whom ranking chooses from, in few bytes: reading every specialist's row for every application grows with the house.

A small house is read as it stands. A large one is read from pages that the sweep keeps, a minute old at most: what ranking looks
at and nothing else, packed column by column. What depends on the day is kept as it is, and counted when it is read.
"""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.booking.specialists import repository
from chalicelib.booking.specialists.models import Specialist
from chalicelib.booking.specialists.rules import Ages
from chalicelib.core import storage

LARGE = 60
"""Specialists of a contour that are read as they stand; with more, their pages are."""

PAGES = ("0", "1", "2", "3")
"""Few and large: the more there is in one, the better it is packed. An id has its page, so that nobody is in two while they change."""


@dataclass(frozen=True, slots=True)
class Packed:
    """What ranking looks at, out of a page; the names are those of the row."""

    specialist_id: str
    name: str
    gender: str | None
    price_min: int | None
    specialisations: tuple[str, ...]
    debt: int
    number_of_clients_provided: int
    provided_through: str | None
    assigned_days: tuple[str, ...]
    age: int | None = None
    client_ages: Ages = (None, None)


Facts = Specialist | Packed
"""What ranking looks at."""


def working(contour: str) -> Sequence[Facts]:
    """Everybody of a contour who works."""
    some, more = repository.some_of(contour, LARGE)
    if more and (pages := repository.pages(contour)):
        return [one for page in pages for one in unpacked(page.packed)]
    return [row for row in (repository.all_of(contour) if more else some) if row.active]


def topics_of(one: Facts) -> tuple[str, ...]:
    """All that somebody works with: as the office wrote it, then as his card shows it."""
    shown = _profile(one)
    return tuple(dict.fromkeys([*(one.specialisations or ()), *shown.get("queries", ()), *shown.get("works_with", ())]))


def client_ages(one: Facts) -> Ages:
    """From and to which age he takes clients, by his card."""
    return one.client_ages if isinstance(one, Packed) else (_profile(one).get("min_client_age"), _profile(one).get("max_client_age"))


def _profile(one: Facts) -> dict[str, Any]:
    return dict(getattr(one, "profile", None) or {})


@storage.again(storage.ConditionFailed)
def keep(contour: str) -> int:
    """Bring the pages of a large contour in line with its specialists; how many of ranking's changed. The site's follow from the same rows.

    A small one needs none: nobody reads them. The pages are read before the people are: a sweep that two ticks run at once would
    else write over the newer one's pages what it read before somebody came.
    """
    from chalicelib.booking.specialists import cards  # only the sweep pays for it

    _, more = repository.some_of(contour, LARGE)
    if not more:
        return 0
    standing, shown = _standing(contour), cards.kept(contour)
    people = [row for row in repository.all_of(contour) if row.active]
    new = {page: packed([row for row in people if _page_of(row) == page]) for page in PAGES}
    changed = [page for page in PAGES if standing.get(page) != new[page]]
    for page in changed:
        repository.keep_page(contour, page, new[page], standing=standing.get(page))
    cards.keep(contour, people, shown)
    return len(changed)


def _standing(contour: str) -> dict[str, bytes]:
    return {page.page: page.packed for page in repository.pages(contour)}


def _page_of(row: Specialist) -> str:
    return PAGES[zlib.crc32(row.specialist_id.encode()) % len(PAGES)]


def packed(people: Sequence[Facts]) -> bytes:
    """People column by column: equals beside equals pack best. What many share is written once and named by its number."""
    import bz2  # not every door ranks

    ordered = sorted(people, key=lambda one: one.specialist_id)
    words = sorted({word for one in ordered for word in (*topics_of(one), *(one.assigned_days or ()))})
    place = {word: number for number, word in enumerate(words)}
    columns = [words, *zip(*(_line(one, place) for one in ordered), strict=True)]
    return bz2.compress(json.dumps(columns, ensure_ascii=False, separators=(",", ":")).encode())


def _line(one: Facts, place: dict[str, int]) -> tuple[object, ...]:
    price, age = (None if number is None else int(number) for number in (one.price_min, one.age))
    topics, days = ([place[word] for word in some] for some in (topics_of(one), one.assigned_days or ()))
    given = int(one.debt), int(one.number_of_clients_provided), one.provided_through
    return one.specialist_id, one.name, one.gender, price, topics, *given, days, age, client_ages(one)


def unpacked(page: bytes) -> Iterator[Packed]:
    """What `packed` made."""
    import bz2

    words, *columns = json.loads(bz2.decompress(page))
    for who, name, gender, price, topics, debt, number, through, days, *more in zip(*columns, strict=True):
        age, ages = more or (None, (None, None))  # a page that was kept before ages were
        yield Packed(who, name, gender, price, _words(words, topics), debt, number, through, _words(words, days), age, tuple(ages))


def _words(words: Sequence[str], places: Sequence[int]) -> tuple[str, ...]:
    return tuple(words[place] for place in places)
