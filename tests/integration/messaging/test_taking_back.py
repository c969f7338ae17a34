"""Who takes a message back wins or loses for good: what he is told and what its recipient hears never disagree."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine

from chalicelib.core import clock, ids, outbox, storage
from chalicelib.core.outbox import OutboxRow, lanes
from chalicelib.messaging import service as messaging
from tests.builders import ADMIN_CHAT, CLIENT
from tests.standins.store import Call, Killed, OneAtATime, Wire

ANNA = messaging.chat(str(CLIENT))
WITHIN = timedelta(seconds=20)


def say(to: messaging.Recipient = ANNA) -> str:
    """Queue words of ours; the message's id."""
    tx, message_id = storage.Transaction(), ids.new()
    messaging.say(tx, to, "admin_application", messaging.About("tests", "live"), {"matches": "Да"}, message_id=message_id)
    tx.commit()
    return message_id


def row(message_id: str) -> messaging.MessageRow:
    return storage.read(messaging.MessageRow.at(message_id))[0]


def take_back(message_id: str, to: messaging.Recipient = ANNA) -> bool:
    return messaging.take_back(to, message_id, "taken back")


def deliver(lane: str = ANNA.lane) -> int:
    return outbox.deliver_lanes([lane], within=WITHIN)


def ended(message_id: str, sent) -> tuple[int, str, str | None]:
    """How many he heard, and what the ledger says of it."""
    message = row(message_id)
    return len(sent.messages(CLIENT)), message.state, message.reason


def on_table(call: Call, operation: str, table: str) -> bool:
    return call.operation == operation and f"{table}" in str(call.request)


def once(act: Callable[[], object], where: Callable[[Call], bool]) -> Callable[[Call], None]:
    """Do it at the first such call, and not at those that it makes itself."""
    done: list[bool] = []

    def hook(call: Call) -> None:
        if not done and where(call):
            done.append(True)
            act()

    return hook


def claims(call: Call) -> bool:
    return on_table(call, "UpdateItem", "outbox")


def reads(call: Call) -> bool:
    return on_table(call, "BatchGetItem", "messages")


def settles(call: Call) -> bool:
    return call.operation == "TransactWriteItems" and any("Delete" in item for item in call.request["TransactItems"])


@pytest.mark.parametrize(
    ("when", "where", "is_taken"),
    [("before", claims, True), ("after", claims, False), ("after", reads, False), ("before", settles, False), ("after", settles, False)],
)
def test_between_any_two_steps_of_its_delivery_it_is_taken_back_or_said(front, sent, when, where, is_taken):
    message_id, taken = say(), []
    with Wire() as wire:
        setattr(wire, when, once(lambda: taken.append(take_back(message_id)), where))
        deliver()
    assert taken == [is_taken]
    assert ended(message_id, sent) == ((0, "skipped", "taken back") if is_taken else (1, "sent", None))
    deliver()
    assert (len(sent.messages(CLIENT)), [*OutboxRow.scan()]) == (0 if is_taken else 1, [])


def test_one_whose_try_has_failed_waits_and_may_be_taken_back(front, sent):
    message_id, behind = say(), say()
    sent.fail_next(1)
    deliver()
    assert (sent.messages(CLIENT), take_back(message_id)) == ([], True)
    assert (deliver(), row(behind).state) == (2, "sent"), "what stood behind it waits for its back-off no more"
    assert ended(message_id, sent) == (1, "skipped", "taken back")


def test_of_one_whose_deliverer_died_nobody_knows_so_it_is_not_taken_back(front, sent):
    message_id = say()
    with time_machine.travel(clock.wall(), tick=False) as later:
        with Wire() as wire, suppress(Killed):
            wire.before = lambda call: (_ for _ in ()).throw(Killed) if settles(call) else None
            deliver()
        later.shift(lanes.LEASE * 2)
        assert (take_back(message_id), row(message_id).state) == (False, "queued")
        deliver()
    assert (row(message_id).state, row(message_id).reason, take_back(message_id)) == ("sent", None, False)


def test_administrators_messages_leave_as_one_under_the_lease_of_the_first_and_are_not_taken_back(front, sent):
    admin = messaging.admin("live")
    last = [say(admin) for _ in range(5)][-1]
    taken = []
    with Wire() as wire:
        wire.before = once(lambda: taken.append(take_back(last, admin)), settles)
        deliver(admin.lane)
    assert (taken, row(last).state, len(sent.messages(ADMIN_CHAT))) == ([False], "sent", 1)


def test_one_that_is_queued_as_it_is_taken_back_before_its_time_is_taken_back_all_the_same(front, sent):
    tx, message_id = storage.Transaction(), ids.new()
    messaging.say(tx, ANNA, "client_welcome", messaging.About("tests", "live"), message_id=message_id)
    with Wire() as wire:
        wire.before = once(tx.commit, lambda call: call.operation == "TransactWriteItems")
        assert take_back(message_id) is True
    deliver()
    assert ended(message_id, sent) == (0, "skipped", "taken back")


def test_deliverers_and_whoever_takes_back_agree_however_they_meet(front, sent):
    for _ in range(6):
        heard, message_id, start = len(sent.messages(CLIENT)), say(), Barrier(3)

        def at_once(act: Callable[[], object], start: Barrier = start) -> object:
            start.wait(5)
            return act()

        with OneAtATime(), ThreadPoolExecutor(3) as pool:
            acts = [deliver, deliver, lambda message_id=message_id: take_back(message_id)]
            taken = [job.result() for job in [pool.submit(at_once, act) for act in acts]][-1]
        deliver()
        assert len(sent.messages(CLIENT)) - heard == (not taken)
        assert (row(message_id).state, row(message_id).reason) == (("skipped", "taken back") if taken else ("sent", None))
