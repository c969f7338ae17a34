"""What a deal adds to which count, and how a median is read from buckets."""

from types import SimpleNamespace

import pytest

from chalicelib.analytics.counts import buckets, deals, periods, rules
from chalicelib.analytics.counts.rules import Place

MONDAY = "2026-11-23T07:00:00+00:00"
"""Ten in the morning, in Moscow."""

NEW = {"source": "website", "furthest": "new", "opened_at": MONDAY}
ALL, SITE, NOBODYS, HIS = (
    Place("funnel", "live", "2026-11-23"),
    *(Place(f"funnel_{name}", "live", "2026-11-23") for name in ("sources", "owners", "mine")),
)
NEW_ROWS = {ALL, SITE._replace(key="website"), NOBODYS._replace(key="0"), HIS._replace(key="0.website")}


def summed(*told):
    facts = [SimpleNamespace(kind=kind, contour="live", day="1999-01-01", data=data) for kind, data in told]
    return rules.summed(delta for fact in facts for delta in rules.deltas(fact))


def test_a_new_deal_is_counted_for_the_day_of_its_opening_in_all_its_rows():
    assert summed(("lead_opened", {"deal": 1, "now": NEW})) == {row: {"opened": 1, "at.new": 1} for row in NEW_ROWS}


def test_the_business_s_midnight_parts_two_days():
    days = ("2026-11-23T20:59:59+00:00", "2026-11-23T21:00:00+00:00")  # Moscow's midnight is 21:00 UTC
    found = [{place.day for place in summed(("lead_opened", {"deal": 1, "now": NEW | {"opened_at": at}}))} for at in days]
    assert found == [{"2026-11-23"}, {"2026-11-24"}]


def test_a_change_adds_what_is_new_and_takes_back_what_was():
    now = NEW | {"furthest": "contacted", "answered": 301, "contacts": 2}
    found = summed(("lead_opened", {"deal": 1, "now": NEW}), ("lead_changed", {"deal": 1, "was": NEW, "now": now}))
    # 301 seconds: past five minutes, within the rest; between the edges 194 and 350, that is bucket 3
    waits = {f"{clock}.{name}": 1 for clock in ("wall", "work") for name in ("15m", "1h", "24h")}
    assert found[ALL] == {"opened": 1, "at.contacted": 1, "contacts": 2, "answered": 1, "wall03": 1, "work03": 1, **waits}


def test_a_wait_of_a_night_is_none_by_working_hours():
    evening = NEW | {"opened_at": "2026-11-23T16:00:00+00:00", "answered": 15 * 3600 + 60}  # from 19:00 to 10:01
    found = deals.counted(evening)
    assert [name for name in found if name.startswith("wall")] == ["wall.24h", "wall12"]  # 54,060 seconds: from 38,561 to 69,410
    assert [name for name in found if name.startswith("work")] == ["work.5m", "work.15m", "work.1h", "work.24h", "work01"]  # a minute


def test_another_owner_or_source_moves_a_deal_between_rows_and_not_between_days():
    now = NEW | {"owner": 7, "source": "call"}
    found = summed(("lead_opened", {"deal": 1, "now": NEW}), ("lead_changed", {"deal": 1, "was": NEW, "now": now}))
    moved = {ALL, SITE._replace(key="call"), NOBODYS._replace(key="7"), HIS._replace(key="7.call")}
    assert found == {row: {"opened": 1, "at.new": 1} for row in moved}


def test_what_no_figure_rests_on_changes_none():
    assert summed(("lead_changed", {"deal": 1, "was": NEW, "now": NEW, "changed": "notes"})) == {}


def test_a_removed_lead_is_in_no_count():
    now = NEW | {"furthest": "won", "outcome": "won", "completed": True, "closed": "2026-11-25", "amount": 900_00, "cycle": 172_800}
    told = [("lead_opened", {"deal": 1, "now": NEW}), ("lead_changed", {"deal": 1, "was": NEW, "now": now})]
    assert summed(*told)
    assert summed(*told, ("lead_removed", {"deal": 1, "was": now})) == {}


def test_a_won_deal_is_counted_for_the_day_of_its_end_too_and_a_refund_lowers_it():
    won = NEW | {
        "owner": 7,
        "furthest": "won",
        "outcome": "won",
        "completed": True,
        "closed": "2026-11-25",
        "amount": 900_00,
        "cycle": 172_800,
    }
    found = summed(("lead_opened", {"deal": 1, "now": won}), ("lead_changed", {"deal": 1, "was": won, "now": won | {"amount": 600_00}}))
    closed = {place.key: numbers for place, numbers in found.items() if place.family == "deals"}
    ended = {"won": 1, "amount": 600_00}
    # opened on Monday and won on Wednesday: in one week, and so in one month, quarter and year
    new = {f"new.{kind}{what}": by for kind in periods.KINDS for what, by in (("", 1), (".amount", 600_00))}
    assert closed == {"": ended, "source.website": ended, "owner.7": {**ended, **new}}
    assert {place.day for place in found if place.family == "deals"} == {"2026-11-25"}
    assert found[ALL] == {"opened": 1, "at.won": 1, "won": 1, "amount": 600_00, "cycle14": 1}  # two days: from 124,938 to 224,888 seconds


