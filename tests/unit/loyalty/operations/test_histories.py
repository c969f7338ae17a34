"""Random histories of a till: whatever happens, lines sum to zero, balances and counts are what a recount says."""

import os
from collections import Counter

from chalicelib.analytics.counts import rules as counts
from chalicelib.analytics.counts.operations import of_operation
from chalicelib.loyalty.ledger.recounting import deltas
from chalicelib.loyalty.ledger.rules import PTS, RUB, balances
from chalicelib.loyalty.operations import rules
from chalicelib.loyalty.operations.finding import sold_of
from chalicelib.loyalty.operations.rules import Sold
from tests.unit.loyalty.operations.house import House

HISTORIES = int(os.environ.get("TILL_HISTORIES", "120"))
"""How many are played; two thousand take half a minute."""

STEPS = 30


def holds(house):
    """What is true after each step."""
    for client in house.clients:
        assert client.balance == sum(lot.amount for lot in client.lots.values()) - client.consumed
        assert all(0 <= lot.expired <= lot.amount for lot in client.lots.values())
    assert all(0 <= one.balance <= one.amount for one in house.certificates)


def agrees(house):
    """What the ledger says of everybody, and the counts of every day."""
    sums = balances(row.lines for row in house.rows)
    assert not any(balances([[("all", currency, by) for (_, currency), by in sums.items()]]).values())
    for client in house.clients:
        account = f"client:{client.place}"
        assert (sums.get((account, PTS), 0), sums.get((account, RUB), 0)) == (client.balance, -client.money)
        own = [row for row in house.rows if row.client == client.place and (row.op_type == "purchase" or hasattr(row, "refund_of"))]
        assert balances(row.lines for row in own).get(("till:cash", RUB), 0) == client.spent
    assert sums.get(("certs", RUB), 0) == -sum(one.balance for one in house.certificates)
    told = counts.summed(counts.lasting(delta for row in house.rows for delta in of_operation("live", row.day, row.counted)))
    again = counts.summed(counts.lasting(delta for row in house.rows for delta in deltas(row, "live", row.day)))
    assert told == again
    ever = told.get(counts.Place(counts.OPS, "live", counts.EVER), {})
    assert ever.get("balance", 0) == sum(client.balance for client in house.clients)
    assert {kind: ever[f"{kind}_count"] for kind in house.kinds()} == house.kinds()


def is_one(house):
    """Parts of a refund gave back what one of their sum gives back."""
    for row in house.rows:
        shares = house.shares.get(int(row.place), ())
        if shares:
            sold = sold_of(row)
            whole = rules.refund(Sold(sold.bill, sold.earned, sold.percent), row.refunded, house.step)
            for name in ("amount", "cash", "points", "certificate", "discounts"):
                assert sum(getattr(share, name) for share in shares) == getattr(whole, name), name
            kept = whole.excess - row.points_taken_back  # what had ended in the lot
            assert kept == 0 or (kept > 0 and row.lot)
            assert not (kept and house.life is None)
            assert shares[-1].full == whole.full


def test_whatever_happens_the_books_agree():
    kinds = Counter()
    for seed in range(HISTORIES):
        house = House(seed)
        for _ in house.play(STEPS):
            holds(house)
        agrees(house)
        is_one(house)
        kinds += house.kinds()
    wanted = (
        "purchase refund points_accrual points_writeoff certificate_sale points_expiry referral_accrual referral_clawback reward_payout"
    )
    assert set(wanted.split()) == set(kinds)
