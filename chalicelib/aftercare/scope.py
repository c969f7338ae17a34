"""Which rows a tick looks at: everybody's, or one ticket's in the time machine."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from chalicelib.booking.sessions.service import SessionRaced
from chalicelib.core import storage
from chalicelib.core.observability import count, logger
from chalicelib.core.schemas import CONTOURS
from chalicelib.intake.tickets.errors import TicketRaced


class OfTicket(Protocol):
    """A row that belongs to a ticket."""

    ticket_id: str


Row = TypeVar("Row", bound=OfTicket)


@dataclass(frozen=True, slots=True)
class Scope:
    """The contours a tick serves, and the one ticket it is about, if any."""

    contours: tuple[str, ...] = CONTOURS
    ticket_id: str | None = None

    def rows(self, find: Callable[[str], Iterable[Row]]) -> Iterable[Row]:
        """What `find` gives for each contour, as far as it is in scope."""
        return (row for contour in self.contours for row in find(contour) if self.ticket_id in (None, row.ticket_id))


EVERYTHING = Scope()


def each(rows: Iterable[Row], change: Callable[[storage.Transaction, Row], None]) -> int:
    """One transaction for each row that has something to write; how many.

    A row that another tick was faster with is nobody's trouble, nor the others'.
    """
    return sum(_one(row, change) for row in rows)


def _one(row: Row, change: Callable[[storage.Transaction, Row], None]) -> bool:
    tx = storage.Transaction()
    try:
        change(tx, row)
        tx.commit()
    except (SessionRaced, TicketRaced):
        return False
    except Exception:  # one broken row must not keep the others waiting; the next tick finds it again
        logger.exception("a tick failed for one row", extra={"kind": type(row).__name__})
        count("TickRowsFailed")
        return False
    return len(tx) > 0
