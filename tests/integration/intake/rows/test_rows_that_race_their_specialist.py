"""A specialist comes while a row of his is written, decided or listed: it waits for nobody who is here, and is decided once."""

from contextvars import Context

import pytest

from chalicelib.core import storage, waiting
from chalicelib.core.inbox import InboxRow
from chalicelib.intake.rows import coming
from tests.builders import SERVICE, SUPABASE, change, specialist
from tests.integration.intake.rows.database import NAME, early, effects, listed, offered, told
from tests.standins.store import Killed, LaggingIndexes, Wire


@pytest.fixture
def row(front):
    """One that waits."""
    row = early(front)
    assert told(row.insert())[0] == "waiting"
    return row


def on_first(operation, words, act):
    """What a wire does before the first such call that holds these words."""
    left = [act]

    def before(call):
        if left and call.operation == operation and words in str(call.request):
            left.pop()()

    return before


def die():
    raise Killed


def test_who_comes_while_his_row_is_written_is_seen_by_it(front):
    def comes():
        specialist(front, id="v1", name=NAME)
        Context().run(effects)  # another function's work

    with Wire() as wire:
        wire.before = on_first("TransactWriteItems", "waiting-slot-301", comes)
        assert told(early(front).insert())[0] == "waiting", "its own answer stays what it was"
    assert (offered(front), listed(front)) == (["301"], [])


def test_a_worker_that_dies_before_its_second_look_is_followed_by_the_sweep(front, tick):
    def comes_and_the_worker_dies():
        specialist(front, id="v1", name=NAME)
        Context().run(effects)  # another function's work
        wire.before = on_first("BatchGetItem", "waiting-slot-301", die)

    with Wire() as wire:
        wire.before = on_first("TransactWriteItems", "waiting-slot-301", comes_and_the_worker_dies)
        with pytest.raises(Killed):
            early(front).insert()
    assert (offered(front), len(listed(front))) == ([], 1)
    assert tick("sweep")["waiting"] == 1
    assert (offered(front), listed(front)) == (["301"], [])


def test_an_effect_that_meets_an_older_list_is_followed_by_the_sweep(front, tick):
    specialist(front, id="v1", name="Вера Петрова")
    effects()
    with LaggingIndexes(writes=3):
        early(front).insert().ok()
        front.put("/specialists/v1", {"name": NAME}, SERVICE).ok()
        coming.arrived("v1")
    assert len(listed(front)) == 1
    tick("sweep")
    assert (offered(front), listed(front)) == (["301"], [])


def test_a_newer_word_that_comes_while_the_older_is_decided_is_not_lost(front, row):
    newer = row.edit(psychologist="Кто-то Другой")
    with Wire() as wire:
        specialist(front, id="v1", name=NAME)
        wire.before = on_first("TransactWriteItems", "'301'", lambda: front.post("/notify-update", newer, SUPABASE).ok())
        effects()
    assert [entry["waits"]["waits_for"] for entry in listed(front)] == ["Кто-то Другой"]
    assert offered(front) == []


def test_two_workers_on_one_row_make_one_slot(front, row):
    with Wire() as wire:
        specialist(front, id="v1", name=NAME)
        wire.before = on_first("TransactWriteItems", "'301'", coming.look)
        effects()
    assert (offered(front), listed(front)) == (["301"], [])


def test_the_sweep_touches_none_whose_specialist_is_not_here(front, tick):
    for number in range(3):
        early(front, str(number + 400), person=f"Никто {number}").insert().ok()
    with Wire() as wire:
        assert coming.look() == 0
    assert [call.operation for call in wire.calls] == ["Query", "BatchGetItem"]
    assert storage.read(waiting_key("400"))[0].state == "waiting"


def waiting_key(slot_id):
    return InboxRow.at(waiting.row_id("supabase", f"slot-{slot_id}"))


def test_a_row_there_that_is_not_read_twice_asks_for_little(front):
    body = change("INSERT", early(front).columns)
    with Wire() as wire:
        front.post("/notify-update", body, SUPABASE).ok()
    operations = [call.operation for call in wire.calls]
    assert operations == ["PutItem", "BatchGetItem", "Query", "TransactWriteItems", "BatchGetItem"]
