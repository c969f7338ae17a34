"""Many rows, slow vendors: every kind has its turn, a tick ends in time, a long lane costs no more than a short one."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from moto import mock_aws

from chalicelib.core import outbox, storage
from chalicelib.core.inbox import InboxRow
from chalicelib.core.outbox import OutboxRow, handlers, rounds, rows, runs
from chalicelib.core.settings import settings
from chalicelib.core.troubles import TroubleRow
from tests.standins.store import OneAtATime, Wire, fresh

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SWEEP = timedelta(seconds=48)
_clock: list[time_machine.Traveller] = []


@pytest.fixture
def later(monkeypatch) -> Iterator[time_machine.Traveller]:
    """Empty tables, no handlers, one worker; the wall clock stands still until it is moved."""
    others = dict(handlers.registry)
    handlers.registry.clear()
    monkeypatch.setattr(rounds, "FEW", 10_000)
    with mock_aws(), time_machine.travel(START, tick=False) as clockwork:
        fresh(InboxRow, OutboxRow, TroubleRow)
        _clock[:] = [clockwork]
        yield clockwork
    handlers.registry.clear()
    handlers.registry.update(others)


@pytest.fixture
def said() -> list[str]:
    """What the kind ``well`` said."""
    return []


@pytest.fixture
def well(later, said) -> None:
    outbox.handles("well")(lambda effect, tx: said.append(effect.payload["name"]))


def queue(kind: str, *names: str, lane: str | None = None, rank: str = outbox.NOW) -> None:
    for name in names:
        tx = storage.Transaction()
        outbox.send(tx, kind, {"name": name}, lane=lane or name, rank=rank)
        tx.commit()
        _clock[0].shift(timedelta(milliseconds=2))


def many(prefix: str, number: int) -> list[str]:
    return [f"{prefix}{count:03}" for count in range(number)]


def sweep() -> int:
    return outbox.deliver_due(within=SWEEP).delivered


def attempts() -> Counter[str]:
    found: Counter[str] = Counter()
    for row in OutboxRow.scan():
        found[row.kind] += int(row.attempts)
    return found


def black_hole(later, kind: str, *, for_all: bool = True) -> None:
    """A vendor that keeps each caller waiting for six seconds and then says nothing."""

    @outbox.handles(kind)
    def swallow(effect: outbox.Effect, tx: storage.Transaction) -> None:
        later.shift(6 * SECOND)
        raise outbox.Retry("down", for_all=for_all)


# --- kinds ------------------------------------------------------------------------------------------------------------


def test_a_vendor_that_is_down_costs_its_kind_one_try_a_tick_and_others_leave_at_once(later, well, said):
    black_hole(later, "down")
    queue("down", *many("d", 120))
    for number in range(4):
        queue("well", *many(f"w{number}-", 5))
    assert sweep() == 20
    assert attempts()["down"] == 1
    later.shift(60 * SECOND)
    assert (sweep(), attempts()["down"]) == (0, 2)


def test_many_vendors_that_are_down_leave_a_kind_no_later_than_the_second_sweep(later, well, said):
    for number in range(9):
        black_hole(later, f"down{number}")
        queue(f"down{number}", *many(f"d{number}-", 3))
    queue("well", *many("w", 20))
    for _ in range(2):
        sweep()
        later.shift(60 * SECOND)
    assert sorted(said) == many("w", 20)


def test_a_poisoned_row_is_tried_after_what_is_new(later, said):
    @outbox.handles("mixed")
    def deliver(effect: outbox.Effect, tx: storage.Transaction) -> None:
        if effect.payload["name"] == "poison":
            raise outbox.Retry("down", for_all=True)
        said.append(effect.payload["name"])

    queue("mixed", "poison")
    sweep()
    later.shift(60 * SECOND)
    queue("mixed", "a", "b", "c")
    assert (sweep(), said) == (3, ["a", "b", "c"])
    assert attempts() == {"mixed": 2}


def test_who_waits_comes_before_a_reminder_and_a_reminder_before_a_campaign(later, well, said):
    queue("well", "campaign", rank=outbox.LATER)
    queue("well", "reminder", rank=outbox.SOON)
    queue("well", "code")
    sweep()
    assert said == ["code", "reminder", "campaign"]


def test_ones_own_messages_keep_their_order_whatever_their_ranks(later, well, said):
    queue("well", "reminder", lane="anna", rank=outbox.SOON)
    later.shift(SECOND)
    queue("well", "code", lane="anna")
    assert (sweep(), said) == (2, ["reminder", "code"])


# --- time -------------------------------------------------------------------------------------------------------------


def test_a_tick_begins_nothing_after_its_time_and_the_next_goes_on(later, said):
    @outbox.handles("slow")
    def deliver(effect: outbox.Effect, tx: storage.Transaction) -> None:
        later.shift(SECOND)
        said.append(effect.payload["name"])

    names = many("s", 120)
    queue("slow", *names, lane="one")
    assert sweep() == 48
    assert max(attempts().values()) == 0, "what was not said was not claimed"
    later.shift(SECOND)
    assert (sweep(), sweep(), said) == (48, 24, names)


def test_a_long_lane_lets_others_in_between(later, well, said):
    queue("well", *many("long", 70), lane="long")
    later.shift(SECOND)
    queue("well", "other")
    sweep()
    assert said.index("other") == rounds.VISIT


def test_one_attempt_at_a_long_lane_reads_a_few_rows(later):
    """In kilobytes: a consistent read costs a unit for each four."""
    black_hole(later, "down", for_all=False)
    queue("down", *many("d", 120), lane="one")
    with Wire() as wire:
        assert outbox.deliver_lanes(["one"], within=SWEEP) == 0
    (read,) = [call.request for call in wire.calls if call.operation == "Query"]
    assert read["Limit"] <= 8
    size = len(str(next(OutboxRow.scan()).serialize()))
    assert read["Limit"] * size <= 8 * 1024


def test_a_lane_in_the_index_window_does_not_hide_those_behind_it(later, well, said, monkeypatch):
    monkeypatch.setattr(rounds, "WINDOW", 10)
    queue("well", *many("long", 35), lane="long")
    later.shift(SECOND)
    queue("well", "other")
    sweep()
    assert "other" in said


# --- pace -------------------------------------------------------------------------------------------------------------


def test_a_vendor_that_asks_for_a_breath_gets_it_within_the_tick(later, said, monkeypatch):
    @outbox.handles("busy")
    def deliver(effect: outbox.Effect, tx: storage.Transaction) -> None:
        if not said and effect.attempts == 1 and effect.payload["name"] == "a":
            raise outbox.Retry("slow down", timedelta(seconds=0.1), for_all=True)
        said.append(effect.payload["name"])

    queue("busy", "a", "b", "c")
    assert (sweep(), said) == (2, ["b", "c"])


def test_a_vendor_that_asks_for_longer_is_left_alone_until_the_next_tick(later, said):
    @outbox.handles("busy")
    def deliver(effect: outbox.Effect, tx: storage.Transaction) -> None:
        said.append(effect.payload["name"])
        raise outbox.Retry("slow down", timedelta(seconds=30), for_all=True)

    queue("busy", "a", "b", "c")
    assert (sweep(), len(said)) == (0, 1)


def test_a_pace_gives_a_seconds_worth_at_once_and_then_places_in_a_row():
    pace = runs.Pace()
    waits = [pace.next_in(10) for _ in range(30)]
    assert waits[8] == 0
    assert 0.9 < waits[19] - waits[9] < 1.1
    assert 1.9 < waits[29] < 2.1


# --- threads ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def threads(later, monkeypatch) -> Iterator[None]:
    """Many workers; the in-process store takes one call at a time."""
    monkeypatch.setattr(rounds, "FEW", 4)
    with OneAtATime():
        yield


def test_many_lanes_leave_at_once_each_once_and_in_order(threads):
    told: dict[str, list[str]] = {}
    at_once, most, lock = [0], [0], threading.Lock()

    @outbox.handles("wide", width=4)
    def deliver(effect: outbox.Effect, tx: storage.Transaction) -> None:
        with lock:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        time.sleep(0.01)
        told.setdefault(effect.payload["name"][:7], []).append(effect.payload["name"][7:])
        with lock:
            at_once[0] -= 1

    lanes = [f"lane{number:03}" for number in range(110, 130)]
    for lane in lanes:
        queue("wide", f"{lane}a", f"{lane}b", lane=lane)
    assert sweep() == 40
    assert told == {lane: ["a", "b"] for lane in lanes}
    assert 2 <= most[0] <= 4


def test_a_kind_that_is_down_is_tried_by_one_thread_alone(threads):
    tries: list[str] = []

    @outbox.handles("wide", width=8)
    def deliver(effect: outbox.Effect, tx: storage.Transaction) -> None:
        tries.append(effect.payload["name"])
        raise outbox.Retry("down", for_all=True)

    queue("wide", *many("w", 40))
    assert sweep() == 0
    assert len(tries) == 1


# --- bundles ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def heard(later) -> list[list[str]]:
    """What a lane named ``office`` heard; from four on its rows are bundled, three at once."""
    heard: list[list[str]] = []

    def bundle(effects, tx) -> int:
        names = [effect.payload["name"] for effect in effects][:3]
        if "alone" in names[0]:
            return 0
        heard.append(names)
        return len(names)

    how = outbox.Bundle(lambda lane: lane == "office", bundle, least=4, most=10)
    outbox.handles("news", bundle=how)(lambda effect, tx: heard.append([effect.payload["name"]]))
    return heard


def test_a_lane_that_fell_behind_leaves_in_bundles_and_in_order(later, heard):
    queue("news", *"abcdefgh", lane="office")
    queue("news", *"xyz", "w", "v", lane="anna")
    sweep()
    assert heard == [["a", "b", "c"], ["d", "e", "f"], ["g"], ["h"], ["x"], ["y"], ["z"], ["w"], ["v"]]
    assert list(OutboxRow.scan()) == []


def test_what_cannot_be_bundled_leaves_by_itself(later, heard):
    queue("news", "alone", *"abc", lane="office")
    sweep()
    assert heard == [["alone"], ["a"], ["b"], ["c"]]


def test_a_bundle_that_must_wait_waits_as_one_and_is_said_once(later):
    heard: list[int] = []

    def bundle(effects, tx) -> int:
        if later_on[0]:
            raise outbox.Retry("full", timedelta(seconds=30))
        heard.append(len(effects))
        return len(effects)

    later_on = [True]
    how = outbox.Bundle(lambda lane: True, bundle, least=2, most=10)
    outbox.handles("news", bundle=how)(lambda effect, tx: heard.append(1))
    queue("news", *"abcd", lane="office")
    assert (sweep(), sweep()) == (0, 0)
    later_on[0] = False
    later.shift(31 * SECOND)
    assert (sweep(), heard) == (4, [4])


# --- lists ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("of", "expected"), [(None, ["a1", "a2", "b1", "b2", "b3"]), ("b", ["b1", "b2", "b3"]), ("c", [])])
@pytest.mark.parametrize("limit", [1, 2, 3, 9])
def test_a_list_goes_kind_by_kind_and_page_by_page(later, of, expected, limit):
    queue("b", "b2", "b3", rank=outbox.SOON)
    queue("a", "a1", "a2")
    queue("b", "b1")
    found, start = [], None
    for _ in range(9):
        page = outbox.listed(outbox.WAITING, of, limit=limit, start=start)
        found += [row.payload["name"] for row in page.rows]
        start = page.next_key
        if start is None:
            break
    assert found == expected


@pytest.fixture
def shards(monkeypatch) -> Iterator[Callable[[int], None]]:
    """Over how many keys what waits is spread."""

    def spread(number: int) -> None:
        monkeypatch.setenv("QUEUE_SHARDS", str(number))
        settings.cache_clear()

    yield spread
    monkeypatch.undo()
    settings.cache_clear()


def states() -> set[str]:
    return {row.state for row in OutboxRow.scan()}


def test_what_waits_in_several_shards_leaves_all_the_same(later, well, said, shards):
    queue("well", *many("old", 10))
    assert states() == {"waiting"}
    shards(4)
    queue("well", *many("new", 20))
    assert states() == {"waiting", "waiting#1", "waiting#2", "waiting#3"}
    queue("well", "second", lane="old000")  # its lane began under another key
    assert rows.oldest_age() > timedelta()
    assert [row.place for row in rows.due(rows.Queue("now", "well"))] == sorted(row.place for row in OutboxRow.scan())
    assert sweep() == 31
    assert sorted(said) == sorted([*many("old", 10), *many("new", 20), "second"])
    assert said.index("old000") < said.index("second")


@pytest.mark.parametrize("of", [None, "well"])
def test_a_list_goes_shard_by_shard_and_tells_of_each_row_once(later, shards, of):
    shards(3)
    queue("well", *many("a", 9))
    queue("well", *many("b", 5), rank=outbox.SOON)
    found, start = [], None
    for _ in range(20):
        page = outbox.listed(outbox.WAITING, of, limit=2, start=start)
        found += [row.payload["name"] for row in page.rows]
        start = page.next_key
        if start is None:
            break
    assert start is None
    assert sorted(found) == [*many("a", 9), *many("b", 5)]


def test_looking_for_work_costs_two_reads_a_kind_and_one_more(later, well):
    with Wire() as wire:
        sweep()
    assert Counter(call.request.get("IndexName") for call in wire.calls)["by_place"] == 1
    queue("well", *many("w", 30))
    with Wire() as wire:
        rows.oldest_age()
    assert len(wire.calls) == 3


def test_the_sweep_says_for_how_long_the_oldest_waited(later, well):
    black_hole(later, "down")
    queue("down", "d")
    sweep()
    later.shift(timedelta(minutes=7))
    assert outbox.deliver_due(within=SWEEP).oldest >= timedelta(minutes=7)
    assert rows.oldest_age() >= timedelta(minutes=7)
