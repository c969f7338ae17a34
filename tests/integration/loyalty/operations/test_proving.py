"""Books are proved at night: what was planted is found, told once, and forgotten when it is mended."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from chalicelib.core import clock, storage, troubles, turns
from chalicelib.loyalty.accounts.models import Account
from chalicelib.loyalty.ledger import repository as ledger
from chalicelib.loyalty.ledger.models import Operation
from chalicelib.loyalty.ledger.rules import NOBODYS, Line
from chalicelib.loyalty.operations import proving
from tests.integration.loyalty.operations import till
from tests.standins.store import Wire

DAY = datetime(2026, 3, 12, 9, tzinfo=UTC)
NIGHT = datetime(2026, 3, 12, 22, 20, tzinfo=UTC)
"""Twenty past one of the thirteenth, in Moscow."""


@pytest.fixture
def books(tables, front):
    """Three clients with a purchase each, of whom one spends points of it, and one refunds half."""
    till.settings(life=3)
    for number in (7, 8, 9):
        till.client(number)
    with clock.pinned(DAY):
        for number in (7, 8, 9):
            made = till.made(front, client_id=number, op_type="purchase", amount_rub=5_000)
        till.made(front, client_id=8, op_type="purchase", amount_rub=300, points=100)
        till.made(front, client_id=9, op_type="refund", operation_id=made["id"], amount_rub=2_500)
    return front


def proved(hours=0):
    with clock.pinned(NIGHT + timedelta(hours=hours)):
        return proving.prove()


def standing(front):
    return [one["what"] for one in front.get("/health").ok()["troubles"]]


def balance(number, by):
    storage.change(Account.row(till.place(number)), [Account.balance.add(by)])


def unbalanced(place):
    """A row that nothing of ours would write."""
    tx, number = storage.Transaction(), ledger.number()
    lines = [Line("till:cash", "RUB", 5), Line("sales", "RUB", -5)]
    ledger.write(tx, number, "purchase", place, lines, subject=None, at=DAY, actor="test", told={})
    tx.commit()
    row = Operation.row(ledger.place(number))
    storage.change(row, [Operation.lines.set([["till:cash", "RUB", 5], ["sales", "RUB", -4]])])
    return row


def test_books_that_agree_say_nothing_and_what_was_planted_is_told_until_it_is_mended(books, tick):
    assert (proved(), proved(1)) == (0, 0)
    balance(8, 1)
    assert proved() == 0, "what differs may be changing at this moment"
    assert standing(books) == []
    assert proved(1) == 1
    assert standing(books) == ["ledger_drift"]
    assert proved(24) == 1, "it is looked at until it agrees, whether he comes again or not"
    balance(8, -1)
    assert (proved(48), standing(books)) == (0, [])


@pytest.mark.parametrize("place", [till.place(9), NOBODYS])
def test_lines_that_do_not_sum_to_zero_are_found_whosever_they_are(books, place):
    row = unbalanced(place)
    assert (proved(), proved(1)) == (0, 1)
    storage.change(row, [Operation.lines.set([["till:cash", "RUB", 5], ["sales", "RUB", -5]])])
    assert (proved(2), troubles.standing()) == (0, [])


def test_points_without_an_operation_and_money_without_one_are_found(books):
    storage.change(Account.row(till.place(7)), [Account.consumed.add(100), Account.balance.add(-100)])
    storage.change(Account.row(till.place(9)), [Account.money.add(1)])
    assert (proved(), proved(1)) == (0, 2)


def test_it_ends_in_time_and_goes_on_the_next_hour(books):
    balance(7, 1)
    with turns.opened(SimpleNamespace(get_remaining_time_in_millis=lambda: 0)), Wire() as wire:
        assert proved() == 0
    assert len(wire.calls) <= 4
    assert (proved(), proved(1)) == (0, 1)


def test_the_hourly_tick_proves_at_one_and_at_two(books, tick):
    told = [tick("end_points", NIGHT + timedelta(hours=hour)) for hour in (-1, 0, 1, 2)]
    assert ["unsound" in one for one in told] == [False, True, True, False]
