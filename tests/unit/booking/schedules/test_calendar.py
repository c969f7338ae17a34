"""The feed as calendar programs read it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, vText

from chalicelib.booking.schedules import rules
from chalicelib.booking.schedules.calendar import feed
from chalicelib.booking.schedules.schemas import Schedule, ScheduleSlot

NAMES = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=120)


def piece(slot_id="9035", state="free", start="2026-12-01T07:00:00Z", **said):
    who = {"client_name": None, "lead_number": None, "changed_at": "2026-11-30T09:30:00Z", **said}
    return ScheduleSlot(id=slot_id, start_at=start, time="10:00", minutes=45, state=state, **who)


def schedule(*slots, name="Мария Орлова"):
    weeks = rules.weeks(date(2026, 11, 30), {date(2026, 12, 1): list(slots)})
    return Schedule(psychologist_id="63", psychologist=name, calendar_link=None, weeks=weeks)


def events(text):
    return Calendar.from_ical(text).walk("VEVENT")


def test_a_calendar_program_reads_it():
    text = feed(schedule(piece(), piece("9036", "booked", "2026-12-31T21:30:00Z", lead_number="br0007")))
    calendar = Calendar.from_ical(text)
    assert (calendar["VERSION"], calendar["METHOD"], calendar["X-WR-CALNAME"]) == ("2.0", "PUBLISH", "Мария Орлова")
    free, booked = events(text)
    assert (free["SUMMARY"], free["TRANSP"], free["UID"]) == ("Свободно", "TRANSPARENT", "9035@frontdesk")
    assert (booked["SUMMARY"], booked["TRANSP"]) == ("Занято: br0007", "OPAQUE")
    assert booked.decoded("DTSTART") == datetime(2026, 12, 31, 21, 30, tzinfo=UTC)
    assert booked.decoded("DTEND") - booked.decoded("DTSTART") == timedelta(minutes=45)


def test_times_are_utc_in_the_text_itself():
    lines = feed(schedule(piece())).split("\r\n")
    assert {"DTSTART:20261201T070000Z", "DTEND:20261201T074500Z", "DTSTAMP:20261130T093000Z"} <= set(lines)


def test_an_event_says_which_revision_it_is_and_of_when():
    lines = feed(schedule(piece(revision=28_000_412))).split("\r\n")
    assert {"SEQUENCE:28000412", "LAST-MODIFIED:20261130T093000Z"} <= set(lines)
    assert "DTSTAMP:20260101T000000Z" in feed(schedule(piece(changed_at=None)))


def test_no_client_is_named():
    assert "Лебедева" not in feed(schedule(piece(state="booked", client_name="Анна Лебедева", lead_number="br0007")))


def test_the_same_slot_keeps_its_id_whatever_becomes_of_it():
    early = feed(schedule(piece()))
    later = feed(schedule(piece(state="booked", lead_number="br0007")))
    assert [event["UID"] for event in events(early)] == [event["UID"] for event in events(later)]


def test_an_empty_schedule_is_an_empty_calendar():
    assert events(feed(schedule())) == []


@given(name=NAMES, slot_id=NAMES)
def test_any_name_survives_within_the_formats_lines(name, slot_id):
    text = feed(schedule(piece(slot_id), name=name))
    assert "\n" not in text.replace("\r\n", "")
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    calendar = Calendar.from_ical(text)
    assert str(calendar["NAME"]) == str(calendar["X-WR-CALNAME"]) == vText(name).to_ical().decode()
    assert events(text)[0]["UID"] == f"{slot_id}@frontdesk"


@pytest.mark.parametrize(
    "name", ["Орлова, Мария; мл.", "Строка\nвторая", "BEGIN:VEVENT\r\nEND:VEVENT", "обратная \\ черта", "\x00\x0b\x7f"]
)
def test_a_name_cannot_write_lines_of_its_own(name):
    text = feed(schedule(piece(name, "booked", lead_number=name), name=name))
    assert len(events(text)) == 1
    assert text.count("BEGIN:VEVENT\r\n") == 1
