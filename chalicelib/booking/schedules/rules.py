"""Weeks and months of the business calendar, and how a week reads. Pure: no store, no clock."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.booking.schedules.schemas import Day, ScheduleSlot, Week
from chalicelib.core.lines import one_line

WEEKS = 4
"""How many weeks a schedule shows, the current one included."""

WEEKDAYS = ("Понедельник", "Вторник", "Среда", "Четверг", "Пятница", "Суббота", "Воскресенье")
STATES = {"free": "свободно", "held": "выбирают", "booked": "занято"}
LONGEST_NAME = 60
Span = tuple[datetime, datetime]
"""From a moment on, and before another."""


def today(now: datetime, zone: ZoneInfo) -> date:
    """The day that it is in the business zone."""
    return now.astimezone(zone).date()


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day in the business zone."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def monday(day: date) -> date:
    """The first day of a day's week."""
    return day - timedelta(days=day.weekday())


def shown(now: datetime, zone: ZoneInfo) -> Span:
    """The weeks that a schedule shows, from this week's Monday on."""
    first = monday(today(now, zone))
    return midnight(first, zone), midnight(first + timedelta(weeks=WEEKS), zone)


def month_so_far(now: datetime, zone: ZoneInfo) -> Span:
    """This month up to and including today: what counts as provided."""
    day = today(now, zone)
    return midnight(day.replace(day=1), zone), midnight(day + timedelta(days=1), zone)


def rest_of_month(now: datetime, zone: ZoneInfo) -> Span:
    """After today until this month's end; empty on its last day."""
    day = today(now, zone)
    return midnight(day + timedelta(days=1), zone), midnight(next_month(day), zone)


def next_month(day: date) -> date:
    """The first day of the month after a day's."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def weeks(first: date, by_day: Mapping[date, list[ScheduleSlot]]) -> list[Week]:
    """The weeks from a Monday on, each with its seven days."""
    return [_week(first + timedelta(weeks=number), by_day) for number in range(WEEKS)]


def _week(first: date, by_day: Mapping[date, list[ScheduleSlot]]) -> Week:
    days = [first + timedelta(days=number) for number in range(7)]
    shown_days = [Day(date=day.isoformat(), weekday=WEEKDAYS[day.weekday()], slots=by_day.get(day, [])) for day in days]
    return Week(date_from=days[0].isoformat(), date_to=days[-1].isoformat(), days=shown_days)


def week_text(name: str, week: Week) -> str:
    """A week as a person reads it in Telegram; days without time are left out."""
    slots = [slot for day in week.days for slot in day.slots]
    head = f"{_short(name)}\nНеделя {_day(week.date_from)} – {_day(week.date_to)}"
    days = [_day_text(day) for day in week.days if day.slots]
    counts = {state: sum(slot.state == state for slot in slots) for state in STATES}
    foot = f"Свободно: {counts['free']}, занято: {counts['booked']}" + (f", выбирают: {counts['held']}" if counts["held"] else "")
    return "\n\n".join([head, *days, foot] if days else [head, "Времени на этой неделе нет."])


def _day_text(day: Day) -> str:
    return "\n".join([f"{day.weekday}, {_day(day.date)}", *(_slot_text(slot) for slot in day.slots)])


def _slot_text(slot: ScheduleSlot) -> str:
    name = _short(slot.client_name or "")
    who = " ".join(part for part in (name, f"({slot.lead_number})" if slot.lead_number else "") if part)
    return f"{slot.time} — {STATES[slot.state]}{f': {who}' if who else ''}"


def revised(revision: int, changed_at: datetime | None, lapsed_at: datetime | None) -> tuple[int, datetime | None]:
    """The revision that a calendar sees, and of when: a hold that lapsed changed what is shown though nobody wrote it down.

    Every written revision leaves room for one such step, so that what is written next is above it.
    """
    return (2 * revision + 1, lapsed_at) if lapsed_at else (2 * revision, changed_at)


def _short(name: str) -> str:
    """A name that leaves room for the others, on one line."""
    line = one_line(name)
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1] + "…"


def _day(text: str) -> str:
    return date.fromisoformat(text).strftime("%d.%m")
