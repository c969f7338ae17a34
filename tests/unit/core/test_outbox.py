from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from moto import mock_aws

from chalicelib.core import clock, outbox, replays, storage, troubles
from chalicelib.core.errors import Busy, NotFound
from chalicelib.core.inbox import InboxRow
from chalicelib.core.outbox import OutboxRow, handlers, lanes
from chalicelib.core.troubles import TroubleRow
from tests.standins.store import Killed, Wire, fresh

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Recorder:
    """The handler of the kind ``test``: remembers what it was given, and misbehaves by name."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.buried: list[tuple[str, str]] = []
        self.trouble: dict[str, BaseException] = {}

    def deliver(self, effect: outbox.Effect, tx: storage.Transaction) -> None:
        name = effect.payload["name"]
        if name in self.trouble:
            raise self.trouble[name]
        self.said.append(name)

    def bury(self, effect: outbox.Effect, tx: storage.Transaction, reason: str) -> None:
        self.buried.append((effect.payload["name"], reason))


@pytest.fixture
def wire() -> Iterator[Wire]:
    with mock_aws():
        fresh(InboxRow, OutboxRow, TroubleRow)
        with Wire() as opened:
            yield opened


@pytest.fixture
def later(wire) -> Iterator[time_machine.Traveller]:
    """The wall clock, standing still until it is moved."""
    with time_machine.travel(START, tick=False) as clockwork:
        yield clockwork


@pytest.fixture
def vendor() -> Iterator[Recorder]:
    """The only handler there is."""
    recorder, others = Recorder(), dict(handlers.registry)
    handlers.registry.clear()
    outbox.handles("test", bury=recorder.bury)(recorder.deliver)
    yield recorder
    handlers.registry.clear()
    handlers.registry.update(others)


def queue(name: str, lane: str = "anna", due_at: datetime | None = None, kind: str = "test") -> str:
    tx = storage.Transaction()
    effect_id = outbox.send(tx, kind, {"name": name}, lane=lane, due_at=due_at)
    tx.commit()
    return effect_id


def sweep() -> int:
    return outbox.deliver_due(within=timedelta(seconds=40)).delivered


def rows(lane: str = "anna") -> list[OutboxRow]:
    return storage.query(OutboxRow, lane, consistent=True).rows


def test_a_delivered_row_is_gone_and_said_once(later, vendor):
    queue("hello")
    assert (sweep(), sweep()) == (1, 0)
    assert (vendor.said, rows()) == (["hello"], [])


def test_a_lane_leaves_in_the_order_it_was_written(later, vendor):
    for name in "abcdef":
        queue(name)
        later.shift(timedelta(milliseconds=5))
    assert sweep() == 6
    assert vendor.said == list("abcdef")


def test_one_transactions_rows_leave_in_the_order_they_were_added(wire, vendor):
    tx = storage.Transaction()
    for name in "abcdefgh":
        outbox.send(tx, "test", {"name": name}, lane="anna")
    tx.commit()
    sweep()
    assert vendor.said == list("abcdefgh")


def test_what_a_transaction_did_not_write_is_not_said(later, vendor):
    tx = storage.Transaction()
    outbox.send(tx, "test", {"name": "never"}, lane="anna")
    tx.update(InboxRow.row("nobody"), [InboxRow.state.set("done")])
    with pytest.raises(storage.ConditionFailed):
        tx.commit()
    assert (sweep(), vendor.said) == (0, [])


def test_a_handlers_own_writes_and_the_rows_end_are_one_transaction(later, vendor):
    @outbox.handles("test-writes")
    def deliver(effect: outbox.Effect, tx: storage.Transaction) -> None:
        tx.put(InboxRow(inbox_id="note", source="tests", state="done", received_at=START, expires_at=START))

    queue("x", kind="test-writes")
    sweep()
    assert storage.read(InboxRow.at("note"))[0] is not None
    assert rows() == []


# --- leases -----------------------------------------------------------------------------------------------------------


def test_two_workers_at_once_say_it_once(later, vendor):
    queue("hello")
    (seen_by_one,), (seen_by_other,) = rows(), rows()
    assert lanes._claim(seen_by_one) is True
    assert lanes._claim(seen_by_other) is False


def test_a_claimed_row_holds_its_whole_lane_until_the_lease_runs_out(later, vendor):
    queue("first")
    later.shift(SECOND)
    queue("second")
    lanes._claim(rows()[0])
    assert (sweep(), vendor.said) == (0, [])
    later.shift(lanes.LEASE + SECOND)
    sweep()
    assert vendor.said == ["first", "second"]


def test_a_worker_that_dies_before_it_spoke_loses_nothing(later, vendor):
    queue("hello")
    vendor.trouble["hello"] = Killed()
    with pytest.raises(Killed):
        sweep()
    vendor.trouble.clear()
    assert (sweep(), vendor.said) == (0, [])
    later.shift(lanes.LEASE + SECOND)
    assert (sweep(), vendor.said, rows()) == (1, ["hello"], [])


def test_a_worker_that_dies_before_it_wrote_down_what_it_said_is_followed_by_another(later, vendor, wire):
    """The one case in which something may be said twice: it is never lost."""
    queue("hello")

    def die(call):
        if call.operation == "TransactWriteItems":
            raise Killed

    wire.before = die
    with pytest.raises(Killed):
        sweep()
    wire.before = lambda call: None
    later.shift(lanes.LEASE + SECOND)
    assert (sweep(), vendor.said, rows()) == (1, ["hello", "hello"], [])


def test_a_busy_store_does_not_make_us_say_it_again(later, vendor, wire):
    queue("hello")
    wire.refuse("TransactWriteItems", "ThrottlingException", times=storage.ATTEMPTS + 1)
    assert (sweep(), vendor.said, rows()) == (1, ["hello"], [])


def test_a_store_that_stays_busy_leaves_the_row_to_its_lease(later, vendor, wire):
    queue("hello")
    wire.refuse("TransactWriteItems", "ThrottlingException", times=storage.ATTEMPTS * lanes.SETTLE_ATTEMPTS)
    assert sweep() == 0
    assert rows()[0].not_before == START + lanes.LEASE


# --- trouble ----------------------------------------------------------------------------------------------------------


def test_retry_after_is_obeyed_by_the_wall_clock(later, vendor):
    queue("hello")
    vendor.trouble["hello"] = outbox.Retry("slow down", timedelta(seconds=90))
    sweep()
    assert (rows()[0].state, rows()[0].last_error) == ("waiting", "slow down")
    vendor.trouble.clear()
    later.shift(timedelta(seconds=89))
    with clock.pinned(START + timedelta(days=9)):
        assert sweep() == 0, "a tick's own time does not shorten the vendor's wait"
    later.shift(2 * SECOND)
    assert (sweep(), vendor.said) == (1, ["hello"])


def test_backoff_grows_with_jitter_and_has_an_end(later, vendor):
    queue("hello")
    vendor.trouble["hello"] = outbox.Retry("down")
    waits = []
    for _ in range(14):
        sweep()
        waits.append((rows()[0].not_before - clock.wall()).total_seconds())
        later.shift(waits[-1] + 1)
    for attempt, wait in enumerate(waits, 1):
        longest = min(2**attempt, lanes.LONGEST_BACKOFF.total_seconds())
        assert longest / 2 <= wait <= longest
    assert rows()[0].attempts == 14
    vendor.trouble.clear()
    later.shift(lanes.LONGEST_BACKOFF)
    assert sweep() == 1


def test_two_rows_do_not_come_back_at_the_same_moment(later, vendor):
    for lane in "abcdefgh":
        queue(lane, lane)
        vendor.trouble[lane] = outbox.Retry("down")
    sweep()
    assert len({rows(lane)[0].not_before for lane in "abcdefgh"}) > 4


def test_one_lanes_trouble_does_not_stop_the_others(later, vendor):
    for lane in ("anna", "boris", "clara", "dmitri"):
        queue(lane, lane)
    vendor.trouble = {"anna": outbox.Retry("down"), "boris": ValueError("a bug of ours"), "clara": Busy()}
    assert (sweep(), vendor.said) == (1, ["dmitri"])
    assert [rows(lane)[0].last_error for lane in ("anna", "boris", "clara")] == ["down", "ValueError", "store is busy"]


def test_a_row_that_waits_keeps_the_rows_behind_it(later, vendor):
    queue("first")
    later.shift(SECOND)
    queue("second")
    vendor.trouble["first"] = outbox.Retry("down")
    sweep()
    assert vendor.said == []
    vendor.trouble.clear()
    later.shift(timedelta(seconds=5))
    sweep()
    assert vendor.said == ["first", "second"]


def test_a_refused_row_is_dead_and_the_lane_goes_on(later, vendor):
    effect_id = queue("wrong")
    later.shift(SECOND)
    queue("right")
    vendor.trouble["wrong"] = outbox.Refused("bad request")
    assert sweep() == 2
    assert (vendor.said, vendor.buried) == (["right"], [("wrong", "bad request")])
    (dead,) = outbox.listed(outbox.DEAD, limit=5, start=None).rows
    assert (dead.effect_id, dead.last_error) == (effect_id, "bad request")
    later.shift(timedelta(days=1))
    assert sweep() == 0


def test_a_dead_row_is_replayed_once_and_leaves(later, vendor):
    effect_id = queue("wrong")
    vendor.trouble["wrong"] = outbox.Refused("bad request")
    sweep()
    vendor.trouble.clear()
    assert replays.one(effect_id).lane == "anna"
    with pytest.raises(NotFound):
        replays.one(effect_id)
    assert (sweep(), vendor.said, rows()) == (1, ["wrong"], [])


@pytest.mark.parametrize("state", ["unknown", "waiting"])
def test_what_is_not_dead_cannot_be_replayed(later, vendor, state):
    effect_id = queue("fine") if state == "waiting" else "01JZZZZZZZZZZZZZZZZZZZZZZZ"
    with pytest.raises(NotFound):
        replays.one(effect_id)


def test_a_vendor_down_for_a_week_leaves_the_row_to_an_operator(later, vendor):
    queue("hello")
    vendor.trouble["hello"] = outbox.Retry("down")
    later.shift(lanes.GIVE_UP_AFTER - timedelta(minutes=1))
    sweep()
    assert rows()[0].state == "waiting"
    later.shift(timedelta(hours=1))
    sweep()
    assert (rows()[0].state, vendor.buried) == ("dead", [("hello", "down")])


def test_a_replayed_row_has_a_week_again(later, vendor):
    effect_id = queue("hello")
    vendor.trouble["hello"] = outbox.Retry("down")
    later.shift(lanes.GIVE_UP_AFTER + SECOND)
    sweep()
    replays.one(effect_id)
    sweep()
    assert rows()[0].state == "waiting"


def test_a_kind_nobody_handles_waits_for_somebody_who_does(later, vendor):
    queue("hello", kind="test-of-tomorrow")
    assert sweep() == 0
    assert rows()[0].last_error == "nobody handles test-of-tomorrow"


# --- when -------------------------------------------------------------------------------------------------------------


def test_a_delayed_effect_waits_for_its_moment(later, vendor):
    queue("soon", due_at=START + timedelta(hours=1))
    assert sweep() == 0
    later.shift(timedelta(hours=1))
    assert sweep() == 1


def test_a_tick_from_the_future_delivers_what_is_due_by_then(later, vendor):
    queue("in three weeks", due_at=START + timedelta(days=21))
    with clock.pinned(START + timedelta(days=20)):
        assert sweep() == 0
    with clock.pinned(START + timedelta(days=21, minutes=1)):
        assert (sweep(), vendor.said) == (1, ["in three weeks"])


@pytest.mark.parametrize("tick", [START - timedelta(days=30), START + timedelta(days=30)], ids=["replayed", "fast-forwarded"])
def test_an_immediate_effect_is_due_whatever_the_ticks_clock(later, vendor, tick):
    with clock.pinned(tick):
        queue("now")
        assert sweep() == 1


def test_an_effect_written_by_a_tick_of_the_future_is_due_now(later, vendor):
    with clock.pinned(START + timedelta(days=30)):
        queue("now")
    assert sweep() == 1


def test_a_delayed_row_does_not_hold_the_rows_behind_it(later, vendor):
    queue("later", due_at=START + timedelta(hours=1))
    later.shift(SECOND)
    queue("now")
    assert (sweep(), vendor.said) == (1, ["now"])


def test_the_oldest_age_is_that_of_the_longest_waiting(later, vendor):
    assert outbox.oldest_age() == timedelta()
    queue("later", "boris", due_at=START + timedelta(hours=5))
    assert outbox.oldest_age() == timedelta()
    queue("now")
    later.shift(timedelta(minutes=7))
    assert outbox.oldest_age() == timedelta(minutes=7)
    sweep()
    assert outbox.oldest_age() == timedelta()


# --- vendors that are down for all, and hurrying -----------------------------------------------------------------------


def test_a_vendor_that_is_down_for_all_is_asked_once_a_tick(later, vendor):
    for number in range(3):
        queue(f"m{number}", lane=f"lane{number}")
        vendor.trouble[f"m{number}"] = outbox.Retry("down", for_all=True)
    queue("other", lane="lane9", kind="test-other")
    outbox.handles("test-other")(vendor.deliver)
    assert sweep() == 1
    assert vendor.said == ["other"], "another kind is not held up"
    assert [rows(f"lane{number}")[0].attempts for number in range(3)] == [1, 0, 0]


def test_what_was_put_off_is_tried_at_once_when_it_is_woken(later, vendor):
    queue("hello")
    vendor.trouble["hello"] = outbox.Retry("down", timedelta(hours=5))
    sweep()
    vendor.trouble.clear()
    assert (sweep(), replays.wake({"another-kind"})) == (0, [])
    assert (sweep(), replays.wake({"test"})) == (0, ["anna"])
    assert (sweep(), vendor.said) == (1, ["hello"])


def test_what_is_in_somebodys_hands_is_not_woken(later, vendor):
    queue("hello")
    vendor.trouble["hello"] = outbox.Retry("down", timedelta(hours=5))
    sweep()
    replays.wake({"test"})
    (row,) = rows()
    assert lanes._claim(row)
    assert replays.wake({"test"}) == ["anna"]
    assert not lanes._claim(rows()[0]), "the lease stands"


def test_what_is_due_later_is_not_woken(later, vendor):
    queue("tomorrow", due_at=START + timedelta(days=1))
    assert replays.wake({"test"}) == []


# --- faults of our own ------------------------------------------------------------------------------------------------


def faulty(vendor, *names: str, ours: str = "vendor_token") -> None:
    for name in names:
        vendor.trouble[name] = outbox.Retry("the token is wrong", ours=ours)


def test_a_fault_of_our_own_holds_its_kind_and_is_written_down_once(later, vendor):
    for number in range(3):
        queue(f"m{number}", lane=f"lane{number}")
        faulty(vendor, f"m{number}")
    queue("other", lane="lane9", kind="test-other")
    outbox.handles("test-other")(vendor.deliver)
    sweep()
    later.shift(timedelta(minutes=1))
    sweep()
    assert vendor.said == ["other"]
    assert sum(int(rows(f"lane{number}")[0].attempts) for number in range(3)) == 2, "one of the kind is tried a tick"
    (trouble,) = troubles.standing()
    assert (trouble.met_by, trouble.what, trouble.since) == ("test", "vendor_token", START)
    assert trouble.last_at == START + timedelta(minutes=1)


def test_when_it_is_mended_all_of_the_kind_move_by_themselves(later, vendor):
    for number in range(3):
        queue(f"m{number}", lane=f"lane{number}")
        faulty(vendor, f"m{number}")
    sweep()
    vendor.trouble.clear()
    later.shift(timedelta(minutes=1))
    assert (sweep(), len(troubles.standing())) == (1, 0), "the one that is tried first finds the way free"
    assert (sweep(), len(vendor.said)) == (2, 3)


def test_nothing_is_given_up_for_a_fault_of_our_own_and_its_week_begins_when_it_ends(later, vendor):
    queue("hello")
    faulty(vendor, "hello")
    later.shift(lanes.GIVE_UP_AFTER + timedelta(days=3))
    sweep()
    assert rows()[0].state == "waiting"
    vendor.trouble["hello"] = outbox.Retry("down")
    later.shift(timedelta(days=6))
    sweep()
    assert rows()[0].state == "waiting"
    later.shift(timedelta(days=2))
    sweep()
    assert (rows()[0].state, troubles.standing()) == ("dead", [])


def test_what_is_refused_for_its_own_sake_ends_the_trouble_too(later, vendor):
    queue("hello")
    faulty(vendor, "hello")
    sweep()
    vendor.trouble["hello"] = outbox.Refused("bad words")
    later.shift(timedelta(minutes=1))
    sweep()
    assert troubles.standing() == []


def test_hundreds_that_are_held_do_not_keep_others_from_leaving(later, vendor):
    for number in range(6):
        queue(f"m{number}", lane=f"lane{number}")
        faulty(vendor, f"m{number}")
    sweep()
    later.shift(SECOND)
    queue("other", lane="lane9", kind="test-other")
    outbox.handles("test-other")(vendor.deliver)
    assert (sweep(), vendor.said) == (1, ["other"])
    assert [int(rows(f"lane{number}")[0].attempts) for number in range(6)] == [1, 0, 0, 0, 0, 0]


def test_another_fault_is_another_what_since_the_same_moment(later, vendor):
    queue("hello")
    faulty(vendor, "hello")
    sweep()
    faulty(vendor, "hello", ours="vendor_account")
    later.shift(timedelta(minutes=1))
    sweep()
    (trouble,) = troubles.standing()
    assert (trouble.what, trouble.since) == ("vendor_account", START)


def test_a_worker_whose_lease_ran_out_writes_no_trouble_down(later, vendor):
    """Another one delivered the row meanwhile: nothing would ever end that trouble."""
    queue("hello")

    @outbox.handles("test")
    def slow(effect: outbox.Effect, tx: storage.Transaction) -> None:
        storage.remove(rows()[0])
        raise outbox.Retry("the token is wrong", ours="vendor_token")

    sweep()
    assert (rows(), troubles.standing()) == ([], [])


def test_a_poll_meets_a_fault_and_its_end(later):
    troubles.end("a poll")
    troubles.meet("a poll", "vendor_token")
    later.shift(SECOND)
    troubles.meet("a poll", "vendor_token")
    assert [(one.met_by, one.since) for one in troubles.standing()] == [("a poll", START)]
    troubles.end("a poll")
    assert troubles.standing() == []


def test_the_admin_is_told_of_one_once(later):
    troubles.meet("a poll", "vendor_token")
    (row,) = troubles.standing()
    tx = storage.Transaction()
    troubles.told(tx, row)
    tx.commit()
    tx = storage.Transaction()
    troubles.told(tx, row)
    with pytest.raises(storage.ConditionFailed):
        tx.commit()
    troubles.meet("a poll", "vendor_token")
    assert troubles.standing()[0].told == "vendor_token"


# --- replay in bulk ---------------------------------------------------------------------------------------------------


def died(vendor, *names: str, reason: str = "bad request", kind: str = "test") -> None:
    for name in names:
        queue(name, lane=name, kind=kind)
        vendor.trouble[name] = outbox.Refused(reason)
    sweep()
    vendor.trouble.clear()


def test_dead_rows_are_replayed_by_kind_or_reason_and_a_repeat_is_harmless(later, vendor):
    outbox.handles("test-other", bury=vendor.bury)(vendor.deliver)
    died(vendor, "a", "b")
    died(vendor, "c", reason="chat not found: 7")
    died(vendor, "d", kind="test-other")
    assert replays.many("test", "chat not found") == (1, False)
    assert replays.many("test", None) == (2, False)
    assert replays.many("test", None) == (0, False)
    assert replays.many(None, "bad request") == (1, False)
    assert (sweep(), sorted(vendor.said)) == (4, list("abcd"))


def test_a_bulk_replay_is_bounded_and_says_that_more_are_left(later, vendor, monkeypatch):
    monkeypatch.setattr(replays, "AT_ONCE", 2)
    died(vendor, *"abc")
    assert replays.many("test", None) == (2, True)
    assert replays.many("test", None) == (1, False)


def test_what_must_be_so_before_a_row_leaves_is_done_first(later, vendor):
    died(vendor, "a")
    assert replays.many("test", None, before=lambda row: vendor.said.append(f"{row.state} {row.payload['name']}")) == (1, False)
    assert vendor.said == ["dead a"]


def test_a_row_that_waits_is_not_replayed(later, vendor):
    queue("a")
    assert replays.many("test", None) == (0, False)
