"""Points that come later, and points that end."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core import clock, outbox, storage, turns
from chalicelib.core.outbox import OutboxRow
from chalicelib.loyalty.accounts.models import Lot
from chalicelib.loyalty.operations import expiring, jobs  # noqa: F401  jobs register the effect
from tests.builders import ledger
from tests.integration.loyalty.operations import till
from tests.standins.store import Wire

pytestmark = pytest.mark.usefixtures("tables")
NOON = datetime(2026, 3, 12, 9, tzinfo=UTC)


def at(moment):
    return clock.pinned(moment)


def ended_on(day):
    with at(datetime.fromisoformat(f"{day}T00:20:00+03:00").astimezone(UTC)):
        return expiring.end_due()


class TestLater:
    def deliver(self, days):
        with at(clock.wall() + timedelta(days=days)):
            for lane in {row.lane for row in OutboxRow.scan() if row.kind == "accrue"}:
                outbox.deliver_lanes([lane], within=timedelta(minutes=1))

    def test_points_come_on_their_day_and_once(self, front):
        till.client()
        till.settings(delay=3, life=3)
        one = till.made(front, op_type="purchase", amount_rub=1000)
        assert (one["points_earned"], one["points_balance_after"]) == (30, 0)
        (row,) = [row for row in OutboxRow.scan() if row.kind == "accrue"]
        self.deliver(2)
        assert till.account().balance == 0
        self.deliver(4)
        assert till.account().balance == 3_000 and till.is_sound()
        row.save()
        self.deliver(4)
        assert till.account().balance == 3_000 and till.is_sound()
        assert [row.op_type for row in till.operations()] == ["purchase", "points_accrual"]
        till.made(front, op_type="refund", operation_id=one["id"])
        assert till.account().balance == 0 and till.is_sound()

    def test_a_refund_before_shrinks_them(self, front):
        till.client()
        till.settings(delay=1)
        one = till.made(front, op_type="purchase", amount_rub=1000)
        part = till.made(front, op_type="refund", operation_id=one["id"], amount_rub=500)
        assert (part["points_taken_back"], part["points_balance_after"]) == (15, 0)
        self.deliver(2)
        assert till.account().balance == 1_500 and till.is_sound()
        till.made(front, op_type="refund", operation_id=one["id"])
        assert till.account().balance == 0 and till.is_sound()


class TestEnd:
    @pytest.fixture
    def lots(self, front):
        """Thirty points that end on 12 June, and fifty that end on the 20th; forty are spent."""
        till.client()
        till.settings(life=3)
        for day, points in ((12, 30), (20, 50)):
            with at(NOON.replace(day=day)):
                till.made(front, op_type="points_accrual", points=points, comment="x")
        till.made(front, op_type="points_writeoff", points=10, comment="x")
        return front

    def test_the_day_itself_still_counts_and_the_earliest_are_spent_first(self, lots):
        assert ended_on("2026-06-12") == 0
        assert ended_on("2026-06-13") == 1 and till.account().balance == 5_000
        assert ended_on("2026-06-13") == 0
        assert ended_on("2026-06-21") == 1 and till.account().balance == 0
        assert till.is_sound()
        ended = [int(row.points) for row in till.operations() if row.op_type == "points_expiry"]
        assert ended == [2_000, 5_000]
        assert [int(lot.expired) for lot in storage.query(Lot, till.place(722)).rows] == [2_000, 5_000]
        assert not any(lot.due_in for lot in storage.query(Lot, till.place(722)).rows)

    def test_what_was_spent_leaves_nothing_to_end(self, lots):
        till.made(lots, op_type="points_writeoff", points=25, comment="x")
        assert ended_on("2026-06-13") == 0 and ended_on("2026-06-21") == 1
        assert till.account().balance == 0 and till.is_sound()
        assert [int(lot.expired) for lot in storage.query(Lot, till.place(722)).rows] == [0, 4_500]

    def test_a_spender_who_came_first_is_not_charged_twice(self, lots):
        def spend(call):
            if call.operation == "TransactWriteItems":
                wire.before = lambda call: None
                till.made(lots, op_type="points_writeoff", points=15, comment="x")

        with Wire() as wire:
            wire.before = spend
            assert ended_on("2026-06-13") == 1
        assert till.account().balance == 5_000 and till.is_sound()
        assert [int(row.points) for row in till.operations() if row.op_type == "points_expiry"] == [500]

    def test_a_tick_that_was_cut_short_goes_on(self, front):
        till.settings(life=3)
        for number in range(1, 6):
            till.client(number)
            with at(NOON):
                till.made(front, client_id=number, op_type="points_accrual", points=5, comment="x")
        ended = []
        while not ended or ended[-1]:
            with turns.opened(Short(6)):
                ended.append(ended_on("2026-06-13"))
        assert len(ended) > 2 and sum(ended) == 5
        assert [int(till.account(number).balance) for number in range(1, 6)] == [0] * 5


def test_who_agreed_is_warned_once_of_what_would_end(front):
    till.client()
    till.settings(life=3)
    with at(NOON):
        till.made(front, op_type="points_accrual", points=30, comment="x")
        till.made(front, op_type="points_writeoff", points=10, comment="x")
    found = []
    for day in ("2026-05-28", "2026-05-29", "2026-05-29", "2026-06-08", "2026-06-09", "2026-06-09"):
        with at(datetime.fromisoformat(f"{day}T09:00:00+00:00")):
            found.append(expiring.warn())
    assert found == [0, 1, 0, 0, 1, 0]
    told = ledger("client#client-722", "client_points_end")
    assert [(row.purpose, row.values) for row in told] == [("marketing", {"points": "20", "day": "12.06.2026"})] * 2
    till.made(front, op_type="points_writeoff", points=20, comment="x")
    with at(datetime(2026, 5, 29, 9, 30, tzinfo=UTC)):
        told[0].delete()
        assert expiring.warn() == 0, "nothing is left to end"


class Short:
    """A Lambda's context whose time is over when it was asked for so often."""

    def __init__(self, times):
        self.times = times

    def get_remaining_time_in_millis(self):
        self.times -= 1
        return (turns.RESERVE + self.times) * 1000


def test_a_tick_ends_by_night_and_warns_about_noon(front, tick):
    till.client()
    till.settings(life=3)
    with at(NOON):
        till.made(front, op_type="points_accrual", points=30, comment="x")
    told = [tick("end_points", datetime(2026, 5, 29, hour, 20, tzinfo=UTC)) for hour in (3, 9, 10, 13)]
    assert [one["warned"] for one in told] == [0, 1, 0, 0]
    assert tick("end_points", datetime(2026, 6, 12, 21, 20, tzinfo=UTC)) == {"ended": 1, "warned": 0}
