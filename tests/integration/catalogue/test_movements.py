"""Movements by hand: goods come, go, are counted and carried elsewhere, and nothing falls below zero."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chalicelib.catalogue.stock import repository
from chalicelib.core import clock, facts, storage
from chalicelib.core.facts import FactRow
from tests.builders import SERVICE, elsewhere
from tests.integration.catalogue.conftest import PRODUCTS
from tests.standins.store import OneAtATime, Wire


@pytest.fixture
def tea(shop):
    return shop.product(stock=5, cost_price_rub=40)["id"]


def refused(answer):
    return answer.status, answer.body["error"]


class TestMoving:
    def test_what_comes_and_goes_leaves_its_balance_and_its_cost(self, shop, tea):
        came = shop.moved(tea, "receipt", 2.5, unit_cost_rub=55, counterparty="Опт", comment="накладная 7").ok()
        assert {name: came[name] for name in ("movement_type", "quantity", "delta", "balance_after")} == {
            "movement_type": "income",
            "quantity": 2.5,
            "delta": 2.5,
            "balance_after": 7.5,
        }
        assert (came["unit_cost_rub"], came["total_cost_rub"], came["location_name"], came["product_name"]) == (
            55,
            137.5,
            "Основной склад",
            "Чай",
        )
        went = shop.moved(tea, "write_off", "0.5").ok()
        assert (went["movement_type"], went["delta"], went["balance_after"], went["actor"]) == ("expense", -0.5, 7, "service")
        assert (went["occurred_at"], went["operation_id"], went["transfer_id"]) == (went["created_at"], None, None)
        assert shop.lies(tea) == {1: 7}
        assert [row["id"] for row in shop.movements(product_id=tea)][:2] == [went["id"], came["id"]]

    def test_goods_that_come_at_another_cost_move_the_average(self, shop, tea):
        shop.moved(tea, "income", 10, unit_cost_rub=70).ok()
        assert shop.card(tea)["cost_price_rub"] == 60
        shop.moved(tea, "income", 10).ok()
        assert shop.card(tea)["cost_price_rub"] == 60, "who says no cost moves none"

    def test_a_count_is_what_lies_there_be_it_nothing(self, shop, tea):
        counted = shop.moved(tea, "adjustment", 8).ok()
        assert (counted["quantity"], counted["delta"], counted["balance_after"]) == (8, 3, 8)
        assert shop.moved(tea, "adjustment", 0).ok()["delta"] == -8
        assert shop.lies(tea) == {}
        assert shop.moved(tea, "adjustment", 0).ok()["delta"] == 0

    def test_a_transfer_happens_at_both_ends_or_at_none(self, shop, tea):
        hall = shop.location("Зал", location_type="outlet")
        sent = shop.moved(tea, "transfer", 2, to_location_id=hall).ok()
        assert (sent["location_id"], sent["to_location_id"], sent["delta"], sent["balance_after"]) == (1, hall, -2, 3)
        assert shop.lies(tea) == {1: 3, hall: 2}
        there, here = shop.movements(movement_type="transfer")
        assert there["transfer_id"] == here["transfer_id"] == here["id"]
        assert (there["location_id"], there["to_location_id"], there["delta"]) == (hall, hall, 2)
        assert refused(shop.moved(tea, "transfer", 4, to_location_id=hall)) == (409, "out_of_stock")
        assert shop.lies(tea) == {1: 3, hall: 2}

    def test_a_day_that_is_past_is_a_note(self, shop, tea):
        kept = shop.moved(tea, "income", 1, occurred_at="2020-02-01T12:00:00+03:00").ok()
        assert kept["occurred_at"] == 1580547600 and kept["created_at"] > 1_700_000_000

    def test_a_key_moves_once_and_another_body_is_refused(self, shop, tea):
        first = shop.moved(tea, "expense", 2, key="k").ok()
        assert shop.moved(tea, "expense", 2, key="k").ok() == first
        assert refused(shop.moved(tea, "expense", 3, key="k")) == (409, "key_reused")
        assert shop.lies(tea) == {1: 3}
        with OneAtATime(), ThreadPoolExecutor(4) as pool:
            assert len({answer.ok()["id"] for answer in pool.map(lambda _: shop.moved(tea, "sale", 1, key="m"), range(4))}) == 1
        assert shop.lies(tea) == {1: 2}

    def test_the_log_says_what_came_and_went_at_cost_and_nothing_of_names(self, shop, tea):
        shop.moved(tea, "expense", 1.5, comment="разбито").ok()
        told = [row for row in storage.query(FactRow, facts.NOBODY).rows if row.kind == "stock_moved"]
        assert [row.data for row in told] == [
            {"product": tea, "location": 1, "delta": 5000, "cost": 20000, "movement_type": "income"},
            {"product": tea, "location": 1, "delta": -1500, "cost": -6000, "movement_type": "expense"},
        ]

    def test_a_movement_is_a_number_a_read_and_a_write(self, shop, tea):
        with Wire() as wire:
            shop.moved(tea, "income", 1, key="k").ok()
        assert [call.operation for call in wire.calls] == ["BatchGetItem", "UpdateItem", "TransactWriteItems"]


class TestRefusals:
    def test_more_than_there_is_says_how_much_there_is(self, shop, tea):
        answer = shop.moved(tea, "sale", 5.001)
        assert (answer.status, answer.body["error"], answer.body["detail"]) == (409, "out_of_stock", {"product_id": tea, "available": 5})

    def test_nothing_is_kept_of_services_and_of_what_is_not_tracked(self, shop):
        service, loose = shop.product("Стрижка", item_type="service", stock=7), shop.product("Вода", track_inventory=False, stock=7)
        assert (service["stock"], service["track_inventory"], loose["stock"]) == (0, False, 0)
        for product in (service, loose):
            assert refused(shop.moved(product["id"], "income", 1)) == (409, "stock_of_service")
            assert shop.lies(product["id"]) == {}

    def test_nothing_comes_to_a_closed_location_nor_leaves_it(self, shop, tea):
        closed = shop.location("Старый склад", is_active=False)
        assert refused(shop.moved(tea, "income", 1, closed)) == (409, "location_closed")
        answer = shop.moved(tea, "transfer", 1, to_location_id=closed)
        assert (refused(answer), answer.body["detail"]) == ((409, "location_closed"), {"field": "to_location_id"})

    def test_unknown_ids_are_not_found_and_named(self, shop, tea):
        for answer, where in (
            (shop.moved(77, "income", 1), "product_id"),
            (shop.moved(tea, "income", 1, 77), "location_id"),
            (shop.moved(tea, "transfer", 1, to_location_id=77), "to_location_id"),
            (shop.front.get(f"{PRODUCTS}/77/stock", SERVICE), "product_id"),
        ):
            assert (answer.status, answer.body["detail"]) == (404, {"field": where})

    @pytest.mark.parametrize(
        "said",
        [
            {"quantity": 0},
            {"quantity": -1},
            {"quantity": 0.0001},
            {"quantity": 1e9},
            {"quantity": "1e3"},
            {"quantity": True},
            {"quantity": None},
            {"movement_type": "theft"},
            {"movement_type": ["income"]},
            {"location_id": 0},
            {"location_id": "первый"},
            {"movement_type": "transfer"},
            {"movement_type": "transfer", "to_location_id": 1},
            {"to_location_id": 2},
            {"unit_cost_rub": 1.005},
            {"type": "expense"},
            {"comment": "x" * 1001},
            {"occurred_at": "вчера"},
        ],
    )
    def test_what_says_nothing_that_can_be_done_is_refused(self, shop, tea, said):
        body = {"movement_type": "income", "quantity": 1, "location_id": 1, **said}
        assert shop.front.post(f"{PRODUCTS}/{tea}/movements", body, SERVICE).status == 422
        assert shop.lies(tea) == {1: 5}


class TestAtOnce:
    def test_of_twelve_who_take_of_five_pieces_five_get_one(self, shop, tea):
        with OneAtATime(), ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: shop.moved(tea, "expense", 1), range(12)))
        assert sorted(answer.status for answer in answers) == [200] * 5 + [409] * 7
        assert {answer.body["error"] for answer in answers if answer.status == 409} == {"out_of_stock"}
        assert shop.lies(tea) == {}
        known = [one["balance_after"] for one in shop.movements(movement_type="expense") if one["balance_after"] is not None]
        assert known == sorted(known), "newest first, each the less the later"

    def test_two_counts_at_once_end_at_one_of_them(self, shop, tea):
        with OneAtATime(), ThreadPoolExecutor(2) as pool:
            for answer in pool.map(lambda counted: shop.moved(tea, "adjustment", counted), [3, 9]):
                answer.ok()
        assert shop.lies(tea)[1] in (3, 9)
        assert sum(one["delta"] for one in shop.movements(product_id=tea)) == shop.lies(tea)[1]


class TestLists:
    def test_filters_pages_and_unknown_ids(self, shop, tea):
        hall, other = shop.location("Зал"), shop.product("Кофе", stock=1)["id"]
        shop.moved(tea, "transfer", 2, to_location_id=hall).ok()
        shop.moved(tea, "expense", 1).ok()
        assert [row["product_id"] for row in shop.movements()] == [tea, tea, tea, other, tea]
        assert [row["delta"] for row in shop.movements(location_id=hall)] == [2]
        assert [row["delta"] for row in shop.movements(type="income", product_id=tea)] == [5]
        assert shop.movements(product_id=77) == shop.movements(location_id=77) == []
        day = facts.day_of(clock.now())
        assert len(shop.movements(date_from=day, date_to=day)) == 5
        assert shop.movements(date_to="2020-01-01") == shop.movements(product_id=tea, date_to="2019-01-01") == []
        first = shop.front.get(f"{PRODUCTS}/movements", SERVICE, page_size=2).ok()
        second = shop.front.get(f"{PRODUCTS}/movements", SERVICE, page_size=2, cursor=first["next_cursor"]).ok()
        assert (first["total"], first["total_exact"], second["page"]) == (5, True, 2)
        assert [row["id"] for row in first["items"] + second["items"]] == [row["id"] for row in shop.movements()[:4]]

    @pytest.mark.parametrize(
        "query",
        [
            {"date_from": "2026-02-02", "date_to": "2026-02-01"},
            {"date_from": "2020-01-01", "date_to": "2026-01-01"},
            {"movement_type": "theft"},
            {"product_id": 0},
            {"page": 1, "offset": 0},
            {"cursor": "xyz"},
            {"page": 300},
        ],
    )
    def test_what_is_no_list_is_refused(self, shop, query):
        assert shop.front.get(f"{PRODUCTS}/movements", SERVICE, **query).status == 422

    def test_a_cursor_of_ours_holds_a_place(self, shop, tea):
        shop.moved(tea, "expense", 1).ok()
        given = shop.front.get(f"{PRODUCTS}/movements", SERVICE, page_size=1).ok()["next_cursor"]
        assert shop.front.get(f"{PRODUCTS}/movements", SERVICE, cursor=given).status == 200
        assert shop.front.get(f"{PRODUCTS}/movements", SERVICE, cursor=elsewhere(given, "\x00")).status == 422

    def test_a_page_is_two_calls(self, shop, tea):
        for query, calls in (({}, ["Query", "BatchGetItem"]), ({"product_id": tea}, ["Query", "BatchGetItem"])):
            with Wire() as wire:
                shop.movements(**query)
            found = [call.operation for call in wire.calls]
            assert found[-1] == calls[-1] and len(found) <= 3 and set(found) == set(calls)


def test_movements_and_operations_share_one_counter():
    ledger = Path(repository.__file__).parents[2] / "loyalty" / "ledger" / "repository.py"
    assert f'COUNTER = "{repository.COUNTER}"' in ledger.read_text(encoding="utf-8")
