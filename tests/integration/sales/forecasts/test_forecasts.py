"""Forecasts through their doors."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bench.wire import recorded
from chalicelib.core import clock
from chalicelib.sales.forecasts import repository
from chalicelib.sales.forecasts.models import Forecast, Period
from tests.builders import SERVICE
from tests.integration.sales.forecasts.conftest import BY_HAND, FORECASTS, NOON, deal, period, won
from tests.standins.store import OneAtATime


@pytest.fixture
def november(desk):
    """Of manager 1: a proposal (0.5) of 1,000, one agreed on (0.8) of 500 which somebody put among the best, 700.50 won on the 3rd.

    Nobody's: a proposal without an amount, one agreed on whose day has passed (900), a new one (60), one without a day (40).
    """
    one = desk.house.hire("anna")
    deal(1, one, "proposal", "likely", 1_000, "2026-11-30")
    deal(2, one, "agreed", "best", 500, "2026-11-10")
    won(3, deal(3, one, "agreed", "commit", 600, "2026-11-20"), 700.50, "2026-11-03")
    deal(4, None, "proposal", "likely", None, "2026-11-15")
    deal(5, None, "agreed", "commit", 900, "2026-11-09")
    deal(6, None, "new", "omitted", 60, "2026-11-29")
    deal(7, None, "proposal", "likely", 40, None)
    deal(8, one, "agreed", "commit", 10_000, "2026-12-01")
    return one


class TestGenerated:
    def test_a_month_by_hand(self, desk, november):
        """mean = 700.50 + 0.5 · 1,000 + 0.8 · 500 = 1,600.50; variance = 0.25 · 1,000² + 0.16 · 500² = 290,000, its root 538.516;
        ± 690.16; nothing is less than what is won, nor more than 700.50 + 1,500.
        """
        answer = desk.generate(period_start="2026-11-01")
        assert (answer.status, answer.headers["Location"]) == (201, f"{FORECASTS}/1")
        got = answer.body
        assert [got[name] for name in ("period_type", "period_start", "period_end", "assigned_to")] == [
            "monthly",
            "2026-11-01",
            "2026-11-30",
            None,
        ]
        assert (got["predicted_revenue"], got["interval"]) == (1600.5, {"low": 910.34, "high": 2200.5, "level": 0.8})
        # one is won, 0.5 of two, 0.8 of one; all opened in October
        assert (got["expected_deals"], got["predicted_deals"], got["predicted_leads"]) == (2.8, 3, 0)
        assert got["categories"] == {
            "closed": {"amount": 700.5, "count": 1},
            "commit": {"amount": 0, "count": 0},
            "likely": {"amount": 1000, "count": 2},
            "best": {"amount": 500, "count": 1},
            "pipeline": {"amount": 0, "count": 0},
            "omitted": {"amount": 1000, "count": 3},
        }
        assert got["computed"] == {name: got[name] for name in got["computed"]}
        told = got["inputs"]
        assert (told["open_deals"], told["sum"], told["no_amount"], told["new_business"]) == (3, 1500, 1, None)
        assert told["by_stage"] == {
            "proposal": {"amount": 1000, "count": 2, "probability": 0.5},
            "agreed": {"amount": 500, "count": 1, "probability": 0.8},
        }
        assert [told[name] for name in ("omitted", "overdue", "no_date")] == [
            {"amount": 60, "count": 1},
            {"amount": 900, "count": 1},
            {"amount": 40, "count": 1},
        ]
        # the part of nobody's deals is nothing: one has no amount; anna's is all of it
        assert [(one["assigned_to"], one["predicted_revenue"], one["open_deals"]) for one in got["manager_breakdown"]] == [
            (None, 0, 1),
            (november, 1600.5, 2),
        ]
        assert (got["status"], got["method"], got["accuracy_score"], got["version"]) == ("draft", "stages", None, 1)
        assert desk.get(got["id"]).ok() == got

    def test_everything_told_until_now_is_counted_first(self, desk, november):
        before = desk.generate().body
        deal(9, november, "agreed", "commit", 1_000, "2026-11-28")
        after = desk.generate()
        assert (after.status, after.body["predicted_revenue"]) == (201, before["predicted_revenue"] + 800)
        assert after.body["inputs"]["as_of"] >= before["inputs"]["as_of"]

    def test_one_manager_s(self, desk, november):
        period("monthly", "2026-10-01", came=10_000, new_revenue=500_00)
        got = desk.generate(assigned_to=november).body
        assert (got["assigned_to"], got["predicted_revenue"], got["manager_breakdown"]) == (november, 1600.5, None)

    def test_the_same_within_an_hour_is_the_same_forecast(self, desk, november):
        first = desk.generate().body["id"]
        again = desk.generate(period_start="2026-11-01")
        assert (again.status, again.body["id"]) == (200, first)
        assert desk.generate(assigned_to=november).status == 201  # another's
        with clock.pinned(NOON + timedelta(minutes=59)):
            assert desk.generate().body["id"] == first
        with clock.pinned(NOON + timedelta(hours=1)):
            assert desk.generate().status == 201

    def test_one_that_was_deleted_is_made_again(self, desk, november):
        first = desk.generate().body["id"]
        desk.front.delete(f"{FORECASTS}/{first}", SERVICE).ok()
        again = desk.generate()
        assert (again.status, again.body["id"] > first) == (201, True)

    def test_asked_at_once_there_is_one(self, desk, november):
        desk.generate(assigned_to=november)  # what was told is counted
        with OneAtATime(), ThreadPoolExecutor(4) as several:
            found = [*several.map(lambda _: desk.generate(), range(4))]
        assert sorted(answer.status for answer in found) == [200, 200, 200, 201]
        assert len({answer.body["id"] for answer in found}) == 1

    def test_a_key_repeats_the_answer_and_names_one_request(self, desk, november):
        first = desk.generate(key="k")
        deal(9, november, "agreed", "commit", 1_000, "2026-11-28")
        assert desk.generate(key="k").body["id"] == first.body["id"]
        other = desk.generate(key="k", period_type="weekly")
        assert (other.status, other.body["error"]) == (409, "key_reused")

    def test_the_query_may_say_it(self, desk):
        answer = desk.front.post(f"{FORECASTS}/generate?period_type=weekly&period_start=2026-11-09", {}, SERVICE)
        assert (answer.status, answer.body["period_end"], answer.body["predicted_revenue"]) == (201, "2026-11-15", 0)

    def test_new_business_and_a_scale_are_learned_from_periods_before(self, desk):
        """Of ten months the first days said 100 ± 128.16 (a spread of 100), and what came was off by 64.08 · 1 … 10.

        New business: 100, 200, 600 and three times nothing: mean 150; 21 of 30 days are left: 105.
        """
        months = [f"2026-{month:02d}-01" for month in range(1, 11)]
        for start, off, new in zip(months, range(1, 11), [0] * 7 + [600, 200, 100], strict=True):
            period("monthly", start, came=1000, foreseen=1000, new_revenue=new * 100)
            row = _row(start)
            row.foreseen |= {"revenue": 1000_00 - off * 64_08, "spread": 100_00.0}
            row.save()
        got = desk.generate().body
        assert got["inputs"]["new_business"] == {"periods": 6, "mean": 150, "most": 600, "left": 0.7, "expected": 105}
        assert got["predicted_revenue"] == 105
        assert (got["model_parameters"]["scale"], got["model_parameters"]["scaled_by"]) == (4.0, 10)

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"period_type": "daily"}, "period_type"),
            ({"period_type": None}, "period_type"),
            ({"period_start": "2026-11-02"}, "period_start"),
            ({"period_type": "weekly", "period_start": "2026-11-10"}, "period_start"),
            ({"period_start": "soon"}, "period_start"),
            ({"assigned_to": 99}, "assigned_to"),
            ({"assigned_to": 0}, "assigned_to"),
        ],
    )
    def test_what_is_no_period_of_anybody(self, desk, said, field):
        answer = desk.generate(**said)
        assert (answer.status, answer.body["detail"][0]["loc"][-1]) == (422, field)

    def test_of_what_is_over_nothing_is_forecast(self, desk):
        answer = desk.generate(period_start="2026-10-01")
        assert (answer.status, answer.body["error"]) == (409, "period_closed")
        with clock.pinned(NOON.replace(month=11, day=30, hour=20, minute=59)):
            assert desk.generate(period_start="2026-11-01").status == 201
        with clock.pinned(NOON.replace(month=11, day=30, hour=21)):  # December, in Moscow
            assert desk.generate(period_start="2026-11-01").status == 409

    def test_what_it_costs(self, desk, november):
        desk.generate()
        deal(9, november, "agreed", "commit", 1_000, "2026-11-28")
        desk.generate()
        deal(10, november, "agreed", "commit", 1_000, "2026-11-28")
        with recorded() as wire:
            desk.generate(period_type="yearly")
        reads = [one for one in wire.operations if one in ("Query", "BatchGetItem")]
        assert "Scan" not in wire.operations and len(reads) <= 40, wire.operations


def _row(start):
    return Period.get("monthly#all", start)


class TestWhoMay:
    def test_roles(self, desk):
        for name, role in (("ann", "analyst"), ("man", "manager"), ("mas", "master"), ("adm", "admin")):
            desk.house.hire(name, role)
        number = desk.write("ann").body["id"]
        asked = {
            "list": lambda headers: desk.front.get(FORECASTS, headers),
            "get": lambda headers: desk.front.get(f"{FORECASTS}/{number}", headers),
            "create": lambda headers: desk.front.post(FORECASTS, BY_HAND, headers),
            "generate": lambda headers: desk.front.post(f"{FORECASTS}/generate", {"period_type": "weekly"}, headers),
            "update": lambda headers: desk.front.put(f"{FORECASTS}/{number}", {"notes": "x"}, headers),
            "delete": lambda headers: desk.front.delete(f"{FORECASTS}/{number}", headers),
        }
        callers = {"nobody": {}, **{name: desk.of(name) for name in ("mas", "man", "ann", "adm")}}
        found = {who: [ask(headers).status for ask in asked.values()] for who, headers in callers.items()}
        assert found == {
            "nobody": [401] * 6,
            "mas": [403] * 6,
            "man": [200, 404, 403, 403, 403, 403],
            "ann": [200, 200, 201, 201, 200, 403],
            "adm": [200, 200, 201, 200, 200, 200],
        }

    def test_a_manager_sees_those_of_his_own_deals(self, desk):
        one, two = desk.house.hire("anna"), desk.house.hire("boris")
        for owner in (one, two, None):
            desk.write(assigned_to=owner)
        assert (desk.found("anna"), desk.found()) == ([1], [3, 2, 1])
        assert [desk.get(number, "anna").status for number in (1, 2, 3)] == [200, 404, 404]


class TestByHand:
    def test_written_down(self, desk):
        answer = desk.write(
            categories={"commit": {"amount": 600.5, "count": 1}}, notes="со слов отдела", predicted_deals=2, confidence_level=0.6
        )
        got = answer.body
        assert (answer.status, answer.headers["Location"], got["predicted_revenue"], got["predicted_deals"]) == (
            201,
            f"{FORECASTS}/1",
            1000,
            2,
        )
        assert got["categories"]["commit"] == {"amount": 600.5, "count": 1} and got["categories"]["closed"] == {"amount": 0, "count": 0}
        assert (got["method"], got["computed"], got["interval"], got["inputs"]) == ("manual", None, None, None)

    def test_a_confidence_next_to_none_is_none(self, desk):
        assert desk.write(confidence_level=1e-200).body["confidence_level"] == 0

    def test_repeated_under_a_key(self, desk):
        assert [desk.write(key="k").body["id"] for _ in range(2)] == [1, 1]
        assert desk.write(key="k", predicted_revenue=1).status == 409
        assert desk.found() == [1]

    @pytest.mark.parametrize(
        "said",
        [
            {"predicted_revenue": -1},
            {"predicted_revenue": 0.001},
            {"predicted_deals": -1},
            {"predicted_leads": 1.5},
            {"period_start": "2026-11-30"},
            {"period_start": "2026-12-01"},
            {"period_type": "hourly"},
            {"categories": {"sure": {"amount": 1}}},
            {"confidence_level": 2},
            {"assigned_to": 77},
            {"notes": "x" * 1_001},
        ],
    )
    def test_what_is_no_forecast(self, desk, said):
        assert desk.write(**said).status == 422
        assert desk.found() == []

    def test_of_what_is_over(self, desk):
        assert desk.write(period_start="2026-10-01", period_end="2026-11-09").status == 409


class TestChanged:
    def test_what_is_predicted_otherwise_says_why_and_what_was_worked_out_stays(self, desk, november):
        was = desk.generate().body
        assert desk.put(was["id"], predicted_revenue=1500).status == 422
        answer = desk.put(was["id"], predicted_revenue=1500, categories={"best": {"amount": 400, "count": 1}}, note="Скидка", version=1)
        got = answer.ok()
        assert (got["predicted_revenue"], got["computed"], got["version"]) == (1500, was["computed"], 2)
        assert got["categories"] == was["categories"] | {"best": {"amount": 400, "count": 1}}
        assert got["adjustments"] == [
            {"field": "predicted_revenue", "from": 1600.5, "to": 1500, "note": "Скидка", "by": "service", "at": "2026-11-10T09:00:00Z"},
            {
                "field": "categories.best",
                "from": {"amount": 500, "count": 1},
                "to": {"amount": 400, "count": 1},
                "note": "Скидка",
                "by": "service",
                "at": "2026-11-10T09:00:00Z",
            },
        ]
        again = desk.put(was["id"], predicted_revenue=1500, version=2).ok()  # as it is: no adjustment, and no note
        assert (again["version"], len(again["adjustments"])) == (2, 2)

    def test_who_read_an_older_one_is_refused(self, desk):
        number = desk.write().body["id"]
        desk.put(number, notes="a", version=1).ok()
        answer = desk.put(number, notes="b", version=1)
        assert (answer.status, answer.body["error"]) == (409, "changed_meanwhile")

    def test_of_two_at_once_who_read_the_same_one_is_refused(self, desk):
        number = desk.write().body["id"]
        with OneAtATime(), ThreadPoolExecutor(2) as both:
            said = [*both.map(lambda revenue: desk.put(number, predicted_revenue=revenue, note="x", version=1), (10, 20))]
        assert sorted(answer.status for answer in said) == [200, 409]
        assert len(desk.get(number).ok()["adjustments"]) == 1

    def test_a_row_does_not_fill(self, desk):
        number = desk.write().body["id"]
        row = Forecast.get(repository.place(number))
        one = {"field": "predicted_revenue", "from": 1, "to": 2, "note": "я" * 1_000, "by": "staff#1", "at": "2026-11-10T09:00:00Z"}
        row.adjustments = [one] * 200
        row.save()
        desk.put(number, predicted_revenue=7, note="ы" * 1_000).ok()
        kept = Forecast.get(repository.place(number)).adjustments
        assert 40 <= len(kept) < 200 and kept[-1]["to"] == 7

    def test_it_is_submitted_and_is_closed_by_nobody(self, desk):
        number = desk.write().body["id"]
        got = desk.put(number, status="submitted").ok()
        assert (got["status"], got["history"]) == (
            "submitted",
            [{"from": "draft", "to": "submitted", "by": "service", "at": "2026-11-10T09:00:00Z"}],
        )
        assert desk.put(number, status="closed").status == 422

    def test_once_the_period_is_over_only_what_came_is_said(self, desk):
        number = desk.write().body["id"]
        with clock.pinned(NOON.replace(month=12, day=1)):
            for said in (
                {"predicted_revenue": 1, "note": "x"},
                {"categories": {"best": {"amount": 1}}, "note": "x"},
                {"status": "submitted"},
            ):
                answer = desk.put(number, **said)
                assert (answer.status, answer.body["error"]) == (409, "period_closed")
            got = desk.put(number, actual_revenue=800, notes="касса").ok()
        assert (got["actual_revenue"], got["actual_source"], got["predicted_revenue"]) == (800, "manual", 1000)

    def test_none_there(self, desk):
        assert [desk.get(9).status, desk.put(9, notes="x").status, desk.front.delete(f"{FORECASTS}/9", SERVICE).status] == [404] * 3
        assert [desk.get(number).status for number in ("0", "x")] == [422, 422]

    def test_deleted_once(self, desk):
        number = desk.write().body["id"]
        assert [desk.front.delete(f"{FORECASTS}/{number}", SERVICE).status for _ in range(2)] == [200, 404]


class TestListed:
    def test_filters_orders_and_pages(self, desk):
        desk.write(period_start="2026-11-01", notes="Осень и план")
        desk.write(period_start="2027-01-01", period_end="2027-03-31", period_type="quarterly")
        desk.write(period_start="2026-12-01", period_end="2026-12-31")
        desk.put(3, status="submitted").ok()
        assert desk.found() == [2, 3, 1]
        assert desk.found(sort="asc") == [1, 3, 2]
        assert desk.found(order_by="created_at", sort="asc") == [1, 2, 3]
        assert desk.found(status="submitted") == [3]
        assert desk.found(period_type="quarterly") == [2]
        assert desk.found(search="осень") == [1]
        assert desk.found(date_from="2026-12-01", date_to="2026-12-01") == [3]
        page = desk.front.get(FORECASTS, SERVICE, skip=1, limit=1).ok()
        assert ([one["id"] for one in page["items"]], page["total"], page["page"], page["pages"]) == ([3], 3, 2, 3)
        assert [desk.front.get(FORECASTS, SERVICE, **said).status for said in ({"status": "open"}, {"order_by": "id"}, {"limit": 0})] == [
            422
        ] * 3
