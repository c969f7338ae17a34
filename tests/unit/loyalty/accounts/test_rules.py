"""What is shown and found of an account."""

from types import SimpleNamespace

import pytest

from chalicelib.company.rules import DEFAULT_LEVELS
from chalicelib.loyalty.accounts import rules


def lot(day, amount):
    return SimpleNamespace(lot=f"{day or '9999-12-31'}#1", expires_on=day, amount=amount)


@pytest.mark.parametrize(
    ("lots", "consumed", "ends"),
    [
        ([], 0, None),
        ([lot(None, 500)], 0, None),
        ([lot("2026-05-01", 300), lot("2026-04-01", 200)], 0, (200, "2026-04-01")),
        ([lot("2026-05-01", 300), lot("2026-04-01", 200)], 250, (250, "2026-05-01")),
        ([lot("2026-04-01", 200), lot("2026-04-01", 100), lot("2026-05-01", 9)], 50, (250, "2026-04-01")),
        ([lot("2026-04-01", 200)], 200, None),
        ([lot("2026-04-01", 200)], 900, None),
    ],
)
def test_what_ends_next_is_what_was_not_consumed_of_the_first_day(lots, consumed, ends):
    assert rules.ending(lots, consumed) == ends


@pytest.mark.parametrize(
    ("day", "life", "ends"),
    [("2026-01-31", 1, "2026-02-28"), ("2026-12-31", 2, "2027-02-28"), ("2024-02-29", 24, "2026-02-28"), ("2026-01-31", None, None)],
)
def test_points_end_at_a_months_end_where_it_is_shorter(day, life, ends):
    assert rules.expires_on(day, life) == ends


def test_who_has_nothing_yet_is_found_by_what_that_means():
    found = rules.described({}, {}, DEFAULT_LEVELS)
    assert {"loyalty.level#base", "loyalty.status#active", "loyalty.spent#0000000", "loyalty.visits#00", "loyalty.gender#unknown"} <= found
    assert {one for one in found if one.startswith("loyalty.consent#")} == {f"loyalty.consent#{name}.no" for name in rules.CONSENTS}


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ({"loyalty_spent": -5}, "base"),
        ({"loyalty_spent": 1_999_999}, "base"),
        ({"loyalty_spent": 2_000_000}, "silver"),
        ({"loyalty_level": "gold"}, "gold"),
        ({"loyalty_level": "of old", "loyalty_spent": 2_000_000}, "silver"),
    ],
)
def test_a_level_follows_from_what_was_spent_unless_it_is_set(said, level):
    assert [one for one in rules.described(said, {}, DEFAULT_LEVELS) if one.startswith("loyalty.level")] == [f"loyalty.level#{level}"]


def test_tags_are_each_once_whatever_their_case_and_never_divide_a_facet():
    assert rules.tags(["VIP", "vip", " чай  с мёдом ", ""]) == {"VIP", "чай с мёдом"}
    assert rules.tag("чай#2%") == "чай%232%25" and rules.tag("Чай С Мёдом") == rules.tag("чай с медом")
