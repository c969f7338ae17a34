"""Sales' reports through their door: what histories written by hand come to, whose days they are, who may read them, what they cost."""

from datetime import UTC, datetime, timedelta

import pytest
from pynamodb.expressions.operand import Path

from bench.wire import recorded
from chalicelib.analytics.counts import service as counting
from chalicelib.clients.index import repository as people
from chalicelib.clients.index import service as index
from chalicelib.clients.index.models import PersonRow
from chalicelib.core import clock, facts, storage
from chalicelib.core.facts import followers
from chalicelib.core.settings import settings
from chalicelib.sales.leads import people as _sales  # noqa: F401 - the fold asks what sales says of people
from chalicelib.sales.leads import rules
from chalicelib.sales.leads.facts import LeadChanged, LeadOpened
from chalicelib.sales.leads.models import Lead
from chalicelib.sales.reports import speed
from tests.builders import SERVICE
from tests.integration.staff.conftest import JWT_SECRET, House

PATH = "/api/v1/analytics"
NOVEMBER = {"date_from": "2026-11-01", "date_to": "2026-11-30"}
MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)
"""Ten in the morning, in Moscow: the first minute of work."""

DAY, HOUR = 86_400, 3_600


@pytest.fixture(autouse=True)
def staff_sign_in(monkeypatch, settings_as_they_stand):
    monkeypatch.setenv("JWT_SECRET", JWT_SECRET)
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def opened(number, at=MONDAY, source="website", **said):
    """A deal as it stands in the end, told by the one fact of its opening."""
    now = {"source": source, "furthest": "new", "opened_at": at.isoformat(), **said}
    return fact(LeadOpened, number, at, now=now), now


def changed(number, was, **said):
    return fact(LeadChanged, number, datetime.fromisoformat(was["opened_at"]), was=was, now=was | said)


def fact(kind, number, day, **said):
    tx = storage.Transaction()
    row = facts.record(tx, kind(subject=f"client-{number}", contour="live", ref=str(number), day_at=day, deal=1, **said))
    tx.commit()
    return row


def won(rubles, days, day="2026-11-25", **said):
    return {"furthest": "won", "outcome": "won", "completed": True, "closed": day, "amount": rubles * 100, "cycle": days * DAY, **said}


def lost(days, furthest="contacted", **said):
    return {"furthest": furthest, "outcome": "lost", "completed": True, "closed": "2026-11-25", "cycle": days * DAY, **said}


@pytest.fixture
def november(tables):
    """Eight deals of November, six of user 1, one of user 2 and one that nobody has; and one of the next month.

    User 1 won two (900 and 600.50 roubles, in 2 and 4 days) and lost one of which he had made a proposal; one of his is over for no
    reason, one is agreed on, one was merely written to. User 2's was lost at once. They were answered after 2, 5, 10, 50 minutes, 10 and
    30 hours; two never.
    """
    told = [
        opened(1, owner=1, answered=120, contacts=3, stays={"new": 1, "contacted": 24}, **won(900, 2)),
        opened(2, owner=1, answered=300, contacts=1, stays={"new": 1, "contacted": 24}, **(won(600, 4) | {"amount": 600_50})),
        opened(3, owner=1, answered=600, contacts=2, stays={"contacted": 96}, **lost(3, "proposal")),
        opened(4, owner=1, answered=3_000, contacts=1, completed=True, closed="2026-11-24", furthest="contacted", source="call"),
        opened(5, owner=1, answered=10 * HOUR, contacts=4, furthest="agreed", source="call"),
        opened(6, owner=1, answered=30 * HOUR, contacts=1, furthest="contacted", source="call"),
        opened(7, owner=2, source="event", **lost(1, "new")),
        opened(8, at=datetime(2026, 11, 30, 20, 59, tzinfo=UTC)),  # a minute before December, in Moscow
        opened(9, at=datetime(2026, 11, 30, 21, tzinfo=UTC), owner=1),
    ]
    counting.count([row for row, _ in told])


def read(front, report, headers=SERVICE, **query):
    return front.get(f"{PATH}/{report}", headers, **(query or NOVEMBER)).ok()


def rate(numerator, denominator):
    value = round(numerator / denominator, 4) if denominator else None
    return {"numerator": numerator, "denominator": denominator, "value": value}


