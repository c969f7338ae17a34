"""Repeated hours: written once, never over what stands, taken back alone, and carried on by the tick."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.booking.slots.models import Slot
from chalicelib.core import facts
from chalicelib.core.facts import FactRow
from chalicelib.ownpage.plans.models import Plan
from tests.builders import SERVICE, book, ledger, moscow, slot, specialist, tomorrow
from tests.integration.booking import days
from tests.integration.ownpage.page import Page
from tests.standins.store import OneAtATime

WEEK, TWO, NEVER = "раз в неделю", "раз в 2 недели", "нет"


@pytest.fixture
def page(front):
    return Page(front, specialist(front))


@pytest.fixture
def root(page):
    return page.post("/add-slot", slot=moscow(tomorrow(19))).ok()["id"]


def plan(page, said, period):
    return page.post("/plan-free-slots", slot=said, repeat_period=period)


def starts():
    """The weeks after tomorrow in which an hour stands."""
    return sorted((row.start_at - tomorrow(19)).days / 7 for row in Slot.scan() if row.state != "cut")


def period(page, said):
    return page.get("/get-root-planned-free-slot", slot=said).ok()["repeat_period"]


def test_an_hour_is_written_twelve_weeks_ahead_and_is_her_doing(page, root):
    answer = plan(page, root, WEEK).ok()
    assert (answer["repeat_period"], len(answer["planned"]), answer["skipped"], answer["removed"]) == (WEEK, 11, [], [])
    assert starts() == list(range(12))
    assert {period(page, said) for said in (root, moscow(tomorrow(19)), answer["planned"][3]["id"])} == {WEEK}
    assert {row.actor for row in FactRow.scan() if row.kind == "hours_changed"} == {facts.SPECIALIST}
    days.agree()


def test_the_same_again_writes_nothing_even_what_she_took_back(page, root):
    third = plan(page, root, WEEK).ok()["planned"][2]["id"]
    page.post("/delete-slot", slot=third).ok()
    assert plan(page, moscow(tomorrow(19)), WEEK).ok()["planned"] == []
    assert len(starts()) == 11


def test_two_clicks_at_once_write_one_plan(page, root):
    with OneAtATime(), ThreadPoolExecutor(3) as hands:
        answers = list(hands.map(lambda _: plan(page, root, WEEK).ok(), range(3)))
    assert sorted(len(answer["planned"]) for answer in answers) == [0, 0, 11]
    assert len(list(Plan.scan())) == 1
    days.agree()


def test_what_stands_in_the_way_is_told_and_stays(front, page, root):
    mine = slot(front, page.specialist_id, tomorrow(19, days=8) + timedelta(minutes=30))
    answer = plan(page, root, WEEK).ok()
    assert [one["start_at"] for one in answer["skipped"]] == [tomorrow(19, days=8).strftime("%Y-%m-%dT%H:%M:%SZ")]
    assert Slot.get(mine).plan_id is None and len(answer["planned"]) == 10
    days.agree()


def test_stopping_takes_back_free_hours_of_this_plan_alone(front, page, root):
    other = page.post("/add-slot", slot=moscow(tomorrow(11))).ok()["id"]
    plan(page, other, WEEK).ok()
    planned = plan(page, root, WEEK).ok()["planned"]
    book(front, tomorrow(19, days=8))
    hand_made = slot(front, page.specialist_id, tomorrow(15, days=8))
    answer = plan(page, planned[4]["id"], NEVER).ok()
    assert len(answer["removed"]) == 9, "not the one that is named, nor the first, nor the client's"
    standing = {row.slot_id for row in Slot.scan() if row.plan_id != Slot.get(other).plan_id}
    assert standing == {root, planned[0]["id"], planned[4]["id"], hand_made}
    assert (period(page, root), period(page, other)) == (NEVER, WEEK)
    days.agree()


def test_another_period_keeps_the_hours_that_both_have(page, root):
    plan(page, root, WEEK).ok()
    before = {row.slot_id: row.revision for row in Slot.scan()}
    answer = plan(page, root, TWO).ok()
    assert (len(answer["planned"]), len(answer["removed"]), starts()) == (0, 6, [0, 2, 4, 6, 8, 10])
    assert all(before[row.slot_id] == row.revision for row in Slot.scan())
    assert len(plan(page, root, WEEK).ok()["planned"]) == 6
    days.agree()


def test_what_can_not_be_planned_is_refused_with_its_name(front, page, root):
    answer = plan(page, root, "каждый день")
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", "repeat_period"])
    other = slot(front, specialist(front, "Игорь Селиванов", telegram_id="5550002"), tomorrow(9))
    assert [plan(page, said, WEEK).status for said in (other, moscow(tomorrow(9)), "x")] == [404, 404, 404]
    assert front.post("/plan-free-slots", {"secret": "x", "slot": root, "repeat_period": WEEK}).ok() == {"error": "unauthored"}


def test_the_tick_carries_a_plan_on_once_and_not_what_is_stopped(page, root, tick):
    plan(page, root, WEEK).ok()
    assert tick("keep_own_pages")["plans"] == 0, "nothing is due"
    later = tomorrow(19) + timedelta(days=7)
    assert [tick("keep_own_pages", later)["plans"] for _ in range(2)] == [1, 0]
    assert max(starts()) == 13
    plan(page, root, NEVER).ok()
    assert tick("keep_own_pages", later + timedelta(days=30))["plans"] == 0
    days.agree()


def test_the_tick_tells_her_of_an_hour_that_found_no_place(front, page, root, tick):
    plan(page, root, WEEK).ok()
    slot(front, page.specialist_id, tomorrow(19) + timedelta(weeks=12))
    tick("keep_own_pages", tomorrow(20) + timedelta(days=1))
    (told,) = ledger(f"specialist#{page.specialist_id}", "specialist_hour_skipped")
    assert told.values["start_at"].startswith((tomorrow(19) + timedelta(weeks=12)).date().isoformat())
    days.agree()


def test_who_rests_has_no_hours_written_and_who_is_gone_no_plan(front, page, root, tick):
    plan(page, root, WEEK).ok()
    front.put(f"/specialists/{page.specialist_id}", {"name": "Мария Орлова", "active": False}, SERVICE).ok()
    assert tick("keep_own_pages", tomorrow(20) + timedelta(days=7))["plans"] == 0 and max(starts()) == 11
    front.delete(f"/specialists/{page.specialist_id}", SERVICE).ok()
    assert tick("keep_own_pages", tomorrow(20) + timedelta(days=7))["plans"] == 1
    assert list(Plan.scan()) == []
