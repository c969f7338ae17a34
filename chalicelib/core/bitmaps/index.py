"""Whose sets they are: how an index reads its rows, and what it says of one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from chalicelib.core import storage


class Described(NamedTuple):
    """The facets (`package.facet#value`) that somebody is in, and the words (`class#word`) that find him."""

    facets: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Index:
    """One bitmap index: rows with dense integer ids, apart by contour.

    A row has `number` (its id), `revision` (one more with each change), `pending_in` (its contour or a shard, while sets may be behind it),
    `in_facets` and `in_words` (where it stands in the sets; while `noted`, where it may), `written` and `written_at` (which revision
    the sets have, since when).
    `everyone` is the facet that all are in, `names` are all facets. Rows are changed by whoever is given the index' own writer.
    """

    name: str
    everyone: str
    names: Sequence[str]
    key: Callable[[str, int], storage.Key]
    pending: Callable[[str, int], storage.Page]
    describe: Callable[[Any], Described] = field(repr=False)

    def space(self, contour: str) -> str:
        """What the names of a contour's sets begin with."""
        return f"{self.name}.{contour}"
