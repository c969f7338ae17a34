"""The bot's door: links, buttons, blocks and plain words, from the person they belong to and from everybody else."""

import json
from datetime import timedelta

import pytest
import time_machine

from chalicelib.clients.service import Client
from chalicelib.core import clock
from chalicelib.core.settings import settings
from tests.builders import (
    ADMIN_CHAT,
    CLIENT,
    SERVICE,
    SPECIALIST_CHAT,
    SUPABASE,
    TELEGRAM,
    apply_for,
    book,
    client_row,
    contact,
    membership,
    messages,
    moscow,
    press,
    slot,
    specialist,
    start,
    ticket_status,
    tomorrow,
    write,
)

STRANGER = 7055555555
EMPTY = {"method": None, "callback_query_id": None, "text": None, "show_alert": None, "reason": None}


@pytest.fixture
def desk(front):
    """A specialist with three free hours tomorrow; their starts."""
    person = specialist(front)
    starts = [tomorrow(hour) for hour in (12, 13, 14)]
    for start_at in starts:
        slot(front, person, start_at)
    return starts


def texts(sent, chat=CLIENT) -> list[str]:
    return [message.text for message in sent.messages(chat)]


def said(front, data: str, user_id: int = CLIENT, *, update_id: int = 50) -> str:
    """What a pressed button answers."""
    answer = front.post("/telegram", press(data, user_id, update_id=update_id), TELEGRAM).ok()
    assert (answer["method"], answer["callback_query_id"]) == ("answerCallbackQuery", f"q{update_id}")
    return answer["text"]


def clients_made() -> int:
    """How many people the base knows."""
    return sum(1 for _ in Client.scan())


# --- who may call -----------------------------------------------------------------------------------------------------


SECRET = "X-Telegram-Bot-Api-Secret-Token"


@pytest.mark.parametrize("headers", [{}, {SECRET: "guess"}, {SECRET: ""}, SERVICE, SUPABASE])
def test_only_telegram_may_knock(front, desk, headers):
    answer = front.post("/telegram", write("привет"), headers)
    assert (answer.status, answer.body["error"]) == (401, "unauthorized")
    assert clients_made() == 0 and front.get("/inbox", SERVICE, state="received").ok()["inbox"] == []


def test_a_bot_whose_secret_nobody_set_hears_nobody(front, monkeypatch):
    monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", "")
    settings.cache_clear()
    try:
        for headers in (TELEGRAM, {SECRET: ""}):
            assert front.post("/telegram", write("привет"), headers).status == 401
    finally:
        settings.cache_clear()


# --- what is not text -------------------------------------------------------------------------------------------------


def sending(update_id: int = 80, user_id: int = CLIENT, *, key: str = "message", **said) -> dict:
    """The update of something that is not text."""
    message = {name: value for name, value in write("", user_id, update_id=update_id)["message"].items() if name != "text"}
    return {"update_id": update_id, key: {**message, **said}}


