"""Refunds: by id or by the newest that holds the amount, of money, points, certificate and goods, and what is left afterwards."""

from datetime import timedelta

import pytest

from chalicelib.clients.index.models import PersonRow
from chalicelib.core import clock, storage
from chalicelib.core.outbox import OutboxRow
from chalicelib.loyalty.accounts.models import Account, Lot
from chalicelib.loyalty.certificates.models import Certificate
from chalicelib.loyalty.ledger import repository as ledger
from chalicelib.loyalty.ledger.models import Operation
from chalicelib.loyalty.ledger.rules import Line
from tests.builders import SERVICE
from tests.integration.loyalty.operations import till
from tests.standins.store import Wire

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture
def sold(front):
    """A purchase of three pieces and a service, paid by points, a certificate and money, by a client with a referrer."""
    till.client(referrer=5)
    till.referrals()
    till.product(7, price=30_000, pieces=5)
    till.product(8, price=10_000, item_type="service", track_inventory=False)
    till.certificate(20_000)
    till.made(front, op_type="points_accrual", points=300, comment="x")
    items = [{"product_id": 7, "quantity": 3}, {"product_id": 8, "quantity": 1}]
    paid = {"points": 300, "certificate_code": "ABCDEFGHJKMN", "cash_rub": 500}
    return till.made(front, op_type="purchase", items=items, **paid)


def refund(front, **said):
    return till.made(front, op_type="refund", **said)


class TestRefused:
    def test_what_cannot_be_refunded(self, front, sold):
        other = till.client(9)
        for said, status, code in (
            ({"amount_rub": -1}, 422, "invalid"),
            ({"amount_rub": 0, "operation_id": sold["id"]}, 422, "invalid"),
            ({"points": 5, "operation_id": sold["id"]}, 422, "invalid"),
            ({"operation_id": 99_999}, 404, "not_found"),
            ({"operation_id": sold["id"], "client_id": other}, 404, "not_found"),
            ({"operation_id": sold["id"], "items": [{"product_id": 99, "quantity": 1}]}, 404, "not_found"),
            ({"operation_id": sold["id"], "items": [{"product_id": 7, "quantity": 4}]}, 409, "nothing_to_refund"),
            ({"operation_id": sold["id"], "amount_rub": 1000.01}, 409, "nothing_to_refund"),
            ({"operation_id": sold["id"], "cash_rub": 499.99}, 422, "invalid_checksum"),
            ({"operation_id": sold["id"] - 1}, 409, "nothing_to_refund"),
            ({"amount_rub": 1000.01}, 409, "refund_needs_operation"),
            ({}, 409, "refund_needs_operation"),
        ):
            assert till.refused(front, op_type="refund", **said) == (status, code), said
        assert till.post(front, op_type="refund", operation_id=sold["id"], amount_rub=2000).body["detail"] == {"left": 1000}
        assert till.is_sound()

    def test_what_was_imported_is_history(self, front, sold):
        Operation.get(ledger.place(sold["id"])).update(actions=[Operation.imported.set(True)])
        answer = till.post(front, op_type="refund", operation_id=sold["id"])
        assert (answer.status, answer.body["detail"]) == (409, {"left": 0})
        assert till.refused(front, op_type="refund", amount_rub=1) == (409, "refund_needs_operation")


