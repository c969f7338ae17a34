"""What a code is, and when another may follow."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.access import rules
from chalicelib.access.schemas import CodeCheck, TelegramIdQuery

NOON = datetime(2026, 3, 11, 12, tzinfo=UTC)


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_a_code_is_six_digits_and_always_the_same(secret, whose, nonce):
    made = rules.code(secret, whose, nonce)
    assert made.isascii()
    assert made.isdigit()
    assert len(made) == 6
    assert made == rules.code(secret, whose, nonce)


def test_codes_differ_by_account_contour_nonce_and_secret():
    parts = [("s", rules.holder("77", "live"), "n"), ("s", rules.holder("77", "test"), "n"), ("s", rules.holder("78", "live"), "n")]
    parts += [("s", rules.holder("77", "live"), "m"), ("t", rules.holder("77", "live"), "n")]
    assert len({rules.code(*part) for part in parts}) == len(parts)


@pytest.mark.parametrize(
    ("since", "count", "may"),
    [
        (timedelta(seconds=59), 1, False),
        (timedelta(seconds=60), 1, True),
        (timedelta(hours=1), 9, True),
        (timedelta(minutes=14), 10, False),
        (timedelta(minutes=15), 10, True),
        (timedelta(hours=13), 10, True),
    ],
)
def test_another_code_follows_after_a_minute_and_after_ten_more_slowly(since, count, may):
    sent_at = NOON - since
    assert rules.may_send(sent_at, rules.day_of(sent_at), count, NOON) is may


@pytest.mark.parametrize(("typed", "read"), [("042137", "042137"), ("042 137", "042137"), ("042-137", "042137"), (42137, "042137")])
def test_a_code_is_read_as_people_type_it(typed, read):
    assert CodeCheck(telegram_id=77, code=typed).code == read


def test_a_client_may_be_named_in_several_ways_at_once():
    assert TelegramIdQuery(client="@anna", phone="+7 904 550-15-67").said == ["@anna", "+7 904 550-15-67"]
