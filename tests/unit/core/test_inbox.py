import gzip
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from moto import mock_aws
from pydantic import BaseModel

from chalicelib.core import abandoned, clock, inbox, storage, unfinished
from chalicelib.core.inbox import InboxRow, Mail
from tests.standins.store import Wire, fresh

WINDOW = timedelta(minutes=10)


class Said(BaseModel):
    text: str


@pytest.fixture
def wire() -> Iterator[Wire]:
    with mock_aws():
        fresh(InboxRow)
        with Wire() as opened:
            yield opened


@pytest.fixture
def later(wire) -> Iterator[time_machine.Traveller]:
    """The wall clock, standing still until it is moved."""
    with time_machine.travel(clock.wall().replace(microsecond=0), tick=False) as clockwork:
        yield clockwork


def mail(name: str = "1", raw: bytes = b'{"a": 1}', **said) -> Mail:
    return Mail("tests", name, "POST /test", raw, "application/json", **said)


def answer(receipt: inbox.Receipt, text: str) -> None:
    tx = storage.Transaction()
    receipt.complete(tx, Said(text=text))
    tx.commit()


def row(inbox_id: str = "tests#1") -> InboxRow:
    (found,) = storage.read(InboxRow.at(inbox_id))
    return found


def test_what_came_is_stored_raw_before_it_is_decided(wire):
    raw = "Имя=Анна".encode() * 5000
    receipt = inbox.receive(mail(raw=raw))
    stored = row()
    assert receipt.answer is None
    assert (stored.state, stored.open.partition("#")[0]) == ("received", "received")
    assert (stored.operation, stored.content_type) == ("POST /test", "application/json")
    assert inbox.raw_of(stored) == raw
    assert len(stored.raw) < len(raw) / 10 and gzip.decompress(stored.raw) == raw
    assert stored.expires_at - stored.received_at > timedelta(days=29)


@pytest.mark.parametrize("raw", [b"", b"\x00\xff\xfe", bytes(range(256)) * 1024, b"not json"])
def test_any_bytes_come_back_as_they_came(wire, raw):
    inbox.receive(mail(raw=raw))
    assert inbox.raw_of(row()) == raw


def test_a_finished_repeat_gets_the_first_answer(wire):
    answer(inbox.receive(mail()), "first")
    again = inbox.receive(mail(raw=b"something else under the same id"))
    assert again.answer == '{"text":"first"}'
    assert inbox.raw_of(row()) == b'{"a": 1}', "the first body stays"


def test_a_finished_row_leaves_the_list_of_open_ones(wire):
    answer(inbox.receive(mail()), "first")
    assert unfinished.received() == []
    assert row().open is None


def test_contours_do_not_share_their_ids(wire):
    answer(inbox.receive(mail()), "live")
    assert inbox.receive(mail(contour="test")).answer is None


def test_a_repeat_that_comes_while_the_first_is_at_work_waits_for_its_answer(wire):
    first, got = inbox.receive(mail()), []
    repeat = Thread(target=lambda: got.append(inbox.receive(mail())))
    repeat.start()
    clock.pause(0.15)
    answer(first, "first")
    repeat.join(5)
    assert [receipt.answer for receipt in got] == ['{"text":"first"}']


def test_a_repeat_whose_first_never_answers_shares_its_work_and_its_ids(wire):
    first = inbox.receive(mail())
    second = inbox.receive(mail())
    assert second.answer is None
    assert second.new_id("ticket") == first.new_id("ticket") != first.new_id("client")
    answer(first, "first")
    with pytest.raises(inbox.AlreadyAnswered) as late:
        answer(second, "second")
    assert inbox.answer_of(late.value.inbox_id) == '{"text":"first"}'


def test_ids_of_different_events_differ(wire):
    assert inbox.receive(mail("1")).new_id("ticket") != inbox.receive(mail("2")).new_id("ticket")


def test_work_that_looks_abandoned_is_not_waited_for(wire, later):
    inbox.receive(mail())
    later.shift(inbox.STALE_AFTER + timedelta(seconds=1))
    wire.calls.clear()
    assert inbox.receive(mail()).answer is None
    assert [call.operation for call in wire.calls] == ["PutItem"]


def test_the_same_content_after_its_window_is_a_new_event(wire, later):
    answer(inbox.receive(mail(window=WINDOW)), "first")
    later.shift(WINDOW - timedelta(seconds=1))
    assert inbox.receive(mail(window=WINDOW)).answer == '{"text":"first"}'
    later.shift(timedelta(seconds=2))
    assert inbox.receive(mail(window=WINDOW)).answer is None
    assert row().state == "received"


def test_an_event_without_a_window_is_known_for_ever(wire, later):
    answer(inbox.receive(mail()), "first")
    later.shift(timedelta(days=20))
    assert inbox.receive(mail()).answer == '{"text":"first"}'


