"""When a copy is stale, and which branch somebody means."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.gocrm.directories.rules import is_stale, means

NOW = datetime(2027, 1, 1, 0, 30, tzinfo=UTC)
CENTERS = [
    {"id": "61", "name": "Центр на Мира", "address": "ул. Мира, 5"},
    {"id": "62", "name": "Звёздный", "address": None},
    {"id": "63", "name": "Речной", "address": "пр. Победы, 40"},
    {"id": "64", "name": "Речной", "address": "пр. Победы, 42"},
]


@pytest.mark.parametrize(
    ("age", "failed", "stale"),
    [
        (timedelta(0), None, False),
        (timedelta(hours=2), None, False),
        (timedelta(hours=2, seconds=1), None, True),
        (timedelta(minutes=-5), None, False),
        (timedelta(0), "HTTP 500", True),
    ],
)
def test_a_copy_is_stale_after_two_hours_or_a_failure(age, failed, stale):
    assert is_stale(NOW - age, failed, NOW) is stale


def test_no_copy_is_stale():
    assert is_stale(None, None, NOW)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("61", "61"),
        (" ул  мира 5 ", "61"),
        ("УЛ. МИРА, 5", "61"),
        ("центр на мира", "61"),
        ("звездный", "62"),
        ("Речной", None),
        ("пр. Победы, 42", "64"),
        ("пр. Победы", None),
        ("", None),
        ("!!!", None),
        ("None", None),
        ("65", None),
    ],
)
def test_a_branch_is_meant_by_id_name_or_address_when_only_one_is(said, meant):
    assert means(said, CENTERS) == meant


def test_without_branches_nothing_is_meant():
    assert means("61", []) is None