class TestRefund:
    def test_a_whole_one_puts_everything_back(self, front, sold):
        back = refund(front, operation_id=sold["id"], cash_rub=500)
        assert (back["amount_rub"], back["cash_rub"], back["certificate_rub"], back["points_returned"]) == (1000, 500, 200, 300)
        assert (back["points_taken_back"], back["refund_of"], back["points_balance_after"]) == (15, sold["id"], 300)
        seen = till.account()
        assert (seen.balance, seen.spent, seen.visits) == (30_000, 0, 1)
        assert till.stock() == 5 and Certificate.get("ABCDEFGHJKMN").balance == 20_000 and till.is_sound()
        assert Certificate.get("ABCDEFGHJKMN").status == "active"
        (fact,) = [row for row in till.facts() if row.ref == str(back["id"])]
        assert fact.data["full"] is True and fact.data["first"] is True and fact.data["cost"] == 4 * 4000
        assert [row.payload for row in OutboxRow.scan() if row.kind == "referral"] == [{"operation": sold["id"]}] * 2
        assert till.refused(front, op_type="refund", operation_id=sold["id"]) == (409, "nothing_to_refund")

    def test_parts_come_to_the_same_and_goods_as_they_are_named(self, front, sold):
        parts = [refund(front, amount_rub=333.33, items=[{"product_id": 7, "quantity": 1}]), refund(front, amount_rub=0.67)]
        assert till.stock() == 3
        parts.append(refund(front, operation_id=sold["id"]))
        assert till.stock() == 5 and till.is_sound()
        totals = {name: round(sum(part[name] for part in parts), 2) for name in ("cash_rub", "certificate_rub", "points_returned")}
        assert totals == {"cash_rub": 500, "certificate_rub": 200, "points_returned": 300}
        assert sum(part["points_taken_back"] for part in parts) == 15

    def test_named_goods_give_back_what_they_are_worth_of_the_bill(self, front):
        till.client()
        till.product(7, price=30_000, pieces=5)
        one = till.made(front, op_type="purchase", items=[{"product_id": 7, "quantity": 3}], discount_rub=100)
        parts = [refund(front, operation_id=one["id"], items=[{"product_id": 7, "quantity": 1}])]
        parts += [refund(front, operation_id=one["id"], product_id=7, quantity=1), refund(front, operation_id=one["id"], product_id=7)]
        assert [part["amount_rub"] for part in parts] == [266.66, 266.66, 266.68] and till.stock() == 5 and till.is_sound()
        plain = till.made(front, op_type="purchase", amount_rub=1000)
        answer = till.post(front, op_type="refund", operation_id=plain["id"], product_id=7)
        assert answer.status == 422 and "amount_rub" in answer.body["detail"][0]["loc"]
        assert till.refused(front, op_type="refund", operation_id=plain["id"], quantity=1) == (422, "invalid")

    def test_what_was_given_away_comes_back_once_for_nothing(self, front):
        till.client()
        till.product(7, price=30_000, pieces=5)
        one = till.made(front, op_type="purchase", items=[{"product_id": 7, "quantity": 3}], discount_rub=900)["id"]
        part = {"operation_id": one, "items": [{"product_id": 7, "quantity": 1}]}
        assert [refund(front, **part)["amount_rub"], refund(front, **part, amount_rub=0)["cash_rub"]] == [0, 0]
        assert till.stock() == 4 and refund(front, operation_id=one)["items"][0]["quantity"] == 1 and till.stock() == 5
        assert till.refused(front, op_type="refund", **part) == (409, "nothing_to_refund")
        assert till.refused(front, op_type="refund", operation_id=one) == (409, "nothing_to_refund")
        assert [row.data["full"] for row in till.facts() if row.data["op_type"] == "refund"] == [False, False, True]
        assert till.is_sound()

    def test_the_balance_falls_below_zero_by_a_refund_alone(self, front):
        till.client()
        one = till.made(front, op_type="purchase", amount_rub=1000)
        till.made(front, op_type="points_writeoff", points=30, comment="x")
        assert refund(front, operation_id=one["id"])["points_balance_after"] == -30
        assert till.refused(front, op_type="purchase", amount_rub=1000, points=1) == (409, "insufficient_points")
        assert till.made(front, op_type="purchase", amount_rub=1000)["points_balance_after"] == 0
        assert till.is_sound()

    def test_a_blocked_client_gets_his_money(self, front):
        till.client()
        one = till.made(front, op_type="purchase", amount_rub=10)
        till.account().update(actions=[Account.blocked.set(True)])
        assert refund(front, operation_id=one["id"])["cash_rub"] == 10

    def test_the_newest_that_still_holds_it(self, front):
        till.client()
        first, second = (till.made(front, op_type="purchase", amount_rub=amount)["id"] for amount in (500, 100))
        assert refund(front, amount_rub=200)["refund_of"] == first
        assert refund(front, amount_rub=100)["refund_of"] == second
        assert refund(front, amount_rub=100)["refund_of"] == first
        with clock.pinned(clock.wall() + timedelta(days=91)):
            assert till.refused(front, op_type="refund", amount_rub=1) == (409, "refund_needs_operation")

    def test_what_has_ended_is_not_taken_twice(self, front):
        till.client()
        one = till.made(front, op_type="purchase", amount_rub=1000)
        (lot,) = storage.query(Lot, till.place(722)).rows
        lot.update(actions=[Lot.expired.set(2_000)])
        till.account().update(actions=[Account.consumed.set(2_000), Account.balance.set(1_000)])
        assert refund(front, operation_id=one["id"])["points_taken_back"] == 10
        assert till.account().balance == 0

    def test_it_costs_four_calls_and_a_receipt_answers_again(self, front, sold):
        with Wire() as wire:
            first = refund(front, operation_id=sold["id"], receipt_number="B-1")
        assert len(wire.calls) == 4
        assert refund(front, operation_id=sold["id"], receipt_number="B-1") == first


