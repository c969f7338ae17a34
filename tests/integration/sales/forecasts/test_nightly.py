"""A new day of the business: what periods brought, what stages are worth, what the next ones will bring, and forecasts closed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.core import clock, turns
from chalicelib.sales.forecasts import nightly, repository
from chalicelib.sales.forecasts.models import Period
from chalicelib.sales.leads.models import Lead
from tests.integration.sales.forecasts.conftest import NOON, counted_until, deal, won

NOVEMBER = datetime(2026, 10, 31, 21, 10, tzinfo=UTC)
"""Ten past midnight of the first of November, a Sunday, in Moscow."""

LATER = NOVEMBER + timedelta(days=60)


@pytest.fixture
def business(desk):
    """Since the middle of August. Won in October: 900 and 300.50 of Anna (1), 100 of nobody. Open for November: 1,000 at 0.5."""
    desk.house.hire("anna")
    began = dict.fromkeys(("first_opened_at", "opened_at", "stage_at", "updated_at"), datetime(2026, 8, 15, tzinfo=UTC))
    Lead(place="live#0000000001", client_id="c", listed_in="live", source="call", **began).save()
    won(1, deal(1, 1, "agreed", "commit", 900, "2026-10-05"), 900, "2026-10-03")
    won(2, deal(2, 1, "proposal", "likely", 300, "2026-10-31"), 300.50, "2026-10-31")
    won(3, deal(3, None, "proposal", "likely", 100, "2026-10-31"), 100, "2026-10-31")
    deal(4, 1, "proposal", "likely", 1_000, "2026-11-30")
    counted_until(LATER)
    return desk


def row(whose, start):
    return next(iter(Period.query(whose, Period.starts == start)), None)


def rows(whose):
    return {found.starts: found for found in Period.query(whose)}


class TestADay:
    def test_what_it_brings(self, business, tick):
        done = tick("sales_daily", NOVEMBER)
        assert (done["learned"], done["closed"]) == (1, 0)
        # August was on when the business began: what it brought is no measure of a month
        assert {start: found.came["revenue"] for start, found in rows("monthly#all").items() if found.came} == {
            "2026-09-01": 0,
            "2026-10-01": 1_300_50,
        }
        # opened on the first of October and won in it: all three; their leads are four
        assert rows("monthly#all")["2026-10-01"].came == {
            "revenue": 1_300_50,
            "deals": 3,
            "leads": 4,
            "new_revenue": 1_300_50,
            "new_deals": 3,
        }
        assert [row(f"monthly#{owner}", "2026-10-01").came["revenue"] for owner in (0, 1)] == [100_00, 1_200_50]
        # one had been agreed on and won, two proposals: 0.5 is (20 · 0.5 + 2) / 22 by now, 6/11 of 1,000
        assert repository.odds().odds["proposal"] == [2, 2]
        seen = row("monthly#1", "2026-11-01")
        assert (seen.foreseen["revenue"], seen.foreseen_on) == (545_45, "2026-11-01")
        # the week began on Monday the 26th: it is forecast late, and judged by nobody
        assert row("weekly#all", "2026-10-26").foreseen_on == "2026-11-01"

    def test_it_is_done_once(self, business, tick):
        tick("sales_daily", NOVEMBER)
        before = {whose: [found.attribute_values for found in Period.query(whose)] for whose in ("monthly#all", "monthly#1", "odds")}
        deal(5, 1, "proposal", "likely", 1_000, "2026-11-30")
        counted_until(LATER)
        assert tick("sales_daily", NOVEMBER + timedelta(hours=1)) == {}
        assert tick("sales_daily", NOVEMBER + timedelta(days=1))["foreseen"] == 3  # the week that begins on Monday, of three
        assert rows("monthly#all")["2026-11-01"].attribute_values == before["monthly#all"][-1]

    def test_the_day_is_the_business_s(self, business, tick):
        tick("sales_daily", NOVEMBER - timedelta(hours=1))
        assert row("monthly#all", "2026-11-01") is None
        assert row("monthly#all", "2026-10-01").came is None

    def test_it_waits_until_yesterday_is_counted(self, business, tick):
        counted_until(NOVEMBER - timedelta(minutes=11))
        assert tick("sales_daily", NOVEMBER) == {}
        assert rows("odds") == {}

    def test_who_is_cut_short_is_gone_on_with(self, business):
        class Context:
            """Time for a few looks at the clock."""

            looks = 3

            def get_remaining_time_in_millis(self):
                self.looks -= 1
                return 20_000 if self.looks > 0 else 0

        with clock.pinned(NOVEMBER):
            with turns.opened(Context()):
                nightly.sales_daily()
            assert repository.odds() is None or repository.odds().done_on is None
            assert row("yearly#1", "2026-01-01") is None
            nightly.sales_daily()
        assert row("yearly#1", "2026-01-01").foreseen["revenue"] > 0
        assert repository.odds().done_on == "2026-11-01"

    def test_without_any_deals_nothing_is_wrong(self, desk, tick):
        counted_until(NOVEMBER + timedelta(minutes=1))
        assert tick("sales_daily", NOVEMBER)["came"] == 0
        assert row("monthly#all", "2026-11-01").foreseen["revenue"] == 0


class TestClosed:
    @pytest.fixture
    def october(self, business):
        """Forecasts of October: everybody's as 1,000; Anna's as 1,000 whose revenue she counted herself; one until the third."""
        said = {"period_start": "2026-10-01", "period_end": "2026-10-31", "predicted_revenue": 1_000}
        with clock.pinned(NOON - timedelta(days=40)):
            business.write(**said)
            business.write(**said, assigned_to=1)
            business.put(2, actual_revenue=800)
            business.write(**said | {"period_end": "2026-10-03"})
            business.put(1, status="submitted")
        return business

    def test_what_came_is_said_the_day_after(self, october, tick):
        assert tick("sales_daily", NOVEMBER)["closed"] == 3
        got = october.get(1).ok()
        # 1,300.50 came where 1,000 was said: 1 − 300.50 / 1,300.50 = 0.76893
        assert [got[name] for name in ("status", "actual_revenue", "actual_deals", "actual_leads", "actual_source", "accuracy_score")] == [
            *("closed", 1300.5, 3, 4, "counts", 0.7689),
        ]
        assert got["inside_interval"] is None  # a forecast by hand has none
        assert [(step["from"], step["to"], step["by"]) for step in got["history"]] == [
            ("draft", "submitted", "service"),
            ("submitted", "closed", "system"),
        ]
        assert october.get(3).ok()["actual_revenue"] == 900  # until the third

    def test_what_somebody_counted_himself_stands(self, october, tick):
        tick("sales_daily", NOVEMBER)
        got = october.get(2).ok()
        assert [got[name] for name in ("actual_revenue", "actual_deals", "actual_source", "accuracy_score")] == [800, 2, "manual", 0.8]
        # and may be said better still: 1 − 0 / 1,000
        assert october.put(2, actual_revenue=1000).ok()["accuracy_score"] == 1

    def test_once(self, october, tick):
        tick("sales_daily", NOVEMBER)
        before = october.get(1).ok()
        won(5, deal(5, None, "agreed", "commit", 900, "2026-10-05"), 900, "2026-10-30")  # told late
        counted_until(LATER)
        tick("sales_daily", NOVEMBER + timedelta(days=1))
        assert october.get(1).ok() == before
        assert october.put(1, predicted_revenue=1300, note="x").status == 409

    def test_one_that_was_generated_is_judged_by_its_interval(self, business, tick):
        with clock.pinned(NOVEMBER + timedelta(hours=9)):
            number = business.generate(period_type="monthly").body["id"]
        won(4, deal(4, 1, "proposal", "likely", 0, None), 700, "2026-11-20")
        counted_until(LATER)
        tick("sales_daily", NOVEMBER + timedelta(days=30))
        got = business.get(number).ok()
        # 500 ± 640.80 cut to 0 … 1,000; before the first night a proposal is worth 0.5
        assert (got["interval"]["low"], got["interval"]["high"], got["actual_revenue"], got["inside_interval"]) == (0, 1000, 700, True)
        assert got["accuracy_score"] == 0.7143  # 1 − 200 / 700


def test_a_day_that_is_missed_is_caught_up_with(business, tick):
    tick("sales_daily", NOVEMBER + timedelta(days=3))
    seen = row("monthly#all", "2026-11-01")
    assert (seen.foreseen_on, date.fromisoformat(seen.starts)) == ("2026-11-04", date(2026, 11, 1))
    assert row("monthly#all", "2026-10-01").came["revenue"] == 1_300_50
