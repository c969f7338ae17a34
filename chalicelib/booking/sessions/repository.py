"""Reads and writes of sessions. A status moves only from a status that allows it, and only with its slot."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.booking.sessions.errors import SessionRaced
from chalicelib.booking.sessions.models import Session
from chalicelib.booking.sessions.rules import BY_RULES, CLOSE, LIVE, REMIND, REMIND_BEFORE, RULED, next_notice
from chalicelib.clients.service import Known
from chalicelib.core import clock, facts, pagination, storage
from chalicelib.core.facts import FactRow
from chalicelib.core.turns import Part

_END: Final = "~"
"""Sorts after every start and every id."""


def newest(ticket_id: str) -> Session | None:
    """A ticket's current session: one consistent query."""
    rows = storage.query(Session, ticket_id, newest_first=True, limit=1, consistent=True).rows
    return rows[0] if rows else None


def create(tx: storage.Transaction, session: Session) -> None:
    """Add a session that must not exist yet; from now on it has its start."""
    session.start_set_at, notice = clock.now(), _notice(session)
    session.month_in, session.begins = _month_in(session, session.start_at), begins(session.start_at, session.session_id)
    if notice is not None:
        session.notice_in, session.notice_at = notice
    tx.create(session, otherwise=SessionRaced())


def change(tx: storage.Transaction, session: Session, actions: Sequence[Action | None], *, frm: Sequence[str] = LIVE) -> None:
    """Change a session as it was read: same start, same status, which is one of these; its fact says which it was."""
    status = Session.status.is_in(*frm) & (Session.status == session.status) if session.status else Session.status.is_in(*frm)
    condition = status & (Session.start_at == session.start_at)
    tx.update(_handle(session), [*actions, Session.updated_at.set(clock.wall())], condition=condition, otherwise=SessionRaced())


def note_payment(tx: storage.Transaction, session: Session, amount: int) -> None:
    """Keep what a confirmed session was paid with, 0 where that is unknown. The commit raises SessionRaced where it was paid before."""
    same = (Session.status == "confirmed") & (Session.start_at == session.start_at) & Session.amount.does_not_exist()
    actions = [Session.amount.set(amount), Session.updated_at.set(clock.wall())]
    tx.update(_handle(session), actions, condition=same, otherwise=SessionRaced())


def touch(tx: storage.Transaction, session: Session) -> None:
    """Write nothing new, but only while a session is live and at the time that was read."""
    condition = Session.status.is_in(*LIVE) & (Session.start_at == session.start_at)
    tx.update(_handle(session), [Session.minutes.set(session.minutes)], condition=condition, otherwise=SessionRaced())


def end(tx: storage.Transaction, session: Session, status: str, *, frm: Sequence[str] = LIVE, also: Sequence[Action] = ()) -> None:
    """Give a session a final status; it leaves the live index."""
    change(tx, session, [Session.status.set(status), *_gone(), *also], frm=frm)


def _gone() -> list[Action]:
    return [attribute.remove() for attribute in (Session.live_in, Session.payment_due_at, Session.notice_in, Session.notice_at)]


GUESS = "pending"
"""What a live session is taken for that only its slot told of."""


class _Ending:
    """The end of a live session that was not read: its status is guessed, for its fact must say it, and corrected where that was wrong."""

    def __init__(self, session: Session, actions: list[Action], said: FactRow) -> None:
        self.row: storage.Table = _handle(session)
        self._start_at, self._actions, self._said, self._was = session.start_at, actions, said, GUESS

    def write(self) -> tuple[Sequence[Action], Condition | None]:
        """Its end, while it stands as it is guessed."""
        return self._actions, (Session.status == self._was) & (Session.start_at == self._start_at)

    def look(self, row: Any) -> None:
        """Learn how it stands. Raises SessionRaced where it lives no more, or at another time."""
        if row is None or row.status not in LIVE or row.start_at != self._start_at:
            raise SessionRaced
        self._was = row.status
        self._said.data = {**self._said.data, "was": row.status}


def end_unseen(tx: storage.Transaction, session: Session, reason: str, *, said: FactRow) -> None:
    """Cancel a live session of which only its slot told; `said` is the fact of it."""
    actions = [Session.status.set("cancelled"), *_gone(), Session.cancellation_reason.set(reason), Session.updated_at.set(clock.wall())]
    tx.shared(_handle(session), lambda row: _Ending(session, actions, said))


def placed(session: Session, start_at: datetime) -> list[Action]:
    """The changes that have a session stand where its new start is, from now on."""
    there = [Session.month_in.set(_month_in(session, start_at)), Session.begins.set(begins(start_at, session.session_id))]
    return [*there, Session.start_set_at.set(clock.now())]


def _month_in(session: Session, start_at: datetime) -> str:
    return facts.month_key(session.contour, start_at, session.session_id)


