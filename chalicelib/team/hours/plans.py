"""Schedules as the calendar has them: by the specialist whom an employee is, for whoever offers his time."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from chalicelib.booking.calendar import plans
from chalicelib.booking.calendar.service import Interval
from chalicelib.core import facts, storage
from chalicelib.team.employees import repository as cards
from chalicelib.team.employees.models import Employee
from chalicelib.team.hours import repository
from chalicelib.team.hours.models import Entry
from chalicelib.team.hours.schemas import today

FAR = timedelta(days=366)
"""How far ahead somebody is planned for, and so how far the calendar looks for what it does not know yet."""

PAGE = 30
"""Entries that one decision writes: each lies in three UTC days at most, of the hundred rows that a transaction takes."""


def time_of(entry: Entry) -> Interval:
    """When an entry of a schedule has somebody work."""
    return Interval(int(entry.begins), int(entry.until), f"plan#{int(entry.number)}")


def _span(first: date, last: date) -> Interval:
    """Days of the business, both included."""
    begin, end = facts.bounds(first, last)
    return Interval(int(begin.timestamp()), int(end.timestamp()), "")


def of_days(employees: Sequence[Employee], first: date, last: date) -> dict[int, list[Interval]]:
    """What is planned for employees, by their numbers, that touches these days of the business: one read for each hundred rows."""
    within = _span(first, last)
    wanted = [plans.keys(card.specialist_id or "", within.days) for card in employees]
    found = [plans.of_rows(rows) for rows in storage.read_lists(*wanted)]
    return {
        card.number: [time for time in times if time.overlaps(within)] if card.specialist_id else []
        for card, times in zip(employees, found, strict=True)
    }


def fill(*, dry_run: bool) -> int:
    """Have the calendar know plans that were written before it kept them, or before their employee was a specialist; how many there are.

    Again it changes nothing.
    """
    found = list(_ahead())
    for card, entry in found if not dry_run else ():
        tx = storage.Transaction()
        plans.put_in(tx, str(card.specialist_id), [time_of(entry)])
        tx.commit()
    return len(found)


def learn_in(tx: storage.Transaction, employee: int, past: str | None) -> str | None:
    """Have the calendar know a page of somebody's schedule ahead, from behind the place `past` on; the place at which it ends, if more may
    follow.

    Whoever is planned for meanwhile writes his own: he is seen to be this specialist by then.
    """
    (card,) = storage.read(cards.key(employee))
    if card is None or not card.specialist_id:
        return None
    days = today() - timedelta(days=1), today() + FAR
    found = repository.within("plan", employee, *days, past=past, limit=PAGE)
    plans.put_in(tx, card.specialist_id, [time_of(entry) for entry in found])
    return str(found[-1].place) if len(found) == PAGE else None


def _ahead() -> Iterator[tuple[Employee, Entry]]:
    for card in cards.everyone():
        if card.specialist_id and not card.is_archived:
            for entry in repository.within("plan", card.number, today() - timedelta(days=1), today() + FAR):
                yield card, entry