PHOTO = [{"file_id": "A", "file_unique_id": "x", "width": 90, "height": 90}]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"photo": PHOTO, "caption": "Чек, перевела 3500"}, "фото (в чате бота с @anna_l): Чек, перевела 3500"),
        ({"photo": PHOTO, "media_group_id": "9"}, "фото (из альбома, в чате бота с @anna_l)"),
        ({"voice": {"file_id": "A", "duration": 3}}, "голосовое сообщение (в чате бота с @anna_l)"),
        ({"video_note": {"file_id": "A"}}, "видеосообщение (в чате бота с @anna_l)"),
        ({"document": {"file_id": "A", "file_name": "счёт.pdf"}, "caption": "вот"}, "документ счёт.pdf (в чате бота с @anna_l): вот"),
        ({"animation": {"file_id": "A"}, "document": {"file_id": "A", "file_name": "a.mp4"}}, "анимация (в чате бота с @anna_l)"),
        ({"sticker": {"emoji": "👍"}}, "стикер 👍"),
        ({"location": {"latitude": 55.75, "longitude": 37.61}}, "геопозиция 55.75, 37.61"),
        ({"contact": {"phone_number": "79990001122", "first_name": "Пётр"}}, "контакт Пётр 79990001122"),
        ({"poll": {"question": "Когда?"}}, "опрос Когда?"),
        ({"something_new": {"a": 1}}, "сообщение, которое бот не читает"),
        ({"key": "edited_message", "text": "в 12, не в 11"}, "исправленное сообщение: в 12, не в 11"),
        ({"key": "edited_message", "photo": PHOTO, "caption": "ой"}, "исправленное сообщение: фото (в чате бота с @anna_l): ой"),
    ],
)
def test_whatever_is_sent_is_kept_and_told_to_the_admin_once(front, tick, sent, said, shown):
    for _ in range(2):
        assert front.post("/telegram", sending(**said), TELEGRAM).ok() == EMPTY
    tick("sweep")
    (heard,) = [row for row in messages(front) if row["direction"] == "in"]
    assert (heard["text"], heard["state"]) == (shown, "received")
    (told,) = texts(sent, ADMIN_CHAT)
    assert shown in told and "br0001" in told


@pytest.mark.parametrize(
    "said", [{"photo": PHOTO}, {"key": "edited_message", "text": "а"}, {"contact": {"phone_number": "7999", "user_id": 1}}]
)
def test_anything_sent_revives_a_dead_channel(front, tick, sent, said):
    front.post("/telegram", write("привет"), TELEGRAM).ok()
    front.post("/telegram", membership("kicked", update_id=81), TELEGRAM).ok()
    assert client_row("br0001").dead_channels == {"telegram"}
    front.post("/telegram", sending(82, **said), TELEGRAM).ok()
    assert not client_row("br0001").dead_channels


def test_a_corrected_start_follows_no_link_and_an_edited_line_is_not_sent_again(front, tick, sent, desk):
    ticket_id = apply_for(front, desk[0])
    front.post("/telegram", sending(83, key="edited_message", text=f"/start {ticket_id}"), TELEGRAM).ok()
    assert ticket_status(front, ticket_id) == "new"
    line = write("br0001: вот", chat_id=int(ADMIN_CHAT), chat_type="group", update_id=84)
    front.post("/telegram", {"update_id": 84, "edited_message": line["message"]}, TELEGRAM).ok()
    tick("sweep")
    assert "исправленная строка" in texts(sent, ADMIN_CHAT)[-1]
    assert not any("вот" in text for text in texts(sent))


def test_specialists_are_known_and_no_clients(front, tick, sent, desk):
    me = int(SPECIALIST_CHAT)
    for update in (write("заболела", me, update_id=85), sending(86, me, photo=PHOTO), start("", me, update_id=87)):
        front.post("/telegram", update, TELEGRAM).ok()
    front.post("/send_user_message_to_admin", {"user_id": SPECIALIST_CHAT, "text": "и завтра"}, SERVICE).ok()
    tick("sweep")
    assert clients_made() == 0
    told = [text for text in texts(sent, ADMIN_CHAT) if "Специалист Мария Орлова пишет" in text]
    assert [any(word in text for text in told) for word in ("заболела", "фото", "и завтра")] == [True, True, True]
    assert "Мария Орлова" in texts(sent, SPECIALIST_CHAT)[-1]
    known = front.get("/specialists", SERVICE).ok()["specialists"][0]
    changed = {"name": known["name"], "telegram_id": "777"}
    front.call("PUT", f"/specialists/{known['id']}", body=json.dumps(changed), headers={**SERVICE, "Content-Type": "application/json"}).ok()
    front.post("/telegram", write("я больше не она", me, update_id=88), TELEGRAM).ok()
    assert clients_made() == 1


