"""How often a client may be touched: a week has no more than the policy says, wherever it begins."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.company.policy import Policy
from chalicelib.dialogue.groups import rules

AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
POLICY = Policy(max_touches_per_week=3, min_hours_between_touches=24)


def may(*hours: float, policy: Policy = POLICY) -> bool:
    """Whether he may be touched now who is touched so many hours before (or, below zero, after) it."""
    return rules.may_touch([(AT - timedelta(hours=one)).timestamp() for one in hours], AT, policy)


@pytest.mark.parametrize(
    ("hours", "allowed"),
    [
        ((), True),
        ((24,), True),
        ((23.99,), False),
        ((-24,), True),
        ((-23.99,), False),
        ((24, 48), True),
        ((24, 48, 72), False),
        ((24, 48, 168), True),
        ((24, 48, 167.99), False),
        ((72, 24, -24), False),
        ((143, 120, -24, -48), False),
        ((144, 120, -24, -48), True),
        ((144, -144), True),
        ((100, 24, -67), False),
        ((100, 24, -68), True),
        ((400, 376, 352, 328), True),
    ],
)
def test_no_span_of_a_week_has_more_and_two_are_apart(hours, allowed):
    assert may(*hours) is allowed


def test_the_policy_is_what_is_asked():
    assert may(2, 3, 4, policy=Policy(max_touches_per_week=4, min_hours_between_touches=1))
    assert not may(200, policy=Policy(max_touches_per_week=1, min_hours_between_touches=201))


def test_the_last_ten_are_kept_in_their_order():
    touches: list[float] = []
    for hour in (5, 3, 8, *range(20, 30)):
        touches = rules.touched(touches, AT + timedelta(hours=hour))
    assert touches == [(AT + timedelta(hours=hour)).timestamp() for hour in range(20, 30)]


def test_the_largest_transaction_has_room():
    a_person, beside = 3, 2  # a message, what it leaves by, a touch; how far the group is, and the key
    assert rules.TOGETHER * a_person + beside == 77 <= 100
