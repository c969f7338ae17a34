"""What packages above know of a client and find him by: each its own facets, from attributes of his row that it alone sets.

A package is asked by lists, by the fold and by the check alike. What it describes may rest on settings too (a level on its threshold):
its `edition` is a text that changes with them, and the fold then looks at every row again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.core.bitmaps import Described, rows, words

Changes = Mapping[str, list[Any]]
"""By the place of a row, what must be said of it so that it is right."""


@dataclass(frozen=True)
class Facets:
    """A package's. `behind` says which rows do not say what the package's own rows say, and what they must be told.

    `words` are those that it finds somebody by (`c#lotos`). Those `together` are asked for in one question with others'.
    """

    names: tuple[str, ...]
    describe: Callable[[Any], Iterable[str]]
    behind: Callable[[Sequence[Any]], Changes]
    edition: Callable[[], str]
    words: Callable[[Any], Iterable[str]] = lambda row: ()
    together: tuple[str, ...] = ()


ADDED: dict[str, Facets] = {}
NAMES: list[str] = []
"""Every facet that clients are found by."""


def add(package: str, facets: Facets) -> None:
    """Have clients found by what a package knows of them, once, as it is imported."""
    ADDED[package] = facets
    NAMES.extend(name for name in facets.names if name not in NAMES)
    rows.together(*facets.together)


def with_others(said: Described, row: Any) -> Described:
    """What the client base says of a row, with what others say of it; of who is in no list they are not asked."""
    if not said.facets:
        return said
    facets = said.facets.union(*(one.describe(row) for one in ADDED.values()))
    more = {word for one in ADDED.values() for word in one.words(row)}
    return Described(facets, words.fitting(said.words | more) if more else said.words)


def behind(rows: Sequence[Any]) -> dict[str, list[Any]]:
    """What rows must be told so that they say what all packages' own rows say."""
    found: dict[str, list[Any]] = {}
    for one in ADDED.values():
        for place, actions in one.behind(rows).items():
            found.setdefault(place, []).extend(actions)
    return found


def edition() -> str:
    """A text that changes with any setting on which a description rests, and with the packages that describe."""
    return "|".join(f"{name}:{one.edition()}" for name, one in sorted(ADDED.items()))
