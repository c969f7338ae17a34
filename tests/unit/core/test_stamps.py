"""Moments and days of a payload."""

from datetime import UTC, date, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from chalicelib.core.stamps import Day, Days, Stamp, StampOut

NOON = datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "said", [1773306000, "1773306000", 1773306000.0, "2026-03-12T09:00:00Z", "2026-03-12T12:00:00", "2026-03-12 12:00"]
)
def test_a_moment_comes_as_seconds_or_as_text_which_without_an_offset_is_the_business_zone_s(said):
    assert TypeAdapter(Stamp).validate_python(said) == NOON


@pytest.mark.parametrize(
    "said", [True, "", "soon", "12:00", "20260231", None, [], {}, 1e300, "9" * 30, 1773306000000, "١٢٣", "0001-01-01T00:00:00"]
)
def test_what_is_no_moment_is_refused_and_not_echoed(said):
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Stamp).validate_python(said)
    assert refused.value.errors()[0]["msg"].startswith("Value error, expected unix seconds")


def test_a_moment_is_shown_in_seconds_and_none_as_null():
    assert TypeAdapter(StampOut | None).dump_json(NOON) == b"1773306000"
    assert TypeAdapter(StampOut | None).dump_json(None) == b"null"


@pytest.mark.parametrize(
    ("said", "day"), [("2026-03-12", 12), ("20260312", 12), (1773262799, 11), (1773262800, 12), ("1773349199", 12), ("1773349200", 13)]
)
def test_seconds_widen_to_the_business_s_day_that_holds_them(said, day):
    assert TypeAdapter(Day).validate_python(said) == date(2026, 3, day)


def test_both_ends_count_and_two_years_lie_between_them():
    assert Days(date_from="2026-01-01", date_to="2026-01-01").span(92) == (date(2026, 1, 1), date(2026, 1, 1))
    assert Days(date_from="2024-01-01", date_to="2025-12-31").date_to == date(2025, 12, 31)
    assert Days(date_to="2026-03-31").span(31) == (date(2026, 3, 1), date(2026, 3, 31))
    assert Days(date_from="").date_from is None
    for first, last in (("2026-01-02", "2026-01-01"), ("2024-01-01", "2026-01-01")):
        with pytest.raises(ValidationError):
            Days(date_from=first, date_to=last)
