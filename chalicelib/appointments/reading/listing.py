"""Sessions as the office and masters list them, by their start: an index names them, each is shown as it stands."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from chalicelib.appointments.booking import shown
from chalicelib.appointments.reading.errors import NarrowDays
from chalicelib.appointments.reading.schemas import WIDEST, Appointments, AppointmentsQuery
from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import Session
from chalicelib.clients import service as clients
from chalicelib.clients.errors import ClientNotFound
from chalicelib.clients.rules import lead_number
from chalicelib.core import clock, facts, paging, storage
from chalicelib.core.batches import batched
from chalicelib.staff.members import Member
from chalicelib.team.employees import repository as employees
from chalicelib.team.employees.models import Employee

LIVE, MASTER = "live", "master"


class Asked(NamedTuple):
    """Which sessions: those that start in a span, of a client or a specialist or of all, and what else is said of them."""

    first: datetime
    before: datetime
    client_id: str | None
    specialist_id: str | None
    query: AppointmentsQuery

    @property
    def is_counted(self) -> bool:
        """Whether an index alone tells which are asked for."""
        query = self.query
        return (query.status, query.source, query.service_id) == (None, None, None) and None in (self.client_id, self.specialist_id)

    def named(self, after: str | None, size: int) -> Iterator[Session]:
        """Rows of the index that names fewest, from behind a place on."""
        how: dict[str, Any] = {"past": after, "size": size, "newest_first": False}
        if self.client_id:
            return sessions.starting_for(self.client_id, self.first, self.before, **how)
        if self.specialist_id:
            return sessions.starting_of(self.specialist_id, self.first, self.before, **how)
        return sessions.starting(LIVE, self.first, self.before, **how)

    def includes(self, row: Session) -> bool:
        """Whether a session is what it is asked for, as it stands: it may have been moved or ended since it was found."""
        of_whom = self.client_id in (None, row.client_id) and self.specialist_id in (None, row.specialist_id) and row.contour == LIVE
        what = self.query.service_id in (None, row.product) and self.query.source in (None, shown.source_of(row))
        return of_whom and what and self.first <= row.start_at < self.before and self.query.status in (None, shown.STATUSES[row.status])


def listed(query: AppointmentsQuery, member: Member) -> Appointments:
    """A page of appointments, the next one first. Raises NarrowDays, UseCursor, Invalid."""
    first, last = query.days(date.fromisoformat(facts.day_of(clock.now())))
    of_all = query.client_id is None and query.employee_id is None and member.role != MASTER
    if of_all and (last - first).days >= WIDEST:
        raise NarrowDays
    asked = _asked(query, member, *facts.bounds(first, last))
    page = _page(query, asked)
    rows = storage.whole(page.rows) if asked and asked.is_counted else page.rows
    return Appointments(items=shown.with_names([row for row in rows if asked and asked.includes(row)]), **page.numbers)


def _asked(query: AppointmentsQuery, member: Member, first: datetime, before: datetime) -> Asked | None:
    """None where nobody is named: by a number that nobody has, or by a master who has no card or means another's."""
    people = clients.reference_keys(lead_number(query.client_id, LIVE)) if query.client_id else []
    cards = [employees.key(query.employee_id)] if query.employee_id else []
    found, known = storage.read_lists(people, cards)
    card = _own(member, query.employee_id) if member.role == MASTER else next(iter(known), None)
    client_id, is_bound = _client(found), bool(cards) or member.role == MASTER
    if (people and client_id is None) or (is_bound and not (card and card.specialist_id)):
        return None
    return Asked(first, before, client_id, card.specialist_id if card else None, query)


def _own(member: Member, employee: int | None) -> Employee | None:
    own = next((card for card in employees.everyone() if member.user_id and card.user_id == member.user_id), None)
    return own if own and employee in (None, own.number) else None


def _client(rows: Sequence[Any]) -> str | None:
    try:
        return clients.by_reference(rows).client_id
    except ClientNotFound:
        return None


def _page(query: AppointmentsQuery, asked: Asked | None) -> paging.Part:
    """What an index tells is counted whole; what only rows tell as far as this page goes, for each of them would have to be read."""
    if asked is None:
        return paging.part(query, lambda after: iter(()), str)
    if asked.is_counted:
        return paging.part(query, lambda after: asked.named(after, paging.most(after)), _place)
    return paging.part(query, lambda after: _rows(asked, after), _place, counted=query.skipped + query.size)


def _rows(asked: Asked, after: str | None) -> Iterator[Session]:
    size = asked.query.size + 1
    return (row for some in batched(asked.named(after, size), size) for row in storage.whole(some) if asked.includes(row))


def _place(row: Session) -> str:
    return row.begins or sessions.begins(row.start_at, row.session_id)
