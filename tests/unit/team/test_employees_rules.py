"""Which cards a list shows, how somebody stands, and what a history tells."""

from types import SimpleNamespace

import pytest

from chalicelib.team.employees import rules


def card(**said):
    plain = {"full_name": "Мария Орлова", "position": "мастер", "email": "m@example.org", "phone": "+79045501567"}
    return SimpleNamespace(**{**plain, "category_id": 1, "status": "active", "is_archived": False, **said})


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, (True, False)),
        ({"q": "ОРЛ маст"}, (True, False)),
        ({"q": "орлова х"}, (False, False)),
        ({"is_archived": True}, (False, True)),
        ({"status": "dismissed"}, (False, True)),
        ({"status": "dismissed", "is_archived": False}, (False, False)),
        ({"category_id": 2}, (False, False)),
    ],
)
def test_a_list_is_of_those_who_work_here_unless_it_asks(asked, found):
    everything = {"q": None, "category_id": None, "status": None, "is_archived": None, **asked}
    cards = (card(), card(status="dismissed", is_archived=True))
    assert tuple(rules.matches(one, **everything) for one in cards) == found


@pytest.mark.parametrize(
    ("status", "is_archived", "before", "after"),
    [
        (None, None, "dismissed", "dismissed"),
        (None, True, "active", "archived"),
        (None, True, "dismissed", "dismissed"),
        (None, False, "dismissed", "active"),
        ("dismissed", None, "active", "dismissed"),
        ("dismissed", True, "active", "dismissed"),
    ],
)
def test_who_has_left_stays_as_he_left(status, is_archived, before, after):
    assert rules.status_of(status, is_archived, before) == after


def test_what_differs_is_told_as_text_and_money_in_roubles():
    before = {"hourly_rate": 30_000, "category_id": None, "is_bookable": True, "position": ""}
    after = {"hourly_rate": 35_050, "category_id": 2.0, "is_bookable": False, "position": ""}
    expected = [("hourly_rate", "300", "350.5"), ("category_id", None, "2"), ("is_bookable", "true", "false")]
    assert [*rules.changes(before, after)] == expected
