"""Reads and writes of messages: whatever changes one has lists look at it anew."""

from collections.abc import Mapping, Sequence
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.clients.index.rules import place as place_of
from chalicelib.core import storage, turns, unfolded
from chalicelib.messaging import endings
from chalicelib.messaging.endings import Ending
from chalicelib.messaging.models import MessageRow
from chalicelib.sales.messages import rules
from chalicelib.sales.messages.errors import MessageRaced
from chalicelib.sales.messages.models import SalesMessage

LIVE, COUNTER = "live", "sales-message"


def key(contour: str, number: int) -> storage.Key:
    """Where a message stands."""
    return SalesMessage.at(place_of(contour, number))


def create(tx: storage.Transaction, row: SalesMessage) -> None:
    """A new message."""
    row.pending_in, row.revision = LIVE, 1
    tx.create(row)


def change(tx: storage.Transaction, row: SalesMessage, said: Mapping[str, Any], *, where: Condition | None = None) -> None:
    """Say this of a message (None clears), while it stands as it was read; the commit raises MessageRaced otherwise."""
    same = (SalesMessage.version == row.version) & SalesMessage.removed_at.does_not_exist()
    tx.update(SalesMessage.row(row.place), _said(said), condition=same if where is None else same & where, otherwise=MessageRaced())


def _said(said: Mapping[str, Any]) -> list[Any]:
    return [*_own(said), SalesMessage.version.add(1), *unfolded.changed(SalesMessage, LIVE)]


def _own(said: Mapping[str, Any]) -> list[Any]:
    found = ((getattr(SalesMessage, name), value) for name, value in said.items())
    return [attribute.remove() if value is None else attribute.set(value) for attribute, value in found]


class _Settling:
    """How the letter of a message ended, written whatever else is so, for it has been said; an earlier letter says nothing of it."""

    def __init__(self, place: str, letter: str, actions: list[Any]) -> None:
        self.row: storage.Table = SalesMessage.row(place)
        self._actions, self._is_ours = actions, True
        self._condition = SalesMessage.ledger_id == letter
        self._letter = letter

    def write(self) -> tuple[Sequence[Any], Condition | None]:
        """Its end; nothing is added to one that has been sent anew."""
        return (self._actions, self._condition) if self._is_ours else ([SalesMessage.attempt.add(0)], None)

    def look(self, row: Any) -> None:
        """Learn whose letter the message names."""
        self._is_ours = row is not None and row.ledger_id == self._letter


def ended(tx: storage.Transaction, place: str, letter: MessageRow, ending: Ending) -> None:
    """Have a message say how its letter stands, in the transaction that has it stand so. One that is tried again must still have failed."""
    status = rules.status(ending.state)
    said = {"status": status, "updated_at": ending.at, "channel": ending.channel}
    said |= {"sent_at": ending.at if status == "sent" else None, "external_id": ending.remote_id}
    said |= {"reason": rules.REASONS.get(ending.state), "error_message": ending.reason if status == "failed" else None}
    if ending.state == endings.QUEUED:
        its = (SalesMessage.ledger_id == letter.message_id) & (SalesMessage.status == "failed") & SalesMessage.removed_at.does_not_exist()
        tx.update(SalesMessage.row(place), _said(said), condition=its)
    else:
        tx.shared(SalesMessage.row(place), lambda row: _Settling(place, letter.message_id, _said(said)))


def newest_of(lead: str, most: int) -> list[storage.Key]:
    """Where a lead's newest messages stand, the newest first."""
    found = storage.query(SalesMessage.by_lead, lead, newest_first=True, limit=most).rows
    return [SalesMessage.at(row.place) for row in found]


def of_lead(lead: str, most: int | None = None) -> list[SalesMessage]:
    """A lead's messages, all or the first of them: the index names them, and may lag behind one that passed to another."""
    return [row for row in storage.whole(storage.query(SalesMessage.by_lead, lead, limit=most).rows) if row.lead == lead]


def of_whom(row: SalesMessage, said: Mapping[str, Any]) -> bool:
    """Have a message say whose it is; False where it has changed since it was read. To who reads it, it is the same one: no new version."""
    actions = [*_own(said), *unfolded.changed(SalesMessage, LIVE)]
    return storage.change(SalesMessage.row(row.place), actions, condition=SalesMessage.revision == row.revision)


def pending(contour: str, most: int) -> storage.Page:
    """Rows that sets may be behind, as the index shows them."""
    return storage.query(SalesMessage.by_pending, contour, limit=most)


def waiting() -> turns.Part:
    """The same for a tick, which reads each as it stands."""
    return turns.Part(SalesMessage.by_pending, LIVE)


def folded(row: SalesMessage, said: list[Any]) -> bool:
    """Change what the index keeps in a row, while it has the revision that was read."""
    return storage.change(row, said, condition=SalesMessage.revision == row.revision)