def test_a_specialist_who_follows_a_link_or_shares_a_contact_stays_one(front, tick, sent, desk):
    me = int(SPECIALIST_CHAT)
    ticket_id = apply_for(front, desk[0])
    for update in (start(ticket_id, me, update_id=91), contact("+79045501599", me, update_id=92)):
        front.post("/telegram", update, TELEGRAM).ok()
    tick("sweep")
    assert "вы у нас специалист" in texts(sent, SPECIALIST_CHAT)[-1]
    told = texts(sent, ADMIN_CHAT)
    assert [any(word in text for text in told) for word in ("перешёл специалист: Мария Орлова", "контакт")] == [True, True]
    assert (clients_made(), ticket_status(front, ticket_id)) == (1, "new")


# --- a group that moved -----------------------------------------------------------------------------------------------


NEW_CHAT = -1002471352452


def service_message(chat_id: int, chat_type: str, *, update_id: int, **said) -> dict:
    """What Telegram says in a group that becomes a supergroup."""
    update = write("", chat_id=chat_id, chat_type=chat_type, update_id=update_id)
    update["message"] = {**{name: value for name, value in update["message"].items() if name != "text"}, **said}
    return update


@pytest.mark.parametrize(
    "moving",
    [
        service_message(int(ADMIN_CHAT), "group", update_id=70, migrate_to_chat_id=NEW_CHAT),
        service_message(NEW_CHAT, "supergroup", update_id=71, migrate_from_chat_id=int(ADMIN_CHAT)),
    ],
)
def test_telegrams_own_word_of_a_move_is_remembered_and_commands_are_known_there(front, tick, sent, desk, moving):
    book(front, desk[0])
    command = "br0001: Добрый день"
    front.post("/telegram", write(command, chat_id=NEW_CHAT, chat_type="supergroup", update_id=72), TELEGRAM).ok()
    tick("sweep")
    assert "Добрый день" not in texts(sent)[-1], "nobody said yet that this is the admin chat"
    for _ in range(2):
        front.post("/telegram", moving, TELEGRAM).ok()
    front.post("/telegram", write(command, chat_id=NEW_CHAT, chat_type="supergroup", update_id=73), TELEGRAM).ok()
    tick("sweep")
    assert "Добрый день" in texts(sent)[-1]
    assert "br0001" in texts(sent, NEW_CHAT)[-1], "the admin reads there how it went"
    front.post("/telegram", write("br0001: чужой чат", chat_id=-55, chat_type="supergroup", update_id=74), TELEGRAM).ok()
    tick("sweep")
    assert not any("чужой чат" in text for text in texts(sent))


# --- links ------------------------------------------------------------------------------------------------------------


def test_a_followed_link_books_the_first_slot_and_frees_the_others(front, tick, sent, desk):
    ticket_id = apply_for(front, *desk[:2])
    assert front.post("/telegram", start(ticket_id), TELEGRAM).ok() == EMPTY
    tick("sweep")
    assert "12:00 МСК" in texts(sent)[-1]
    assert [row["time"] for row in front.get("/get-available-slots").ok()["slots"]] == ["13:00", "14:00"]
    assert ticket_status(front, ticket_id) == "pending"


@pytest.mark.parametrize("command", ["/start {}", "/start@test_frontdesk_bot {}", "/start   {}  "])
def test_telegram_writes_a_start_in_several_ways(front, tick, sent, desk, command):
    ticket_id = apply_for(front, desk[0])
    front.post("/telegram", write(command.format(ticket_id)), TELEGRAM).ok()
    tick("sweep")
    assert "вы записаны" in texts(sent)[-1]


def test_a_link_followed_twice_books_once_and_says_it_once(front, tick, sent, desk):
    ticket_id = apply_for(front, desk[0])
    for update_id in (1, 2, 3):
        assert front.post("/telegram", start(ticket_id, update_id=update_id), TELEGRAM).ok() == EMPTY
    tick("sweep")
    assert len(texts(sent)) == 1
    assert len(front.get("/client-sessions-history", SERVICE, client_telegram=str(CLIENT)).ok()["sessions"]) == 1


