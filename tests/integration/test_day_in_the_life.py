"""The main job end to end: an application becomes a booked, confirmed, reminded and rated session."""

from datetime import timedelta

from tests.builders import SERVICE, TELEGRAM, application, moscow, press, slot, specialist, start, tomorrow


def test_an_application_becomes_a_rated_session(front, tick, sent):
    person = specialist(front)
    moment = tomorrow(12)
    slot(front, person, moment)
    slot(front, person, moment + timedelta(hours=1))

    applied = front.post("/submit-application", application(moscow(moment), moscow(moment + timedelta(hours=1)))).ok()
    assert [row["time"] for row in applied["held_slots"]] == ["12:00", "13:00"]
    assert front.get("/get-available-slots").ok()["slots"] == []

    assert front.post("/telegram", start(applied["ticket_id"]), TELEGRAM).ok() is not None
    tick("sweep")
    booked = sent.messages("7012345678")[-1]
    assert "Мария Орлова" in booked.text
    assert [row["time"] for row in front.get("/get-available-slots").ok()["slots"]] == ["13:00"]

    answer = front.post("/telegram", press(booked.action("Подтвердить")), TELEGRAM).ok()
    assert answer["method"] == "answerCallbackQuery"
    assert front.get("/get-ticket-info", ticket_id=applied["ticket_id"]).ok()["ticket"]["status"] == "confirmed"

    tick("session_reminder", moment - timedelta(hours=1))
    tick("session_reminder", moment - timedelta(hours=1))
    tick("feedback_reminder", moment + timedelta(hours=2))
    tick("sweep")
    texts = [message.text for message in sent.messages("7012345678")]
    assert sum("Напоминаем" in text for text in texts) == 0, "the session ended before the reminder left"
    rate = sent.messages("7012345678")[-1]
    assert "Как прошла" in rate.text
    front.post("/telegram", press(rate.action("5"), update_id=3), TELEGRAM).ok()
    history = front.get("/client-sessions-history", SERVICE, client_telegram="7012345678").ok()["sessions"]
    assert [(row["status"], row["rating"]) for row in history] == [("completed", 5)]
