"""Free time as the site shows it: whole days, each hour of them, and in an hour the old database's rows. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from chalicelib.booking.slots.service import Slot, SlotRef
from chalicelib.intake.grid import rules
from chalicelib.intake.grid.schemas import NOBODYS, GridDay, Row
from chalicelib.integrations.supabase.schemas import FREE


def of(shown: Sequence[date], free: Sequence[Slot | SlotRef], zone: ZoneInfo, hours: float = 0) -> list[GridDay]:
    """These days with the slots that begin in them, on the clock of whoever looks: `hours` from `zone`."""
    days = dict(rules.empty(shown))
    for slot in free:
        there = rules.local(slot.start_at, zone, hours)
        if (day := days.get(there.date().isoformat())) is not None:
            day[rules.HOURS[there.hour]].append(_row(slot, rules.local(slot.start_at, zone, 0), there))
    return [_day(one, days[one.isoformat()]) for one in shown]


def ahead(free: Sequence[Slot | SlotRef], first: date, zone: ZoneInfo) -> list[GridDay]:
    """The days from `first` to the last on which anything is free, a month at most; none where nothing is."""
    far = first + timedelta(days=rules.USUAL_DAYS)
    begins = [day for slot in free if (day := slot.start_at.astimezone(zone).date()) < far]
    return of(rules.days(first, max(begins)), free, zone) if begins else []


def _day(day: date, by_hour: dict[str, list[Row]]) -> GridDay:
    return GridDay.model_construct(
        date=day.isoformat(), pretty_date=rules.pretty(day), day_name=rules.WEEKDAYS[day.weekday()], slots=by_hour
    )


def _row(slot: Slot | SlotRef, here: datetime, there: datetime) -> Row:
    said = {
        "id": slot.slot_id,
        "psychologist": slot.specialist_name,
        "date": here.date().isoformat(),
        "time": rules.clock_text(here),
        "state": FREE,
        "Дата Локальная": there.date().isoformat(),
        "Время Локальное": rules.clock_text(there),
    }
    return cast(Row, NOBODYS | said)
