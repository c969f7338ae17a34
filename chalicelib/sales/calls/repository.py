"""Reads and writes of calls: whatever changes one has lists look at it anew."""

from collections.abc import Mapping
from typing import Any

from chalicelib.clients.index.rules import place as place_of
from chalicelib.core import storage, turns, unfolded
from chalicelib.sales.calls.errors import CallRaced
from chalicelib.sales.calls.models import CallName, SalesCall

LIVE, COUNTER = "live", "sales-call"


def key(contour: str, number: int) -> storage.Key:
    """Where a call stands."""
    return SalesCall.at(place_of(contour, number))


def create(tx: storage.Transaction, row: SalesCall) -> None:
    """A new call."""
    row.pending_in, row.revision = LIVE, 1
    tx.create(row)


def named(tx: storage.Transaction, name: str, number: int, taken: Exception) -> None:
    """Have a name mean this, where it means nothing yet; the commit raises `taken` otherwise."""
    tx.create(CallName(name=name, number=number), otherwise=taken)


def change(tx: storage.Transaction, row: SalesCall, said: Mapping[str, Any]) -> None:
    """Say this of a call (None clears), while it stands as it was read; the commit raises CallRaced otherwise."""
    tx.update(SalesCall.row(row.place), _said(said), condition=SalesCall.version == row.version, otherwise=CallRaced())


def say(tx: storage.Transaction, row: SalesCall, said: Mapping[str, Any]) -> None:
    """Have an effect say how its work stands, whatever else people say of the call at that moment."""
    tx.update(SalesCall.row(row.place), _own(said))


def whose(row: SalesCall, of: Any) -> dict[str, Any]:
    """What a call says of a client."""
    said: dict[str, Any] = of.said
    return said


def of_whom(row: SalesCall, said: Mapping[str, Any]) -> bool:
    """Have a call say whose it is; False where it has changed since it was read. Its version is what people and effects change."""
    actions = [*_own(said), *unfolded.changed(SalesCall, LIVE)]
    return storage.change(SalesCall.row(row.place), actions, condition=SalesCall.revision == row.revision)


def _said(said: Mapping[str, Any]) -> list[Any]:
    return [*_own(said), SalesCall.version.add(1), *unfolded.changed(SalesCall, LIVE)]


def _own(said: Mapping[str, Any]) -> list[Any]:
    found = ((getattr(SalesCall, name), value) for name, value in said.items())
    return [attribute.remove() if value is None else attribute.set(value) for attribute, value in found]


def of_lead(lead: str, most: int | None = None) -> list[SalesCall]:
    """The calls of a client, all or the first of them: the index names them, and may lag behind one that passed to another."""
    found = storage.query(SalesCall.by_lead, lead, limit=most).rows
    return [row for row in storage.whole(found) if row.lead == lead]


def pending(contour: str, most: int) -> storage.Page:
    """Rows that sets may be behind, as the index shows them."""
    return storage.query(SalesCall.by_pending, contour, limit=most)


def waiting() -> turns.Part:
    """The same for a tick, which reads each as it stands."""
    return turns.Part(SalesCall.by_pending, LIVE)


def folded(row: SalesCall, said: list[Any]) -> bool:
    """Change what the index keeps in a row, while it has the revision that was read."""
    return storage.change(row, said, condition=SalesCall.revision == row.revision)
