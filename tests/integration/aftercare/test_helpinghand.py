"""«Рука помощи»: asked on day 7 and 14, told on day 21, each once, by day, and never after the matter is settled."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.builders import SERVICE, TELEGRAM, application, lead_of, moscow, press, slot, specialist, start

BEGAN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CLIENT = "7012345678"


@pytest.fixture
def moment():
    with time_machine.travel(BEGAN, tick=False) as traveller:
        yield traveller


def apply(front, **said):
    applied = front.post("/submit-application", application(ticket_id="hh_1234567", **said)).ok()
    front.post("/telegram", start(applied["ticket_id"]), TELEGRAM).ok()
    return applied


def later(moment, tick, **after):
    moment.move_to(BEGAN + timedelta(**after))
    tick("confirm_help_hand")
    tick("sweep")


def words(sent, chat=CLIENT):
    return [message.text.splitlines()[0] for message in sent.messages(chat)]


def test_the_whole_story_of_twenty_one_days(front, tick, sent, moment):
    apply(front)
    for day in (6, 7, 8, 13, 14, 20, 21, 22, 30):
        later(moment, tick, days=day)
        later(moment, tick, days=day, minutes=5)
    asked = [text for text in words(sent) if "актуален" in text]
    assert len(asked) == 2
    assert sum("не нашли подходящего" in text for text in words(sent)) == 1
    assert sum("за 21 день" in text for text in words(sent, "900100")) == 1


def test_nothing_is_said_at_night(front, tick, sent, moment):
    moment.move_to(BEGAN.replace(hour=20))
    apply(front)
    tick("sweep")
    before = len(sent.messages(CLIENT))
    moment.move_to(BEGAN.replace(hour=20) + timedelta(days=7, minutes=1))
    tick("confirm_help_hand")
    tick("sweep")
    assert len(sent.messages(CLIENT)) == before
    moment.shift(timedelta(hours=12))
    tick("confirm_help_hand")
    tick("sweep")
    assert len(sent.messages(CLIENT)) == before + 1


def test_daytime_is_the_clients_own(front, tick, sent, moment):
    apply(front, userTimeZone="МСК+7")
    moment.move_to(BEGAN + timedelta(days=7, hours=7))  # 19:00 in Moscow, 02:00 where the client is
    tick("confirm_help_hand")
    tick("sweep")
    assert not [text for text in words(sent) if "актуален" in text]


def test_no_closes_it_and_the_admin_is_told_once(front, tick, sent, moment):
    apply(front)
    later(moment, tick, days=7)
    button = sent.messages(CLIENT)[-1].action("Нет, закрыть")
    for update_id in (50, 51):
        front.post("/telegram", press(button, update_id=update_id), TELEGRAM).ok()
    for day in (14, 21):
        later(moment, tick, days=day)
    assert sum("клиент закрыл" in text for text in words(sent, "900100")) == 1
    assert sum("актуален" in text for text in words(sent)) == 1


def test_yes_keeps_it_open(front, tick, sent, moment):
    apply(front)
    later(moment, tick, days=7)
    answer = front.post("/telegram", press(sent.messages(CLIENT)[-1].action("Да, жду"), update_id=50), TELEGRAM).ok()
    assert "продолжаем" in answer["text"]
    later(moment, tick, days=14)
    assert sum("актуален" in text for text in words(sent)) == 2


def test_somebody_elses_button_does_nothing(front, tick, sent, moment):
    apply(front)
    later(moment, tick, days=7)
    answer = front.post("/telegram", press(sent.messages(CLIENT)[-1].action("Нет, закрыть"), user_id=555, update_id=50), TELEGRAM).ok()
    assert "не для вас" in answer["text"]


def test_a_match_stops_all(front, tick, sent, moment):
    applied = apply(front)
    person = specialist(front)
    chosen = slot(front, person, BEGAN + timedelta(days=5))
    body = {
        "client_id": lead_of(applied),
        "psychologist_id": person,
        "slot_id": chosen,
        "payment_info": {"amount": 0, "status": "completed"},
    }
    front.post("/process-diagnostic-session-request", body, SERVICE).ok()
    for day in (7, 14, 21):
        later(moment, tick, days=day)
    assert not [text for text in words(sent) if "актуален" in text or "не нашли" in text]


def test_a_missed_week_is_not_made_up_for(front, tick, sent, moment):
    apply(front)
    later(moment, tick, days=15)
    assert sum("актуален" in text for text in words(sent)) == 1


def test_other_applications_are_not_asked_about(front, tick, sent, moment):
    applied = front.post("/submit-application", application()).ok()
    front.post("/telegram", start(applied["ticket_id"]), TELEGRAM).ok()
    for day in (7, 14, 21):
        later(moment, tick, days=day)
    assert not [text for text in words(sent) if "актуален" in text]


def test_dates_are_the_tickets_whatever_the_month(front, tick, sent, moment):
    moment.move_to("2027-12-27T09:00:00Z")
    applied = front.post("/submit-application", application(moscow(datetime(2028, 1, 1, tzinfo=UTC)), ticket_id="hh_7")).ok()
    front.post("/telegram", start(applied["ticket_id"]), TELEGRAM).ok()
    moment.move_to("2028-01-03T09:00:00Z")
    tick("confirm_help_hand")
    tick("sweep")
    assert sum("актуален" in text for text in words(sent)) == 1