class TestCertificateSale:
    @pytest.fixture
    def sale(self, front):
        till.client()
        return self.sell(till.place(722))

    def sell(self, place):
        code = till.certificate(30_000)
        tx, at = storage.Transaction(), clock.now()
        lines = [Line("till:card", "RUB", 25_000), Line("discounts", "RUB", 5_000), Line("certs", "RUB", -30_000)]
        said = {"amount": 25_000, "cash": 25_000, "certificate_code": code, "payment_method": "card"}
        ledger.write(tx, 500, "certificate_sale", place, lines, subject="client-722", at=at, actor="x", told={}, **said)
        tx.commit()
        return 500

    def test_is_taken_back_whole_and_once(self, front, sale):
        assert till.refused(front, op_type="refund", operation_id=sale, amount_rub=1) == (409, "nothing_to_refund")
        assert till.refused(front, op_type="refund", operation_id=sale, product_id=7) == (422, "invalid")
        assert till.refused(front, op_type="refund", operation_id=sale, cash_rub=300) == (422, "invalid_checksum")
        assert refund(front, operation_id=sale)["cash_rub"] == 250
        assert till.refused(front, op_type="refund", operation_id=sale) == (409, "nothing_to_refund")
        paid = {"amount_rub": 100, "certificate_code": "ABCDEFGHJKMN"}
        assert till.refused(front, op_type="purchase", **paid) == (409, "certificate_expired")

    @pytest.mark.parametrize("client", [None, 722])
    def test_what_was_sold_to_nobody_is_anybodys_to_bring_back(self, front, client):
        till.client()
        bought = till.made(front, op_type="purchase", amount_rub=5)["id"]
        asked = {"client_id": client} if client else {}
        said = {"op_type": "refund", "operation_id": self.sell(till.place(0)), "receipt_number": "C-1", **asked}
        first = front.post(till.OPERATIONS, said, SERVICE).ok()
        assert (first["cash_rub"], first["client_id"], Certificate.get("ABCDEFGHJKMN").status) == (250, 0, "cancelled")
        assert front.post(till.OPERATIONS, said, SERVICE).ok() == first and till.is_sound()
        again = front.post(till.OPERATIONS, {**said, "receipt_number": None}, SERVICE)
        assert (again.status, again.body["error"]) == (409, "nothing_to_refund")
        assert front.post(till.OPERATIONS, {"op_type": "refund", "operation_id": bought}, SERVICE).status == 404
        assert front.post(till.OPERATIONS, {"op_type": "purchase", "amount_rub": 5}, SERVICE).status == 422

    def test_not_after_something_was_spent(self, front, sale):
        till.made(front, op_type="purchase", amount_rub=100, certificate_code="ABCDEFGHJKMN")
        assert till.refused(front, op_type="refund", operation_id=sale) == (409, "certificate_used")


def test_what_a_merged_client_bought_is_refunded_to_whom_he_became(front):
    till.client()
    one = till.made(front, op_type="purchase", amount_rub=1000)
    (lot,) = storage.query(Lot, till.place(722)).rows
    till.client(9, balance=3_000, spent=100_000)
    Lot(place=till.place(9), lot=lot.lot, amount=3_000, operation=one["id"]).save()
    lot.delete()
    till.account().update(actions=[Account.merged_into.set(9), Account.balance.set(0), Account.spent.set(0)])
    assert refund(front, client_id=9, operation_id=one["id"])["points_taken_back"] == 30
    assert (int(till.account(9).balance), int(till.account(9).spent), int(till.account().balance)) == (0, 0, 0)


def test_a_refund_that_names_none_looks_at_what_a_merged_client_bought(front):
    till.client()
    till.client(9)
    bought = [till.made(front, op_type="purchase", amount_rub=100, client_id=number)["id"] for number in (9, 722, 9)]
    storage.change(PersonRow.row(till.place(9)), [PersonRow.was.set({"lead#br0722", "phone#+79990000000"})])
    till.account().update(actions=[Account.merged_into.set(9)])
    assert [refund(front, client_id=9, amount_rub=100)["refund_of"] for _ in bought] == bought[::-1]
    storage.change(PersonRow.row(till.place(9)), [PersonRow.was.set({f"lead#br{number:04d}" for number in range(100, 110)})])
    assert till.refused(front, op_type="refund", client_id=9, amount_rub=1) == (409, "refund_needs_operation")
