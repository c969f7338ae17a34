"""Statistics through their doors: what a ledger written by hand comes to, whose days they are, who may read them, what they cost."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bench.wire import recorded
from chalicelib.analytics.counts import repository as counts
from chalicelib.analytics.counts import rules
from chalicelib.analytics.counts import service as counting
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.service import PEOPLE
from chalicelib.company.models import Entry
from chalicelib.core import clock, facts, outbox, storage, troubles
from chalicelib.core.batches import batched
from chalicelib.core.bitmaps import rows as blocks
from chalicelib.core.bitmaps import sets
from chalicelib.core.bitmaps.rows import Spot
from chalicelib.core.facts import followers
from chalicelib.core.settings import settings
from chalicelib.loyalty.certificates.models import Certificate
from chalicelib.loyalty.ledger.facts import OperationMade
from tests.builders import SERVICE

PATH = "/api/v1/admin/analytics"
HOME = "/api/v1/admin/dashboard"
LAST = datetime(2026, 11, 30, 20, 59, tzinfo=UTC)
"""A minute before December, in Moscow."""

NEXT = LAST + timedelta(minutes=1)
EARLY = LAST - timedelta(days=20)
NOVEMBER = {"date_from": "2026-11-01", "date_to": "2026-11-30"}


def tell(op_type, number, at, **said):
    tx = storage.Transaction()
    who = {"subject": f"client-{number}", "contour": "live", "ref": "1", "at": at}
    row = facts.record(tx, OperationMade(**who, op_type=op_type, number=number, **said))
    tx.commit()
    return row


@pytest.fixture
def november(tables):
    """Clients 3 to 6. In October, 3 bought for 50 roubles: his first purchase.

    On 10 November, 4 bought for 1000 roubles, 100 of them off, 10 of the rest by points: his first. A minute before December 3 bought for
    200.01 by card. As December began, 20 of 4's were refunded, and 5 bought for 70: his first.
    """
    october = datetime(2026, 10, 5, 9, tzinfo=UTC)
    told = [
        tell("purchase", 3, october, amount=50_00, net=50_00, cash=50_00, method="cash", level="base", first=True),
        tell(
            "purchase",
            4,
            EARLY,
            amount=1000_00,
            discount=100_00,
            net=900_00,
            points=10_00,
            cash=890_00,
            earned=26_00,
            balance=16_00,
            cost=400_00,
            method="cash",
            level="silver",
            first=True,
        ),
        tell("purchase", 3, LAST, amount=200_01, net=200_01, cash=200_01, method="card", level="base"),
        tell("refund", 4, NEXT, amount=20_00, net=20_00, cash=20_00, level="silver"),
        tell("purchase", 5, NEXT, amount=70_00, net=70_00, cash=70_00, method="cash", level="base", first=True),
    ]
    counting.count(told)
    ids = {
        "clients.person#": (3, 4, 5, 6),
        "clients.created#2026-10-05": (3,),
        "clients.created#2026-11-10": (4, 6),
        "clients.created#2026-12-01": (5,),
        "clients.has_telegram#yes": (3, 4),
        "loyalty.level#silver": (4,),
        "loyalty.gender#female": (4, 5),
        "loyalty.birth_year#1991": (4,),
        "loyalty.channel#2": (3, 4),
    }
    blocks.put("people.live", {Spot(facet, 0): (sum(1 << one for one in some), 0) for facet, some in ids.items()})


def read(front, what, **query):
    return front.get(f"{PATH}/{what}", SERVICE, **query).ok()


def cards(answer):
    return {card["code"]: card["value"] for card in answer["cards"]}


def test_operations_of_a_month_end_at_its_border_by_the_business_s_clock(front, november):
    answer = read(front, "operations", **NOVEMBER)
    assert (answer["effective_from"], answer["effective_to"], answer["timezone"]) == ("2026-11-01", "2026-11-30", "Europe/Moscow")
    # 1000 + 200.01; on average (900 + 200.01) / 2 = 550.005, half up
    assert (answer["count"], answer["amount"], answer["average_check"]) == (2, 1200.01, 550.01)
    assert cards(answer) == {
        "turnover": 1200.01,
        "income": 1090.01,  # 890 + 200.01
        "discount": 110,  # 100 off, 10 by points
        "avg_check": 550.01,
        "operations_purchase": 2,
        "cash_purchases": 1,
        "orders": 0,
        "refunds": 0,
    }
    assert len(answer["by_day"]) == len(answer["operations_series"]) == 30
    assert [day for day in answer["by_day"] if day["count"]] == [
        {"date": "2026-11-10", "count": 1, "amount": 1000},
        {"date": "2026-11-30", "count": 1, "amount": 200.01},
    ]
    assert answer["operations_series"][0]["ts"] == datetime(2026, 10, 31, 21, tzinfo=UTC).timestamp()
    assert answer["by_type"] == [{"type": "purchase", "count": 2, "amount": 1200.01}]


def test_a_refund_of_the_next_month_stands_on_its_own_day_below_zero(front, november):
    answer = read(front, "operations", date_from="2026-12-01", date_to=int(NEXT.timestamp()))
    assert answer["by_type"] == [{"type": "purchase", "count": 1, "amount": 70}, {"type": "refund", "count": 1, "amount": -20}]
    assert answer["by_day"] == [{"date": "2026-12-01", "count": 1, "amount": 50}]
    assert answer["average_check"] == 50  # (70 − 20) / 1


def test_what_there_is_none_of_is_null_and_not_nothing(front, tables):
    answer = read(front, "operations", **NOVEMBER)
    assert (answer["average_check"], answer["amount"], cards(answer)["avg_check"], answer["as_of"]) == (None, 0, None, None)
    found = read(front, "customers", **NOVEMBER)
    assert (cards(found)["avg_income"], found["total"], found["by_traffic_channel"]) == (None, 0, [])
    assert {one["share_percent"] for one in read(front, "levels", **NOVEMBER)["items"]} == {None}
    assert {one["share_percent"] for one in read(front, "finance", **NOVEMBER)["income_by_source"]} == {None}


def test_customers_of_a_month(front, november):
    answer = read(front, "customers", **NOVEMBER)
    # 3, 4 and 6 were there when November ended; 4 and 6 were new; 3 and 4 bought, and 3 not for the first time
    assert (answer["total"], answer["new"], answer["returning"]) == (3, 2, 1)
    assert cards(answer) == {
        "total_clients": 3,
        "buyers": 2,
        "digitized": 2,
        "points": 16,  # 26 earned, 10 spent: now, whatever the days are
        "avg_check": 550.01,
        "turnover": 1200.01,
        "income": 1090.01,
        "discount": 110,
        "purchases_count": 2,
        "repeat_purchases": 1,
        "refunds": 0,
        "avg_income": 545.01,  # 1090.01 / 2 = 545.005, half up
    }
    some = [day for day in answer["by_day"] if day["new"] or day["returning"]]
    assert some == [{"date": "2026-11-10", "new": 2, "returning": 0}, {"date": "2026-11-30", "new": 0, "returning": 1}]
    assert answer["by_traffic_channel"] == [{"traffic_channel_id": 2, "name": "Telegram", "count": 1}]
    assert {one["code"]: one["value"] for one in answer["gender_distribution"]} == {"male": 0, "female": 1, "unknown": 1}
    ages = {one["code"]: one["value"] for one in answer["age_distribution"]}
    assert (ages["35-44"], ages["unknown"], sum(ages.values())) == (1, 1, 2)  # 35 in 2026
    assert sum(point["value"] for point in answer["new_clients_series"]) == 2


def test_a_client_whom_the_sets_do_not_know_yet_is_counted_by_his_row(front, november):
    row = {"place": "live#0000000007", "client_id": "x", "lead_number": "br0007", "created_at": LAST, "pending_in": "live"}
    tx = storage.Transaction()
    tx.put(PersonRow(**row, telegram_id="1"))
    tx.commit()
    answer = read(front, "customers", **NOVEMBER)
    assert (answer["total"], answer["new"], cards(answer)["digitized"]) == (4, 3, 3)
    assert read(front, "levels", **NOVEMBER)["total"] == 5


def test_levels_say_who_has_them_now_and_who_bought_in_these_days(front, november):
    answer = read(front, "levels", **NOVEMBER)
    assert answer["total"] == 4
    kept = ("level", "clients_total", "bought_clients", "not_bought_clients", "share_percent", "amount_rub")
    assert [tuple(item[name] for name in kept) for item in answer["items"]] == [
        ("base", 3, 1, 2, 75, 200.01),  # 3, 5 and 6, of whom 3 bought
        ("silver", 1, 1, 0, 25, 1000),
        ("gold", 0, 0, 0, 0, 0),
    ]


def test_finance_by_month_over_its_border(front, november):
    answer = read(front, "finance", date_from="2026-11-30", date_to="2026-12-01", group_by="month")
    assert answer["cashflow"] == [
        {"period": "2026-11-01", "income": 200.01, "expenses": 0, "net": 200.01},
        {"period": "2026-12-01", "income": 70, "expenses": 20, "net": 50},
    ]
    assert (answer["income"], answer["expenses"], answer["profit"]) == (270.01, 20, 250.01)
    whole = read(front, "finance", **NOVEMBER)
    assert (whole["income"], whole["expenses"], whole["profit"]) == (1090.01, 400, 690.01)  # goods had cost 400
    assert whole["expenses_by_source"][1] == {"code": "cost_of_goods", "title": "Себестоимость", "value": 400, "share_percent": 100}
    assert cards(whole)["avg_income_per_operation"] == 545.01


@pytest.mark.parametrize(
    "query",
    [
        {"date_from": "2026-11-02", "date_to": "2026-11-01"},
        {"date_from": "2024-01-01", "date_to": "2026-11-01"},
        {"date_from": "yesterday"},
    ],
)
def test_days_that_are_none_are_refused(front, tables, query):
    assert front.get(f"{PATH}/customers", SERVICE, **query).status == 422


def crowded(clients):
    """So many clients, a twenty-fifth of whom came each day, each of some level, channel and age; every second one bought that day."""
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(25)]
    of_days, everyone = [*batched(range(1, clients + 1), clients // 25)], range(1, clients + 1)
    facets = {f"clients.created#{day}": some for day, some in zip(days, of_days, strict=True)}
    for name, values in {"level": "base silver gold", "gender": "male female", "channel": "1 2 3 4 5"}.items():
        known = values.split()
        facets |= {f"loyalty.{name}#{value}": everyone[number :: len(known)] for number, value in enumerate(known)}
    facets |= {f"loyalty.birth_year#{1940 + number}": everyone[number::70] for number in range(70)}
    facets["clients.has_telegram#yes"] = everyone[::2]
    with blocks.Block.batch_write() as table:
        for facet, some in facets.items():
            ids = sets.of_ids(some)
            for number in range(clients // sets.BLOCK + 1):
                key = Spot(facet, number).key(PEOPLE.space("live"))
                piece = sets.packed(number, ids >> number * sets.BLOCK & (1 << sets.BLOCK) - 1)
                table.save(blocks.Block(key.hash, key.range, number=number, start=piece.start, bits=piece.bits, version=1))
    with counts.CountRow.batch_write() as table:
        for day, some in zip(days, of_days, strict=True):
            bought = rules.Place(rules.BUYERS, "live", day.isoformat())
            table.save(counts.CountRow(bought.hash_key, bought.range_key, bits=counts.packed(sets.of_ids(some[::2])), revision=1))


@pytest.mark.parametrize("clients", [100, 20_000])
def test_a_year_costs_these_calls_whatever_happened_in_it(front, tables, clients):
    crowded(clients)
    for year in ({"date_from": "2026-01-01", "date_to": "2026-12-31"}, {"date_from": "2025-07-01", "date_to": "2026-06-30"}):
        for what, calls in {"operations": 2, "finance": 2, "levels": 4, "customers": 4}.items():
            with recorded() as wire:
                answer = read(front, what, **year)
            assert (what, len(wire.operations)) == (what, calls)
            assert set(wire.operations) <= {"Query", "BatchGetItem"}
    assert (answer["total"], answer["new"], cards(answer)["digitized"], cards(answer)["buyers"]) == (
        clients,
        clients,
        clients // 2,
        clients // 2,
    )
    assert [one["count"] for one in answer["by_traffic_channel"]] == [clients // 5] * 5
    assert [one["value"] for one in answer["gender_distribution"]] == [clients // 2, clients // 2, 0]
    assert sum(one["value"] for one in answer["age_distribution"]) == clients
    found = read(front, "levels", **year)["items"]
    assert sum(one["clients_total"] for one in found) == clients
    assert sum(one["bought_clients"] for one in found) == clients // 2


class TestToday:
    def test_the_day_in_three_calls(self, front, november):
        tx = storage.Transaction()
        counts.add(tx, rules.Place(rules.SESSIONS, "live", "2026-11-30"), {"confirmed": 2, "cancelled": 5, "missed": 1})
        counts.add(tx, rules.Place(rules.RATINGS, "live", "2026-11-30"), {"rated": 3, "marks": 14})
        tx.commit()
        followers.read_on(counting.NAME)
        for _ in range(6):
            storage.next_number("lead-live")
        with clock.pinned(LAST), recorded() as wire:
            answer = front.get(f"{HOME}/summary", SERVICE).ok()
        assert wire.operations == ["BatchGetItem", "Query", "BatchGetItem"]
        assert answer.pop("as_of") <= clock.wall().timestamp()
        assert answer == {
            "date": "2026-11-30",
            "finance": {"turnover_rub": 200.01, "income_rub": 200.01, "discount_rub": 0},
            "buyers": {"total": 1, "new": 0, "digitized": 1},
            "operations": {"purchases_count": 1, "orders_count": 0, "refunds_count": 0},
            "clients_count": 4,
            "appointments_count": 3,
            "average_rating": 4.67,  # 14 / 3
            "unread_messages": None,
        }

    def test_the_next_day_begins_at_the_business_s_midnight(self, front, november):
        with clock.pinned(NEXT):
            answer = front.get(f"{HOME}/summary", SERVICE).ok()
        assert (answer["date"], answer["buyers"]["new"], answer["finance"]["income_rub"]) == ("2026-12-01", 1, 50)  # 70 − 20

    def test_the_whole_dashboard_in_six_calls(self, front, november):
        for number in range(7):
            at = EARLY + timedelta(days=number)
            said = {"title": "Подарок", "amount": 500_00, "balance": 500_00, "issue_method": "manual", "status": "active", "actor": "test"}
            when = {"made": f"{at.isoformat()}#{number}", "created_at": at, "expires_at": at.replace(day=16)}
            tx = storage.Transaction()
            tx.put(Certificate(code=f"ABCDEFGH000{number}", number=number, **when, **said))
            tx.commit()
        with clock.pinned(EARLY.replace(day=17)), recorded() as wire:
            answer = front.get(f"{HOME}/full", SERVICE).ok()
        assert len(wire.operations) == 6
        promotion = answer["promotion"]
        assert [one["id"] for one in promotion["certificates"]] == [6, 5, 4, 3, 2]
        first = promotion["certificates"][0]
        assert (first["code"], first["amount_rub"], first["status"], first["client_id"]) == ("0006", 500, "expired", None)
        assert [one["code"] for one in promotion["certificate_types"]] == ["automatic", "birthday", "cross_marketing", "link", "manual"]
        assert [one["enabled"] for one in promotion["referral_programs"]] == [False]
        assert promotion["promotion_forecast"] is None
        (link,) = [one for one in answer["section_links"] if one["section"] == "promotion"]
        assert link["children"] == [*promotion]
        assert answer["promo_cards"]

    def test_alerts_are_what_stands_and_nothing_else(self, front, tables, monkeypatch):
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:token")
        settings.cache_clear()
        at = clock.wall()
        tx = storage.Transaction()
        for place in ("goal", "referrals"):
            tx.put(Entry(directory="settings", place=place, said={"is_active": True}, by="test", created_at=at, updated_at=at))
        tx.commit()
        answer = front.get(f"{HOME}/full", SERVICE).ok()
        assert answer["alerts"] == []
        assert answer["promotion"]["referral_programs"][0]["enabled"]
        troubles.meet("counts", "counts_drift")
        troubles.meet("vk", "vk_token")
        tx = storage.Transaction()
        effect = outbox.send(tx, "message", {}, lane="x")
        tx.commit()
        storage.change(outbox.OutboxRow.row("x", effect), [outbox.OutboxRow.state.set(outbox.DEAD)])
        assert [one["code"] for one in front.get(f"{HOME}/full", SERVICE).ok()["alerts"]] == ["counts_drift", "trouble", "undelivered"]

    def test_nobody_has_set_a_goal_or_given_the_bot_a_token(self, front, tables, monkeypatch):
        monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)
        settings.cache_clear()
        found = front.get(f"{HOME}/full", SERVICE).ok()["alerts"]
        assert [(one["code"], one["level"]) for one in found] == [("goal_not_set", "critical"), ("bot_token_missing", "warning")]
