"""The main job on the deployed stack: through the gateway, the Lambdas and the stream, to what arrives in Telegram."""

from datetime import timedelta
from itertools import count
from urllib.parse import parse_qsl

from tests.builders import (
    ADMIN_CHAT,
    SERVICE,
    SUPABASE,
    TELEGRAM,
    application,
    change,
    contact,
    messages,
    moscow,
    press,
    sample,
    slot,
    specialist,
    start,
    ticket_status,
    tomorrow,
)

updates = count(90_000)


def tilda_form(*moments, **said):
    """The sample submission, for other times."""
    fields = dict(parse_qsl(sample("intake/submit_application.tilda.form")))
    return fields | {"Слоты": "; ".join(moscow(moment) for moment in moments), **said}


def tap(front, message, label, person):
    """Press a button of a message; what Telegram shows for it."""
    answer = front.post("/telegram", press(message.action(label), person, update_id=next(updates)), TELEGRAM).ok()
    assert answer["method"] == "answerCallbackQuery"
    return answer["text"]


def follow(front, ticket_id, person):
    front.post("/telegram", start(ticket_id, person, update_id=next(updates), username="pavel_gromov"), TELEGRAM).ok()


def test_a_form_becomes_a_booked_moved_cancelled_confirmed_reminded_and_rated_session(cloud, deployed_front):
    front, pavel, helper = deployed_front, 7_012_345_001, "5550101"
    moment = tomorrow(10)
    person = specialist(front, "Мария Орлова", telegram_id=helper, specialisations=["Тревога", "Сон"])
    for hour in range(4):
        slot(front, person, moment + timedelta(hours=hour))

    applied = front.form("/submit-application", tilda_form(moment, moment + timedelta(hours=1)), SERVICE).ok()
    assert [(row["psychologist"], row["time"]) for row in applied["held_slots"]] == [("Мария Орлова", "10:00"), ("Мария Орлова", "11:00")]
    assert applied["link"] == f"https://t.me/frontdesk_test_bot?start={applied['ticket_id']}"
    cloud.heard(ADMIN_CHAT, f"Новая заявка {applied['client_id']}")

    follow(front, applied["ticket_id"], pavel)
    booked = cloud.heard(pavel, "вы записаны к специалисту Мария Орлова")
    cloud.heard(helper, "Новая запись")
    assert [row["time"] for row in front.get("/get-available-slots", psychologist=person).ok()["slots"]] == ["11:00", "12:00", "13:00"]

    assert tap(front, booked, "Подтвердить", pavel) == f"Сессия подтверждена: {moscow(moment)} МСК."
    confirmed = cloud.heard(pavel, "Встреча подтверждена")
    cloud.heard(helper, "Клиент подтвердил встречу")

    tap(front, confirmed, "Перенести", pavel)
    choice = cloud.heard(pavel, "Выберите новое время")
    assert (
        tap(front, choice, moscow(moment + timedelta(hours=2)), pavel) == f"Сессия перенесена на {moscow(moment + timedelta(hours=2))} МСК."
    )
    moved = cloud.heard(pavel, "Встреча перенесена")
    cloud.heard(helper, "Встреча перенесена")
    assert ticket_status(front, applied["ticket_id"]) == "confirmed"

    assert tap(front, moved, "Отменить", pavel) == "Сессия отменена."
    cloud.heard(pavel, "Встреча отменена")
    cloud.heard(helper, "Встреча отменена")
    assert len(front.get("/get-available-slots", psychologist=person).ok()["slots"]) == 4

    front.post("/telegram", contact("+79168034275", pavel, update_id=next(updates)), TELEGRAM).ok()
    again = front.form("/submit-application", tilda_form(moment + timedelta(hours=3), tranid="2406115:7250918399"), SERVICE).ok()
    assert again["client_id"] == applied["client_id"], "the same person is one client"
    follow(front, again["ticket_id"], pavel)
    booked = cloud.heard(pavel, "вы записаны", times=2)
    tap(front, booked, "Подтвердить", pavel)
    cloud.heard(pavel, "Встреча подтверждена", times=2)

    starts = moment + timedelta(hours=3)
    for _ in range(2):
        cloud.tick("session_reminder", starts - timedelta(hours=1))
    cloud.heard(pavel, "Напоминаем о встрече")
    cloud.heard(helper, "Скоро встреча")
    for _ in range(2):
        cloud.tick("feedback_reminder", starts + timedelta(hours=2))
    asked = cloud.heard(pavel, "Как прошла встреча")
    cloud.heard(helper, "завершилась")
    assert tap(front, asked, "5", pavel) == "Спасибо за оценку!"
    cloud.heard(ADMIN_CHAT, "Оценка встречи: 5 из 5")

    sessions = front.get("/client-sessions-history", SERVICE, client_telegram=str(pavel)).ok()["sessions"]
    assert [(row["status"], row["rating"]) for row in sessions] == [("completed", 5), ("cancelled", None)]
    assert {row["state"] for row in messages(front, applied["client_id"])} == {"sent"}