def test_a_link_that_leads_nowhere_gets_a_kind_word(front, tick, sent, desk):
    assert front.post("/telegram", start("01JZZZZZZZZZZZZZZZZZZZZZZZ"), TELEGRAM).ok() == EMPTY
    tick("sweep")
    assert ["не нашли заявку" in text for text in texts(sent)] == [True]
    assert clients_made() == 0


def test_another_accounts_press_on_a_followed_link_is_flagged_once(front, tick, sent, desk):
    ticket_id = book(front, desk[0])
    for update_id in (20, 21):
        assert front.post("/telegram", start(ticket_id, STRANGER, update_id=update_id, username="stranger_s"), TELEGRAM).ok() == EMPTY
    tick("sweep")
    assert sum("@stranger_s" in text for text in texts(sent, ADMIN_CHAT)) == 1
    assert all("уже перешли" in text for text in texts(sent, STRANGER)) and texts(sent, STRANGER)
    assert client_row("br0001").telegram_id == str(CLIENT)


@pytest.mark.parametrize("text", ["/start", "/start ", "/start а-ля-кириллица", "/start " + "x" * 65, "/start a b"])
def test_a_start_without_a_link_of_ours_is_a_welcome(front, tick, sent, text):
    front.post("/telegram", write(text), TELEGRAM).ok()
    tick("sweep")
    assert ["бот записи" in message for message in texts(sent)] == [True]
    assert client_row("br0001").telegram_id == str(CLIENT)


def test_nothing_chosen_stands_any_more_and_the_admin_chooses(front, tick, sent, desk):
    ticket_id = apply_for(front, desk[0])
    with time_machine.travel(clock.wall() + timedelta(days=2), tick=False):
        front.post("/telegram", start(ticket_id), TELEGRAM).ok()
        tick("sweep")
    assert "Администратор подберёт время" in texts(sent)[-1]
    assert any("Клиент ждёт подбора" in text for text in texts(sent, ADMIN_CHAT))


# --- buttons ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def booked(front, tick, sent, desk):
    """Anna's pending session and the message that told her of it."""
    ticket_id = book(front, desk[0])
    tick("sweep")
    return ticket_id, sent.messages(CLIENT)[-1]


def test_a_yes_confirms_and_a_second_yes_says_the_same(front, tick, sent, booked):
    ticket_id, message = booked
    first = said(front, message.action("Подтвердить"))
    assert "подтверждена" in first and said(front, message.action("Подтвердить"), update_id=51) == first
    tick("sweep")
    assert ticket_status(front, ticket_id) == "confirmed"
    assert sum("Встреча подтверждена" in text for text in texts(sent)) == 1
    assert sum("Клиент подтвердил" in text for text in texts(sent, SPECIALIST_CHAT)) == 1


def test_somebody_elses_press_changes_nothing(front, desk, booked):
    ticket_id, message = booked
    for number, label in enumerate(["Подтвердить", "Перенести", "Отменить"]):
        assert said(front, message.action(label), STRANGER, update_id=60 + number) == "Эта кнопка не для вас."
    assert ticket_status(front, ticket_id) == "pending"


def test_another_clients_press_changes_nothing(front, desk, booked):
    ticket_id, message = booked
    book(front, desk[1], STRANGER, update_id=9, name="Борис", contact={"type": "phone", "value": "+79161234567"})
    assert said(front, message.action("Отменить"), STRANGER) == "Эта кнопка не для вас."
    assert ticket_status(front, ticket_id) == "pending"


NO_BUTTON = ["", ":", "confirm", "rate:5", "drop:table:x", "\x00:\x00:\x00", "confirm:" + "ж" * 60]
NO_SESSION = ["confirm:", "confirm::", "confirm:x", "confirm:x:y", "rate:5:x", "to:1:2:3"]


def test_made_up_data_is_nobodys_button(front, booked):
    ticket_id, _ = booked
    for number, data in enumerate([*NO_BUTTON, *NO_SESSION]):
        assert said(front, data, update_id=100 + number) == "Эта кнопка не для вас.", data
    assert ticket_status(front, ticket_id) == "pending"


