"""Talks as they stand: who waits comes first, then by the last word; and one of them, which whoever reads it has read."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.clients.models import Client
from chalicelib.core import clock, pagination, paging, storage
from chalicelib.dialogue.registry import people, showing
from chalicelib.dialogue.registry import repository as messages
from chalicelib.dialogue.threads import repository
from chalicelib.dialogue.threads.models import Dialogue
from chalicelib.dialogue.threads.schemas import Talk, TalkListed, TalkQuery, Talks, TalksQuery
from chalicelib.messaging import service as messaging
from chalicelib.messaging.models import MessageRow

WAITS, TALKED = "w", "t"
"""Which list a place is of: who waits, and the others behind them."""

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""Before all that anybody ever wrote to us."""


def listed(query: TalksQuery) -> Talks:
    """A page of talks: two indexes, and a read of clients and last words. Raises UseCursor, Invalid."""
    begun = paging.begun(query)
    if begun and not (begun.after[0] in (WAITS, TALKED) and messages.is_place(begun.after[1:])):
        raise pagination.refused()
    part = paging.part(query, _in_order, _place)
    whose = [Client.at(row.client_id) for row in part.rows]
    cards, last = storage.read_lists(whose, [MessageRow.at(row.last_id) for row in part.rows])
    return Talks(items=[_listed(*one) for one in zip(part.rows, cards, last, strict=True)], **part.numbers)


def _place(row: Dialogue) -> str:
    return f"{WAITS}{row.since}" if row.waiting_in else f"{TALKED}{row.talked}"


def _in_order(after: str | None) -> Iterator[Dialogue]:
    size, kind, place = paging.most(after), after and after[0], after and after[1:]
    if kind != TALKED:
        yield from repository.waiting(people.LIVE, place, size=size)
    yield from repository.others(people.LIVE, place if kind == TALKED else None, size=size)


def _listed(row: Dialogue, card: Client | None, last: MessageRow | None) -> TalkListed:
    shown = showing.shown(last, card) if last is not None else None
    return TalkListed(**_stands(row, card), last_message=shown)


def _stands(row: Dialogue | None, card: Client | None) -> dict[str, Any]:
    """How a talk stands; in one that holds no word of his nobody waits."""
    at = repository.moment_of
    who = {"client_id": showing.number(card), "client_name": (card and card.name) or "", "lead_number": card.lead_number if card else ""}
    if row is None:
        nothing = {"channel": "", "waiting": False, "unread_count": 0, "read_by": ""}
        return {**who, **nothing, **dict.fromkeys(("waiting_since", "last_message_at", "read_at"))}
    waits = {"waiting": bool(row.waiting_in), "waiting_since": at(row.since) if row.since else None, "unread_count": row.unread}
    read = {"read_by": row.read_by or "", "read_at": row.read_at}
    return {**who, **waits, **read, "channel": row.channel or "", "last_message_at": at(row.talked)}


def one(number: int, query: TalkQuery) -> Talk:
    """A talk, newest first; its first page is read by whoever asks for it. Raises ClientNotFound, UseCursor, Invalid."""
    begun = paging.begun(query)
    if begun and not messages.is_place(begun.after):
        raise pagination.refused()
    known = people.of(number)
    lanes, until = [messaging.client(known.client_id).lane], clock.now() + timedelta(days=1)
    part = paging.part(query, lambda after: messages.of_some(lanes, BEGINNING, until, after, size=paging.most(after)), messages.place)
    (row, card), rows = storage.read_lists(
        [Dialogue.at(known.client_id), Client.at(known.client_id)], [MessageRow.at(name.message_id) for name in part.rows]
    )
    stands = _stands(row, card)
    if row is not None and row.unread and not begun:
        repository.read_up_to(row)
    return Talk(**stands, items=[showing.shown(message, card) for message in rows if message is not None], **part.numbers)