def test_a_lost_deal_brings_nothing_and_one_that_is_merely_over_is_neither():
    lost = NEW | {"outcome": "lost", "completed": True, "closed": "2026-11-25", "amount": 500_00, "cycle": 10}
    done = NEW | {"completed": True, "closed": "2026-11-25", "cycle": 10}
    found = summed(("lead_opened", {"deal": 1, "now": lost}), ("lead_opened", {"deal": 1, "now": done}))
    assert found[ALL] == {"opened": 2, "at.new": 2, "lost": 1, "done": 1, "cycle00": 1}
    assert found[Place("deals", "live", "2026-11-25")] == {"lost": 1}


@pytest.mark.parametrize(
    ("closed", "kinds"),
    [
        ("2026-11-29", ["weekly", "monthly", "quarterly", "yearly"]),  # the Sunday
        ("2026-11-30", ["monthly", "quarterly", "yearly"]),
        ("2026-12-31", ["quarterly", "yearly"]),
        ("2027-01-01", []),
    ],
)
def test_what_is_won_in_the_period_of_its_opening(closed, kinds):
    won = NEW | {"outcome": "won", "completed": True, "closed": closed, "amount": 500, "stays": {"new": 1, "proposal": 2}}
    found = summed(("lead_opened", {"deal": 1, "now": won}))[Place("deals", "live", closed, "owner.0")]
    assert [kind for kind in periods.KINDS if f"new.{kind}" in found] == kinds
    assert {name: by for name, by in found.items() if name.startswith("in.")} == {"in.new.won": 1, "in.proposal.won": 1}


def test_an_open_deal_stands_where_it_is_expected_and_nowhere_once_it_is_over():
    expected = NEW | {"stage": "proposal", "column": "likely", "worth": 300, "expected": "2026-12-30"}
    at = Place("pipeline", "live", "2026-12-30", "0")
    told = [("lead_opened", {"deal": 1, "now": expected})]
    assert summed(*told)[at] == {"proposal.likely.deals": 1, "proposal.likely.amount": 300, "proposal.likely.squares": 90_000}
    lost = NEW | {"outcome": "lost", "completed": True, "closed": "2026-11-25"}
    assert at not in summed(*told, ("lead_changed", {"deal": 1, "was": expected, "now": lost}))
    undated = {name: value for name, value in expected.items() if name != "expected"}
    found = summed(("lead_opened", {"deal": 1, "now": undated}))
    assert {place.day: found[place] for place in found if place.family == "undated"} == {
        day: {"deals": 1, "amount": 300} for day in ("2026-11-23", "ever")
    }


def test_hours_in_each_stage_have_buckets_of_their_own():
    found = deals.counted(NEW | {"stays": {"new": 0.5, "contacted": 48}})
    # 1,800 seconds: from 1,134 to 2,041; 172,800: from 124,938 to 224,888
    assert {name: by for name, by in found.items() if name.startswith("stay")} == {"stay.new.06": 1, "stay.contacted.14": 1}


class TestMedian:
    def test_edges_never_change(self):
        assert (buckets.EDGES[:4], buckets.EDGES[-1], len(buckets.EDGES)) == ((60, 108, 194, 350), 24_782_571, 23)

    @pytest.mark.parametrize(("seconds", "bucket"), [(0, 0), (59, 0), (60, 1), (107, 1), (108, 2), (24_782_570, 22), (10**9, 23)])
    def test_every_span_has_a_bucket(self, seconds, bucket):
        assert buckets.name("wall", seconds) == f"wall{bucket:02d}"

    def test_none_of_none(self):
        assert buckets.median({"wall.5m": 4}, "wall") is None

    def test_of_one_it_is_the_middle_of_its_bucket(self):
        assert buckets.median({"wall03": 1}, "wall") == 261  # √(194 · 350) = 260.6
        assert buckets.median({"wall00": 1}, "wall") == 30
        assert buckets.median({"wall23": 1}, "wall") == 24_782_571

    def test_it_is_where_half_of_them_are_reached(self):
        # 3 of 6 are the whole of bucket 1, so half is reached at its end; 4 of 6 below: 3/4 through it
        assert buckets.median({"wall01": 3, "wall09": 3}, "wall") == 108
        assert buckets.median({"wall01": 4, "wall09": 2}, "wall") == 93  # 60 · 1.8^0.75 = 93.2
        assert buckets.median({"wall01": 1, "wall09": 1000, "work00": 5000}, "wall") in range(buckets.EDGES[8], buckets.EDGES[9])

    @pytest.mark.parametrize("seconds", [70, 1_000, 40_000, 900_000])
    def test_it_is_never_far_from_the_true_one(self, seconds):
        numbers = {}
        for one in range(1, 100):
            name = buckets.name("wall", seconds * one // 50)
            numbers[name] = numbers.get(name, 0) + 1
        assert buckets.median(numbers, "wall") == pytest.approx(seconds, rel=0.25)