def begins(start_at: datetime, session_id: str = "") -> str:
    """Where a start stands among others: by its moment, then by the session's id."""
    return f"{start_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z {session_id}"


def of_day(contour: str, day: str) -> list[Session]:
    """The sessions that start on a day, as they stand."""
    first, after = facts.bounds(day, day)
    return [row for row in storage.whole(starting(contour, first, after)) if facts.day_of(row.start_at) == day]


def starting_of(
    specialist_id: str, first: datetime, before: datetime, *, past: str | None = None, size: int = 100, newest_first: bool = True
) -> Iterator[Session]:
    """A specialist's sessions that start in a span, in order, as the index names them; see `starting`."""
    return _in_order(Session.of_specialist, specialist_id, (first, before), past, size, newest_first)


def starting_for(
    client_id: str, first: datetime, before: datetime, *, past: str | None = None, size: int = 100, newest_first: bool = True
) -> Iterator[Session]:
    """The same of a client."""
    return _in_order(Session.of_client, client_id, (first, before), past, size, newest_first)


def _in_order(index: Any, key: str, span: tuple[datetime, datetime], past: str | None, size: int, newest_first: bool) -> Iterator[Session]:
    first, before = _left(*span, past, newest_first=newest_first)
    if first >= before:
        return
    between = Session.start_at.between(first, before - timedelta(microseconds=1))
    found = storage.scroll(index, key, between=between, size=size, newest_first=newest_first)
    for _, same in groupby(found, key=lambda row: row.start_at):  # of one start the index tells no order
        places = sorted(((begins(row.start_at, row.session_id), row) for row in same), key=itemgetter(0), reverse=newest_first)
        yield from (row for place, row in places if past is None or (place < past if newest_first else place > past))


def starting(
    contour: str, first: datetime, before: datetime, *, past: str | None = None, size: int = 100, newest_first: bool = True
) -> Iterator[Session]:
    """Sessions that start in a span, in order, as the index names them: read `size` at a time from each of a month's shards.

    `past` is the place behind which they begin. Raises Invalid for one that no cursor of ours holds.
    """
    first, before = _left(first, before, past, newest_first=newest_first)
    if first >= before:
        return
    between = Session.begins.between(begins(first), begins(before - timedelta(seconds=1), _END))
    months = [*facts.months(first, before)]
    for month in months if newest_first else months[::-1]:
        shards = [
            storage.scroll(Session.by_month, key, between=between, size=size, newest_first=newest_first)
            for key in facts.month_keys(contour, month)
        ]
        for row in merge(*shards, key=lambda row: row.begins, reverse=newest_first):
            if past is None or (row.begins < past if newest_first else row.begins > past):
                yield row


def _left(first: datetime, before: datetime, past: str | None, *, newest_first: bool) -> tuple[datetime, datetime]:
    """What of a span is not behind a place yet. Raises Invalid for a place that no cursor of ours holds."""
    if past is None:
        return first, before
    try:
        second = datetime.fromisoformat(past.partition(" ")[0]).astimezone(UTC)
        return (first, min(before, second + timedelta(seconds=1))) if newest_first else (max(first, second), before)
    except (ValueError, OverflowError):
        raise pagination.refused() from None


def _notice(session: Session) -> tuple[str, datetime] | None:
    """Under which name a session as it is will be found by a tick, and when."""
    found = next_notice(
        session.status,
        session.start_at,
        session.end_at,
        reminded=session.reminded_for == session.start_at,
        unpaid=session.payment_due_at is not None,
        asked=int(session.office_asked or 0),
        by_rules=session.origin == BY_RULES,
        now=clock.now(),
    )
    return (f"{found[0]}-{session.contour}", found[1]) if found else None


def notices(session: Session, **becomes: Any) -> list[Action]:
    """Have a session be found when its next notice is due, as it will be with these values."""
    notice = _notice(Session(**{**session.attribute_values, **becomes}))
    if notice is None:
        return [Session.notice_in.remove(), Session.notice_at.remove()]
    return [Session.notice_in.set(notice[0]), Session.notice_at.set(notice[1])]


def is_planned(session: Session) -> bool:
    """Whether the ticks will find a session when they have to; when rules must look at theirs is theirs to know."""
    found = _notice(session) or (None, None)
    return (session.notice_in, session.notice_at) == found or session.notice_in == found[0] == f"{RULED}-{session.contour}"


def replan(tx: storage.Transaction, session: Session) -> None:
    """Have a session that was found too early, or too late for what it was found for, be found when it has to be."""
    condition = (Session.status == session.status) & (Session.start_at == session.start_at)
    tx.update(_handle(session), notices(session), condition=condition, otherwise=SessionRaced())


