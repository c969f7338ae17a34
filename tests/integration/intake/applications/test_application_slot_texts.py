"""Chosen times as people and form builders write them."""

from datetime import timedelta

import pytest

from tests.builders import slot, specialist, tomorrow

WRITTEN = ["{0:%d.%m} в {0:%H:%M}", "{0:%d.%m %H:%M} МСК", "{0:%d.%m.%Y} с {0:%H:%M} до 23:45;", "{0:%d-%m-%Y %H:%M}", "{0:%d.%m.%y %H:%M}"]


def held(front, text):
    said = {"Name": "Слот", "Phone": "+79045501527", "slots": text, "tranid": "7654321:1260000021"}
    answer = front.form("/submit-application", said).ok()
    return [row["id"] for row in answer["held_slots"]], [row["reason"] for row in answer["taken_slots"]]


@pytest.mark.parametrize("written", WRITTEN)
def test_a_time_is_held_however_it_is_written(front, written):
    made = slot(front, specialist(front), tomorrow(18))
    assert held(front, written.format(tomorrow(18) + timedelta(hours=3))) == ([made], [])


def test_a_list_with_commas_is_several_times(front):
    person = specialist(front)
    made = [slot(front, person, tomorrow(hour)) for hour in (10, 12)]
    local = tomorrow(10) + timedelta(hours=3)
    assert held(front, f"{local:%d.%m} 10:00, {local:%d.%m} 12:00") == (made, [])


def test_a_long_list_is_not_cut(front):
    person = specialist(front)
    made = [slot(front, person, tomorrow(hour)) for hour in range(8, 20)]
    local = tomorrow(10) + timedelta(hours=3)
    assert held(front, ", ".join(f"{local:%d.%m.%Y} в {hour:02}:00" for hour in range(8, 20))) == (made[:3], ["limit"] * 9)
