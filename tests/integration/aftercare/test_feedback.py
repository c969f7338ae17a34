"""The feedback form and the follow-ups it picks."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from chalicelib.booking.slots.models import Slot
from tests.builders import SERVICE, TELEGRAM, application, ledger, membership, moscow, press, slot, specialist, start

BEGAN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
CLIENT = "7012345678"
ADMIN = "900100"


@pytest.fixture
def moment():
    with time_machine.travel(BEGAN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def client(front, tick, sent, moment):
    """A client whose session with Мария Орлова took place; another specialist is free next week."""
    person = specialist(front)
    slot(front, person, BEGAN + timedelta(hours=3))
    other = specialist(front, "Ольга Зимина", telegram_id="5550002")
    slot(front, other, BEGAN + timedelta(days=30))
    slot(front, person, BEGAN + timedelta(days=31))
    applied = front.post("/submit-application", application(moscow(BEGAN + timedelta(hours=3)))).ok()
    front.post("/telegram", start(applied["ticket_id"]), TELEGRAM).ok()
    tick("sweep")
    front.post("/telegram", press(sent.messages(CLIENT)[-1].action("Подтвердить")), TELEGRAM).ok()
    moment.shift(timedelta(hours=6))
    tick("feedback_reminder")
    tick("sweep")
    return applied


def form(**answers):
    anketa = {
        "mark": "5",
        "feelings": "спокойно",
        "questions": "про сон",
        "needs": "",
        "status": "готова",
        "wantOtherPschologist": "Нет",
        "secondSessionTime": "",
    }
    return {
        "anketa": {**anketa, **answers},
        "telegram_id": CLIENT,
        "psychologist_name": "Орлова Мария",
        "utm_client": "br0001",
        "client_name": "Анна",
        "session_date": moscow(BEGAN + timedelta(hours=3)),
    }


def words(sent, chat):
    return [message.text for message in sent.messages(chat)]


def later(moment, tick, **after):
    moment.shift(timedelta(**after))
    tick("sweep")


def test_all_seven_answers_are_kept_and_the_mark_is_put_on_the_session(front, client):
    from chalicelib.aftercare.feedback.models import Feedback

    assert front.post("/client-os", form(), SERVICE).ok()["rated"] is True
    (kept,) = Feedback.scan()
    assert set(kept.answers) == {"mark", "feelings", "questions", "needs", "status", "wantOtherPschologist", "secondSessionTime"}
    history = front.get("/client-sessions-history", SERVICE, client_telegram=CLIENT).ok()["sessions"]
    assert [(row["rating"], row["feedback"]) for row in history] == [(5, "спокойно")]


def test_a_repeat_says_nothing_twice_and_a_change_keeps_the_history(front, client, tick, sent):
    from chalicelib.aftercare.feedback.models import Feedback

    first = front.post("/client-os", form(mark="2"), SERVICE).ok()
    assert [front.post("/client-os", form(mark="2"), SERVICE).ok() for _ in range(3)] == [first] * 3
    tick("sweep")
    assert sum("Низкая оценка" in text for text in words(sent, ADMIN)) == 1
    front.post("/client-os", form(mark="4"), SERVICE).ok()
    (kept,) = Feedback.scan()
    assert (kept.answers["mark"], [version["answers"]["mark"] for version in kept.history]) == ("4", ["2"])


@pytest.mark.parametrize(("mark", "told"), [("5", 0), ("4 из 5", 0), ("3", 1), ("1", 1), ("никак", 0), ("", 0)])
def test_a_low_mark_tells_the_admin(front, client, tick, sent, mark, told):
    front.post("/client-os", form(mark=mark), SERVICE).ok()
    tick("sweep")
    assert sum("Низкая оценка" in text for text in words(sent, ADMIN)) == told


def test_another_psychologist_opens_a_reassignment_without_this_one(front, client):
    answer = front.post("/client-os", form(wantOtherPschologist="Да"), SERVICE).ok()
    assert answer["ticket_id"] not in (None, client["ticket_id"])
    free = front.get("/get-reassignment-schedule", SERVICE, lead_number="br0001", mode="psychologist").ok()["slots"]
    assert {row["psychologist"] for row in free} == {"Ольга Зимина"}


@pytest.mark.parametrize(
    ("said", "plan"),
    [("через 5 дней", "after_5_days"), ("Через 3 недели", "after_3_weeks"), ("через месяц", "after_3_weeks"), ("сейчас", None), ("", None)],
)
def test_the_answer_picks_the_plan(front, client, said, plan):
    assert front.post("/client-os", form(secondSessionTime=said), SERVICE).ok()["follow_up"] == plan


def test_the_schedule_is_sent_when_its_time_has_come_and_once(front, client, tick, sent, moment):
    for _ in range(3):
        front.post("/schedule_client_action_after_5_days", {"client_id": "BR0001"}, SERVICE).ok()
    later(moment, tick, days=4, hours=23)
    assert not [text for text in words(sent, CLIENT) if "ближайшее свободное время" in text]
    later(moment, tick, hours=2)
    tick("sweep")  # what the plan says is a message of its own
    later(moment, tick, days=30)
    sent_now = [text for text in words(sent, CLIENT) if "ближайшее свободное время" in text]
    assert len(sent_now) == 1
    assert "Мария Орлова" in sent_now[0]


def test_three_weeks_over_the_years_border(front, client, tick, sent, moment):
    moment.move_to("2026-12-28T09:00:00Z")
    slot(front, front.get("/specialists", SERVICE).ok()["specialists"][0]["id"], datetime(2027, 1, 30, 9, tzinfo=UTC))
    answer = front.post("/schedule_client_action_after_3_weeks", {"telegram_id": CLIENT, "psychologist_name": "Мария Орлова"}, SERVICE).ok()
    assert answer["due_at"] == "2027-01-18T09:00:00Z"
    later(moment, tick, weeks=3)
    later(moment, tick, minutes=1)
    assert [text for text in words(sent, CLIENT) if "30.01" in text]


def test_who_has_booked_meanwhile_gets_no_schedule(front, client, tick, sent, moment):
    front.post("/schedule_client_action_after_5_days", {"client_id": "br0001"}, SERVICE).ok()
    moment.shift(timedelta(days=1))
    applied = front.post("/submit-application", application(moscow(BEGAN + timedelta(days=31)))).ok()
    front.post("/process-link", {"user_id": CLIENT, "ticket_id": applied["ticket_id"]}, SERVICE).ok()
    later(moment, tick, days=5)
    assert not [text for text in words(sent, CLIENT) if "ближайшее свободное время" in text]


def test_who_refuses_or_blocks_us_gets_no_schedule(front, client, tick, sent, moment):
    front.post("/schedule_client_action_after_5_days", {"client_id": "br0001"}, SERVICE).ok()
    front.post("/client-os", form(status="Нет, не готова продолжать"), SERVICE).ok()
    front.post("/schedule_client_action_after_3_weeks", {"client_id": "br0001"}, SERVICE).ok()
    sent.block(CLIENT)
    later(moment, tick, days=22)
    later(moment, tick, days=1)
    assert not [text for text in words(sent, CLIENT) if "ближайшее свободное время" in text]


@pytest.mark.parametrize("why", ["бот заблокирован", "свободного времени нет"])
def test_a_schedule_that_was_promised_and_cannot_be_sent_is_told_to_the_admin(front, client, tick, sent, moment, why):
    front.post("/schedule_client_action_after_5_days", {"client_id": "br0001"}, SERVICE).ok()
    if why == "бот заблокирован":
        front.post("/telegram", membership("kicked", int(CLIENT)), TELEGRAM).ok()
    else:
        for row in [row for row in Slot.scan() if row.state == "free"]:
            front.delete(f"/slots/{row.slot_id}", SERVICE).ok()
    later(moment, tick, days=6)
    later(moment, tick, days=1)
    (told,) = ledger("admin", "admin_follow_up_not_sent")
    assert "br0001" in told.text and why in told.text


def test_another_psychologist_for_who_never_applied_is_told_to_the_admin(front, tick, sent, moment):
    front.post("/client-registration", {"user_id": CLIENT}, SERVICE).ok()
    for _ in range(2):
        assert front.post("/client-os", form(wantOtherPschologist="Да"), SERVICE).ok()["ticket_id"] is None
    (told,) = ledger("admin", "admin_wants_another")
    assert told.values["lead_number"] == "br0001"


def test_doors_are_the_back_offices_and_name_what_is_wrong(front):
    for path in ("/client-os", "/schedule_client_action_after_5_days", "/schedule_client_action_after_3_weeks"):
        assert front.post(path, {}).status == 401
        assert front.post(path, {}, SERVICE).status == 422
    assert front.post("/client-os", form(), SERVICE).body["error"] == "client_not_found"
    assert front.post("/schedule_client_action_after_5_days", {"client_id": "br9999"}, SERVICE).body["error"] == "client_not_found"


def test_what_is_tried_out_concerns_nobody_live(front, client):
    tried = front.post("/submit-application-test-contur", application(name="Проба")).ok()
    said = {**form(mark="2", wantOtherPschologist="Да"), "utm_client": "tbr0001"}
    answer = front.post("/client-os-test-contur", said, SERVICE).ok()
    assert (answer["rated"], answer["ticket_id"]) == (False, None)
    for template in ("admin_wants_another", "admin_low_mark"):
        assert (len(ledger("admin", template)), len(ledger("admin-test", template))) == (0, 1)
    assert front.post("/client-os-test-contur", {**said, "utm_client": "br0001"}, SERVICE).status == 404
    assert tried["ticket_id"]