def test_the_test_contour_lives_the_same_day_and_telegram_never_hears_of_it(cloud, deployed_front):
    front, person_id = deployed_front, 7_012_345_002
    moment = tomorrow(15, days=2)
    person = specialist(front, "Тест Тестова", telegram_id="5550102", contour="test")
    slot(front, person, moment)
    heard = len(cloud.telegram.sent)

    assert [row["psychologist"] for row in front.get("/get-available-slots-test-contur").ok()["slots"]] == ["Тест Тестова"]
    applied = front.post("/submit-application-test-contur", application(moscow(moment)), SERVICE).ok()
    front.post("/process-link", {"user_id": str(person_id), "ticket_id": applied["ticket_id"]}, SERVICE).ok()
    front.post("/confirm-session-by-client", {"ticket_id": applied["ticket_id"], "slot_time": moscow(moment)}).ok()
    assert ticket_status(front, applied["ticket_id"]) == "confirmed"

    (told,) = cloud.comes(lambda: [row for row in messages(front, applied["client_id"]) if "Встреча подтверждена" in (row["text"] or "")])
    assert (told["template"], told["channel"], told["state"]) == ("client_session_confirmed", "ledger", "recorded")
    assert [button["label"] for row in told["buttons"] for button in row] == ["Перенести", "Отменить"]
    assert [message.text for message in cloud.telegram.sent[heard:]] == []


def test_the_old_database_books_and_cancels_and_both_sides_are_told(cloud, deployed_front):
    front, nina = deployed_front, 7_012_345_003
    moment = tomorrow(18, days=3)
    row = {"id": 4901, "psychologist": "Ольга Белова", "date": f"{moment:%Y-%m-%d}", "time": "18:00", "state": "Свободен", "ticket": None}
    taken = row | {"state": "Занят", "client_id": front.post("/client-registration", {"user_id": str(nina)}, SERVICE).ok()["client_id"]}
    person = {"id": 3301, "name": "Ольга Белова", "telegram_id": 5550103, "sex": "Женский", "min_price": 3500}

    def changed(*said, **more):
        return front.post("/notify-update", change(*said, **more), SUPABASE).ok()["result"]

    assert changed("INSERT", person, table="hraniteli_psychologists") == "added"
    assert changed("INSERT", row) == "added"
    assert [one["id"] for one in front.get("/get-available-slots", psychologist="Белова Ольга").ok()["slots"]] == ["4901"]

    assert changed("UPDATE", taken, row) == "booked"
    cloud.heard(nina, "вы записаны к специалисту Ольга Белова")
    cloud.heard("5550103", "Новая запись")
    assert front.get("/get-available-slots", psychologist="3301").ok()["slots"] == []

    assert changed("UPDATE", row, taken) == "cancelled"
    cloud.heard(nina, "Встреча отменена")
    cloud.heard("5550103", "Встреча отменена")
    assert [one["id"] for one in front.get("/get-available-slots", psychologist="3301").ok()["slots"]] == ["4901"]
