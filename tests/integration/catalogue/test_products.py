"""Cards of goods and services: what is one product's alone, what is refused, and what a change leaves."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.company.repository import key as entry_key
from chalicelib.core import storage
from tests.builders import SERVICE
from tests.integration.catalogue.conftest import ADMIN, PRODUCTS
from tests.standins.store import OneAtATime, Wire


def put(shop, product, said):
    return shop.front.put(f"{PRODUCTS}/{product}", said, SERVICE)


def names(shop, **query):
    return [one["name"] for one in shop.front.get(PRODUCTS, SERVICE, **query).ok()["items"]]


class TestMaking:
    def test_a_card_is_answered_whole(self, shop):
        made = shop.front.post(
            PRODUCTS, {"name": " Чай ", "price": "99,90", "card_type": "product", "image_url": "https://x.example/1.png"}, SERVICE
        ).ok()
        moments = {made.pop("created_at"), made.pop("updated_at")}
        assert len(moments) == 1 and isinstance(moments.pop(), int)
        assert made == {
            "id": 1,
            "name": "Чай",
            **dict.fromkeys(["full_name", "receipt_name", "description", "category", "unit", "sku", "barcode"], ""),
            **dict.fromkeys(["manufacturer", "country_of_origin", "comment"], ""),
            "item_type": "product",
            "track_inventory": True,
            "is_promo": False,
            "is_traceable": False,
            "is_active": True,
            "price_rub": 99.9,
            **dict.fromkeys(["cost_price_rub", "tax_rate_percent", "service_duration_min", "stock", "critical_stock", "desired_stock"], 0),
            "images": ["https://x.example/1.png"],
        }

    def test_what_lies_there_to_begin_with_came_in_at_the_default_location(self, shop):
        hall = shop.location("Зал")
        tea = shop.product(stock=1.5, cost_price_rub=40)
        assert (tea["stock"], shop.lies(tea["id"])) == (1.5, {1: 1.5})
        (came,) = shop.movements(product_id=tea["id"])
        assert (came["movement_type"], came["delta"], came["balance_after"], came["total_cost_rub"]) == ("income", 1.5, 1.5, 60)
        shop.front.put(f"{ADMIN}/system-settings", {"loyalty": {"default_location_id": hall}}, SERVICE).ok()
        assert shop.lies(shop.product("Кофе", stock=2)["id"]) == {hall: 2}

    def test_a_closed_default_location_takes_nothing(self, shop):
        hall = shop.location("Зал")
        shop.front.put(f"{ADMIN}/system-settings", {"loyalty": {"default_location_id": hall}}, SERVICE).ok()
        (row,) = storage.read(entry_key("locations", hall))
        row.said = {**row.said, "is_active": False}
        row.save()
        answer = shop.front.post(PRODUCTS, {"name": "Чай", "price_rub": 1, "stock": 1}, SERVICE)
        assert (answer.status, answer.body["error"]) == (409, "location_closed")
        assert names(shop) == []

    @pytest.mark.parametrize("field", ["sku", "barcode"])
    def test_signs_are_one_product_s_alone_and_free_again_once_given_up(self, shop, field):
        tea, coffee = shop.product(**{field: "Ab-1"})["id"], shop.product("Кофе")["id"]
        for answer in (
            shop.front.post(PRODUCTS, {"name": "Х", "price_rub": 1, field: "aB-1"}, SERVICE),
            put(shop, coffee, {field: "AB-1"}),
        ):
            assert (answer.status, answer.body["error"], answer.body["detail"]) == (409, "name_taken", {"field": field})
        assert put(shop, tea, {field: "AB-1"}).ok()[field] == "AB-1", "its own in other letters"
        put(shop, tea, {field: None}).ok()
        assert put(shop, coffee, {field: "ab-1"}).ok()[field] == "ab-1"

    def test_one_sign_at_once_is_one_product_s_and_a_key_makes_one(self, shop):
        def make(number):
            return shop.front.post(PRODUCTS, {"name": f"Т{number}", "price_rub": 1, "sku": "one"}, SERVICE).status

        with OneAtATime(), ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(make, range(4))) == [200, 409, 409, 409]
        keyed, body = {**SERVICE, "Idempotency-Key": "k"}, {"name": "Кофе", "price_rub": 1, "stock": 3}
        assert shop.front.post(PRODUCTS, body, keyed).ok() == shop.front.post(PRODUCTS, body, keyed).ok()
        assert shop.front.post(PRODUCTS, {**body, "stock": 4}, keyed).body["error"] == "key_reused"
        assert len(names(shop)) == 2

    def test_a_card_without_a_key_is_a_number_and_a_write(self, shop):
        with Wire() as wire:
            shop.product()
        assert [call.operation for call in wire.calls] == ["UpdateItem", "TransactWriteItems"]
        with Wire() as wire:
            shop.product(stock=1)
        assert [call.operation for call in wire.calls] == ["BatchGetItem", "UpdateItem", "TransactWriteItems"]

    @pytest.mark.parametrize(
        ("said", "where"),
        [
            ({"name": " "}, "name"),
            ({"name": "x" * 101}, "name"),
            ({"name": None}, "name"),
            ({"price_rub": None}, "price_rub"),
            ({"price_rub": -1}, "price_rub"),
            ({"price_rub": 0.001}, "price_rub"),
            ({"price_rub": 10_000_000.01}, "price_rub"),
            ({"price_rub": "NaN"}, "price_rub"),
            ({"price_rub": True}, "price_rub"),
            ({"tax_rate_percent": 100.01}, "tax_rate_percent"),
            ({"service_duration_min": 1441}, "service_duration_min"),
            ({"item_type": "gift"}, "item_type"),
            ({"is_active": None}, "is_active"),
            ({"sku": "x" * 65}, "sku"),
            ({"description": "x" * 5001}, "description"),
            ({"images": ["https://x.example"] * 7}, "images"),
            ({"images": ["javascript:alert(1)"]}, "images"),
            ({"images": {"a": 1}}, "images"),
            ({"stock": -1}, "stock"),
        ],
    )
    def test_a_wrong_field_is_named(self, shop, said, where):
        answer = shop.front.post(PRODUCTS, {"name": "Чай", "price_rub": 1, **said}, SERVICE)
        assert (answer.status, answer.body["detail"][0]["loc"][:2]) == (422, ["body", where])

    def test_letters_that_fold_into_many_fit_a_key(self, shop):
        made = shop.product("\ufdfa" * 100, sku="\ufdfa" * 64)
        assert names(shop, q="\ufdfa" * 100) == [made["name"]]
        assert shop.location("\ufdfa" * 100)


class TestChanging:
    def test_what_is_absent_stays(self, shop):
        tea = shop.product(stock=2, category="Чаи", cost_price_rub=40)["id"]
        changed = put(shop, tea, {"name": "Чай чёрный", "price_rub": 120, "category": ""}).ok()
        assert changed == shop.card(tea)
        assert (changed["name"], changed["price_rub"], changed["category"], changed["cost_price_rub"], changed["stock"]) == (
            "Чай чёрный",
            120,
            "",
            40,
            2,
        )
        assert names(shop, q="чай чер") == ["Чай чёрный"]
        assert put(shop, tea, {}).ok() == changed

    def test_stock_is_movements_to_change(self, shop):
        tea = shop.product(stock=2)["id"]
        for said in ({"stock": 3}, {"stock": None}, {"name": "Х", "stock": 2}):
            assert put(shop, tea, said).status == 422
        assert shop.card(tea)["stock"] == 2

    def test_what_lies_somewhere_becomes_no_service(self, shop):
        tea = shop.product(stock=2)["id"]
        answer = put(shop, tea, {"item_type": "service"})
        assert (answer.status, answer.body["error"]) == (409, "stock_left")
        shop.moved(tea, "adjustment", 0).ok()
        assert put(shop, tea, {"item_type": "service"}).ok()["track_inventory"] is False

    def test_goods_that_come_while_a_card_becomes_a_service_keep_it_from_that(self, shop):
        tea = shop.product()["id"]

        def change(one):
            return one().status

        ways = [lambda: put(shop, tea, {"item_type": "service"}), lambda: shop.moved(tea, "income", 1)]
        with OneAtATime(), ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(change, ways)) == [200, 409]
        card = shop.card(tea)
        assert (card["item_type"], card["stock"]) in {("service", 0), ("product", 1)}

    def test_changes_of_different_fields_at_once_all_count(self, shop):
        tea = shop.product(sku="a")["id"]
        said = [{"name": "Кофе"}, {"sku": "b"}, {"price_rub": 5}]
        with OneAtATime(), ThreadPoolExecutor(3) as pool:
            assert {answer.status for answer in pool.map(lambda one: put(shop, tea, one), said)} == {200}
        card = shop.card(tea)
        assert (card["name"], card["sku"], card["price_rub"]) == ("Кофе", "b", 5)

    def test_unknown_ones_are_not_found(self, shop):
        assert put(shop, 77, {"name": "Х"}).status == 404
        assert put(shop, 0, {"name": "Х"}).status == 422


class TestLists:
    def test_by_names_with_filters_and_pages(self, shop):
        shop.product("Ёлка", category="Декор")
        shop.product("Яблоко", is_active=False)
        shop.product("Елей", item_type="service")
        assert names(shop) == ["Елей", "Ёлка", "Яблоко"]
        assert names(shop, q="ЕЛ") == ["Елей", "Ёлка"]
        assert names(shop, search="ёлк", card_type="product") == ["Ёлка"]
        assert names(shop, category="Декор") == ["Ёлка"] and names(shop, category="Нет") == []
        assert names(shop, is_active="false") == ["Яблоко"]
        first = shop.front.get(PRODUCTS, SERVICE, page_size=2).ok()
        assert (first["total"], [one["name"] for one in first["items"]]) == (3, ["Елей", "Ёлка"])
        assert names(shop, cursor=first["next_cursor"]) == ["Яблоко"]
        assert names(shop, page=2, page_size=2) == ["Яблоко"]
        assert names(shop, q="\U0010ffff#'") == []
        with Wire() as wire:
            names(shop)
        assert [call.operation for call in wire.calls] == ["Query", "BatchGetItem"]


class TestSpecifications:
    def test_what_a_dish_is_made_of_is_kept_and_costed(self, shop):
        tea, sugar = shop.product("Чай", cost_price_rub=40, unit="кг")["id"], shop.product("Сахар", cost_price_rub=10)["id"]
        cup = shop.product("Чашка чая", item_type="service")["id"]
        path = f"{PRODUCTS}/{cup}/specification"
        assert shop.front.get(path, SERVICE).ok() == {"product_id": cup, "items": [], "cost_rub": 0}
        body = {"items": [{"product_id": tea, "quantity": 0.05}, {"product_id": sugar, "quantity": 2}]}
        said = shop.front.post(path, body, SERVICE).ok()
        assert said == shop.front.get(path, SERVICE).ok() == shop.front.post(path, body, SERVICE).ok()
        assert (said["cost_rub"], said["items"][0]) == (
            22,
            {"product_id": tea, "product_name": "Чай", "quantity": 0.05, "unit": "кг", "cost_price_rub": 40},
        )
        keyed = {**SERVICE, "Idempotency-Key": "k"}
        assert shop.front.post(path, body, keyed).ok() == shop.front.post(path, body, keyed).ok() == said
        assert shop.front.post(path, {"items": body["items"][:1]}, keyed).body["error"] == "key_reused"
        assert shop.front.delete(path, SERVICE).ok()["items"] == shop.front.delete(path, SERVICE).ok()["items"] == []
        assert shop.front.get(path, SERVICE).ok()["items"] == []

    def test_what_is_no_part_is_refused(self, shop):
        tea, cut = shop.product()["id"], shop.product("Стрижка", item_type="service")["id"]
        path = f"{PRODUCTS}/{tea}/specification"

        def said(*items):
            answer = shop.front.post(path, {"items": [{"product_id": number, "quantity": quantity} for number, quantity in items]}, SERVICE)
            return answer.status, answer.body["error"]

        assert said((77, 1)) == (404, "not_found")
        assert said((cut, 1)) == (409, "stock_of_service")
        assert said((tea, 1)) == said((cut, 0)) == said((cut, 1), (cut, 2)) == said() == (422, "invalid")
        for method in ("GET", "DELETE"):
            assert shop.front.call(method, f"{PRODUCTS}/77/specification", headers=SERVICE).status == 404