def test_forged_times_before_a_real_session_change_nothing(front, booked):
    ticket_id, message = booked
    own = message.action("Подтвердить").removeprefix("confirm:")
    for number, forged in enumerate(["zzzzzzzzzzz", "!", "-1", "9" * 12]):
        assert "перенесена" not in said(front, f"to:{forged}:{own}", update_id=100 + number), forged
    assert ticket_status(front, ticket_id) == "pending"


def test_forged_marks_before_a_real_session_change_nothing(front, tick, booked, desk):
    _, message = booked
    own = message.action("Подтвердить").removeprefix("confirm:")
    said(front, f"confirm:{own}")
    tick("feedback_reminder", desk[0] + timedelta(hours=3))
    for number, forged in enumerate(["6", "0", "-1", "five", "5.0", ""]):
        assert "Спасибо" not in said(front, f"rate:{forged}:{own}", update_id=100 + number), forged
    (session,) = front.get("/client-sessions-history", SERVICE, client_telegram=str(CLIENT)).ok()["sessions"]
    assert (session["status"], session["rating"]) == ("completed", None)


def test_a_cancelled_sessions_buttons_say_that_it_is_over(front, tick, sent, booked):
    ticket_id, message = booked
    assert said(front, message.action("Отменить")) == "Сессия отменена."
    assert said(front, message.action("Отменить"), update_id=51) == "Сессия отменена."
    assert said(front, message.action("Подтвердить"), update_id=52) == "Эта сессия уже завершена или отменена."
    tick("sweep")
    assert ticket_status(front, ticket_id) == "cancelled"
    assert sum("отменена" in text for text in texts(sent)) == sum("отменена" in text for text in texts(sent, SPECIALIST_CHAT)) == 1


def test_a_begun_sessions_buttons_say_that_it_has_begun(front, booked, desk):
    _, message = booked
    with time_machine.travel(desk[0], tick=False):
        for number, label in enumerate(["Подтвердить", "Отменить"]):
            assert said(front, message.action(label), update_id=80 + number) == "Сессия уже началась."


def test_a_rating_before_the_session_took_place_is_refused(front, booked):
    _, message = booked
    own = message.action("Подтвердить").removeprefix("confirm:")
    assert said(front, f"rate:5:{own}") == "Оценить можно только прошедшую сессию."


def test_a_session_is_moved_by_buttons(front, tick, sent, booked, desk):
    ticket_id, message = booked
    assert said(front, message.action("Перенести")) == "Выберите новое время."
    tick("sweep")
    offer = sent.messages(CLIENT)[-1]
    assert [row[0][0] for row in offer.buttons] == [moscow(desk[1]), moscow(desk[2])]
    assert "перенесена" in said(front, offer.action(moscow(desk[2])), update_id=51)
    tick("sweep")
    assert "Встреча перенесена" in texts(sent)[-1] and "12:00" in texts(sent)[-1] and "14:00" in texts(sent)[-1]
    assert [row["time"] for row in front.get("/get-available-slots").ok()["slots"]] == ["12:00", "13:00"]
    assert "перенесена" in said(front, offer.action(moscow(desk[2])), update_id=52)
    tick("sweep")
    assert sum("Встреча перенесена" in text for text in texts(sent)) == 1
    assert ticket_status(front, ticket_id) == "pending"


def test_an_offered_time_that_somebody_took_is_refused_and_the_old_one_stands(front, tick, sent, booked, desk):
    ticket_id, message = booked
    said(front, message.action("Перенести"))
    tick("sweep")
    offer = sent.messages(CLIENT)[-1]
    book(front, desk[1], STRANGER, update_id=9, name="Борис", contact={"type": "phone", "value": "+79161234567"})
    assert said(front, offer.action(moscow(desk[1])), update_id=51) == "Это время уже заняли, выберите другое."
    info = front.get("/get-ticket-info", ticket_id=ticket_id).ok()["ticket"]
    assert (info["status"], info["slot_time"]) == ("pending", moscow(desk[0]))


