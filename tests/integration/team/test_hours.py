"""Timesheets and schedules: whose they are, what is refused, and that two entries never cover one minute."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.booking.calendar.models import Day
from chalicelib.core import outbox, storage
from chalicelib.core.clock import pinned
from chalicelib.core.places import of_number
from chalicelib.core.settings import settings
from chalicelib.team.employees import repository as cards
from chalicelib.team.employees.models import Employee
from chalicelib.team.hours import plans, rules
from tests.builders import SERVICE, slot
from tests.integration.team.conftest import EMPLOYEES, told
from tests.standins.store import OneAtATime, Wire

NOON = datetime(2026, 3, 31, 9, tzinfo=UTC)
DAY, NEXT = "2026-03-31", "2026-04-01"


@pytest.fixture(autouse=True)
def on_the_last_of_march():
    with pinned(NOON):
        yield


def note(team, number, header=SERVICE, **said):
    return team.front.post(f"{EMPLOYEES}/{number}/timesheet", {"work_date": DAY, **said}, header)


def plan(team, number, header=SERVICE, **said):
    body = {"work_date": DAY, "planned_start": "10:00", "planned_end": "19:00", **said}
    return team.front.post(f"{EMPLOYEES}/{number}/schedule", body, header)


def sheet(team, number, header=SERVICE, **query):
    return team.front.get(f"{EMPLOYEES}/{number}/timesheet", header, **query).ok()


class TestTimesheet:
    def test_an_entry_keeps_the_rate_of_its_day(self, team):
        number = team.card(hourly_rate=350.5, piece_rate=100)["id"]
        with Wire() as wire:
            made = note(team, number, start_at="22:00", end_at="06:30", pieces="2,5", comment="ночь").ok()
        assert [call.operation for call in wire.calls] == ["BatchGetItem", "Query", "TransactWriteItems"]
        assert isinstance(made.pop("created_at"), int)
        assert made == {
            "id": 10_000_001,
            "work_date": DAY,
            "start_at": "22:00",
            "end_at": "06:30",
            "hours_worked": 8.5,
            "units_completed": 2.5,
            "note": "ночь",
            "rate_rub": 350.5,
            "amount_rub": 2979.25,
        }
        team.change(number, hourly_rate=1, piece_rate=1).ok()
        note(team, number, hours=1, work_date=NEXT).ok()
        shown = sheet(team, number)
        assert [one["amount_rub"] for one in shown["items"]] == [1, 2979.25]
        assert (shown["total_hours"], shown["total_units"], shown["total_pieces"]) == (9.5, 2.5, 2.5)
        team.change(number, payment_type="piecework").ok()
        note(team, number, pieces=3, piece_rate=7, work_date="2026-03-30").ok()
        assert [one["amount_rub"] for one in sheet(team, number, date_to=DAY)["items"]] == [250, 21]

    @pytest.mark.parametrize(
        "said",
        [
            {},
            {"hours": 0},
            {"hours": 24.01},
            {"hours": -1},
            {"pieces": 1.0005},
            {"start_at": "10:00"},
            {"start_at": "24:00", "end_at": "10:00"},
            {"start_at": "10:00", "end_at": "11:00", "hours": 2},
            {"hours": 1, "hours_worked": 2},
            {"hours": 1, "work_date": "2025-03-29"},
            {"hours": 1, "work_date": "2026-05-02"},
            {"hours": 1, "work_date": "someday"},
        ],
    )
    def test_what_says_nothing_or_two_things_is_refused(self, team, said):
        number = team.card()["id"]
        assert note(team, number, **said).status == 422
        assert sheet(team, number)["items"] == []

    def test_a_master_has_his_own_and_nobody_else_exists(self, team):
        number, mark = team.master()
        other = team.card("Другая")["id"]
        assert note(team, number, mark, hours=4).status == 200 == plan(team, number).status
        assert sheet(team, number, mark)["total_hours"] == 4
        assert len(team.front.get(f"{EMPLOYEES}/{number}/schedule", mark).ok()["items"]) == 1
        for answer in (
            note(team, other, mark, hours=4),
            team.front.get(f"{EMPLOYEES}/{other}/timesheet", mark),
            team.front.get(f"{EMPLOYEES}/{other}/schedule", mark),
            note(team, 99, hours=4),
        ):
            assert told(answer) == (404, "not_found", {"field": "employee_id"})
        assert plan(team, number, mark, work_date=NEXT).status == 403
        assert note(team, number, {}, hours=4).status == 401
        assert note(team, number, team.as_staff("anna", "manager"), hours=4).status == 403

    def test_a_master_says_no_rate_of_his_own(self, team):
        number, mark = team.master(piece_rate=7)
        assert told(note(team, number, mark, pieces=1, piece_rate=10_000_000)) == (403, "owner_only", {"fields": ["piece_rate"]})
        assert note(team, number, mark, pieces=1, piece_rate=7).status == 200, "his card says the same"
        assert note(team, number, team.as_staff("adam", "admin"), pieces=1, piece_rate=9).status == 200
        assert sheet(team, number, mark)["total_units"] == 2

    def test_midnight_and_the_days_beside_it(self, team):
        number = team.card()["id"]
        first = note(team, number, start_at="22:00", end_at="06:00").ok()["id"]
        for said in ({"start_at": "05:59", "end_at": "07:00", "work_date": NEXT}, {"start_at": "21:00", "end_at": "22:01"}):
            assert told(note(team, number, **said)) == (409, "time_overlaps", {"entry_id": first})
        assert note(team, number, start_at="06:00", end_at="07:00", work_date=NEXT).status == 200
        assert note(team, number, start_at="23:00", end_at="21:00", work_date="2026-03-30").status == 200
        assert [one["work_date"] for one in sheet(team, number)["items"]] == [NEXT, DAY, "2026-03-30"]

    def test_a_day_is_no_longer_than_a_day(self, team):
        number = team.card()["id"]
        note(team, number, hours=20).ok()
        assert told(note(team, number, hours=4.01)) == (409, "day_too_long", {"left_hours": 4})
        note(team, number, hours=4).ok()
        assert told(note(team, number, hours=0.01)) == (409, "day_too_long", {"left_hours": 0})
        assert note(team, number, pieces=5).status == 200

    def test_nor_has_it_entries_without_end(self, team, monkeypatch):
        monkeypatch.setattr(rules, "MOST", 2)
        number = team.card()["id"]
        assert [note(team, number, pieces=1).status for _ in range(2)] == [200, 200]
        assert told(note(team, number, pieces=1)) == (409, "day_too_long", {"left_entries": 0})
        assert note(team, number, pieces=1, work_date=NEXT).status == 200

    def test_of_who_has_left_nothing_is_written(self, team):
        number = team.card()["id"]
        team.archive(number).ok()
        for answer in (note(team, number, hours=1), plan(team, number)):
            assert told(answer) == (409, "employee_archived", {"field": "employee_id"})

    def test_one_time_at_once_is_one_entry_and_a_key_makes_one(self, team):
        number = team.card()["id"]

        def at_once(minute):
            with pinned(NOON):
                return note(team, number, start_at=f"10:0{minute}", end_at="12:00")

        with OneAtATime(), ThreadPoolExecutor(4) as pool:
            answers = [*pool.map(at_once, range(4))]
        assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
        keyed = {**SERVICE, "Idempotency-Key": "k"}
        assert note(team, number, keyed, pieces=1).ok() == note(team, number, keyed, pieces=1).ok()
        assert told(note(team, number, keyed, pieces=2))[:2] == (409, "key_reused")
        assert len(sheet(team, number)["items"]) == 2


class TestClocksPutOn:
    @pytest.fixture(autouse=True)
    def in_berlin(self, monkeypatch, settings_as_they_stand):
        monkeypatch.setenv("BUSINESS_TIMEZONE", "Europe/Berlin")
        settings.cache_clear()
        yield
        monkeypatch.undo()
        settings.cache_clear()

    @pytest.mark.parametrize(("first", "last", "hours"), [("02:30", "03:15", None), ("02:00", "03:00", None), ("01:00", "04:00", 2)])
    def test_what_the_night_did_not_have_is_neither_worked_nor_planned(self, team, first, last, hours):
        number, night = team.card()["id"], "2026-03-29"
        noted = note(team, number, work_date=night, start_at=first, end_at=last)
        planned = plan(team, number, work_date=night, planned_start=first, planned_end=last)
        if hours:
            assert (noted.ok()["hours_worked"], planned.status) == (hours, 200)
        else:
            wrong = [answer.body["detail"][0]["loc"] for answer in (noted, planned) if answer.status == 422]
            assert wrong == [["body", "end_at"], ["body", "planned_end"]]


class TestSchedule:
    def test_a_shift_is_answered_whole(self, team):
        number = team.card()["id"]
        made = plan(team, number, location_id=1, break_minutes=60).ok()
        assert isinstance(made.pop("created_at"), int)
        assert made == {
            "id": 10_000_001,
            "work_date": DAY,
            "planned_start": "10:00",
            "planned_end": "19:00",
            "break_minutes": 60,
            "status": "planned",
            "location_id": 1,
        }
        plan(team, number, work_date="2026-03-30").ok()
        shown = team.front.get(f"{EMPLOYEES}/{number}/schedule", SERVICE, date_from="2026-03-30", date_to=DAY).ok()
        assert (shown["employee_id"], [one["work_date"] for one in shown["items"]]) == (number, ["2026-03-30", DAY])

    @pytest.mark.parametrize(
        ("said", "status"),
        [
            ({"planned_end": "10:00"}, 422),
            ({"planned_start": "18:30", "break_minutes": 30}, 422),
            ({"break_minutes": 601}, 422),
            ({"start_time": "11:00"}, 422),
            ({"location_id": 7}, 404),
            ({"planned_start": "09:00", "planned_end": "08:00"}, 200),
            ({"work_date": "2025-03-30"}, 200),
            ({"work_date": "2025-03-29"}, 422),
            ({"work_date": "2027-04-01"}, 200),
            ({"work_date": "2027-04-02"}, 422),
        ],
    )
    def test_what_is_no_time_is_refused(self, team, said, status):
        assert plan(team, team.card()["id"], **said).status == status

    def test_plans_do_not_overlap_and_have_nothing_to_do_with_what_was_worked(self, team):
        number = team.card()["id"]
        note(team, number, start_at="10:00", end_at="19:00").ok()
        first = plan(team, number, planned_start="20:00", planned_end="04:00").ok()["id"]
        answer = plan(team, number, work_date=NEXT, planned_start="03:59", planned_end="05:00")
        assert told(answer) == (409, "time_overlaps", {"entry_id": first})
        keyed = {**SERVICE, "Idempotency-Key": "k"}
        assert plan(team, number, keyed).ok() == plan(team, number, keyed).ok()

    def test_a_plan_stands_in_his_days_of_the_calendar(self, team):
        """In each UTC day that holds some of it: whoever chooses somebody reads it with what stands there."""
        card = team.card(is_bookable=True)
        plan(team, card["id"], planned_start="20:00", planned_end="04:00").ok()
        slot(team.front, card["specialist_id"], datetime(2026, 3, 31, 18, tzinfo=UTC))
        plan(team, card["id"], work_date=NEXT).ok()
        (employee,) = [one for one in cards.everyone() if one.number == card["id"]]
        planned = plans.of_days([employee], date(2026, 3, 31), date(2026, 4, 1))[card["id"]]
        assert [(one.end - one.start) // 3600 for one in planned] == [8, 9]
        assert len([row for row in Day.scan() if row.plan]) == 2
        assert plans.of_days([employee], date(2026, 4, 2), date(2026, 4, 2))[card["id"]] == []

    def test_plans_from_before_somebody_was_a_specialist_are_filled_in(self, team):
        number = team.card()["id"]
        plan(team, number, planned_start="20:00", planned_end="04:00").ok()
        storage.change(Employee.row(cards.HOUSE, of_number(number)), [Employee.specialist_id.set("sp1")])
        assert (plans.fill(dry_run=True), [row for row in Day.scan() if row.plan]) == (1, [])
        assert [plans.fill(dry_run=False) for _ in range(2)] == [1, 1]
        assert len([row for row in Day.scan() if row.plan]) == 2

    def test_who_becomes_a_specialist_brings_his_schedule_page_by_page(self, team, monkeypatch):
        number = team.card()["id"]
        for start, end in (("06:00", "07:00"), ("09:00", "12:00"), ("20:00", "02:00")):
            plan(team, number, planned_start=start, planned_end=end).ok()
        monkeypatch.setattr(plans, "PAGE", 2)
        specialist = team.change(number, is_bookable=True).ok()["specialist_id"]
        assert not [row for row in Day.scan() if row.plan]
        for _ in range(2):
            outbox.deliver_due(within=timedelta(seconds=30))
        (card,) = storage.read(cards.key(number))
        known = plans.of_days([card], date(2026, 3, 31), date(2026, 4, 1))[number]
        assert (card.specialist_id, [(one.end - one.start) // 3600 for one in known]) == (specialist, [1, 3, 6])

    def test_what_is_planned_as_somebody_becomes_a_specialist_is_decided_anew(self, team):
        number = team.card()["id"]
        with Wire() as wire:

            def meanwhile(call):
                if call.operation == "TransactWriteItems":
                    wire.before = lambda _: None
                    team.change(number, is_bookable=True).ok()

            wire.before = meanwhile
            plan(team, number).ok()
        assert len([row for row in Day.scan() if row.plan]) == 1
