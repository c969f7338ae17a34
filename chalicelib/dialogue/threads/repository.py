"""Reads and writes of talks."""

from collections.abc import Iterator
from datetime import UTC, datetime

from pynamodb.expressions.condition import Condition

from chalicelib.core import clock, facts, places, storage
from chalicelib.core.errors import Busy
from chalicelib.dialogue.threads.models import Dialogue
from chalicelib.messaging.models import MessageRow

_END = "~"


class DialogueRaced(Busy):
    """Somebody wrote at this moment: decided anew from what now stands."""


def moment(at: datetime, client_id: str) -> str:
    """Where a talk stands among those of all moments."""
    return f"{places.of_moment(at)}#{client_id}"


def moment_of(place: str) -> datetime:
    """The moment of such a text."""
    return datetime.fromtimestamp(float(place.partition("#")[0]), UTC)


def heard_in(tx: storage.Transaction, client_id: str, row: MessageRow) -> None:
    """Add to the decision that keeps a client's words that he waits for an answer, since the first of them."""
    place = moment(row.created_at, client_id)
    waits = [Dialogue.waiting_in.set(row.contour), Dialogue.since.set(Dialogue.since | place)]
    said = [Dialogue.contour.set(row.contour), Dialogue.talked.set(place), Dialogue.last_id.set(row.message_id)]
    tx.put_or_update(Dialogue.row(client_id), [*waits, *said, Dialogue.channel.set(row.channel), Dialogue.heard.add(1)])


def answered_in(tx: storage.Transaction, client_id: str, message_id: str, contour: str) -> None:
    """Add to the decision that sends a person's answer that nobody waits any more; whoever answers has read what he answers."""
    place = moment(clock.now(), client_id)
    over = [Dialogue.waiting_in.remove(), Dialogue.since.remove(), Dialogue.seen.set(Dialogue.heard | 0)]
    said = [Dialogue.contour.set(contour), Dialogue.talked.set(place), Dialogue.last_id.set(message_id)]
    tx.put_or_update(Dialogue.row(client_id), [*over, *said])


def read_up_to(row: Dialogue) -> bool:
    """Write that whoever asks has read a talk as it was read: of what came since he knows nothing. False where another has read more."""
    said = [Dialogue.seen.set(int(row.heard)), Dialogue.read_by.set(facts.current()), Dialogue.read_at.set(clock.now())]
    return storage.change(Dialogue.row(row.client_id), said, condition=Dialogue.seen.does_not_exist() | (Dialogue.seen < int(row.heard)))


def waiting(contour: str, after: str | None, *, size: int) -> Iterator[Dialogue]:
    """Talks in which a client waits, who waits longest first, behind a place."""
    begin = f"{after}{_END}" if after else "0"
    return storage.scroll(Dialogue.waiting, contour, between=Dialogue.since.between(begin, _END), size=size)


def others(contour: str, after: str | None, *, size: int) -> Iterator[Dialogue]:
    """Talks in which nobody waits, the last word first, behind a place."""
    between = Dialogue.talked.between("0", places.below(after or _END))
    found = storage.scroll(Dialogue.by_talk, contour, between=between, size=size, newest_first=True)
    return (row for row in found if not row.waiting_in)


def replace(tx: storage.Transaction, source: Dialogue, target: Dialogue | None, joined: Dialogue) -> None:
    """Have two clients' talks be one; the commit raises DialogueRaced where a word was said in either meanwhile."""
    tx.delete(Dialogue.row(source.client_id), condition=_as_read(source), otherwise=DialogueRaced())
    standing = Dialogue.client_id.does_not_exist() if target is None else _as_read(target)
    tx.put(joined, condition=standing, otherwise=DialogueRaced())


def _as_read(row: Dialogue) -> Condition:
    return (Dialogue.talked == row.talked) & (Dialogue.last_id == row.last_id)
