"""A schedule as a calendar feed (RFC 5545). Only a lead number names a client: a feed lies in calendars that are not ours."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.booking.schedules.schemas import Schedule, ScheduleSlot
from chalicelib.core.lines import one_line

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//Frontdesk//Schedule//RU"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
"""When a slot changed of which that was not kept yet."""

REFRESH = timedelta(hours=1)
TITLES = {"free": "Свободно", "held": "Выбирают", "booked": "Занято"}


def feed(schedule: Schedule) -> str:
    """The feed's text: the same for as long as nothing changes, whenever it is read."""
    from icalendar import Calendar, vText  # a tenth of a second that only a feed pays

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):  # the second for programs older than the first; the library escapes neither by itself
        calendar.add(name, vText(_line(schedule.psychologist)))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for slot in (slot for week in schedule.weeks for day in week.days for slot in day.slots):
        calendar.add_component(_event(slot))
    return calendar.to_ical().decode()


def _event(slot: ScheduleSlot) -> "Event":
    from icalendar import Event

    start = datetime.fromisoformat(slot.start_at)
    event = Event()
    event.add("uid", _line(f"{slot.id}@frontdesk"))
    changed = datetime.fromisoformat(slot.changed_at) if slot.changed_at else LONG_AGO
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", slot.revision)
    event.add("dtstart", start)
    event.add("dtend", start + timedelta(minutes=slot.minutes))
    event.add("summary", f"{TITLES[slot.state]}: {slot.lead_number}" if slot.lead_number else TITLES[slot.state])
    event.add("transp", "TRANSPARENT" if slot.state == "free" else "OPAQUE")
    return event


def _line(text: str) -> str:
    """A text without what the format has no place for: line breaks and other control characters."""
    return "".join(mark if mark.isprintable() or mark == " " else " " for mark in one_line(text))
