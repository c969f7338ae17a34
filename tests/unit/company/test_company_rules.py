"""Levels: what was set of them, and which is whose."""

import json

from chalicelib.company import rules, service
from chalicelib.company.rules import DEFAULT, Level, Loyalty


def test_what_is_kept_is_read_back_and_what_is_unknown_is_left():
    own = Loyalty((Level("one", "Первый", 0, 250, 10000),), step=1, life=12, delay=3, margin=4000, location=2)
    assert rules.loyalty(json.loads(json.dumps(rules.kept(own)))) == own
    assert rules.loyalty({"life": 6, "of a later version": 1}) == Loyalty(DEFAULT.levels, life=6)
    assert rules.loyalty(None) == service.loyalty_of([None]) == service.loyalty_of([]) == DEFAULT


def test_a_level_is_that_of_what_was_spent_unless_it_is_set_by_hand_and_stands():
    assert [rules.level_of(DEFAULT.levels, spent).code for spent in (-1, 0, 1_999_999, 2_000_000, 5_000_000)] == [
        "base",
        "base",
        "base",
        "silver",
        "gold",
    ]
    assert rules.level_of(DEFAULT.levels, 0, "gold").code == "gold"
    assert rules.level_of(DEFAULT.levels, 0, "gone").code == "base"
    following = rules.next_level(DEFAULT.levels, 0)
    assert following and following.code == "silver"
    assert rules.next_level(DEFAULT.levels, 5_000_000) is None
