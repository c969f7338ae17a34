"""A specialist's weeks as people, programs and calendars read them, what he is owed, and the daily count."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from icalendar import Calendar

from bench import ticks
from chalicelib.booking.sessions.models import Session
from chalicelib.booking.slots.models import Slot
from chalicelib.booking.specialists.models import Specialist
from chalicelib.core import turns
from chalicelib.core.settings import settings
from tests.builders import SERVICE, SUPABASE, apply_for, book, change, confirm, slot, specialist, tomorrow
from tests.integration.booking import desk
from tests.standins.store import Wire, refusal

DOOR = "/get-schedule"
COEFFICIENT = "/get-assigment-coeff"
TICK = "update_number_of_clients_provided"
NAME = "Мария Орлова"
NOON = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
"""A Wednesday noon in Moscow; the month ends on the Monday after."""


def at(text):
    """``DD.MM HH:mm`` of late 2026 in Moscow, in UTC."""
    return datetime.strptime(f"2026.{text}", "%Y.%d.%m %H:%M").replace(tzinfo=UTC) - timedelta(hours=3)


@pytest.fixture
def wednesday():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def calendars(monkeypatch):
    monkeypatch.setenv("CALENDAR_SECRET", "secret-of-calendars-in-tests")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def messages(front, who=NAME):
    return front.get(DOOR, SERVICE, psychologist=who).ok()


def weeks(front, who=NAME):
    return front.get(DOOR, {**SERVICE, "Accept": "application/json"}, psychologist=who, format="json").ok()["weeks"]


def states(front, who=NAME):
    return {piece["id"]: piece["state"] for week in weeks(front, who) for day in week["days"] for piece in day["slots"]}


def test_a_client_whom_the_old_database_booked_by_number_is_called_by_name(front):
    specialist(front)
    apply_for(front)
    row = {"id": 5, "psychologist": NAME, "date": f"{tomorrow(10):%Y-%m-%d}", "time": "10:00", "state": "Занят", "client_id": "br0001"}
    assert front.post("/notify-update", change("INSERT", row), SUPABASE).ok()["result"] == "booked"
    assert any("10:00 — занято: Анна Лебедева (br0001)" in text for text in messages(front))


@pytest.mark.parametrize("headers", [{}, {"X-Api-Key": "tilda-key-of-tests"}])
@pytest.mark.parametrize(("door", "query"), [(DOOR, {"psychologist": NAME}), (COEFFICIENT, {"psychologist_name": NAME})])
def test_only_the_back_office_may(front, door, query, headers):
    specialist(front)
    assert front.get(door, headers, **query).status == 401


@pytest.mark.parametrize(("door", "field"), [(DOOR, "psychologist"), (COEFFICIENT, "psychologist_name")])
def test_a_specialist_must_be_named_and_known(front, door, field):
    specialist(front, "Проба Пробная", id="trial", contour="test")
    for query in ({}, {field: " "}):
        answer = front.get(door, SERVICE, **query)
        assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["query", field])
    for unknown in ("Никто Никакой", "Проба Пробная", "trial"):
        answer = front.get(door, SERVICE, **{field: unknown})
        assert (answer.status, answer.body["error"]) == (404, "specialist_not_found")


@pytest.mark.parametrize(("door", "field"), [(DOOR, "psychologist"), (COEFFICIENT, "psychologist_name")])
def test_two_of_one_name_are_listed(front, door, field):
    for person in ("7", "8"):
        specialist(front, id=person)
    answer = front.get(door, SERVICE, **{field: "Орлова Мария"})
    assert (answer.status, answer.body["error"], answer.body["detail"]) == (409, "name_ambiguous", {"specialist_ids": ["7", "8"]})
    assert front.get(door, SERVICE, **{field: "8"}).status == 200


def test_a_format_must_be_one_we_speak(front):
    specialist(front)
    assert front.get(DOOR, SERVICE, psychologist=NAME, format="xml").status == 422


def test_four_weeks_read_as_people_read_them(front, wednesday):
    person = specialist(front)
    for text in ("25.11 18:00", "29.11 23:00", "30.11 00:00", "20.12 20:00", "21.12 00:00"):
        slot(front, person, at(text))
    desk.booked(front, slot(front, person, at("27.11 10:00"), id="10"))
    assert messages(front, "орлова мария") == [
        "Мария Орлова\nНеделя 23.11 – 29.11\n\n"
        "Среда, 25.11\n18:00 — свободно\n\n"
        "Пятница, 27.11\n10:00 — занято: Анна Лебедева (br0001)\n\n"
        "Воскресенье, 29.11\n23:00 — свободно\n\n"
        "Свободно: 2, занято: 1",
        "Мария Орлова\nНеделя 30.11 – 06.12\n\nПонедельник, 30.11\n00:00 — свободно\n\nСвободно: 1, занято: 0",
        "Мария Орлова\nНеделя 07.12 – 13.12\n\nВремени на этой неделе нет.",
        "Мария Орлова\nНеделя 14.12 – 20.12\n\nВоскресенье, 20.12\n20:00 — свободно\n\nСвободно: 1, занято: 0",
    ]


def test_reading_twice_says_the_same(front):
    slot(front, specialist(front), tomorrow(12))
    assert messages(front) == messages(front)


def test_each_piece_of_time_says_whose_it_is(front, wednesday):
    person = specialist(front)
    ids = ("free", "chosen", "booked", "unpaid", "freed", "gone")
    for number, name in enumerate(ids):
        slot(front, person, at(f"26.11 {number + 10}:00"), id=name)
    desk.applied(front, "chosen")
    desk.booked(front, "booked", desk.BORIS)
    desk.reserved(front, person, "unpaid")
    desk.cancel(front, desk.booked(front, "freed", "7012340003")).ok()
    front.delete("/slots/gone", SERVICE).ok()
    assert states(front) == {"free": "free", "chosen": "held", "booked": "booked", "unpaid": "booked", "freed": "free"}
    with time_machine.travel(NOON + timedelta(minutes=31)):
        assert states(front) == {"free": "free", "chosen": "free", "booked": "booked", "unpaid": "free", "freed": "free"}


def test_time_that_passed_shows_only_where_somebody_had_it(front, tick, wednesday):
    person = specialist(front)
    for number, name in enumerate(("free", "booked")):
        slot(front, person, at(f"25.11 {number + 13}:00"), id=name)
    ticket = desk.booked(front, "booked")
    confirm(front, ticket, at("25.11 14:00"))
    with time_machine.travel(at("25.11 17:00")):
        tick("feedback_reminder")
        assert states(front) == {"booked": "booked"}


def test_the_test_contours_time_is_nobodys_here(front):
    person = specialist(front)
    trial = specialist(front, contour="test")
    slot(front, trial, tomorrow(12))
    strays = {"specialist_id": trial, "specialist_name": NAME, "minutes": 60}
    Slot("stray", contour="live", start_at=tomorrow(13), **strays).save()
    Slot("own", contour="test", start_at=tomorrow(13), **{**strays, "specialist_id": person}).save()
    assert states(front) == {}


def test_data_has_every_day_and_names_the_client(front, wednesday):
    person = specialist(front)
    desk.booked(front, slot(front, person, at("30.11 10:30"), id="10", minutes=45))
    first, second, *_ = weeks(front)
    assert [day["weekday"] for day in first["days"]][::3] == ["Понедельник", "Четверг", "Воскресенье"]
    assert (second["date_from"], second["date_to"]) == ("2026-11-30", "2026-12-06")
    (piece,) = second["days"][0]["slots"]
    assert (piece.pop("changed_at"), piece.pop("revision") > 0) == ("2026-11-25T09:00:00Z", True)
    assert [piece] == [
        {
            "id": "10",
            "start_at": "2026-11-30T07:30:00Z",
            "time": "10:30",
            "minutes": 45,
            "state": "booked",
            "client_name": "Анна Лебедева",
            "lead_number": "br0001",
        }
    ]


def test_a_full_week_stays_within_telegrams_messages_and_loses_nothing(front, wednesday):
    specialist(front, "Мария 🌿 Орлова", id="63")
    who = {"specialist_id": "63", "specialist_name": NAME, "contour": "live", "client_name": "🌿" * 200, "lead_number": "br0001"}
    for number in range(7 * 10):
        start = at("30.11 08:00") + timedelta(days=number // 10, hours=number % 10)
        Slot(f"slot-{number}", start_at=start, minutes=60, state="booked", **who).save()
    said = messages(front, "63")
    assert all(len(text.encode("utf-16-le")) // 2 < 4096 for text in said)
    assert "\n".join(said).count(":00 — занято: ") == 70
    assert len(said) > 4


def test_a_calendar_opens_by_its_link_alone(front, calendars, wednesday):
    person = specialist(front, id="63 & ко")
    desk.booked(front, slot(front, person, at("27.11 10:00"), id="10"))
    slot(front, person, at("28.11 10:00"), id="11")
    link = front.get(DOOR, SERVICE, psychologist=NAME, format="json").ok()["calendar_link"]
    answer = front.call("GET", f"/{link}")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.headers["Cache-Control"].startswith("private")
    events = Calendar.from_ical(answer.text).walk("VEVENT")
    assert [(str(event["UID"]), str(event["SUMMARY"])) for event in events] == [
        ("10@frontdesk", "Занято: br0001"),
        ("11@frontdesk", "Свободно"),
    ]
    assert events[0].decoded("DTSTART") == at("27.11 10:00")
    assert "Лебедева" not in answer.text
    assert front.get(DOOR, SERVICE, psychologist=NAME, format="ics").text == answer.text


def test_a_link_opens_its_own_calendar_and_nothing_else(front, calendars):
    specialist(front, id="63")
    specialist(front, "Анна Ким", id="64")
    token = front.get(DOOR, SERVICE, psychologist="63", format="json").ok()["calendar_link"].rpartition("=")[2]
    own = {"psychologist": "63", "format": "ics", "token": token}
    assert front.get(DOOR, **own).status == 200
    wrong = [
        {"psychologist": "64"},
        {"psychologist": NAME},
        {"format": "json"},
        {"format": "text"},
        {"token": token[:-1] + ("0" if token[-1] != "0" else "1")},
        {"token": "ё"},
        {"token": ""},
    ]
    assert [front.get(DOOR, **{**own, **other}).status for other in wrong] == [401] * len(wrong)
    assert front.get(COEFFICIENT, psychologist_name="63", token=token, format="ics").status == 401


def test_without_a_secret_there_is_no_link_and_no_open_feed(front):
    specialist(front, id="63")
    assert front.get(DOOR, SERVICE, psychologist="63", format="json").ok()["calendar_link"] is None
    assert front.get(DOOR, psychologist="63", format="ics", token="x").status == 401
    assert front.get(DOOR, SERVICE, psychologist="63", format="ics").status == 200


def test_reading_costs_two_calls_by_id_and_three_by_name(front):
    specialist(front, id="63")
    costs = {}
    for who in ("63", NAME):
        with Wire() as wire:
            messages(front, who)
            schedule = len(wire.calls)
            front.get(COEFFICIENT, SERVICE, psychologist_name=who).ok()
        costs[who] = (schedule, len(wire.calls) - schedule)
        assert {call.operation for call in wire.calls} == {"BatchGetItem", "Query"}
    assert costs == {"63": (2, 2), NAME: (3, 3)}


def session(text, status="confirmed", person="63", contour="live", key=None):
    """A session of a specialist at a Moscow time, as the store has it."""
    start = at(text)
    what = {"specialist_id": person, "specialist_name": NAME, "slot_id": text, "minutes": 60, "client_id": "c", "contour": contour}
    when = {"start_at": start, "end_at": start + timedelta(hours=1), "created_at": start, "updated_at": start}
    Session(key or f"{text}{status}{contour}", "s", status=status, live_in=contour, **what, **when).save()


def owed(front, who="63"):
    answer = front.get(COEFFICIENT, SERVICE, psychologist_name=who).ok()
    parts = [answer[name] for name in ("debt", "number_of_clients_provided", "assigned_after_today")]
    assert answer["coefficient"] == parts[0] - parts[1] - parts[2]
    return answer["coefficient"], *parts


def test_what_is_owed_shows_its_three_parts(front, wednesday):
    specialist(front, id="63", debt=10, number_of_clients_provided=4)
    session("26.11 00:00")
    session("30.11 23:59", "pending")
    session("28.11 10:00", "completed")
    assert owed(front) == (3, 10, 4, 3)
    assert owed(front, "Орлова Мария") == (3, 10, 4, 3)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("25.11 13:00", "confirmed"),  # today
        ("25.11 23:59", "pending"),  # still today
        ("01.12 00:00", "confirmed"),  # the next month, though November in UTC
        ("27.11 10:00", "cancelled"),
        ("27.11 10:00", "missed"),
    ],
)
def test_what_is_no_longer_ahead_or_not_this_month_does_not_count(front, wednesday, text, status):
    specialist(front, id="63", debt=1)
    session(text, status)
    assert owed(front) == (1, 1, 0, 0)


def test_others_sessions_do_not_count(front, wednesday):
    specialist(front, id="63", debt=1)
    session("27.11 10:00", person="64")
    session("27.11 10:00", contour="test")
    assert owed(front) == (1, 1, 0, 0)


def test_too_many_is_below_zero(front, wednesday):
    specialist(front, id="63", debt=1, number_of_clients_provided=3)
    assert owed(front) == (-2, 1, 3, 0)


@pytest.mark.parametrize(("now", "ahead"), [("30.11 23:59", 0), ("01.12 00:00", 1), ("31.12 12:00", 0)])
def test_a_month_turns_at_midnight_in_moscow(front, now, ahead):
    with time_machine.travel(at(now), tick=False):
        specialist(front, id="63", debt=5)
        session("02.12 10:00")
        assert owed(front)[3] == ahead


def test_a_booking_counts_as_soon_as_it_stands_and_no_longer_when_it_is_off(front, tick, wednesday):
    person = specialist(front, debt=2)
    slot(front, person, at("27.11 10:00"))
    assert owed(front, person) == (2, 2, 0, 0)
    ticket = book(front, at("27.11 10:00"))
    assert owed(front, person) == (1, 2, 0, 1)
    desk.cancel(front, ticket).ok()
    assert owed(front, person) == (2, 2, 0, 0)


def provided(person="63"):
    return int(Specialist.get(person).number_of_clients_provided)


def evening(text):
    return at(f"{text} 21:00")


def test_the_evening_counts_this_months_sessions_up_to_today(front, tick, wednesday):
    specialist(front, id="63", debt=10, number_of_clients_provided=77)
    specialist(front, "Анна Ким", id="64", number_of_clients_provided=5)
    for text, status in (("01.11 00:00", "completed"), ("25.11 23:30", "pending"), ("24.11 10:00", "confirmed")):
        session(text, status)
    for text, status in (
        ("31.10 23:59", "completed"),
        ("26.11 00:00", "confirmed"),
        ("20.11 10:00", "missed"),
        ("21.11 10:00", "cancelled"),
    ):
        session(text, status)
    assert tick(TICK, evening("25.11")) == 2
    assert (provided("63"), provided("64")) == (3, 0)
    assert owed(front) == (6, 10, 3, 1)


def test_a_second_and_a_late_tick_change_nothing(front, tick, wednesday):
    specialist(front, id="63")
    session("24.11 10:00")
    session("26.11 10:00")
    assert [tick(TICK, evening("25.11")) for _ in range(20)] == [1] + [0] * 19
    assert tick(TICK, evening("26.11")) == 1
    assert provided() == 2
    with time_machine.travel(at("27.11 03:00")):
        assert tick(TICK, evening("25.11")) == 0
    assert provided() == 2


def test_a_count_that_runs_out_of_time_is_gone_on_with_ten_minutes_later(front, wednesday):
    for person in range(24):
        Specialist(f"{person:02}", contour="live", name=f"Имя {person:02}", name_key="x", updated_at=NOON).save()
        session("24.11 10:00", person=f"{person:02}", key=str(person))
    times = [evening("25.11") + timedelta(minutes=minute) for minute in (0, 10, 20, 30, 40)]
    runs = [ticks.run(TICK, time, units=False, seconds=turns.RESERVE + 0.2) for time in times]
    assert sum(run.result for run in runs) == 24 and runs[0].result < 24 and not any(run.killed for run in runs)
    assert [provided(f"{person:02}") for person in range(24)] == [1] * 24
    assert sum(runs[-1].calls.values()) == 1, "a look at where the last one stopped"


def test_a_late_tick_counts_as_of_its_own_day(front, tick, wednesday):
    specialist(front, id="63")
    session("25.11 10:00")
    session("26.11 10:00")
    with time_machine.travel(at("27.11 03:00")):
        tick(TICK, evening("25.11"))
    assert provided() == 1


def test_a_tick_delayed_over_midnight_counts_the_month_it_belongs_to(front, tick):
    specialist(front, id="63")
    session("30.11 10:00")
    session("01.12 10:00")
    with time_machine.travel(at("01.12 02:00")):
        assert tick(TICK, evening("30.11")) == 1
        assert provided() == 1
    assert tick(TICK, evening("01.12")) == 1
    assert provided() == 1
    assert tick(TICK, evening("30.11")) == 0


def test_a_session_that_is_called_off_later_is_taken_back(front, tick, wednesday):
    specialist(front, id="63")
    session("25.11 10:00", key="k")
    tick(TICK, evening("25.11"))
    session("25.11 10:00", "cancelled", key="k")
    assert tick(TICK, evening("25.11")) == 1
    assert provided() == 0


def test_on_the_first_of_a_month_last_months_count_is_forgotten(front, tick):
    with time_machine.travel(evening("30.11"), tick=False):
        specialist(front, id="63", debt=10)
        session("29.11 10:00")
        session("02.12 10:00")
        tick(TICK)
        assert owed(front) == (9, 10, 1, 0)
    with time_machine.travel(at("01.12 00:00"), tick=False):
        assert owed(front) == (9, 10, 0, 1)
        (row,) = front.get("/specialists", SERVICE).ok()["specialists"]
        assert row["coefficient"] == 10  # by the days kept beside him, which no booking has refreshed here


def test_the_test_contour_is_counted_by_its_own_sessions(front, tick, wednesday):
    specialist(front, "Проба Пробная", id="63", contour="test")
    session("24.11 10:00", contour="test")
    session("23.11 10:00")
    tick(TICK, evening("25.11"))
    assert provided() == 1


def test_one_specialist_who_cannot_be_counted_does_not_stop_the_others(front, tick, wednesday):
    for person in ("63", "64"):
        specialist(front, f"Имя {person}", id=person)
        session("24.11 10:00", person=person, key=person)
    with Wire() as wire:
        wire.before = lambda call: refusal("ResourceNotFoundException") if "63" in str(call.request) else None
        assert tick(TICK, evening("25.11")) == 1
    assert (provided("63"), provided("64")) == (0, 1)


def test_a_database_row_that_was_read_before_the_count_does_not_undo_it(front, tick):
    done = []

    def before(call):
        if call.operation == "TransactWriteItems" and not done:
            done.append(tick(TICK, evening("25.11")))

    with time_machine.travel(NOON):
        specialist(front, id="63", debt=1)
        session("24.11 10:00")
        row = {"id": "63", "name": NAME, "debt": 7}
        with Wire() as wire:
            wire.before = before
            front.post("/notify-update", change("UPDATE", row, {**row, "debt": 1}, "hraniteli_psychologists"), SUPABASE).ok()
    assert done == [1]
    assert (provided(), int(Specialist.get("63").debt)) == (1, 7)


def test_the_ranking_uses_the_same_count(front, tick, wednesday):
    specialist(front, id="63", debt=5, specialisations=[])
    session("24.11 10:00")
    tick(TICK, evening("25.11"))
    apply_for(front)
    (row,) = front.get("/specialists", SERVICE).ok()["specialists"]
    assert row["coefficient"] == owed(front)[0] == 4


# --- revisions --------------------------------------------------------------------------------------------------------


def event(front):
    """The one event of the feed: what it is called, its revision, and of when it is."""
    (found,) = Calendar.from_ical(front.get(DOOR, SERVICE, psychologist=NAME, format="ics").text).walk("VEVENT")
    return str(found["SUMMARY"]), int(found["SEQUENCE"]), found.decoded("LAST-MODIFIED")


def test_every_change_of_a_slot_is_a_newer_revision_of_its_event(front):
    start = tomorrow(12)
    slot_id = slot(front, specialist(front), start)
    seen = [event(front)]
    ticket_id = desk.applied(front, slot_id)
    seen.append(event(front))
    desk.followed(front, ticket_id)
    seen.append(event(front))
    desk.cancel(front, ticket_id)
    seen.append(event(front))
    assert [title.partition(":")[0] for title, _, _ in seen] == ["Свободно", "Выбирают", "Занято", "Свободно"]
    revisions = [revision for _, revision, _ in seen]
    assert revisions == sorted(set(revisions))
    assert [moment for *_, moment in seen] == sorted(moment for *_, moment in seen)


def test_a_feed_reads_the_same_until_something_changes_even_where_a_hold_runs_out_by_itself(front, tick):
    slot_id = slot(front, specialist(front), tomorrow(12))
    desk.applied(front, slot_id)
    held = event(front)
    assert event(front) == held
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        lapsed = event(front)
        tick("sweep", datetime.now(UTC))
        swept = event(front)
    assert [one[0] for one in (held, lapsed, swept)] == ["Выбирают", "Свободно", "Свободно"]
    assert held[1] < lapsed[1] < swept[1]
