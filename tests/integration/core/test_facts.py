"""The log: in order, whole, and followed by everybody in spite of one another."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from chalicelib.core import clock, facts, ids, storage
from chalicelib.core.facts import KINDS, Fact, followers, rows

EVENING = datetime(2027, 3, 9, 20, 59, 59, tzinfo=UTC)
"""One second before an hour ends; in Moscow one before midnight."""


@dataclass(frozen=True, kw_only=True)
class _Happened(Fact, abstract=True):
    number: int


def happen(number: int, contour: str = "live") -> None:
    tx = storage.Transaction()
    facts.record(tx, _Happened(subject="anna", contour=contour, ref="x", number=number))
    tx.commit()


@pytest.fixture
def heard(tables):
    """What a follower of the tests was given, by number."""
    found: list[int] = []
    standing = dict(followers._following)
    followers._following.clear()
    followers.follow("ear", lambda given: found.extend(fact.data["number"] for fact in given))
    yield found
    followers._following.clear()
    followers._following.update(standing)


def test_the_log_is_read_in_order_over_shards_contours_and_hours(heard):
    with time_machine.travel(EVENING) as now:
        for number in range(12):
            happen(number, contour=("live", "test")[number % 2])
            now.shift(timedelta(milliseconds=170))
        written = list(rows.log(EVENING, clock.wall()))
    assert [fact.data["number"] for fact in written] == list(range(12))
    assert len({fact.logged_in for fact in written}) > 4
    assert {fact.day for fact in written} == {"2027-03-09", "2027-03-10"}, "the business's own days"
    assert all(fact.logged_in.split("#")[1] == f"{fact.logged_at:%Y-%m-%dT%H}" for fact in written)


def test_a_follower_reads_on_where_he_stopped_and_two_minutes_again(heard):
    with time_machine.travel(EVENING, tick=False) as now:
        happen(1)
        assert followers.catch_up() == {"ear": 1}
        now.shift(timedelta(minutes=5))
        happen(2)
        assert followers.catch_up() == {"ear": 2}, "the cursor stands before the end of what was read"
        now.shift(timedelta(minutes=5))
        assert followers.catch_up() == {"ear": 1}, "what is old by now comes no more, what may be late does"
        assert followers.as_of("ear") == clock.wall()
    assert heard == [1, 1, 2, 2]


def test_who_is_given_so_many_at_most_goes_on_there_and_promises_no_more_than_he_read(heard):
    with time_machine.travel(EVENING, tick=False) as now:
        for number in range(5):
            happen(number)
            now.shift(timedelta(minutes=5))
        assert (followers.read_on("ear", most=2), heard) == (2, [0, 1])
        assert followers.as_of("ear") is None
        assert followers.read_on("ear", most=200) == 4  # the last of what was read comes again
        assert (heard, followers.as_of("ear")) == ([0, 1, 1, 2, 3, 4], clock.wall())


def test_who_fails_stops_nobody_else_and_begins_no_later_the_next_time(heard):
    def broken(given):
        raise ValueError("broken")

    followers.follow("broken", broken)
    with time_machine.travel(EVENING, tick=False) as now:
        happen(1)
        with pytest.raises(ValueError, match="broken"):
            followers.catch_up()
        assert heard == [1]
        now.shift(timedelta(hours=3))
        followers.follow("broken", heard.extend)
        followers.catch_up()
    assert [one.data["number"] for one in heard if not isinstance(one, int)] == [1]


def test_a_fact_is_taken_once(heard):
    happen(1)
    (fact,) = rows.log(clock.wall() - timedelta(minutes=1), clock.wall())
    assert followers.untaken("ear", [fact, fact]) == [fact]
    for _ in range(2):
        tx = storage.Transaction()
        followers.once(tx, "ear", [fact])
        if followers.untaken("ear", [fact]):
            tx.commit()
        else:
            with pytest.raises(followers.FactTaken):
                tx.commit()
    assert followers.untaken("ear", [fact]) == []
    assert followers.untaken("another", [fact]) == [fact]


@pytest.mark.parametrize("touched", [0, 1, 4])
def test_parts_fit_a_transaction(touched):
    def places(fact):
        return {(fact.ref, number) for number in range(touched)}

    many = [rows.FactRow("s", ids.new(), ref=str(number)) for number in range(200)]
    cut = list(followers.parts(many, places))
    assert [fact for part in cut for fact in part] == many
    assert all(len(part) <= followers.MOST and len(part) * (1 + touched) <= followers.ROOM for part in cut)


def test_whose_doing_it_is_ends_with_the_block():
    with facts.acting(facts.OFFICE):
        with facts.acting(facts.CLIENT):
            assert facts.actors.current() == facts.CLIENT
        assert facts.actors.current() == facts.OFFICE
    assert facts.actors.current() == facts.SYSTEM
    assert "_happened" not in KINDS
