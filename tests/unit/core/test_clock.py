import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest

from chalicelib.core import clock

TICK = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def test_now_is_wall_time_outside_a_tick():
    assert abs(clock.now() - clock.wall()) < timedelta(seconds=1)
    assert clock.now().tzinfo is UTC


def test_a_tick_pins_now_and_not_the_wall():
    with clock.pinned(TICK):
        assert clock.now() == TICK
        assert clock.wall() != TICK
    assert clock.now() != TICK


def test_a_tick_inside_a_tick_gives_the_outer_one_back():
    with clock.pinned(TICK):
        with clock.pinned(TICK + timedelta(days=21)):
            assert clock.now() == TICK + timedelta(days=21)
        assert clock.now() == TICK


def test_a_failed_tick_leaves_no_time_behind():
    with pytest.raises(RuntimeError), clock.pinned(TICK):
        raise RuntimeError
    assert clock.now() != TICK


def test_a_pinned_moment_of_another_zone_is_told_in_utc():
    with clock.pinned(datetime(2026, 12, 1, 12, 0, tzinfo=timezone(timedelta(hours=3)))):
        assert (clock.now().hour, clock.now().tzinfo) == (9, UTC)


def test_a_tick_does_not_pin_another_thread():
    with clock.pinned(TICK), ThreadPoolExecutor(1) as other:
        assert other.submit(clock.now).result() != TICK


def test_a_pause_waits():
    started = time.monotonic()
    clock.pause(0.02)
    assert time.monotonic() - started >= 0.015