def test_a_move_with_no_free_time_says_so(front, tick, sent):
    person, start_at = specialist(front), tomorrow(12)
    slot(front, person, start_at)
    book(front, start_at)
    tick("sweep")
    assert "Свободного времени пока нет" in said(front, sent.messages(CLIENT)[-1].action("Перенести"))


def test_a_rating_by_button_is_kept_and_may_be_changed(front, tick, sent, booked, desk):
    ticket_id, message = booked
    said(front, message.action("Подтвердить"))
    tick("feedback_reminder", desk[0] + timedelta(hours=2))
    tick("sweep")
    ask = sent.messages(CLIENT)[-1]
    assert [label for label, _ in ask.buttons[0]] == ["1", "2", "3", "4", "5"]
    assert said(front, ask.action("3"), update_id=51) == said(front, ask.action("5"), update_id=52) == "Спасибо за оценку!"
    assert said(front, ask.action("5"), STRANGER, update_id=53) == "Эта кнопка не для вас."
    tick("sweep")
    history = front.get("/client-sessions-history", SERVICE, client_telegram=str(CLIENT)).ok()["sessions"]
    assert [(row["ticket_id"], row["rating"]) for row in history] == [(ticket_id, 5)]
    assert [text.splitlines()[0] for text in texts(sent, ADMIN_CHAT) if "Оценка" in text] == [f"Оценка встречи: {n} из 5" for n in (3, 5)]


def test_every_button_we_ever_send_fits_telegrams_64_bytes(front, tick, sent, booked, desk):
    _, message = booked
    said(front, message.action("Перенести"))
    said(front, message.action("Подтвердить"), update_id=51)
    tick("session_reminder", desk[0] - timedelta(hours=1))
    tick("sweep")
    tick("feedback_reminder", desk[0] + timedelta(hours=2))
    tick("sweep")
    actions = [action for one in sent.sent for row in one.buttons for _, action in row]
    assert {action.split(":")[0] for action in actions} == {"confirm", "move", "cancel", "to", "rate"}
    assert max(len(action.encode()) for action in actions) <= 64


# --- blocks -----------------------------------------------------------------------------------------------------------


def test_a_block_marks_the_channel_dead_and_its_end_alive(front, booked):
    front.post("/telegram", membership("kicked"), TELEGRAM).ok()
    assert client_row("br0001").dead_channels == {"telegram"}
    front.post("/telegram", membership("member", update_id=7), TELEGRAM).ok()
    assert not client_row("br0001").dead_channels


def test_a_strangers_block_is_nobodys_trouble(front, booked):
    assert front.post("/telegram", membership("kicked", STRANGER), TELEGRAM).ok() == EMPTY
    assert clients_made() == 1
    assert not client_row("br0001").dead_channels


def test_leaving_a_group_is_no_block(front, booked):
    answer = front.post("/telegram", membership("kicked", chat_type="supergroup"), TELEGRAM).ok()
    assert answer == EMPTY | {"reason": "a membership that is no block"}
    assert not client_row("br0001").dead_channels


# --- words ------------------------------------------------------------------------------------------------------------


def test_plain_words_are_kept_once(front):
    for _ in range(3):
        assert front.post("/telegram", write("Здравствуйте, можно вопрос? 🙂"), TELEGRAM).ok() == EMPTY
    front.post("/telegram", write("И ещё один", update_id=8), TELEGRAM).ok()
    assert [row["text"] for row in messages(front)] == ["Здравствуйте, можно вопрос? 🙂", "И ещё один"]
    assert clients_made() == 1


def test_words_too_long_for_a_row_are_cut_and_not_lost(front):
    assert front.post("/telegram", write("длинно " * 2800), TELEGRAM).ok() == EMPTY
    assert messages(front)[0]["text"].startswith("длинно длинно")


