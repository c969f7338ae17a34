"""Certificates: money of whoever knows the code is spent once, whoever is at the till at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.clients.index.rules import place
from chalicelib.core import clock, storage
from chalicelib.loyalty.certificates import service
from chalicelib.loyalty.certificates.errors import (
    CertificateExpired,
    CertificateNotYours,
    CertificateRaced,
    CertificateShort,
    CertificateUnknown,
    CertificateUsed,
)
from chalicelib.loyalty.certificates.models import Certificate
from chalicelib.loyalty.ledger.models import Operation
from tests.builders import SERVICE
from tests.integration.loyalty.conftest import CLIENTS, told
from tests.standins.store import OneAtATime

CERTIFICATES = "/api/v1/admin/certificates"
HIS, ANOTHERS = place("live", 1), place("live", 2)


def make(till, **said):
    return till.front.post(CERTIFICATES, {"title": "Подарок", "amount_rub": 1000, **said}, SERVICE)


def row(code):
    return storage.read(*service.keys(code))[0]


@storage.again(CertificateRaced, times=12)
def redeem(code, amount, whose=HIS, **more):
    tx = storage.Transaction()
    taken = service.redeem_in(tx, row(code), client_place=whose, amount=amount, at=clock.now(), **more)
    tx.commit()
    return taken


def give_back(code, amount, at=None):
    tx = storage.Transaction()
    service.give_back_in(tx, row(code), amount, at=at or clock.now())
    tx.commit()


def test_one_that_is_sold_is_income_and_a_repeat_makes_no_other(till):
    said = {"title": "Подарок", "nominal": 1000, "price_rub": "900,50", "payment_method": "card", "comment": "маме"}
    made = till.front.post(CERTIFICATES, said, {**SERVICE, "Idempotency-Key": "one"}).ok()
    assert till.front.post(CERTIFICATES, said, {**SERVICE, "Idempotency-Key": "one"}).ok() == made
    assert (made["amount_rub"], made["balance_rub"], made["price_rub"], made["status"]) == (1000, 1000, 900.5, "active")
    sale = storage.read(Operation.at(f"{made['id']:012d}"))[0]
    assert sale.lines == [["till:card", "RUB", 90_050], ["discounts", "RUB", 9_950], ["certs", "RUB", -100_000]]
    assert (sale.op_type, sale.amount, sale.discount, sale.cash) == ("certificate_sale", 100_000, 9_950, 90_050)
    assert service.keys(made["code"].lower().replace("-", " ")) == [Certificate.at(sale.certificate_code)]
    given = make(till).ok()
    assert given["price_rub"] is None and storage.read(Operation.at(f"{given['id']:012d}")) == [None]


@pytest.mark.parametrize(
    "said", [{"amount_rub": 0}, {"title": " "}, {"expires_at": "2020-01-01"}, {"amount_rub": 10, "nominal": 20}, {"payment_method": "x"}]
)
def test_what_is_wrong_is_refused(till, said):
    assert make(till, **said).status == 422


def test_a_list_shows_the_last_letters_to_all_but_the_owner_and_filters(till):
    anna = till.come()
    mine, free = make(till, client_id=anna).ok(), make(till, valid_until="2999-01-01").ok()
    assert told(make(till, client_id=77))[0::2] == (404, {"field": "client_id"})
    redeem(free["code"], 100_000)

    def found(**query):
        return [one["id"] for one in till.front.get(CERTIFICATES, SERVICE, **query).ok()["items"]]

    assert found() == [free["id"], mine["id"]] and found(client_id=anna) == [mine["id"]] and found(client_id=99) == []
    assert found(status="redeemed") == [free["id"]] and found(status="in_progress") == [mine["id"]]
    assert till.front.get(CERTIFICATES, SERVICE).ok()["items"][1]["code"] == mine["code"]  # the service is an owner
    card = till.front.get(f"{CLIENTS}/{anna}/card", SERVICE).ok()
    assert ([one["id"] for one in card["certificates"]], card["id"], card["operations"]) == ([mine["id"]], anna, [])


def test_why_one_pays_for_nothing(till):
    code = make(till, client_id=till.come()).ok()["code"]
    for error, ask in (
        (CertificateUnknown, lambda: redeem("0000-0000-0000", 1)),
        (CertificateUnknown, lambda: redeem("what?", 1)),
        (CertificateNotYours, lambda: redeem(code, 1, ANOTHERS)),
        (CertificateShort, lambda: redeem(code, 100_001)),
    ):
        with pytest.raises(error) as refused:
            ask()
        assert refused.value.status in (404, 409) and refused.value.code.startswith("certificate_")
    assert refused.value.detail["balance"] == 1000
    storage.change(Certificate.row(row(code).code), [Certificate.expires_at.set(clock.now() - timedelta(days=1))])
    with pytest.raises(CertificateExpired):
        redeem(code, 1)


def test_of_ten_at_once_as_many_are_paid_as_there_is_money_for(till):
    code = make(till).ok()["code"]

    def pay(_):
        try:
            return redeem(code, 30_000)
        except CertificateShort:
            return 0

    with OneAtATime(), ThreadPoolExecutor(10) as workers:
        taken = list(workers.map(pay, range(10)))
    assert sorted(taken) == [0] * 7 + [30_000] * 3 and row(code).balance == 10_000
    assert redeem(code, None, most=4_000) == 4_000 and redeem(code, None, most=99_000) == 6_000
    assert (row(code).balance, row(code).status) == (0, "redeemed")


def test_what_is_refunded_lives_again_for_thirty_days(till):
    code = make(till, expires_at=int((clock.now() + timedelta(days=1)).timestamp())).ok()["code"]
    redeem(code, 100_000)
    later = clock.now() + timedelta(days=60)
    give_back(code, 40_000, later)
    assert (row(code).balance, row(code).status) == (40_000, "active")
    assert later + timedelta(days=30) <= row(code).expires_at <= later + timedelta(days=31, hours=2)
    give_back(code, 0)
    assert row(code).balance == 40_000


def test_a_sale_is_taken_back_while_nothing_of_it_is_spent(till):
    code, used = make(till, price_rub=1).ok()["code"], make(till).ok()["code"]
    redeem(used, 1)
    tx = storage.Transaction()
    with pytest.raises(CertificateUsed):
        service.cancel_in(tx, row(used))
    seen = row(code)
    assert service.cancel_in(tx, seen) == 100_000
    redeem(code, 1)
    with pytest.raises(CertificateUsed):  # it was whole when it was read
        tx.commit()
    give_back(code, 1)
    tx = storage.Transaction()
    service.cancel_in(tx, row(code))
    tx.commit()
    with pytest.raises(CertificateExpired):
        redeem(code, 1)
    with pytest.raises(CertificateRaced):
        give_back(code, 1)
