"""A tick ends in time, the next one goes on, and what fails stands in nobody's way."""

from datetime import datetime, timedelta

import pytest
from moto import mock_aws

from bench.ticks import put
from chalicelib.core import clock, storage, turns
from chalicelib.core.inbox import InboxRow
from chalicelib.core.turns import Part, Turn
from tests.standins.store import fresh

ROWS = 130
NAMES = [f"tests#{number:03}" for number in range(ROWS)]


class Lambda:
    """A context whose time passes by what is done: so many rows fit into it."""

    def __init__(self, rows: int) -> None:
        self.rows = rows

    def get_remaining_time_in_millis(self) -> float:
        return (turns.RESERVE + self.rows) * 1000

    def spend(self, row) -> str:
        self.rows -= 1
        return row.inbox_id


def listed(name: str, at: datetime) -> InboxRow:
    row = InboxRow(name, source="tests", state="received", received_at=at, expires_at=at)
    row.retry_in, row.retry_at = "list", at
    return row


@pytest.fixture
def part():
    """A list of many rows, read from an index that holds their keys alone."""
    with mock_aws():
        fresh(InboxRow, Turn)
        put([listed(name, clock.wall() + timedelta(seconds=number)) for number, name in enumerate(NAMES)])
        yield Part(InboxRow.to_retry, "list")


def taken(part: Part, rows: int, name: str | None = "tests") -> list[str]:
    context = Lambda(rows)
    with turns.opened(context):
        return [context.spend(row) for row in turns.walk(name, [part])]


def test_without_a_lambda_there_is_time_for_all(part):
    assert [row.inbox_id for row in turns.walk("tests", [part])] == NAMES
    assert not turns.is_unfinished("tests")


def test_rows_are_read_consistently_where_the_index_has_keys_alone(part):
    assert next(turns.walk("tests", [part])).source == "tests"


@pytest.mark.parametrize("rows", [1, 99, 100, 101, 129])
def test_a_tick_that_is_cut_short_is_gone_on_with(part, rows):
    assert taken(part, rows) == NAMES[:rows]
    assert turns.is_unfinished("tests")
    assert taken(part, ROWS - rows)[:1] == [NAMES[rows]]


def test_every_row_has_its_turn_although_all_of_them_fail(part):
    seen = [name for _ in range(6) for name in taken(part, 60)]
    assert set(seen) == set(NAMES)


def test_a_list_that_came_to_its_end_is_begun_anew(part):
    taken(part, 120)
    assert [taken(part, 1000), taken(part, 1000)] == [NAMES[120:], NAMES]
    assert not turns.is_unfinished("tests")


def test_several_parts_are_one_list(part):
    for name in NAMES[120:]:
        storage.change(InboxRow.row(name), [InboxRow.retry_in.set("other")])
    three, found = [part, Part(InboxRow.to_retry, "nothing"), Part(InboxRow.to_retry, "other")], []
    for rows in (125, 60, 20):
        context = Lambda(rows)
        with turns.opened(context):
            found.append([context.spend(row) for row in turns.walk("tests", three)])
    assert found == [NAMES[:125], NAMES[125:], NAMES[:20]]


def test_where_a_tick_stopped_may_be_gone(part):
    taken(part, 20)
    storage.remove(InboxRow.row(NAMES[19]))
    assert taken(part, 10)[0] == NAMES[20]


def test_nobody_remembers_for_whom_waits(part):
    assert taken(part, 20, None) == NAMES[:20]
    assert taken(part, 20, None) == NAMES[:20]


def test_nothing_is_begun_without_time_and_the_place_stays(part):
    taken(part, 20)
    assert taken(part, 0) == []
    assert taken(part, 1) == [NAMES[20]]


def test_a_share_is_a_part_of_the_time(part):
    context = Lambda(100)
    with turns.opened(context):
        with turns.share(30):
            assert len([context.spend(row) for row in turns.walk("tests", [part])]) == 30
        with turns.half():
            assert len([context.spend(row) for row in turns.walk("tests", [part])]) == 35
        assert turns.left(timedelta(minutes=9)) == timedelta(seconds=35)


def test_what_was_gathered_is_gone_on_with_too(part):
    def some(rows: int) -> list[str]:
        context, found = Lambda(rows), []
        with turns.opened(context):
            for name in turns.in_turn("tests", ["c", "a", "b"], str):
                found.append(name)
                context.rows -= 1
        return found

    assert [some(2), some(2), some(1), some(9)] == [["a", "b"], ["c"], ["a"], ["b", "c"]]
    assert list(turns.in_turn("tests", ["b", "a"], str)) == ["a", "b"]


def test_one_broken_row_is_passed_over(caplog):
    assert turns.tried([1, 0, 2], lambda row: bool(1 / row)) == 2


def test_who_waits_names_his_own_time_and_no_tick_gets_more_by_it():
    assert not turns.is_over()
    with turns.within(0):
        assert turns.is_over()
        with turns.within(60):
            assert turns.is_over()
    assert not turns.is_over()
    with turns.within(60):
        assert timedelta(seconds=50) < turns.left(timedelta(hours=1)) <= timedelta(seconds=60)