GROUP_TALK, NOBODY = "talk of a group", "no person's message, button or membership"


@pytest.mark.parametrize(
    ("update", "reason"),
    [
        (write("всем привет", chat_id=-100123456, chat_type="supergroup"), GROUP_TALK),
        (write("/start", chat_id=-5, chat_type="group"), GROUP_TALK),
        (write("коллеги, заявка", 900100, chat_id=900100), GROUP_TALK),
        (
            {"update_id": 5, "channel_post": {"message_id": 1, "date": 1, "chat": {"id": -1001, "type": "channel"}, "text": "новость"}},
            NOBODY,
        ),
        ({"update_id": 5, "edited_message": write("исправил", chat_id=-5, chat_type="group")["message"]}, GROUP_TALK),
        ({"update_id": 5, "poll": {"id": "1"}}, NOBODY),
        ({"update_id": 5}, NOBODY),
    ],
    ids=["group", "start in a group", "admin chat", "channel", "edited in a group", "poll", "empty"],
)
def test_what_nobody_said_to_us_makes_no_client(front, update, reason):
    for _ in range(2):
        assert front.post("/telegram", update, TELEGRAM).ok() == EMPTY | {"reason": reason}
    assert clients_made() == 0
    assert front.get("/inbox", SERVICE, state="refused").ok()["inbox"] == []


# --- repeats and rubbish ----------------------------------------------------------------------------------------------


def test_twenty_repeats_of_a_press_have_one_effect_and_one_answer(front, tick, sent, booked):
    _, message = booked
    answers = {front.post("/telegram", press(message.action("Отменить"), update_id=90), TELEGRAM).text for _ in range(20)}
    tick("sweep")
    assert len(answers) == 1
    assert sum("отменена" in text for text in texts(sent)) == 1


NOT_JSON = [b"", b"{", b"\xff\xfe\x00", b"a=1&b=2", b"[" * 5000]
NO_UPDATE = [b"[]", b"null", b'"text"', b'{"update_id": "x"}', b'{"update_id": 1e999}']
NO_MESSAGE = [b'{"update_id": 1, "message": 5}', b'{"update_id": 1, "message": {"message_id": 1}}']


@pytest.mark.parametrize("body", [*NOT_JSON, *NO_UPDATE, *NO_MESSAGE])
def test_a_body_that_can_never_be_read_is_answered_and_kept(front, body):
    answer = front.call("POST", "/telegram", body=body, headers={**TELEGRAM, "Content-Type": "application/json"})
    assert answer.status == 200, "anything else would come again for a day"
    (kept,) = front.get("/inbox", SERVICE).ok()["inbox"]
    assert (kept["source"], kept["state"], kept["error"]["error"]) == ("telegram", "refused", "invalid")
    again = front.call("POST", "/telegram", body=body, headers={**TELEGRAM, "Content-Type": "application/json"})
    assert again.status == 200
    assert len(front.get("/inbox", SERVICE).ok()["inbox"]) == 1


@pytest.mark.parametrize("sender", [{}, {"id": True}, {"id": 10**30}, {"id": "7012345678"}, None])
def test_senders_of_every_shape_are_answered(front, sender):
    update = write("привет")
    update["message"]["from"] = sender
    assert front.call("POST", "/telegram", body=json.dumps(update), headers=TELEGRAM).status == 200


def test_a_name_of_many_alphabets_is_kept_as_it_is(front):
    update = write("привет")
    update["message"]["from"] |= {"first_name": "Аnnа 👩‍⚕️", "last_name": "Лебедева‮"}
    front.post("/telegram", update, TELEGRAM).ok()
    assert client_row("br0001").name.startswith("Аnnа 👩‍⚕️")


def test_a_table_is_not_read_whole_for_a_press(front, booked):
    from tests.standins.store import Wire

    _, message = booked
    with Wire() as wire:
        said(front, message.action("Подтвердить"))
    assert [call.operation for call in wire.calls] == ["PutItem", "BatchGetItem", "TransactWriteItems"]
