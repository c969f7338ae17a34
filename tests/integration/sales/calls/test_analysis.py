"""A transcript is looked at after it was kept, and what it suggests is a task once, whatever became of that."""

import pytest

from chalicelib.clients.index.rules import place
from chalicelib.core import outbox, storage
from chalicelib.core.outbox import Effect
from chalicelib.sales.calls.analysis import effects
from chalicelib.sales.calls.models import SalesCall
from chalicelib.sales.calls.tasks.models import SalesTask
from chalicelib.sales.calls.transcripts import repository
from tests.integration.sales.calls.conftest import call_of
from tests.unit.sales.calls.test_analysis import TALK


@pytest.fixture
def number(phone, anna):
    return phone.ring(start_time="2026-11-26T12:20:00Z")


def test_a_talk_is_looked_at_by_the_outbox_and_told_with_its_quotes(phone, number):
    phone.say(number, text=TALK)
    assert (phone.heard(number).ok()["analysis"], phone.look()) == (None, 1)
    told = phone.heard(number).ok()
    assert (told["analysis"]["state"], phone.call(number).ok()["analysis_state"]) == ("done", "done")
    assert (told["sentiment_label"], told["intents"]) == ("positive", ["send", "callback"])
    assert told["sentiment_score"] == told["analysis"]["sentiment"]["overall"] and "дорого" in told["summary"]
    for kind in ("topics", "objections", "next_steps", "tasks"):
        assert all(one["quote"] in told["segments"][one["segment"]]["text"] for one in told["analysis"][kind])
    assert phone.tasks() == [3, 2, 1]
    task = phone.front.get("/api/v1/calls/tasks", phone.of("maria"), sort="asc").ok()["items"][1]
    assert (task["status"], task["task_type"], task["due_at"], task["call_id"]) == ("suggested", "callback", "2026-11-30T12:00:00Z", number)
    assert (task["assigned_to"], task["start"], task["created_by"]) == (phone.house.ids["maria"], 45.0, None)


def test_too_little_is_said_to_be_too_little(phone, number):
    phone.say(number, text="Клиент: перезвоните завтра")
    phone.look()
    assert (phone.heard(number).ok()["analysis"]["state"], phone.call(number).ok()["analysis_state"]) == ("insufficient_content",) * 2
    assert phone.tasks() == []


def test_what_was_suggested_is_not_suggested_again_nor_revived(phone, number):
    phone.say(number, text=TALK)
    phone.look()
    phone.do(1, status="cancelled").ok()
    phone.do(2, status="completed").ok()
    again = TALK.replace("[00:00] Менеджер: Добрый день", "[00:00] Менеджер: Добрый вечер") + "\n[01:20] Клиент: Запишите нас на вторник."
    phone.say(number, text=again, replace=True)
    phone.look()
    rows = sorted(SalesTask.scan(), key=lambda row: row.number)
    assert [(row.number, row.task_type, row.status) for row in rows] == [
        (1, "send", "cancelled"),
        (2, "callback", "completed"),
        (3, "send", "suggested"),
        (4, "meeting", "suggested"),
    ]


def test_a_look_at_a_transcript_that_another_replaced_changes_nothing(phone, number):
    phone.say(number, text=TALK)
    (kept,) = storage.read(repository.key(place("live", number)))
    stale = Effect("1", {"place": place("live", number), "stamp": "another"}, 1, repository.ANALYSIS)
    tx = storage.Transaction()
    effects.analyse(stale, tx)
    assert len(tx) == 0
    phone.say(number, text="Клиент: иначе", replace=True)
    late = storage.Transaction()
    effects.keep_in(late, call_of(number), kept, effects.found(call_of(number), kept))
    with pytest.raises(storage.ConditionFailed):
        late.commit()
    assert [*SalesTask.scan()] == [] and phone.look() == 2 and [*outbox.OutboxRow.scan()] == []


def test_a_call_of_nobodys_has_its_tasks_with_who_spoke(phone):
    number = phone.ring(from_number="+79045501599", start_time="2026-11-26T12:20:00Z")
    phone.say(number, text=TALK)
    phone.look()
    assert (phone.tasks("maria"), phone.tasks("boris")) == ([3, 2, 1], [3, 2, 1])
    assert all(row.assigned_to == phone.house.ids["maria"] for row in SalesTask.scan())
    assert [row.analysis_state for row in SalesCall.scan()] == ["done"]
