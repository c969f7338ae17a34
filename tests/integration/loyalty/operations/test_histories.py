"""Random histories at the store: whatever a till does, and whoever of those who work for it dies, its books and its counts agree."""

import random
from contextlib import suppress
from datetime import timedelta

import pytest

import chalicelib.ops.jobs  # noqa: F401  registers how operations are counted from their rows
from chalicelib.analytics.counts import service as counts
from chalicelib.core import clock, facts
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.facts import rows
from chalicelib.loyalty.operations import expiring, service
from chalicelib.loyalty.operations.schemas import NewOperation
from chalicelib.loyalty.referrals import paying
from tests.integration.loyalty.operations import till
from tests.standins.store import Killed, Wire

pytestmark = pytest.mark.usefixtures("tables")
CLIENTS, STEPS, TIMES = 3, 60, 3


def purchase(chance, number, made):
    said = {"op_type": "purchase", "amount_rub": chance.randint(1, 90_000) / 100, "points": chance.choice((0, 0, 5, 20))}
    return {**said, "certificate_code": f"{number:012d}"} if chance.random() < 0.3 else said


def refund(chance, number, made):
    """Of all that is left of one, or of a part of any, which may be less than a point is worth."""
    if made and chance.random() < 0.5:
        return {"op_type": "refund", "operation_id": chance.choice(made)}
    return {"op_type": "refund", "amount_rub": chance.randint(1, chance.choice((99, 30_000))) / 100}


def by_hand(chance, number, made):
    return {"op_type": chance.choice(("points_accrual", "points_writeoff")), "points": chance.randint(1, 40), "comment": "x"}


def delivered(chance, number, times=TIMES):
    """The effect of a purchase comes so often, and each time its worker may die at any call."""
    for _ in range(times):
        with Wire() as wire, suppress(Killed):
            fatal = chance.randrange(12)
            wire.before = lambda call, wire=wire, fatal=fatal: _die(len(wire.calls) > fatal)
            paying.settle(number)


def _die(now):
    if now:
        raise Killed


def rewarded(number):
    """The numbers of a client's purchases that have somebody to reward."""
    return [row.number for row in till.operations(number) if row.referral_state]


def test_the_books_agree():
    till.settings(life=3)
    till.referrals(depth=2)
    for number in range(1, CLIENTS + 1):
        till.client(number, **({"referrer": number - 1} if number > 1 else {}))
        till.certificate(50_000, f"{number:012d}")
    chance, at, done, bought = random.Random(7), clock.wall(), 0, {number: [] for number in range(1, CLIENTS + 1)}
    for _ in range(STEPS):
        number, is_later = chance.randint(1, CLIENTS), chance.random() < 0.1
        at += timedelta(days=50 * is_later)
        with clock.pinned(at):
            for one in range(1, (CLIENTS + 1) * is_later):
                expiring.end(till.place(one), facts.day_of(at))
            with suppress(NotFound, Conflict):
                said = chance.choice((purchase, purchase, refund, by_hand))(chance, number, bought[number])
                made = service.make(NewOperation(client_id=number, **said), actor="test", key=None)
                done += 1
                bought[number] += [made.id] if made.op_type == "purchase" else []
                if number > 1 and made.op_type in ("purchase", "refund"):
                    delivered(chance, made.refund_of or made.id, chance.choice((1, TIMES)))
    for one in [one for number in bought for one in rewarded(number)]:
        paying.settle(one)
    kinds = {row.op_type for number in bought for row in till.operations(number)}
    assert all(till.is_sound(number) for number in bought)
    assert kinds >= {"referral_accrual", "referral_clawback", "points_expiry"}
    assert done > STEPS / 2, "most of what is tried is allowed"
    are_counted()


def are_counted():
    """Told so often, every day's counts are what its rows say."""
    told = list(rows.log(clock.wall() - timedelta(hours=1), clock.wall() + timedelta(hours=1)))
    for _ in range(TIMES):
        counts.count(told)
    for day in sorted({fact.day for fact in told}):
        assert counts.counted("live", day) == counts.standing("live", day) != {}
