"""Random histories at the store: whatever a till does, its books agree."""

import random
from contextlib import suppress
from datetime import timedelta

import pytest

from chalicelib.core import clock, facts
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.loyalty.operations import expiring, service
from chalicelib.loyalty.operations.schemas import NewOperation
from tests.integration.loyalty.operations import till

pytestmark = pytest.mark.usefixtures("tables")
HISTORIES, STEPS = 12, 5


def purchase(chance, number):
    said = {"op_type": "purchase", "amount_rub": chance.randint(1, 90_000) / 100, "points": chance.choice((0, 0, 5, 20))}
    return {**said, "certificate_code": f"{number:012d}"} if chance.random() < 0.3 else said


def refund(chance, number):
    return {"op_type": "refund", "amount_rub": chance.randint(1, 30_000) / 100}


def by_hand(chance, number):
    return {"op_type": chance.choice(("points_accrual", "points_writeoff")), "points": chance.randint(1, 40), "comment": "x"}


def test_the_books_agree():
    till.settings(life=3)
    chance, start, done = random.Random(7), clock.wall(), 0
    for number in range(1, HISTORIES + 1):
        till.client(number)
        till.certificate(50_000, f"{number:012d}")
        at = start
        for _ in range(STEPS):
            at += timedelta(days=chance.randint(0, 60))
            said = chance.choice((purchase, purchase, refund, by_hand))(chance, number)
            with clock.pinned(at):
                expiring.end(till.place(number), facts.day_of(at))
                with suppress(NotFound, Conflict):
                    service.make(NewOperation(client_id=number, **said), actor="test", key=None)
                    done += 1
        assert till.is_sound(number)
    assert done > HISTORIES, "most of what is tried is allowed"
