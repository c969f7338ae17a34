"""Tasks are written down, taken up, moved and found by whoever has them to do or sees their lead."""

from datetime import timedelta

import pytest

from chalicelib.core import clock, storage
from chalicelib.core.bitmaps import folding, walking
from chalicelib.sales.calls.tasks import index
from chalicelib.sales.calls.tasks.models import SalesTask
from tests.integration.sales.calls.conftest import CALLS, told


def at(**ahead):
    return (clock.now() + timedelta(**ahead)).isoformat()


def test_who_is_nobody_or_a_master_or_an_analyst_who_writes(phone, anna):
    made = phone.task(lead_id=anna).body["id"]
    phone.house.hire("igor", "master")
    phone.house.hire("lena", "analyst")
    assert [phone.task(who, lead_id=anna).status for who in (None, "igor", "lena", "boris")] == [401, 403, 403, 404]
    assert [phone.do(made, who).status for who in (None, "igor", "lena", "boris", "maria")] == [401, 403, 403, 404, 200]
    assert [phone.front.get(f"{CALLS}/tasks", phone.of(who)).status for who in (None, "igor", "lena")] == [401, 403, 200]
    assert (phone.tasks("maria"), phone.tasks("boris"), phone.tasks("lena")) == ([made], [], [made])


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"lead_id": None}, "call_id"),
        ({"task_type": "dance"}, "task_type"),
        ({"due_at": "soon"}, "due_at"),
        ({"due_at": None}, "due_at"),
        ({"assigned_to": 99}, "assigned_to"),
        ({"priority": "huge"}, "priority"),
        ({"reason": "a\nb"}, "reason"),
        ({"reason": "x" * 256}, "reason"),
        ({"notes": "a\x00"}, "notes"),
        ({"status": "suggested"}, "status"),
    ],
)
def test_what_is_no_task_says_where(phone, anna, said, where):
    answer = phone.task(**{"lead_id": anna, **said})
    assert answer.status == 422 and where in str(answer.body["detail"]), answer.text


def test_a_task_is_of_a_call_or_of_a_lead_and_of_no_other(phone, anna):
    number = phone.ring()
    answer = phone.task(call_id=number, reason="Перезвонить", assigned_to=phone.house.ids["boris"])
    assert (answer.status, answer.headers["Location"]) == (201, f"{CALLS}/tasks/1")
    task = answer.body
    assert (task["call_id"], task["lead_id"], task["status"], task["overdue"]) == (number, anna, "pending", False)
    assert task == phone.front.get(f"{CALLS}/tasks", phone.of("boris")).ok()["items"][0]
    assert told(phone.task(call_id=99)) == (404, "call_not_found")
    assert told(phone.task("boris", call_id=number)) == (404, "call_not_found")
    assert told(phone.task(lead_id=99)) == (404, "lead_not_found")
    assert phone.task(call_id=number, lead_id=phone.lead("Пётр")).status == 422
    key = {"Idempotency-Key": "once"}
    first, again = (phone.task(headers=key, lead_id=anna) for _ in range(2))
    assert (first.status, first.body) == (again.status, again.body) and len([*SalesTask.scan()]) == 2
    assert told(phone.task(headers=key, lead_id=anna, priority="low")) == (409, "key_reused")


def test_a_task_is_taken_up_done_and_moved(phone, anna):
    made = phone.task(lead_id=anna, due_at="2026-01-01T10:00:00Z").body
    assert made["overdue"] is True
    done = phone.do(1, status="completed", version=1).ok()
    assert (done["status"], done["overdue"], bool(done["completed_at"]), done["version"]) == ("completed", False, True, 2)
    assert told(phone.do(1, status="pending", version=1)) == (409, "changed_meanwhile")
    again = phone.do(1, status="in_progress", due_at=at(days=2), notes="=1+1").ok()
    assert (again["completed_at"], again["overdue"], again["notes"]) == (None, False, "=1+1")
    assert phone.do(1, notes="=1+1").ok()["version"] == again["version"]
    assert phone.do(1, status="suggested").status == phone.do(1, status=None).status == phone.do("x").status == 422
    assert told(phone.do(99)) == (404, "task_not_found")


def test_a_leads_card_shows_what_is_to_be_done_next(phone, anna):
    late, soon, done = (phone.task(lead_id=anna, due_at=when).body["id"] for when in (at(days=9), at(days=1), at(days=2)))
    phone.do(done, status="cancelled").ok()
    card = phone.front.get(f"/api/v1/leads/{anna}", phone.of("maria")).ok()
    assert [task["id"] for task in card["open_tasks"]] == [soon, late]


def test_lists_equal_a_look_at_every_task_folded_and_unfolded(phone, anna, monkeypatch):
    number = phone.ring()
    mine = phone.task(call_id=number, due_at=at(days=-2)).body["id"]
    today = phone.task(lead_id=anna, due_at=at(seconds=-1)).body["id"]
    later = phone.task(lead_id=anna, due_at=at(days=2), status="in_progress").body["id"]
    theirs = phone.task("service", lead_id=anna, assigned_to=phone.house.ids["boris"], due_at=at(days=1)).body["id"]
    done = phone.task(lead_id=anna, due_at=at(days=-3)).body["id"]
    phone.do(done, status="completed").ok()
    asked = [
        ("service", {}, [done, theirs, later, today, mine]),
        ("boris", {}, [theirs]),
        ("maria", {"call_id": number}, [mine]),
        ("maria", {"lead_id": anna, "status": "in_progress"}, [later]),
        ("maria", {"assigned_to": phone.house.ids["boris"]}, [theirs]),
        ("maria", {"overdue": "true"}, [today, mine]),
        ("maria", {"overdue": "false"}, [done, theirs, later]),
        ("boris", {"overdue": "true"}, []),
        ("maria", {"order_by": "due_at", "sort": "asc"}, [done, mine, today, theirs, later]),
        ("maria", {"order_by": "due_at", "overdue": "true"}, [today, mine]),
        ("maria", {"date_from": "2020-01-01", "date_to": "2020-12-31"}, []),
    ]
    for _ in range(2):
        for who, query, found in asked:
            assert phone.tasks(who, **query) == found, (who, query)
        index.UPKEEP.fold()
        for row in SalesTask.scan():
            storage.change(row, [SalesTask.written_at.set(clock.wall() - folding.SETTLED)])
        index.UPKEEP.fold()
    assert storage.query(SalesTask.by_pending, "live").rows == [] and index.UPKEEP.check() == 0
    monkeypatch.setattr(walking, "FIRST", 1)
    monkeypatch.setattr(walking, "DEEPEST", 2)
    assert told(phone.front.get(f"{CALLS}/tasks", phone.of("maria"), order_by="due_at", limit=3)) == (400, "sort_too_deep")
    assert phone.front.get(f"{CALLS}/tasks", phone.of("maria"), order_by="name").status == 422


def test_open_tasks_go_with_their_lead(phone, anna):
    own = phone.task(lead_id=anna).body["id"]
    phone.change_lead(anna, assigned_to=phone.house.ids["boris"])
    assert (phone.tasks("maria"), phone.tasks("boris"), phone.do(own, "maria").status) == ([], [own], 404)
    phone.remove_lead(anna)
    assert (phone.tasks("maria"), phone.do(own, "maria").status) == ([own], 200)
