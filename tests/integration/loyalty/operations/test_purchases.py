"""Purchases, orders and points by hand: what is refused, what one changes, and that it costs three calls."""

import pytest

from chalicelib.core.outbox import OutboxRow
from chalicelib.loyalty.certificates.models import Certificate
from chalicelib.loyalty.operations.rules import MOST_TRACKED
from tests.builders import SERVICE, ledger
from tests.integration.loyalty.operations import till
from tests.standins.store import Wire

pytestmark = pytest.mark.usefixtures("tables")
BILL = {"op_type": "purchase", "amount_rub": 1000}


@pytest.fixture
def shop(front):
    """A till with a client who has points, goods, and a certificate."""
    till.client()
    till.product(7, price=10_000, pieces=5)
    till.product(8, price=25_050, item_type="service", track_inventory=False)
    till.certificate(30_000)
    till.made(front, op_type="points_accrual", points=500, comment="на день рождения")
    return front


class TestRefused:
    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"amount_rub": -1}, "amount_rub"),
            ({"amount_rub": 10.001}, "amount_rub"),
            ({"amount_rub": "1e3"}, "amount_rub"),
            ({"amount_rub": None}, "amount_rub"),
            ({"discount_rub": 1000.01}, "discount_rub"),
            ({"cash_rub": 999}, "cash_rub"),
            ({"points": 0.5}, "points"),
            ({"items": [{"product_id": 7, "quantity": 1}]}, "amount_rub"),
            ({"items": [{"product_id": 7, "quantity": 0}]}, "items"),
            ({"items": [{"product_id": 7, "quantity": 1}], "product_id": 7, "amount_rub": None}, "product_id"),
            ({"certificate_rub": 5}, "certificate_code"),
            ({"referral_discount_rub": 5}, "referral_discount_rub"),
            ({"receipt_number": "R\x00-1"}, "receipt_number"),
            ({"receipt_number": "R\n1"}, "receipt_number"),
            ({"comment": "a\x1bb"}, "comment"),
            ({"certificate_rub": 1001, "certificate_code": "ABCD-EFGH-JKMN"}, "certificate_rub"),
            ({"client_id": 0}, "client_id"),
            ({"client_id": "722"}, "client_id"),
            ({"op_type": "points_expiry"}, "op_type"),
            ({"op_type": "points_accrual", "amount_rub": None, "points": 5}, "comment"),
            ({"op_type": "points_writeoff", "amount_rub": 5, "points": 5, "comment": "x"}, "amount_rub"),
            ({"op_type": "points_accrual", "amount_rub": 0, "points": 0, "comment": "x"}, "points"),
            ({"op_type": "reward_payout", "amount_rub": 0, "comment": "x"}, "amount_rub"),
        ],
    )
    def test_what_is_wrong_is_named_and_never_told_back(self, shop, said, field):
        answer = till.post(shop, **{**BILL, **said})
        assert answer.status == 422
        assert field in answer.body["detail"][0]["loc"], answer.text

    @pytest.mark.parametrize(
        ("said", "status", "code"),
        [
            ({"client_id": 9}, 404, "not_found"),
            ({"items": [{"product_id": 99, "quantity": 1}], "amount_rub": None}, 404, "not_found"),
            ({"location_id": 77}, 404, "not_found"),
            ({"points": 501}, 409, "insufficient_points"),
            ({"points": 500, "discount_rub": 1}, 409, "discount_limit_exceeded"),
            ({"cash_rub": 1}, 422, "invalid_checksum"),
            ({"certificate_code": "0000-0000-0000"}, 404, "certificate_unknown"),
            ({"certificate_code": "nonsense"}, 404, "certificate_unknown"),
            ({"certificate_code": "abcdefghjkmn", "certificate_rub": 301}, 409, "certificate_short"),
            ({"items": [{"product_id": 7, "quantity": 6}], "amount_rub": None}, 409, "out_of_stock"),
            ({"op_type": "points_writeoff", "amount_rub": 0, "points": 501, "comment": "x"}, 409, "insufficient_points"),
            ({"op_type": "reward_payout", "amount_rub": 1, "comment": "x"}, 409, "insufficient_points"),
        ],
    )
    def test_what_the_state_forbids_changes_nothing(self, shop, said, status, code):
        before = len(till.operations())
        assert till.refused(shop, **{**BILL, **said}) == (status, code)
        assert len(till.operations()) == before and till.is_sound() and till.stock() == 5

    def test_details_say_what_would_do(self, shop):
        limit = till.post(shop, **BILL, points=500, discount_rub=100).body["detail"]
        assert limit == {"field": "points", "max_points": 450}
        short = till.post(shop, op_type="purchase", items=[{"product_id": 7, "quantity": 6}]).body["detail"]
        assert short == {"product_id": 7, "available": 5}

    def test_a_blocked_client_neither_earns_nor_spends(self, front):
        till.client(balance=50_000, money=100, blocked=True)
        for said in (
            BILL,
            {"op_type": "points_accrual", "points": 1, "comment": "x"},
            {"op_type": "points_writeoff", "points": 1, "comment": "x"},
        ):
            assert till.refused(front, **said) == (409, "client_blocked")

    def test_another_ones_and_an_expired_certificate(self, shop):
        row = Certificate.get("ABCDEFGHJKMN")
        row.update(actions=[Certificate.client.set(till.place(1))])
        assert till.refused(shop, **BILL, certificate_code="ABCDEFGHJKMN") == (409, "certificate_not_yours")
        row.update(actions=[Certificate.client.remove(), Certificate.status.set("cancelled")])
        assert till.refused(shop, **BILL, certificate_code="ABCDEFGHJKMN") == (409, "certificate_expired")

    def test_an_archived_product_is_named(self, shop):
        till.product(9, is_active=False)
        answer = till.post(shop, op_type="purchase", items=[{"product_id": 9, "quantity": 1}])
        assert answer.status == 422 and "product 9 " in answer.body["detail"][0]["msg"]

    def test_twenty_six_goods_are_one_too_many(self, front):
        till.client()
        numbers = [till.product(100 + one) for one in range(MOST_TRACKED + 1)]
        items = [{"product_id": number, "quantity": 1} for number in numbers]
        assert till.refused(front, op_type="purchase", items=items) == (422, "too_many_items")