class TestFunnel:
    def test_how_far_the_deals_of_a_month_came(self, front, november):
        answer = read(front, "funnel")
        assert (answer["date_from"], answer["date_to"], answer["timezone"]) == ("2026-11-01", "2026-11-30", "Europe/Moscow")
        assert (answer["report"], answer["manager_id"]) == ("funnel", None)
        # of 8 two were won (1, 2), two lost (3, 7), one is over (4): three are open (5, 6, 8)
        assert [answer[name] for name in ("created", "won", "lost", "done", "still_open")] == [8, 2, 2, 1, 3]
        assert answer["overall"] == rate(2, 8)
        assert [(stage["stage"], stage["reached"], stage["step"]) for stage in answer["stages"]] == [
            ("new", 8, rate(6, 8)),
            ("contacted", 6, rate(4, 6)),  # all but 7 and 8
            ("qualified", 4, rate(4, 4)),  # nobody stopped there, but 1, 2, 3 and 5 went past it
            ("proposal", 4, rate(3, 4)),  # 3 was lost there
            ("agreed", 3, rate(2, 3)),  # 5 stands there
            ("won", 2, None),
        ]

    def test_days_in_a_stage_are_those_of_the_deals_that_have_left_it(self, front, november):
        found = {stage["stage"]: stage["median_days"] for stage in read(front, "funnel")["stages"]}
        # twice an hour, 3,600 s: half of what lies in 2,041-3,673 is reached halfway: √(2,041 · 3,673) = 2,738 s
        assert found["new"] == {"value": 0.03, "approximate": True}
        # 24 h twice (69,410-124,938) and 96 h: 1.5 of 3 is 3/4 of the way through the first: 69,410 · 1.8^0.75 = 107,865 s
        assert found["contacted"] == {"value": 1.25, "approximate": True}
        assert found["qualified"] == {"value": None, "approximate": True}

    def test_a_month_ends_at_the_business_s_midnight(self, front, november):
        assert read(front, "funnel", date_from="2026-11-30", date_to="2026-11-30")["created"] == 1
        assert read(front, "funnel", date_from="2026-12-01", date_to="2026-12-01")["created"] == 1
        assert read(front, "funnel", date_from="2026-11-23", date_to="2026-12-01")["created"] == 9

    def test_what_there_is_none_of_is_null(self, front, tables):
        answer = read(front, "funnel")
        assert (answer["overall"], answer["as_of"]) == (rate(0, 0), None)
        assert {stage["step"]["value"] for stage in answer["stages"] if stage["step"]} == {None}

    def test_what_changes_later_belongs_to_the_month_of_its_opening(self, front, tables):
        row, now = opened(1)
        counting.count([row, changed(1, now, **won(100, 20, "2026-12-13"))])
        assert (read(front, "funnel")["won"], read(front, "funnel", date_from="2026-12-01", date_to="2026-12-31")["won"]) == (1, 0)


class TestSpeed:
    def test_shares_are_of_all_created_answered_or_not(self, front, november):
        answer = read(front, "speed")
        assert [answer[name] for name in ("created", "answered", "unanswered")] == [8, 6, 2]
        # after 2, 5 (which is within 5), 10 and 50 minutes, 10 and 30 hours
        wall = answer["by_wall_clock"]
        assert [wall[name] for name in wall if name.startswith("within")] == [rate(2, 8), rate(3, 8), rate(4, 8), rate(5, 8)]
        # half of six is the third, 10 minutes: all of 350-630 is reached at its end
        assert wall["median"] == {"value": 630, "approximate": True}

    def test_working_hours_leave_nights_out(self, front, november):
        answer = read(front, "speed")
        # all came as work began: 10 hours on are 9 of work (19:00), 30 are 9 and 6 of the next day (16:00): 15 in all
        work = answer["by_working_hours"]
        assert [work[name] for name in work if name.startswith("within")] == [rate(2, 8), rate(3, 8), rate(4, 8), rate(6, 8)]
        assert answer["working_hours"] == "mon-fri 10:00-19:00"

    def test_who_waits_now_is_what_the_rows_say(self, front, tables):
        for number, at in ((3, MONDAY), (2, MONDAY - timedelta(hours=14)), (1, MONDAY - timedelta(days=60))):
            plant(number, at, waiting_in="live")
        plant(4, MONDAY)
        with clock.pinned(MONDAY + timedelta(minutes=30)):
            waiting = read(front, "speed")["waiting"]
        # 2 came on Sunday evening, 14.5 hours ago, of which half an hour was work
        oldest = {"lead_id": 2, "lead_number": "br0002", "opened_at": "2026-11-22T17:00:00Z"}
        assert waiting == {
            "total": 2,
            "total_is_exact": True,
            "oldest": {**oldest, "waited_seconds": 52_200, "waited_working_seconds": 1_800},
        }

    def test_nobody_waits(self, front, november):
        assert read(front, "speed")["waiting"] == {"total": 0, "total_is_exact": True, "oldest": None}


