"""Which rows a tick looks at: everybody's, or one ticket's in the time machine."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

from chalicelib.booking.sessions.service import SessionRaced
from chalicelib.core import storage, turns
from chalicelib.core.schemas import CONTOURS
from chalicelib.core.turns import Part
from chalicelib.intake.tickets.errors import TicketRaced


class OfTicket(Protocol):
    """A row that belongs to a ticket."""

    @property
    def ticket_id(self) -> str:
        """The ticket's id."""


Row = TypeVar("Row", bound=OfTicket)


@dataclass(frozen=True, slots=True)
class Scope:
    """The contours a tick serves, and the one ticket it is about, if any."""

    contours: tuple[str, ...] = CONTOURS
    ticket_id: str | None = None

    def rows(self, tick: str, find: Callable[[str], Sequence[Part]]) -> Iterator[Any]:
        """What `find` names for each contour, as far as it is in scope and as the tick has time; the next one goes on from there."""
        parts = [part for contour in self.contours for part in find(contour)]
        if self.ticket_id is None:
            return turns.walk(tick, parts)
        return turns.walk(None, parts, lambda row: bool(row.ticket_id == self.ticket_id))


EVERYTHING = Scope()


def each(rows: Iterable[Row], change: Callable[[storage.Transaction, Row], bool | None]) -> int:
    """One transaction for each row that has something to write; how many, without those of which `change` says False.

    A row that another tick was faster with is nobody's trouble, nor the others'.
    """
    return turns.tried(rows, partial(_one, change))


def _one(change: Callable[[storage.Transaction, Row], bool | None], row: Row) -> bool:
    tx = storage.Transaction()
    try:
        said = change(tx, row)
        tx.commit()
    except (SessionRaced, TicketRaced):
        return False
    return said is not False and len(tx) > 0