def test_an_unfinished_event_is_never_overwritten_by_a_later_one(wire, later):
    first = inbox.receive(mail(window=WINDOW))
    later.shift(WINDOW * 2)
    assert inbox.receive(mail(raw=b"other", window=WINDOW)).seed == first.seed
    assert inbox.raw_of(row()) == b'{"a": 1}'


def test_a_refused_event_is_kept_with_its_reason_and_may_still_succeed(wire):
    receipt = inbox.receive(mail())
    inbox.refuse(receipt, {"error": "invalid", "detail": [{"loc": ["body", "name"]}]})
    assert (row().state, row().open) == ("refused", "refused")
    assert inbox.reason_of(row())["detail"] == [{"loc": ["body", "name"]}]
    repeat = inbox.receive(mail())
    assert repeat.answer is None and repeat.seed == receipt.seed
    answer(repeat, "mended")
    assert (row().state, row().answer) == ("done", '{"text":"mended"}')


def test_a_refusal_never_undoes_an_answer(wire):
    receipt = inbox.receive(mail())
    answer(receipt, "first")
    inbox.refuse(receipt, {"error": "late"})
    inbox.done(receipt, Said(text="late"))
    assert (row().state, row().answer, inbox.reason_of(row())) == ("done", '{"text":"first"}', None)


def test_abandoned_events_are_those_whose_worker_died(wire, later):
    answer(inbox.receive(mail("done")), "x")
    inbox.refuse(inbox.receive(mail("refused")), {})
    inbox.receive(mail("dead"))
    later.shift(inbox.STALE_AFTER + timedelta(seconds=1))
    inbox.receive(mail("at work"))
    (key,) = abandoned.find()
    assert key.hash == "tests#dead"
    assert inbox.raw_of(abandoned.take_up(key)) == b'{"a": 1}'


def test_an_event_that_is_taken_up_is_put_off_before_it_is_tried_and_longer_each_time(wire, later):
    receipt, pauses = inbox.receive(mail()), []
    later.shift(inbox.STALE_AFTER + timedelta(seconds=1))
    for _ in range(14):
        (key,) = abandoned.find()
        assert abandoned.take_up(key) is not None
        assert abandoned.find() == []
        pauses.append(row().retry_at - clock.wall())
        later.shift(pauses[-1])
    assert pauses == sorted(pauses) and pauses[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert pauses[-1] == abandoned.LONGEST_PAUSE
    answer(receipt, "mended")
    assert abandoned.find() == [] and abandoned.take_up(key) is None
    assert (row().retry_in, row().retry_at, row().open) == (None, None, None)


def test_two_sweeps_do_not_take_up_one_event(wire, later):
    inbox.receive(mail())
    later.shift(inbox.STALE_AFTER + timedelta(seconds=1))
    (key,) = abandoned.find()
    wire.before = meanwhile(wire, lambda: abandoned.take_up(key))
    assert abandoned.take_up(key) is None


def meanwhile(wire: Wire, happen):
    """Before the next write of one row something happens."""

    def before(call):
        if call.operation == "UpdateItem":
            wire.before = lambda call: None
            assert happen() is not None

    return before


def test_events_that_fail_stand_in_no_newcomers_way(wire, later):
    for number in range(30):
        inbox.receive(mail(f"failing-{number:02}"))
    later.shift(inbox.STALE_AFTER + timedelta(seconds=1))
    inbox.receive(mail("newcomer"))
    later.shift(inbox.STALE_AFTER + timedelta(seconds=1))
    assert abandoned.find(limit=10)[0].hash == "tests#newcomer"
    taken = set()
    for _ in range(3):  # ten at once: each is tried, and none twice before all were
        found = abandoned.find(limit=10)
        assert not taken & set(found)
        taken |= {key for key in found if abandoned.take_up(key)}
    assert len(taken) == 31


def test_a_claim_gives_the_answer_under_another_name(wire, later):
    receipt, key = inbox.receive(mail()), inbox.claim_key("forms", "live", "form", "77", "anna")
    tx = storage.Transaction()
    receipt.complete(tx, Said(text="first"))
    receipt.claim(tx, key, Said(text="first"), window=WINDOW)
    tx.commit()
    assert inbox.claimed(row(key), window=WINDOW) == '{"text":"first"}'
    later.shift(WINDOW + timedelta(seconds=1))
    assert inbox.claimed(row(key), window=WINDOW) is None
    assert inbox.claimed(row(key)) == '{"text":"first"}'
    assert inbox.claimed(None) is None


def test_a_second_claim_of_the_same_name_finds_the_first_answer(wire):
    key = inbox.claim_key("forms", "live", "form", "77", "anna")
    for name in ("1", "2"):
        tx, receipt = storage.Transaction(), inbox.receive(mail(name))
        receipt.complete(tx, Said(text=name))
        receipt.claim(tx, key, Said(text=name))
        if name == "1":
            tx.commit()
    with pytest.raises(inbox.AlreadyAnswered) as late:
        tx.commit()
    assert late.value.inbox_id == key and inbox.answer_of(key) == '{"text":"1"}'
    assert row("tests#2").state == "received", "nothing of the loser's was written"
