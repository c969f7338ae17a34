"""Whose an event or a rating is: the client who opens the app, or whom the office names by his number."""

from typing import NamedTuple

from chalicelib.clients import app
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.places import number_of, place
from chalicelib.clients.joining import Known
from chalicelib.core import storage
from chalicelib.core.errors import Forbidden
from chalicelib.core.security import Caller

LIVE = "live"


class Visitor(NamedTuple):
    """A client by his number, and by how rows and facts name him."""

    number: int
    known: Known

    @property
    def place(self) -> str:
        """Where the people index has him."""
        return place(LIVE, self.number)


def of_app(caller: Caller) -> Visitor:
    """Who opens the app, made a client at need. Raises Unauthorized."""
    known = app.of_caller(caller)
    return Visitor(number_of(known.lead_number), known)


def own(caller: Caller, said: int | None) -> Visitor:
    """The same, who may name himself and nobody else. Raises Unauthorized, Forbidden."""
    visitor = of_app(caller)
    if said not in (None, visitor.number):
        raise Forbidden({"field": "client_id"})
    return visitor


def key(number: int) -> storage.Key:
    """Where a client stands whom somebody names."""
    return PersonRow.at(place(LIVE, number))


def number_in(where: str) -> int:
    """The number of the client who stands there."""
    return int(where.rpartition("#")[2])