class TestPurchase:
    def test_all_at_once_in_three_calls(self, shop):
        till.referrals()
        till.account().update(actions=[till.Account.referrer.set(5)])
        items = [{"product_id": 7, "quantity": 2}, {"product_id": 8, "quantity": 1.5}, {"product_id": 7, "quantity": 1, "price": 90}]
        body = {"client_id": 722, "type": "purchase", "items": items, "points_spent": 100, "certificate_code": "ABCD-EFGH-JKMN"}
        more = {"certificate_rub": 200, "discount_rub": 5.75, "receipt_number": "R-1", "notify": True}
        with Wire() as wire:
            answer = shop.post(till.OPERATIONS, {**body, **more}, {**SERVICE, "Idempotency-Key": "k1"}).ok()
        assert [call.operation for call in wire.calls] == ["BatchGetItem", "UpdateItem", "TransactWriteItems"]
        amount, cash = 665.75, 360  # 200 + 375.75 + 90
        assert (answer["amount_rub"], answer["cash_rub"], answer["points_earned"]) == (amount, cash, 10)
        assert [item["amount_rub"] for item in answer["items"]] == [200, 375.75, 90]
        assert (answer["level_code"], answer["accrual_percent"], answer["referral_state"]) == ("base", 3, "pending")
        assert (answer["points_balance_after"], answer["refundable_rub"]) == (410, 660)
        seen = till.account()
        assert (seen.balance, seen.spent, seen.visits, seen.first_purchase["operation"]) == (41_000, 36_000, 1, answer["id"])
        assert till.stock() == 2 and till.is_sound()
        assert Certificate.get("ABCDEFGHJKMN").balance == 10_000
        assert [row.kind for row in OutboxRow.scan() if row.kind != "message"] == ["referral"]
        (receipt,) = ledger("client#client-722", "client_receipt")
        assert receipt.values["earned"] == "10"
        (fact,) = [row for row in till.facts() if row.ref == str(answer["id"])]
        assert fact.data["first"] is True and fact.data["cost"] == 3 * 4000 + 6000 and fact.actor == "office"

    def test_the_level_is_that_before_it_and_money_alone_earns(self, front):
        till.client(spent=2_000_000)
        one = till.made(front, **BILL, discount_rub=100)
        assert (one["level_code"], one["points_earned"]) == ("silver", 45)
        two = till.made(front, op_type="order", amount_rub=100, points=45, cash_rub=55)
        assert (two["points_earned"], two["payment_method"]) == (2, "online")
        assert [row.data["first"] for row in till.facts()] == [True, False]

    def test_a_pinned_level_counts(self, front):
        till.client(level="gold")
        assert till.made(front, **BILL)["points_earned"] == 70

    def test_what_a_repeat_gets(self, front):
        till.client()
        key = {"Idempotency-Key": "same"}
        first = till.post(front, key, **BILL).ok()
        assert till.post(front, key, **BILL).ok() == first
        assert till.post(front, key, **{**BILL, "amount_rub": 5}).body["error"] == "key_reused"
        receipt = till.made(front, **BILL, receipt_number="R-7")
        assert till.made(front, **BILL, receipt_number="R-7")["id"] == receipt["id"]
        assert till.refused(front, **{**BILL, "amount_rub": 5}, receipt_number="R-7") == (409, "receipt_known")
        assert till.account().visits == 2


