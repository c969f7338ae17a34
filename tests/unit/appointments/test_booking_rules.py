"""Who takes an appointment, and which times a schedule leaves open."""

import pytest

from chalicelib.appointments.booking.rules import Fit, chosen, openings
from chalicelib.booking.calendar.rules import Interval

HOUR, HALF = 3600, 1800


def fit(number, sessions=0, *, offered=False, opened=True, planned=True):
    return Fit(number, sessions, offered, opened, planned)


@pytest.mark.parametrize(
    ("fits", "freely", "number"),
    [
        ([], True, None),
        ([fit(1, 2), fit(2, 1), fit(3, 1)], False, 2),
        ([fit(1, planned=False), fit(2, 5)], False, 2),
        ([fit(1, planned=False), fit(2, 5)], True, 1),
        ([fit(1, opened=False)], True, None),
        ([fit(1, opened=False, planned=False, offered=True)], False, 1),
        ([fit(1, planned=False)], False, None),
    ],
)
def test_whoever_can_and_has_least_to_do_takes_it(fits, freely, number):
    found = chosen(fits, freely=freely)
    assert (found and found.number) == number


@pytest.mark.parametrize(
    ("plan", "standing", "after", "starts"),
    [
        ([(0, 2 * HOUR)], [], 0, [0, HALF, HOUR]),
        ([(0, 2 * HOUR)], [], 1, [HALF, HOUR]),
        ([(0, 2 * HOUR)], [(HOUR, HOUR + 60)], 0, [0]),
        ([(0, HOUR - 1)], [], 0, []),
        ([(0, HOUR), (HOUR, 2 * HOUR)], [(0, HALF)], 0, [HOUR]),
        ([(-5 * HOUR, 0)], [], HOUR, []),
    ],
)
def test_a_schedule_is_open_where_nothing_stands(plan, standing, after, starts):
    times = [[Interval(*one, f"{one}") for one in some] for some in (plan, standing)]
    assert list(openings(*times, length=HOUR, after=after)) == starts
