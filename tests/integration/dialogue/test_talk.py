"""Clients and the administrator hear each other: through the doors, the bot and the admin chat."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from chalicelib.core import clock
from chalicelib.core.settings import settings
from tests.builders import ADMIN_CHAT, CLIENT, SERVICE, TELEGRAM, application, client_row, ledger, membership, messages, sample, write
from tests.standins.store import OneAtATime

TO_ADMIN, TO_CLIENT = "/send_user_message_to_admin", "/send_admin_message_to_user"
GROUP = -100200300


@pytest.fixture
def anna(front, sent):
    """A client whom the bot knows, and nothing said yet; her client id."""
    front.post("/telegram", write("/start", update_id=900), TELEGRAM).ok()
    return client_row("br0001").client_id


def say(front, command):
    return front.post(TO_CLIENT, {"command": command}, SERVICE)


def in_chat(front, text, *, update_id=77, chat_id=int(ADMIN_CHAT), chat_type="private", user_id=900100):
    front.post("/telegram", write(text, user_id, update_id=update_id, chat_id=chat_id, chat_type=chat_type), TELEGRAM).ok()


def texts(sent, chat):
    return [message.text for message in sent.messages(chat)]


class TestToTheAdministrator:
    def test_only_the_back_office_may_pass_words_on(self, front):
        assert front.post(TO_ADMIN, sample("dialogue/send_user_message_to_admin.json")).status == 401
        assert front.post(TO_ADMIN, {"user_id": "1", "text": "x"}, {"X-Api-Key": "wrong"}).status == 401

    @pytest.mark.parametrize("body", [{}, {"user_id": "7012345678"}, {"message": "  "}, {"message": 5, "text": None}, {"text": []}])
    def test_words_without_a_text_are_refused(self, front, body):
        assert front.post(TO_ADMIN, body, SERVICE).status == 422

    @pytest.mark.parametrize("body", [{"client_id": "br9999", "text": "x"}, {"lead": "nobody", "message": "x"}])
    def test_a_number_that_nobody_has_is_refused(self, front, body):
        refused = front.post(TO_ADMIN, body, SERVICE)
        assert (refused.status, refused.body["error"]) == (404, "client_not_found")

    @pytest.mark.parametrize("who", [{"user_id": CLIENT}, {"telegram_id": str(CLIENT)}, {"client_id": "BR0001"}, {"lead": "br0001"}])
    def test_they_arrive_with_a_reply_ready_and_stay_in_the_dialogue(self, front, anna, tick, sent, who):
        assert front.post(TO_ADMIN, {**who, "message": "Можно вечером?"}, SERVICE).ok()["client_id"] == "br0001"
        tick("sweep")
        (told,) = texts(sent, ADMIN_CHAT)
        assert "Анна (br0001)" in told
        assert "Можно вечером?" in told
        assert told.splitlines()[-1] == "br0001:"
        kept = messages(front)[-1]
        assert (kept["direction"], kept["text"], kept["state"]) == ("in", "Можно вечером?", "received")

    def test_a_new_account_becomes_a_client(self, front):
        body = sample("dialogue/send_user_message_to_admin.json")
        assert front.post(TO_ADMIN, body, SERVICE).ok()["client_id"] == "br0001"
        assert client_row("br0001").telegram_id == body["user_id"]

    def test_words_of_nobody_are_not_lost(self, front, tick, sent):
        assert front.post(TO_ADMIN, {"message": "Перезвоните мне"}, SERVICE).ok()["client_id"] is None
        tick("sweep")
        assert "Перезвоните мне" in texts(sent, ADMIN_CHAT)[-1]

    def test_repeated_at_once_or_again_they_are_said_once(self, front, anna):
        body = {"user_id": CLIENT, "message": "Можно вечером?"}
        with OneAtATime(), ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda _: front.post(TO_ADMIN, body, SERVICE).ok(), range(6)))
        assert all(answer == answers[0] for answer in answers)
        assert len(ledger("admin", "admin_client_wrote")) == 1
        with time_machine.travel(clock.wall() + timedelta(seconds=61)):
            front.post(TO_ADMIN, body, SERVICE).ok()
        assert len(ledger("admin", "admin_client_wrote")) == 2

    def test_plain_text_to_the_bot_arrives_the_same_way(self, front, tick, sent):
        update = write("Я опоздаю на 10 минут")
        front.post("/telegram", update, TELEGRAM).ok()
        front.post("/telegram", update, TELEGRAM).ok()
        tick("sweep")
        (told,) = texts(sent, ADMIN_CHAT)
        assert "Я опоздаю на 10 минут" in told
        assert told.splitlines()[-1] == "br0001:"
        assert [row["direction"] for row in messages(front)] == ["in"]

    def test_whom_we_know_is_called_as_his_card_says_not_as_he_calls_himself(self, front, tick, sent, anna):
        named = client_row("br0001").name
        update = write("Я опоздаю на 10 минут")
        update["message"]["from"]["first_name"] = "Солнышко"
        front.post("/telegram", update, TELEGRAM).ok()
        tick("sweep")
        assert f"{named} (br0001) пишет" in texts(sent, ADMIN_CHAT)[-1]

    def test_a_long_text_arrives_whole_and_the_reply_is_at_its_end(self, front, tick, sent):
        front.post(TO_ADMIN, {"user_id": CLIENT, "message": "слово " * 1500}, SERVICE).ok()
        tick("sweep")
        told = texts(sent, ADMIN_CHAT)
        assert sum(part.count("слово") for part in told) == 1500
        assert told[-1].splitlines()[-1] == "br0001:"


class TestToTheClient:
    def test_only_the_back_office_may_speak(self, front, anna):
        assert front.post(TO_CLIENT, {"command": "br0001: привет"}).status == 401
        assert front.post(TO_CLIENT, {"command": "br0001: привет"}, {"X-Api-Key": "wrong"}).status == 401

    @pytest.mark.parametrize(
        ("command", "status", "error"),
        [
            ("br0001 привет", 422, "command_without_colon"),
            ("Анна: привет", 422, "command_without_lead"),
            ("br0001:  \n", 422, "command_without_text"),
            ("br0999: привет", 404, "client_not_found"),
            ("tbr0001: привет", 404, "client_not_found"),
        ],
    )
    def test_a_wrong_line_says_what_is_wrong(self, front, anna, command, status, error):
        refused = say(front, command)
        assert (refused.status, refused.body["error"]) == (status, error)

    @pytest.mark.parametrize("body", [{}, {"command": ""}, {"command": None}, {"command": ["br0001: x"]}, {"command": "x" * 20_001}])
    def test_a_body_without_a_line_is_refused(self, front, body):
        assert front.post(TO_CLIENT, body, SERVICE).status == 422

    def test_a_client_who_never_opened_the_bot_cannot_be_written_to(self, front):
        front.post("/submit-application", application()).ok()
        refused = say(front, "br0001: привет")
        assert (refused.status, refused.body["error"]) == (409, "client_without_bot")

    def test_nor_one_who_blocked_it_until_he_lets_it_back(self, front, anna):
        front.post("/telegram", membership("kicked"), TELEGRAM).ok()
        refused = say(front, "br0001: привет")
        assert (refused.status, refused.body["error"]) == (409, "client_unreachable")
        front.post("/telegram", membership("member", update_id=7), TELEGRAM).ok()
        assert say(front, "br0001: привет").ok()

    @pytest.mark.parametrize("key", ["br0001", " BR0001 ", "вr0001", "бр1", "Br0001\n"])
    def test_the_client_hears_exactly_the_words(self, front, anna, tick, sent, key):
        assert say(front, f"{key}: В 10:00: или\nв 11:30?").ok()["client_id"] == "br0001"
        tick("sweep")
        assert texts(sent, CLIENT)[-1] == "В 10:00: или\nв 11:30?"
        kept = messages(front)[-1]
        assert (kept["direction"], kept["state"], kept["cause"]) == ("out", "sent", "message_from_staff")

    def test_braces_are_only_braces(self, front, anna, tick, sent):
        say(front, "br0001: {text} {0} {lead_number").ok()
        tick("sweep")
        assert texts(sent, CLIENT)[-1] == "{text} {0} {lead_number"

    def test_a_long_text_is_parted_and_complete(self, front, anna, tick, sent):
        tick("sweep")
        sent.forget()
        say(front, "br0001: " + "слово " * 1500).ok()
        tick("sweep")
        parts = texts(sent, CLIENT)
        assert len(parts) == 3
        assert all(len(part) <= 4096 for part in parts)
        assert " ".join(parts).split() == ["слово"] * 1500

    def test_a_sample_twice_within_a_minute_is_said_once(self, front, anna):
        body = sample("dialogue/send_admin_message_to_user.json")
        first = front.post(TO_CLIENT, body, SERVICE).ok()
        assert front.post(TO_CLIENT, body, SERVICE).ok() == first
        assert say(front, body["command"].replace("br0001", "бр0001")).ok() == first
        assert len(ledger(f"client#{anna}", "client_words_of_staff")) == 1
        with time_machine.travel(clock.wall() + timedelta(seconds=61)):
            assert front.post(TO_CLIENT, body, SERVICE).ok() == first
        assert len(ledger(f"client#{anna}", "client_words_of_staff")) == 2

    def test_the_same_line_at_once_is_said_once(self, front, anna):
        with OneAtATime(), ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda _: say(front, "br0001: привет").ok(), range(6)))
        assert all(answer == answers[0] for answer in answers)
        assert len(ledger(f"client#{anna}", "client_words_of_staff")) == 1

    def test_a_client_of_the_test_contour_is_written_to_in_the_ledger_only(self, front, tick, sent):
        ticket_id = front.post("/submit-application-test-contur", application()).ok()["ticket_id"]
        front.post("/process-link", {"user_id": CLIENT, "ticket_id": ticket_id}, SERVICE).ok()
        assert say(front, "тбр0001: привет").ok()["client_id"] == "tbr0001"
        tick("sweep")
        assert texts(sent, CLIENT) == []


class TestInTheAdminChat:
    @pytest.fixture(params=["private", "group"])
    def chat(self, request, monkeypatch, sent):
        """The admin chat: a person's, or a group's."""
        if request.param == "private":
            return {"chat_id": int(ADMIN_CHAT), "chat_type": "private"}
        monkeypatch.setenv("TELEGRAM_ADMIN_CHAT_ID", str(GROUP))
        settings.cache_clear()
        return {"chat_id": GROUP, "chat_type": "supergroup"}

    def test_a_line_reaches_the_client_and_is_acknowledged(self, front, anna, tick, sent, chat):
        in_chat(front, "вr0001: Ждём вас в 10:00", **chat)
        tick("sweep")
        assert texts(sent, CLIENT)[-1] == "Ждём вас в 10:00"
        assert texts(sent, chat["chat_id"]) == [
            "Передано: Анна (br0001).\nСообщение в очереди и уйдёт клиенту в Telegram через несколько секунд."
        ]

    @pytest.mark.parametrize(
        ("line", "reason"),
        [("br0001 привет", "нет двоеточия"), ("br0001:", "нет текста"), ("br0999: привет", "такого номера нет")],
    )
    def test_a_wrong_line_is_answered_there(self, front, anna, tick, sent, chat, line, reason):
        in_chat(front, line, **chat)
        tick("sweep")
        (answer,) = texts(sent, chat["chat_id"])
        assert reason in answer
        assert line in answer
        assert ledger(f"client#{anna}", "client_words_of_staff") == []

    def test_a_client_out_of_reach_is_answered_there(self, front, anna, tick, sent):
        front.post("/telegram", membership("kicked"), TELEGRAM).ok()
        front.post("/submit-application", application()).ok()
        in_chat(front, "br0001: привет", update_id=78)
        in_chat(front, "br0002: привет", update_id=79)
        tick("sweep")
        refusals = [text for text in texts(sent, ADMIN_CHAT) if text.startswith("Сообщение не отправлено")]
        assert ["заблокировал" in text for text in refusals] == [True, False]
        assert "не открыл бота" in refusals[1]

    @pytest.mark.parametrize("line", ["Коллеги: завтра в 10", "кто возьмёт br0001?", "", "ок", "/start"])
    def test_other_talk_is_left_alone(self, front, anna, tick, sent, chat, line):
        in_chat(front, line, **chat)
        tick("sweep")
        assert texts(sent, chat["chat_id"]) == []

    def test_the_same_update_or_the_same_line_is_said_once(self, front, anna, tick, sent):
        for update_id in (80, 80, 81):
            in_chat(front, "br0001: привет", update_id=update_id)
        assert len(ledger(f"client#{anna}", "client_words_of_staff")) == 1
        assert len(ledger("admin", "admin_line_passed")) == 1

    def test_a_wrong_line_s_update_twice_is_answered_once(self, front, anna):
        for _ in range(2):
            in_chat(front, "br0999: привет", update_id=82)
        assert len(ledger("admin", "admin_line_refused")) == 1

    def test_anywhere_else_such_a_line_is_a_client_s_words(self, front, anna, tick, sent):
        front.post("/telegram", write("br0001: это я сам", update_id=83), TELEGRAM).ok()
        in_chat(front, "br0001: из чужой группы", update_id=84, chat_id=-555, chat_type="group")
        tick("sweep")
        assert "это я сам" in texts(sent, ADMIN_CHAT)[-1]
        assert ledger(f"client#{anna}", "client_words_of_staff") == []


def test_the_answer_to_a_line_says_how_it_goes_and_whether_it_arrives(front, tick, sent):
    front.post("/telegram", write("привет"), TELEGRAM).ok()
    line = {"command": "br0001: Добрый день"}
    answer = front.post("/send_admin_message_to_user", line, SERVICE).ok()
    assert (answer["state"], answer["channel"], answer["will_arrive"]) == ("queued", "telegram", True)
    sent.rotate()
    tick("sweep")
    held = front.post("/send_admin_message_to_user", {"command": "br0001: И ещё"}, SERVICE).ok()
    assert (held["channel"], held["will_arrive"], "токен" in held["message"]) == ("telegram", False, True)


def test_where_nothing_leaves_the_answer_says_so(front, tick):
    front.post("/telegram", write("привет"), TELEGRAM).ok()
    answer = front.post("/send_admin_message_to_user", {"command": "br0001: Добрый день"}, SERVICE).ok()
    assert (answer["state"], answer["channel"], answer["will_arrive"]) == ("queued", "ledger", False)
    tick("sweep")
    assert {row["state"] for row in messages(front) if row["direction"] == "out"} == {"recorded"}
