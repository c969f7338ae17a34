"""Free time as the public site's grid has it: whole days, each hour of them, and in an hour the rows of the old database. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from chalicelib.booking.slots.rules import time_text
from chalicelib.booking.slots.service import Slot
from chalicelib.intake.reassignment.schemas import GridDay, GridRow

WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
MOST_DAYS = 31


def grid(slots: Sequence[Slot], first: date, zone: ZoneInfo) -> list[GridDay]:
    """The days from `first` to the last on which anything is free, a month at most; none where nothing is."""
    placed = [(slot.start_at.astimezone(zone), slot) for slot in slots]
    shown = [(start, slot) for start, slot in placed if start.date() < first + timedelta(days=MOST_DAYS)]
    if not shown:
        return []
    last = max(start.date() for start, _ in shown)
    days = {first + timedelta(days=number): _empty() for number in range((last - first).days + 1)}
    for start, slot in shown:
        days[start.date()][f"{start.hour:02}:00"].append(_row(slot, zone))
    return [_day(day, hours) for day, hours in days.items()]


def _empty() -> dict[str, list[GridRow]]:
    return {f"{hour:02}:00": [] for hour in range(24)}


def _day(day: date, hours: dict[str, list[GridRow]]) -> GridDay:
    return GridDay(date=day.isoformat(), pretty_date=f"{day.day:02}.{day.month:02}", day_name=WEEKDAYS[day.weekday()], slots=hours)


def _row(slot: Slot, zone: ZoneInfo) -> GridRow:
    day, time = slot.start_at.astimezone(zone).date().isoformat(), time_text(slot.start_at, zone)
    return GridRow(id=slot.slot_id, psychologist=slot.specialist_name, date=day, time=time, local_date=day, local_time=time)
