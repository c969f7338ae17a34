"""Days and hours of whoever looks, wherever he is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.intake.grid import rules, wishes

MOSCOW = ZoneInfo("Europe/Moscow")
QUARTERS = st.integers(rules.WIDEST[0] * 4, rules.WIDEST[1] * 4).map(lambda quarters: quarters / 4)


@given(QUARTERS, st.integers(0, 14 * 366 * 24 * 60), st.integers(0, 40))
def test_what_is_read_for_anybody_holds_what_each_is_shown(hours, minutes, more):
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    there = rules.local(start, MOSCOW, hours)
    shown = rules.days(there.date() - timedelta(days=more), there.date())
    first, last = rules.anybodys(shown, MOSCOW)
    assert first <= start < last and there.date() in shown


@pytest.mark.parametrize("value", [0, "0", -15, 14, "2.5", 5.75, "-3", " 3 "])
def test_offsets_are_read(value):
    assert rules.offset(value) == float(value)


@pytest.mark.parametrize("value", [-15.25, 14.25, 0.1, "", "два", None, [], {}, "nan", "inf", 10**400])
def test_what_is_no_offset_is_refused_without_a_word_of_it(value):
    with pytest.raises(ValueError, match=r"expected hours from Moscow, -15 to 14"):
        rules.offset(value)


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        (date(2031, 2, 27), date(2031, 3, 1), 3),
        (date(2028, 2, 27), date(2028, 3, 1), 4),
        (date(2031, 12, 31), date(2032, 1, 1), 2),
        (date(2031, 1, 1), None, 31),
        (date(2031, 1, 1), date(2031, 12, 31), 62),
        (date(2031, 1, 2), date(2031, 1, 1), 0),
    ],
)
def test_days_are_those_asked_for_and_no_more_than_the_most(start, end, shown):
    assert len(rules.days(start, end)) == shown


def test_a_forms_criteria_are_read_wherever_they_stand():
    said = {
        "form": {"questions": ["сон"], "_queries": "горе; сон", "amountExpectations": 3500, "formPsyClientInfo": {"sexPsycho": "Женский"}}
    }
    wanted = wishes.of({**said, "selectedPsychologistsNames": ["Анна Ким"], "name": "Ольга", "contact": "+79161234567"})
    assert (wanted.gender, wanted.price_max, wanted.specialisations, wanted.names) == ("female", 350_000, ("сон", "горе"), ("Анна Ким",))


@pytest.mark.parametrize(
    "said", [{}, {"form": None}, {"form": "x", "formPsyClientInfo": [1]}, {"questions": {"a": 1}, "sexPsycho": ["x", 5]}]
)
def test_a_form_that_says_nothing_wishes_nothing(said):
    wanted = wishes.of(said)
    assert (wanted.gender, wanted.price_max, wanted.specialisations, wanted.names) == (None, None, (), ())