def row_of(number, at, **said):
    times = dict.fromkeys(("first_opened_at", "updated_at", "opened_at", "stage_at"), at)
    return Lead(place=f"live#{number:010d}", client_id=f"client-{number}", listed_in="live", source="website", **times, **said)


def plant(number, at, **said):
    """A lead's row, and what his person's row says of whose he is."""
    lead, tx = row_of(number, at, **said), storage.Transaction()
    tx.put(lead)
    said = [Path([name]).set(value) for name, value in rules.mirrored(lead, "2026-11-23").items() if value is not None]
    people.note_in(tx, lead.place, [PersonRow.client_id.set(lead.client_id), PersonRow.created_at.set(at), *said])
    tx.commit()


class TestManagers:
    def test_a_row_each(self, front, november):
        house = House(front)
        house.hire("anna")
        answer = read(front, "managers")
        assert answer["unassigned"] == 1
        first, second = answer["items"]
        assert [row["manager"] for row in (first, second)] == [{"id": 1, "full_name": "anna"}, {"id": 2, "full_name": None}]
        assert (first["assigned"], first["contacts"], first["won"], first["lost"], first["still_open"]) == (6, 12, 2, 1, 2)
        assert first["answered_within_15_minutes"] == rate(3, 6)
        # 900 + 600.50
        assert (first["revenue"], first["overdue_tasks"]) == (1500.5, None)
        # 2 of 3 won; z = 1.95996, z² = 3.8415: (2/3 + 3.8415/6 ± 1.95996 · √(2/27 + 3.8415/36)) / (1 + 3.8415/3)
        # = (1.30691 ± 0.83333) / 2.28049
        assert first["win_rate"] == {**rate(2, 3), "low": 0.2077, "high": 0.9385, "few": True}
        # 2, 3 and 4 days: 172,800 lies in 124,938-224,888, both others in 224,888-404,798: 1.5 is a quarter through that: 260,486 s
        assert first["median_cycle"] == {"value": 3.01, "approximate": True}
        # none of one: 0 to 3.8415 / (1 + 3.8415)
        assert second["win_rate"] == {**rate(0, 1), "low": 0.0, "high": 0.7935, "few": True}
        assert second["median_cycle"]["value"] == pytest.approx(1.08)  # √(69,410 · 124,938) = 93,123 s

    def test_ten_that_came_to_an_end_are_no_longer_few(self, front, tables):
        told = [opened(number, owner=1, **(won(1, 1) if number < 7 else lost(1)))[0] for number in range(10)]
        counting.count(told[:9])
        assert read(front, "managers")["items"][0]["win_rate"]["few"] is True
        counting.count(told)
        found = read(front, "managers")["items"][0]["win_rate"]
        # 7 of 10: (0.7 + 0.19207 ± 1.95996 · √(0.021 + 0.0096037)) / 1.38415 = (0.89207 ± 0.34287) / 1.38415
        assert found == {**rate(7, 10), "low": 0.3968, "high": 0.8922, "few": False}


class TestSources:
    def test_a_row_each_what_brought_most_first(self, front, november):
        answer = read(front, "sources")
        assert (answer["created"], [item["source"] for item in answer["items"]]) == (8, ["website", "call", "event"])
        site, call, _ = answer["items"]
        assert (site["created"], site["share"], site["won"], site["lost"], site["still_open"]) == (4, rate(4, 8), 2, 1, 1)
        assert (site["conversion"], site["answered_within_15_minutes"]) == (rate(2, 4), rate(3, 4))
        assert (site["revenue"], site["win_rate"]["numerator"], site["win_rate"]["denominator"]) == (1500.5, 2, 3)
        assert (call["won"], call["still_open"], call["win_rate"]) == (0, 2, {**rate(0, 0), "low": None, "high": None, "few": True})
        assert call["median_cycle"] == {"value": None, "approximate": True}, "over, but neither won nor lost"