class TestByHand:
    def test_points_and_money(self, front):
        till.client(money=50_000)
        assert till.made(front, op_type="points_accrual", points=10.5, comment="x")["points_balance_after"] == 10.5
        assert till.made(front, op_type="points_writeoff", points=10, comment="x")["points_spent"] == 10
        assert till.refused(front, op_type="points_writeoff", points=1, comment="x") == (409, "insufficient_points")
        paid = till.made(front, op_type="reward_payout", amount_rub=500, payment_method="card", comment="x")
        assert till.operations()[-1].lines == [["client:live#0000000722", "RUB", 50_000], ["till:card", "RUB", -50_000]]
        assert (paid["cash_rub"], till.account().money, till.account().balance) == (500, 0, 50)


class TestList:
    def test_newest_first_by_client_kind_and_day(self, front):
        till.client()
        till.client(9)
        for number in (722, 9, 722):
            till.made(front, **BILL, client_id=number)
        till.made(front, op_type="points_accrual", points=1, comment="x")
        with Wire() as wire:
            answer = front.get(till.OPERATIONS, SERVICE, date_from=till.clock.now().date().isoformat()[:8] + "01").ok()
        assert len(wire.calls) <= 2
        assert [one["client_id"] for one in answer["items"]] == [722, 722, 9, 722] and answer["total"] == 4
        assert [one["op_type"] for one in front.get(till.OPERATIONS, SERVICE, client_id=722, type="purchase").ok()["items"]] == [
            "purchase"
        ] * 2
        first = front.get(till.OPERATIONS, SERVICE, page_size=3).ok()
        rest = front.get(till.OPERATIONS, SERVICE, page_size=3, cursor=first["next_cursor"]).ok()
        assert [one["id"] for one in first["items"] + rest["items"]] == [one["id"] for one in answer["items"]]
        assert len(front.get(till.OPERATIONS, SERVICE, client_id="").ok()["items"]) == 4
        assert front.get(till.OPERATIONS, SERVICE, client_id=5).ok()["items"] == []
        assert front.get(till.OPERATIONS, SERVICE, op_type="nonsense").ok()["items"] == []
        assert front.get(till.OPERATIONS, SERVICE, date_from="2026-02-01", date_to="2026-01-01").status == 422


def test_a_closed_location_sells_nothing(front):
    till.client()
    till.product(7, pieces=5)
    at = till.clock.now()
    said = {"name": "Лавка", "location_type": "store", "address": "", "is_active": False}
    till.Entry(directory="locations", place=f"{5:012d}", said=said, by="test", created_at=at, updated_at=at).save()
    assert till.refused(front, op_type="purchase", items=[{"product_id": 7, "quantity": 1}], location_id=5) == (409, "location_closed")
