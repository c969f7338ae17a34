"""What an index writes into its rows, whosever they are: attributes of the same names in each table, see `Index`.

A repository says which table: it hands the model over, and the one change of a row that stands as it was read.
"""

from collections.abc import Callable
from typing import Any

from chalicelib.core import clock
from chalicelib.core.bitmaps.folding import Writer
from chalicelib.core.bitmaps.index import Described

Change = Callable[[Any, list[Any]], bool]
"""Changes a row while it has the revision that was read; False where it has another one."""


def writer(model: Any, change: Change) -> Writer:
    """How the fold writes the rows of a table."""

    def note(row: Any, stands: Described) -> bool:
        return change(row, [*_standing(model, stands), model.noted.set(True)])

    def wrote(row: Any) -> bool:
        return change(row, [model.written.set(row.revision), model.written_at.set(clock.wall())])

    def settle(row: Any, stands: Described) -> bool:
        return change(row, [*_standing(model, stands), model.noted.remove(), model.pending_in.remove()])

    return Writer(note, wrote, settle)


def _standing(model: Any, stands: Described) -> list[Any]:
    return [_kept(model.in_facets, stands.facets), _kept(model.in_words, stands.words)]


def _kept(attribute: Any, said: frozenset[str]) -> Any:
    """The store keeps no empty set."""
    return attribute.set(set(said)) if said else attribute.remove()