def remind(tx: storage.Transaction, session: Session) -> None:
    """Note that this start was reminded of; fails when it was, or the session is no longer what it was."""
    fresh: Condition = Session.reminded_for.does_not_exist() | (Session.reminded_for != session.start_at)
    condition = (Session.status == session.status) & (Session.start_at == session.start_at) & fresh
    actions = [Session.reminded_for.set(session.start_at), *notices(session, reminded_for=session.start_at)]
    tx.update(_handle(session), actions, condition=condition, otherwise=SessionRaced())


def ask_office(tx: storage.Transaction, session: Session) -> None:
    """Count that the office is asked of a pending session; fails when another tick asked, or somebody decided."""
    asked = Session.office_asked
    seen: Condition = asked.does_not_exist() if session.office_asked is None else asked == session.office_asked
    condition = (Session.status == "pending") & (Session.start_at == session.start_at) & seen
    times = int(session.office_asked or 0) + 1
    tx.update(_handle(session), [asked.set(times), *notices(session, office_asked=times)], condition=condition, otherwise=SessionRaced())


def _handle(session: Session) -> Session:
    return Session.row(session.ticket_id, session.session_id)


def of_client(client_id: str, *, limit: int, start: dict[str, Any] | None) -> storage.Page:
    """A client's sessions, newest first: the index names them, the rows themselves are read as they stand."""
    page = storage.query(Session.of_client, client_id, newest_first=True, limit=limit, start=start)
    return storage.Page([row for row in storage.whole(page.rows) if row.client_id == client_id], page.next_key)


def named(client_id: str, *, limit: int) -> list[Session]:
    """The newest of a client's sessions as the index names them: where they stand, and whose they were."""
    return storage.query(Session.of_client, client_id, newest_first=True, limit=limit).rows


def pass_on(tx: storage.Transaction, session: Session, known: Known) -> None:
    """Give a session to another client, as it was read."""
    actions = [Session.client_id.set(known.client_id), Session.lead_number.set(known.lead_number)]
    same = (Session.client_id == session.client_id) & (Session.status == session.status) & (Session.start_at == session.start_at)
    tx.update(_handle(session), actions, condition=same, otherwise=SessionRaced())


def live_between(contour: str, first: datetime, last: datetime) -> list[Session]:
    """Sessions that own their slots and start between two moments."""
    return storage.whole(storage.query(Session.live_from, contour, between=Session.start_at.between(first, last)).rows)


def to_remind(contour: str) -> list[Part]:
    """Sessions whose reminder is due."""
    return [_noticed(REMIND, contour, clock.now())]


def to_close(contour: str) -> list[Part]:
    """Sessions whose end is due, or that began before anybody was reminded."""
    return [_noticed(CLOSE, contour, clock.now()), _noticed(REMIND, contour, clock.now() - REMIND_BEFORE)]


def _noticed(what: str, contour: str, until: datetime) -> Part:
    return Part(Session.by_notice, f"{what}-{contour}", Session.notice_at <= until)


def pending_between(contour: str, first: datetime, last: datetime) -> Part:
    """Sessions that start between two moments and wait for the client's word."""
    between, pending = Session.start_at.between(first, last), Session.status == "pending"
    return Part(Session.live_from, contour, between, pending & Session.payment_due_at.does_not_exist())


def live_of_specialist(specialist_id: str, first: datetime) -> list[Session]:
    """A specialist's sessions from a moment on that own their slots, as the index has them: when, and in which status."""
    where = Session.status.is_in(*LIVE)
    return storage.query(Session.of_specialist, specialist_id, between=Session.start_at >= first, where=where).rows


def of_specialist(specialist_id: str, first: datetime, before: datetime, statuses: Sequence[str]) -> list[Session]:
    """A specialist's sessions in these statuses that start at `first` or later, and before `before`, as the index has them: one query."""
    between = Session.start_at.between(first, before - timedelta(microseconds=1))
    return storage.query(Session.of_specialist, specialist_id, between=between, where=Session.status.is_in(*statuses)).rows


def rate(tx: storage.Transaction, session: Session, actions: Sequence[Action]) -> None:
    """Write a mark beside the marks that were read; a mark given meanwhile makes this one look again."""
    seen = Session.rating_history.does_not_exist() if session.rating_history is None else Session.rating_history == session.rating_history
    tx.update(_handle(session), actions, condition=(Session.status == "completed") & seen, otherwise=SessionRaced())


def climb(tx: storage.Transaction, session: Session, ladder: dict[str, Any]) -> None:
    """Write how far the questions before a session have come, over what was read."""
    seen = Session.ladder.does_not_exist() if session.ladder is None else Session.ladder == session.ladder
    condition = (Session.status == "pending") & (Session.start_at == session.start_at) & seen
    tx.update(_handle(session), [Session.ladder.set(ladder)], condition=condition, otherwise=SessionRaced())
