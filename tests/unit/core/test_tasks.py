from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core import clock
from chalicelib.core.tasks import SCHEDULES, Tasks, ticking

AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def tasks():
    known = list(SCHEDULES)
    yield Tasks("tests")
    SCHEDULES[:] = known


class Scheduled:
    """The event object that Chalice hands to a schedule."""

    def __init__(self, **event) -> None:
        self.event = event

    def to_dict(self) -> dict:
        return self.event


@pytest.mark.parametrize("event", [{"time": "2026-12-01T09:00:00Z"}, Scheduled(time="2026-12-01T12:00:00+03:00")])
def test_a_ticks_now_is_its_events_time(event):
    assert ticking(clock.now)(event) == AT
    assert abs(clock.now() - clock.wall()) < timedelta(seconds=1)


def test_a_hand_made_event_without_time_means_now():
    assert abs(ticking(clock.now)({}) - clock.wall()) < timedelta(seconds=1)


def test_a_failed_tick_is_raised_for_lambda_to_see():
    def broken() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        ticking(broken)({"time": "2026-12-01T09:00:00Z"})
    assert clock.now() != AT


def test_a_job_is_scheduled_under_its_own_name(tasks):
    def remind_everybody() -> int:
        """Remind."""
        return 7

    tasks.every("rate(5 minutes)")(remind_everybody)
    assert (SCHEDULES[-1].name, SCHEDULES[-1].expression) == ("remind_everybody", "rate(5 minutes)")


def record(kind: str, name: str) -> dict:
    """One record as a table's stream delivers it."""
    image = {"lane": {"S": name}, "effect_id": {"S": "01K"}, "due_at": {"S": "2026-12-01T09:00:00.000000+0000"}}
    change = {
        "Keys": {"lane": {"S": name}},
        "SequenceNumber": "111",
        "SizeBytes": 26,
        "StreamViewType": "NEW_IMAGE",
        "ApproximateCreationDateTime": 1796115600,
    }
    return {
        "eventID": f"id-{name}",
        "eventName": kind,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": change if kind == "REMOVE" else {**change, "NewImage": image},
        "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/frontdesk-test-outbox/stream/2026-12-01T00:00:00.000",
    }


def test_only_new_rows_of_the_stream_are_news(tasks):
    def heard(images: list) -> list[str]:
        return [image["lane"]["S"] for image in images]

    run = tasks.stream("outbox")(heard)
    event = {"Records": [record("INSERT", "anna"), record("MODIFY", "boris"), record("REMOVE", "clara"), record("INSERT", "dmitri")]}
    assert run(event, None) == ["anna", "dmitri"]


def test_a_failed_batch_is_raised_so_that_the_stream_gives_it_again(tasks):
    def broken(images: list) -> None:
        raise RuntimeError("store is away")

    with pytest.raises(RuntimeError):
        tasks.stream("outbox")(broken)({"Records": [record("INSERT", "anna")]}, None)
