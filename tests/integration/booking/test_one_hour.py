"""An hour of a specialist has one slot, whoever makes them and however many at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.booking.calendar.models import Day
from tests.builders import SERVICE, slot, specialist, tomorrow
from tests.integration.booking import days, desk
from tests.standins.store import OneAtATime, Wire

HALF = timedelta(minutes=30)


def added(front, person, start, **said):
    return front.post("/slots", {"slots": [{"specialist_id": person, "start_at": start.isoformat(), **said}]}, SERVICE)


def test_the_refusal_names_the_slot_that_stands(front):
    person = specialist(front)
    standing = slot(front, person, tomorrow(10))
    answer = added(front, person, tomorrow(10) + HALF)
    assert (answer.status, answer.body["error"], answer.body["detail"]["slot_id"]) == (409, "slot_overlaps", standing)
    days.agree()


@pytest.mark.parametrize("hours", [2, 8])
def test_of_hours_that_overlap_one_stands(front, hours):
    person = specialist(front)
    starts = [tomorrow(10) + number * timedelta(minutes=60 / hours) for number in range(hours)]
    with OneAtATime(), ThreadPoolExecutor(hours) as hands:
        answers = list(hands.map(lambda start: added(front, person, start), starts))
    assert sorted(answer.status for answer in answers) == [200] + [409] * (hours - 1)
    assert len(desk.free(front)) == 1
    days.agree()


def test_neighbours_made_at_once_all_stand(front):
    person = specialist(front)
    with OneAtATime(), ThreadPoolExecutor(5) as hands:
        answers = list(hands.map(lambda hour: added(front, person, tomorrow(hour)), range(9, 14)))
    assert [answer.status for answer in answers] == [200] * 5
    days.agree()


def test_a_slot_made_between_reading_and_writing_is_seen(front):
    person = specialist(front)
    others = []

    def before(call):
        if call.operation == "TransactWriteItems" and not others:
            others.append(None)
            others.append(added(front, person, tomorrow(10) + HALF).status)

    with Wire() as wire:
        wire.before = before
        assert added(front, person, tomorrow(10)).status == 409
    assert others[1] == 200
    days.agree()


def test_an_index_that_lags_hides_nothing(front, monkeypatch):
    """What overlaps is told by the days alone."""
    from chalicelib.booking.slots import repository

    person = specialist(front)
    slot(front, person, tomorrow(10))
    monkeypatch.setattr(repository, "all_of", lambda *span: [])
    assert added(front, person, tomorrow(10) + HALF).status == 409


def test_a_slot_over_midnight_in_utc_stands_in_both_days(front):
    person = specialist(front)
    midnight = tomorrow(3)  # 00:00 UTC
    slot(front, person, midnight - HALF)
    assert len([row for row in Day.scan() if row.standing]) == 2
    assert added(front, person, midnight).status == 409
    assert added(front, person, midnight - timedelta(minutes=60)).status == 409
    assert added(front, person, midnight + HALF).status == 200
    days.agree()


def test_a_slot_that_goes_gives_its_time_back(front):
    person = specialist(front)
    made = slot(front, person, tomorrow(10))
    front.delete(f"/slots/{made}", SERVICE).ok()
    assert added(front, person, tomorrow(10) + HALF).status == 200
    days.agree()


def test_a_specialist_who_goes_gives_his_time_back(front):
    person = specialist(front, id="63")
    for hour in (10, 12):
        slot(front, person, tomorrow(hour))
    front.delete("/specialists/63", SERVICE).ok()
    assert not [row for row in Day.scan() if row.standing]
    specialist(front, id="63")
    assert added(front, person, tomorrow(10) + HALF).status == 200


def test_a_request_over_too_many_days_is_refused_whole(front):
    person = specialist(front)
    said = [{"specialist_id": person, "start_at": tomorrow(10, days=day).isoformat()} for day in range(1, 52)]
    answer = front.post("/slots", {"slots": said}, SERVICE)
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", "slots"])
    assert front.post("/slots", {"slots": said[:50]}, SERVICE).status == 200
    days.agree()
