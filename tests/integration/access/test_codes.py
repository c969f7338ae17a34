"""A client proves who he is: the bot tells him six digits, and they buy a token once."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from chalicelib.access.models import LoginCode
from chalicelib.core import client_token, clock, storage
from chalicelib.core.outbox import OutboxRow
from chalicelib.core.settings import settings
from tests.builders import CLIENT, SERVICE, TELEGRAM, Visitor, application, client_row, contact, ledger, sample, start, write
from tests.standins.store import OneAtATime

SECRET = "client-token-secret-of-the-tests-2026"
STRANGER = "7099999999"


@pytest.fixture
def anna(front, sent):
    """A client whom the bot knows; her lead number."""
    front.post("/telegram", write("Здравствуйте"), TELEGRAM).ok()
    return "br0001"


def ask(front, client="@anna_l", **said):
    return front.get("/get-telegram-id", SERVICE, client=client, **said)


def code_told(tick, sent, chat=CLIENT) -> str:
    """The six digits of the last code that the bot told."""
    tick("sweep")
    return re.findall(r"\b\d{6}\b", sent.messages(chat)[-1].text)[-1]


def check(front, code, telegram_id=str(CLIENT), path="/verify-code"):
    return front.post(path, {"telegram_id": telegram_id, "code": code})


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def guess(visitor, code):
    return visitor.post("/verify-code", {"telegram_id": str(CLIENT), "code": code}).ok()["verified"]


def codes_said(reference="br0001"):
    return ledger(f"client#{client_row(reference).client_id}", "client_login_code")


class TestWhoIsMeant:
    def test_nobody_but_the_back_office_may_ask(self, front, anna):
        assert front.get("/get-telegram-id", client="@anna_l").status == 401
        assert front.get("/get-telegram-id", {"X-Api-Key": "wrong"}, client="@anna_l").status == 401
        assert front.get("/get-telegram-id-test-contur", client="@anna_l").status == 401

    @pytest.mark.parametrize("query", [{}, {"client": ""}, {"client": "x" * 301}, {"client": "a", "send_code": "perhaps"}])
    def test_a_query_that_names_nobody_is_refused(self, front, query):
        assert front.get("/get-telegram-id", SERVICE, **query).status == 422

    @pytest.mark.parametrize("name", ["br0001", "BR0001", "@Anna_L", "https://t.me/anna_l", str(CLIENT)])
    def test_any_name_finds_the_account(self, front, anna, name):
        assert ask(front, name).ok() == {"success": True, "telegram_id": str(CLIENT), "resend_after": None}

    @pytest.mark.parametrize("name", ["phone", "email", "lead_number", "client_id", "username"])
    def test_a_name_may_come_under_its_own_word(self, front, sent, name):
        said = {"phone": "+7 904 550-15-67", "email": "anna@example.org"}
        ticket_id = front.post("/submit-application", application(email=said["email"])).ok()["ticket_id"]
        front.post("/telegram", start(ticket_id), TELEGRAM).ok()
        front.post("/telegram", contact(said["phone"]), TELEGRAM).ok()
        front.post("/clients/br0001/contacts/confirm", {"email": said["email"]}, SERVICE).ok()  # what was typed names nobody
        known = {**said, "lead_number": "br0001", "client_id": client_row("br0001").client_id, "username": "anna_l"}
        assert front.get("/get-telegram-id", SERVICE, **{name: known[name]}).ok()["telegram_id"] == str(CLIENT)

    @pytest.mark.parametrize("name", ["br9999", "@nobody_here", "+7 999 000-11-22", "no@example.org", "01KB1T5V0M6T2Q9W3R8Y7X4Z5A", "?"])
    def test_nobody_and_somebody_without_telegram_look_the_same(self, front, name):
        front.post("/submit-application", application()).ok()
        assert ask(front, name).ok() == ask(front, "+7 904 550-15-67").ok() == {"success": True, "telegram_id": None, "resend_after": None}
        assert ask(front, name, send_code="true").ok() == ask(front, "br0001", send_code="true").ok()

    def test_the_test_contour_s_people_are_its_own(self, front, anna):
        assert front.get("/get-telegram-id-test-contur", SERVICE, client="@anna_l").ok()["telegram_id"] is None
        assert front.get("/get-telegram-id-test-contur", SERVICE, client=client_row(anna).client_id).ok()["telegram_id"] is None


class TestTheCode:
    def test_the_bot_tells_it_and_no_row_holds_it(self, front, anna, tick, sent):
        assert front.get("/get-telegram-id", SERVICE, **sample("access/get_telegram_id.json")).ok()["resend_after"] == 60
        (queued,) = storage.query(OutboxRow, f"client#{client_row(anna).client_id}").rows
        code = code_told(tick, sent)
        (row,) = storage.read(LoginCode.at(f"live#{CLIENT}"))
        (message,) = codes_said()
        for kept in (row, queued, message):
            assert code not in str(kept.attribute_values).replace(str(kept.attribute_values.get("nonce")), "")
        assert message.state == "sent"
        assert "Код для входа: —" in message.text

    def test_a_right_code_buys_a_token_once(self, front, anna, tick, sent):
        ask(front, send_code="true").ok()
        code = code_told(tick, sent)
        answer = check(front, code).ok()
        assert (answer["success"], answer["verified"]) == (True, True)
        assert client_token.client_of(answer["token"], SECRET) == client_row(anna).client_id
        assert check(front, code).ok() == {"success": True, "verified": False, "token": None}

    def test_a_wrong_code_is_only_wrong(self, front, anna, tick, sent):
        ask(front, send_code="true").ok()
        code = code_told(tick, sent)
        assert check(front, wrong(code)).ok() == {"success": True, "verified": False, "token": None}
        assert check(front, code).ok()["verified"]

    def test_a_stranger_hears_the_same(self, front, anna, tick, sent):
        ask(front, send_code="true").ok()
        code = code_told(tick, sent)
        refused = check(front, wrong(code))
        for other in (check(front, code, STRANGER), check(front, code, "nobody"), check(front, code, path="/verify-code-test-contur")):
            assert (other.status, other.body) == (refused.status, refused.body)

    @pytest.mark.parametrize(
        "body", [{}, {"telegram_id": "7"}, {"telegram_id": "7", "code": "12345"}, {"telegram_id": "7", "code": "12a456"}]
    )
    def test_what_is_no_code_is_refused(self, front, body):
        assert front.post("/verify-code", body).status == 422

    def test_five_guesses_are_all(self, front, anna, tick, sent):
        ask(front, send_code="true").ok()
        code = code_told(tick, sent)
        for _ in range(5):
            assert not check(front, wrong(code)).ok()["verified"]
        assert not check(front, code).ok()["verified"]

    def test_the_fifth_guess_may_be_right(self, front, anna, tick, sent):
        ask(front, send_code="true").ok()
        code = code_told(tick, sent)
        for _ in range(4):
            check(front, wrong(code)).ok()
        assert check(front, code).ok()["verified"]

    def test_guesses_at_once_do_not_exceed_five(self, front, anna, tick, sent):
        ask(front, send_code="true").ok()
        code = code_told(tick, sent)
        with OneAtATime(), ThreadPoolExecutor(12) as pool:
            list(pool.map(lambda _: check(front, wrong(code)).ok(), range(24)))
        (row,) = storage.read(LoginCode.at(f"live#{CLIENT}"))
        assert row.tries == 5
        assert not check(front, code).ok()["verified"]

    def test_a_right_code_at_once_wins_once(self, front, anna, tick, sent):
        ask(front, send_code="true").ok()
        code = code_told(tick, sent)
        with OneAtATime(), ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: check(front, code).ok()["verified"], range(8)))
        assert answers.count(True) == 1

    def test_a_code_is_over_after_five_minutes(self, front, anna, tick, sent):
        ask(front, send_code="true").ok()
        code, told_at = code_told(tick, sent), clock.wall()
        with time_machine.travel(told_at + timedelta(minutes=5, seconds=1)):
            assert not check(front, code).ok()["verified"]

    def test_after_a_minute_it_is_told_again(self, front, anna, tick, sent):
        ask(front, send_code="true").ok()
        first = code_told(tick, sent)
        assert ask(front, send_code="true").ok()["resend_after"] == 60
        assert len(codes_said()) == 1
        with time_machine.travel(clock.wall() + timedelta(seconds=61)):
            ask(front, send_code="true").ok()
            second = code_told(tick, sent)
            assert len(codes_said()) == 2
            assert first == second
            assert check(front, second).ok()["verified"]

    def test_asked_at_once_one_code_is_sent(self, front, anna):
        with OneAtATime(), ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: ask(front, send_code="true").status, range(8)))
        assert set(answers) == {200}
        assert len(codes_said()) == 1

    def test_ten_codes_a_day_follow_at_once_and_then_they_come_slowly(self, front, anna):
        noon = clock.wall().replace(hour=12, minute=0, second=0)
        for number in range(15):
            with time_machine.travel(noon + timedelta(minutes=4 * number)):
                ask(front, send_code="true").ok()
        assert len(codes_said()) == 11, "after ten one each quarter of an hour: nobody is kept out until midnight"

    def test_a_stranger_s_guesses_do_not_use_up_the_owner_s_code(self, front, anna, tick, sent):
        ask(front, send_code="true").ok()
        code = code_told(tick, sent)
        for number in range(4):
            for _ in range(7):
                guess(Visitor(f"203.0.113.{number}", f"agent {number}"), wrong(code))
            assert not guess(Visitor(f"203.0.113.{number}", "another agent"), code)
        assert guess(Visitor("198.51.100.1"), code)

    def test_thirty_guesses_from_everywhere_are_all(self, front, anna, tick, sent):
        ask(front, send_code="true").ok()
        code = code_told(tick, sent)
        for number in range(30):
            guess(Visitor(f"203.0.113.{number}"), wrong(code))
        assert not guess(Visitor("198.51.100.1"), code)

    def test_a_code_that_is_good_is_told_again_and_costs_none_of_the_day_s(self, front, anna, tick, sent):
        ask(front, send_code="true").ok()
        first, told_at = code_told(tick, sent), clock.wall()
        with time_machine.travel(told_at + timedelta(seconds=61)):
            ask(front, send_code="true").ok()
            assert code_told(tick, sent) == first
        (row,) = storage.read(LoginCode.at(f"live#{CLIENT}"))
        assert (row.sent_on_day, len(codes_said())) == (1, 2)
        with time_machine.travel(told_at + timedelta(seconds=240)):
            ask(front, send_code="true").ok()
        (row,) = storage.read(LoginCode.at(f"live#{CLIENT}"))
        assert row.sent_on_day == 2, "one that is nearly over is no longer worth telling"

    def test_a_code_that_is_late_is_not_told(self, front, anna, tick, sent):
        tick("sweep")
        ask(front, send_code="true").ok()
        with time_machine.travel(clock.wall() + timedelta(minutes=6)):
            tick("sweep")
        assert [(row.state, row.reason) for row in codes_said()] == [("skipped", "late")]

    def test_the_test_contour_s_ledger_shows_the_code(self, front, tick, sent):
        ticket_id = front.post("/submit-application-test-contur", application()).ok()["ticket_id"]
        front.post("/process-link", {"user_id": CLIENT, "ticket_id": ticket_id}, SERVICE).ok()
        front.get("/get-telegram-id-test-contur", SERVICE, client="tbr0001", send_code="true").ok()
        tick("sweep")
        (message,) = ledger(f"client#{client_row('tbr0001', 'test').client_id}", "client_login_code")
        (code,) = re.findall(r"\b\d{6}\b", message.text)
        assert sent.messages(CLIENT) == []
        assert not check(front, code).ok()["verified"]
        assert check(front, code, path="/verify-code-test-contur").ok()["verified"]


class TestWithoutASecret:
    @pytest.fixture(autouse=True)
    def closed(self, front, anna, monkeypatch):
        monkeypatch.setenv("CLIENT_TOKEN_SECRET", " ")
        settings.cache_clear()
        yield
        monkeypatch.undo()
        settings.cache_clear()

    def test_no_code_is_sent_and_none_is_checked(self, front):
        refused = ask(front, send_code="true")
        assert (refused.status, refused.body["error"]) == (409, "codes_closed")
        assert check(front, "000000").status == 401
        assert codes_said() == []

    def test_who_is_meant_is_told_all_the_same(self, front):
        assert ask(front).ok()["telegram_id"] == str(CLIENT)


def test_a_sample_is_read(front):
    assert front.post("/verify-code", sample("access/verify_code.json")).ok()["verified"] is False