class TestAManagerReadsHisOwn:
    @pytest.fixture
    def anna(self, front, november):
        house = House(front)
        house.hire("anna", "operator")
        return house.of("anna")

    def test_figures_of_his_own_deals(self, front, anna):
        funnel = read(front, "funnel", anna)
        assert (funnel["manager_id"], funnel["created"], funnel["won"], funnel["lost"]) == (1, 6, 2, 1)
        assert read(front, "speed", anna)["unanswered"] == 0
        sources = read(front, "sources", anna)
        assert [(item["source"], item["created"]) for item in sources["items"]] == [("call", 3), ("website", 3)]
        managers = read(front, "managers", anna)
        assert ([item["manager"]["id"] for item in managers["items"]], managers["unassigned"]) == ([1], None)

    def test_his_own_who_wait(self, front, anna):
        for number, owner in ((1, 2), (2, 1), (3, None), (4, 1)):
            plant(number, MONDAY + timedelta(minutes=number), waiting_in="live", assigned_to=owner)
        waiting = read(front, "speed", anna)["waiting"]
        assert (waiting["total"], waiting["oldest"]["lead_id"]) == (2, 2)

    def test_his_own_are_found_behind_a_hundred_of_others_folded_or_not(self, front, anna):
        with Lead.batch_write() as batch:
            for number in range(1, 102):
                batch.save(row_of(number, MONDAY + timedelta(minutes=number), waiting_in="live", assigned_to=2))
        for number in (121, 122):
            plant(number, MONDAY + timedelta(days=1, minutes=number), waiting_in="live", assigned_to=1)
        exact = {"total": 2, "total_is_exact": True}
        waiting = read(front, "speed", anna)["waiting"]
        assert (waiting | exact, waiting["oldest"]["lead_id"]) == (waiting, 121), "as they were written"
        index.fold()
        waiting = read(front, "speed", anna)["waiting"]
        assert (waiting | exact, waiting["oldest"]["lead_id"]) == (waiting, 121), "by the sets"
        plant(122, MONDAY + timedelta(days=1, minutes=122), waiting_in="live", assigned_to=2)
        assert read(front, "speed", anna)["waiting"]["total"] == 1, "given away since"

    def test_none_known_among_those_looked_at_is_no_zero(self, front, anna, monkeypatch):
        monkeypatch.setattr(speed, "MOST", 2)
        for number, owner in ((1, 2), (2, 2), (3, 1)):
            plant(number, MONDAY + timedelta(minutes=number), waiting_in="live", assigned_to=owner)
        assert read(front, "speed", anna)["waiting"] == {"total": None, "total_is_exact": False, "oldest": None}

    def test_an_empty_row_where_he_has_none(self, front, anna):
        (item,) = read(front, "managers", anna, date_from="2026-01-01", date_to="2026-01-31")["items"]
        assert (item["manager"], item["assigned"], item["win_rate"]["value"]) == ({"id": 1, "full_name": "anna"}, 0, None)


class TestTheDoor:
    @pytest.mark.parametrize("name", ["forecasts", "back-test", "funnels", "admin"])
    def test_a_report_that_is_none(self, front, tables, name):
        answer = front.get(f"{PATH}/{name}", SERVICE)
        assert (answer.status, answer.body["error"]) == (404, "report_not_found")

    @pytest.mark.parametrize(
        "query",
        [
            {"date_from": "2026-11-02", "date_to": "2026-11-01"},
            {"date_from": "2025-11-30", "date_to": "2026-12-01"},  # 367 days
            {"date_from": "yesterday"},
        ],
    )
    def test_days_that_are_none(self, front, tables, query):
        assert front.get(f"{PATH}/funnel", SERVICE, **query).status == 422

    def test_who_may_read(self, front, tables):
        house = House(front)
        for role in ("analyst", "manager", "master"):
            house.hire(role, role)
        assert front.get(f"{PATH}/funnel").status == 401
        found = {role: front.get(f"{PATH}/nothing", house.of(role)).status for role in ("analyst", "manager", "master")}
        assert found == {"analyst": 404, "manager": 404, "master": 403}

    def test_thirty_days_that_end_today_by_default(self, front, tables):
        with clock.pinned(datetime(2026, 11, 30, 21, tzinfo=UTC)):  # the first minute of December, in Moscow
            answer = front.get(f"{PATH}/sources", SERVICE).ok()
        assert (answer["date_from"], answer["date_to"]) == ("2026-11-02", "2026-12-01")

    def test_it_says_until_when_it_is_counted(self, front, november):
        followers.read_on(counting.NAME)
        assert datetime.fromisoformat(read(front, "funnel")["as_of"]) <= clock.wall()

    @pytest.mark.parametrize(("report", "calls"), [("funnel", 2), ("speed", 3), ("managers", 3), ("sources", 2)])
    def test_a_year_costs_these_calls(self, front, november, report, calls):
        house = House(front)
        house.hire("anna")
        for headers, sign_in in ((SERVICE, 0), (house.of("anna"), 1)):
            own = 1 if sign_in and report == "speed" else 0
            for days in ({"date_from": "2026-01-01", "date_to": "2026-12-31"}, {"date_from": "2025-12-01", "date_to": "2026-11-30"}):
                with recorded() as wire:
                    read(front, report, headers, **days)
                assert len(wire.operations) - sign_in == calls + own <= 4
                assert set(wire.operations) <= {"Query", "BatchGetItem"}
