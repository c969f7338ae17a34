"""Signing in: the same for every phone, five tries, a token of our own that says nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from chalicelib.core import clock
from chalicelib.core.outbox import OutboxRow
from chalicelib.core.settings import settings
from tests.builders import Visitor, client_row, ledger
from tests.integration.gocrm_cabinet.conftest import MASHA, OLEG, SIGN_IN, signed_in
from tests.standins.store import OneAtATime, contents

DOORS = [
    ("GET", "/gocrm/profile"),
    ("PUT", "/gocrm/profile"),
    ("GET", "/gocrm/children"),
    ("GET", "/gocrm/subscriptions"),
    ("GET", "/gocrm/lessons"),
    ("POST", "/gocrm/lessons"),
    ("GET", "/gocrm/windows"),
    ("GET", "/gocrm/payments"),
    ("GET", "/gocrm/debts"),
    ("POST", "/gocrm/payment-links"),
]


def code(front, phone, code):
    return front.post(SIGN_IN, {"phone": phone, "code": code})


def test_a_right_code_gives_a_token_of_our_own(front, club, tick):
    asked = front.post(SIGN_IN, {"phone": "8 916 000-11-22"}).ok()
    assert (asked["token"], asked["resend_after"]) == (None, 60)
    assert club.codes == {}, "no vendor is asked while the parent waits"
    tick("sweep")
    answer = code(front, "+7 916 000 11 22", club.codes[MASHA]).ok()
    assert answer["expires_in"] == 3600
    assert answer["token"] not in club.tokens
    assert "access" not in str(answer)
    assert front.get("/gocrm/children", {"Authorization": f"Bearer {answer['token']}"}).status == 200
    assert client_row("br0001").phone == f"+{MASHA}"


def test_a_strangers_phone_gets_the_same_answer(front, club, tick):
    known, unknown = front.post(SIGN_IN, {"phone": f"+{MASHA}"}), front.post(SIGN_IN, {"phone": "+79169999999"})
    assert (known.status, known.text) == (unknown.status, unknown.text)
    tick("sweep")
    assert club.texts == [MASHA]
    refused = [code(front, "+79169999999", "1111"), code(front, f"+{MASHA}", "0000"), code(front, "+79168888888", "1111")]
    assert len({(answer.status, answer.text) for answer in refused}) == 1
    assert refused[0].status == 401


@pytest.mark.parametrize("body", [{}, {"phone": ""}, {"phone": "12"}, {"phone": "anna@example.org"}, {"phone": ["+79160001122"]}])
def test_what_is_no_phone_is_named(front, club, body):
    answer = front.post(SIGN_IN, body)
    assert answer.status == 422
    assert answer.body["detail"][0]["loc"][-1] == "phone"


def test_five_tries_are_all_even_with_the_right_code(front, club, tick):
    front.post(SIGN_IN, {"phone": f"+{MASHA}"}).ok()
    tick("sweep")
    right = club.codes[MASHA]
    assert [code(front, f"+{MASHA}", "0000").status for _ in range(5)] == [401] * 5
    assert code(front, f"+{MASHA}", right).status == 401
    assert len(club.calls("POST", "/auth/login")) == 1 + 5, "the sixth is not even asked"


def test_five_tries_raced_are_five(front, club, tick):
    front.post(SIGN_IN, {"phone": f"+{MASHA}"}).ok()
    tick("sweep")
    with OneAtATime(), ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda n: code(front, f"+{MASHA}", f"{n:04d}"), range(12)))
    assert len(club.calls("POST", "/auth/login")) == 1 + 5


def test_a_stranger_s_guesses_do_not_use_up_the_owner_s_code(front, club, tick):
    front.post(SIGN_IN, {"phone": f"+{MASHA}"}).ok()
    tick("sweep")
    right = {"phone": f"+{MASHA}", "code": club.codes[MASHA]}
    for address in ("203.0.113.1", "203.0.113.2"):
        for number in range(8):
            assert Visitor(address, f"agent {number}").post(SIGN_IN, {"phone": f"+{MASHA}", "code": "0000"}).status == 401
        assert Visitor(address, "one more").post(SIGN_IN, right).status == 401
    assert Visitor("198.51.100.1").post(SIGN_IN, right).status == 200


def test_fifteen_guesses_from_everywhere_are_all(front, club, tick):
    front.post(SIGN_IN, {"phone": f"+{MASHA}"}).ok()
    tick("sweep")
    for number in range(20):
        Visitor(f"203.0.113.{number}").post(SIGN_IN, {"phone": f"+{MASHA}", "code": "0000"})
    assert len(club.calls("POST", "/auth/login")) == 1 + 15
    assert Visitor("198.51.100.1").post(SIGN_IN, {"phone": f"+{MASHA}", "code": club.codes[MASHA]}).status == 401


def test_an_address_has_twenty_codes_a_day_whatever_browser_it_says_it_is(front, club):
    with OneAtATime(), ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(lambda n: Visitor("203.0.113.9", f"agent {n}").post(SIGN_IN, {"phone": f"+791600022{n:02d}"}), range(40)))
    assert sorted(answer.status for answer in asked) == [200] * 20 + [429] * 20
    assert len(list(OutboxRow.scan(OutboxRow.kind == "gocrm_code"))) == 20
    assert 0 < int(next(answer for answer in asked if answer.status == 429).headers["Retry-After"]) <= 86_400
    assert Visitor("198.51.100.1").post(SIGN_IN, {"phone": f"+{MASHA}"}).status == 200


def test_all_together_have_so_many_codes_a_day(front, club, monkeypatch):
    monkeypatch.setenv("SMS_CODES_A_DAY", "3")
    settings.cache_clear()
    noon = clock.wall().replace(hour=12)
    with time_machine.travel(noon):
        asked = [Visitor(f"203.0.113.{n}").post(SIGN_IN, {"phone": f"+791600022{n:02d}"}).status for n in range(5)]
    assert asked == [200, 200, 200, 429, 429]
    with time_machine.travel(noon + timedelta(hours=13)):
        assert Visitor().post(SIGN_IN, {"phone": f"+{MASHA}"}).status == 200


def test_nobody_keeps_a_phone_s_owner_out_until_midnight(front, club):
    start = clock.wall().replace(hour=9)
    with time_machine.travel(start, tick=False) as clockwork:
        for _ in range(9):
            Visitor("203.0.113.1").post(SIGN_IN, {"phone": f"+{MASHA}"}).ok()
            clockwork.shift(timedelta(seconds=61))
        clockwork.shift(timedelta(hours=2))
        front.post(SIGN_IN, {"phone": f"+{MASHA}"}).ok()
        assert len(list(OutboxRow.scan(OutboxRow.kind == "gocrm_code"))) == 6


def test_another_code_after_a_minute_and_five_a_day(front, club, tick):
    start = clock.wall().replace(hour=9)
    with time_machine.travel(start, tick=False) as clockwork:
        for _ in range(3):
            front.post(SIGN_IN, {"phone": f"+{MASHA}"}).ok()
        tick("sweep")
        assert club.texts == [MASHA]
        for _ in range(7):
            clockwork.shift(timedelta(seconds=61))
            front.post(SIGN_IN, {"phone": f"+{MASHA}"}).ok()
            tick("sweep")
        assert club.texts == [MASHA] * 5
        clockwork.shift(timedelta(days=1))
        front.post(SIGN_IN, {"phone": f"+{MASHA}"}).ok()
        tick("sweep")
        assert len(club.texts) == 6


def test_an_old_code_opens_nothing(front, club, tick):
    front.post(SIGN_IN, {"phone": f"+{MASHA}"}).ok()
    tick("sweep")
    with time_machine.travel(clock.wall() + timedelta(minutes=11)):
        assert code(front, f"+{MASHA}", club.codes[MASHA]).status == 401


def test_a_key_that_is_refused_is_shown_and_told_until_a_code_is_sent(front, club, tick):
    club.fail_next(403, {"message": "нет"})
    front.post(SIGN_IN, {"phone": f"+{MASHA}"}).ok()
    tick("sweep")
    tick("sweep")
    assert club.texts == []
    assert [one["what"] for one in front.get("/health").ok()["troubles"]] == ["gocrm_token"]
    assert len(ledger("admin", "admin_trouble_gocrm_token")) == 1
    front.post(SIGN_IN, {"phone": f"+{OLEG}"}).ok()
    tick("sweep")
    assert (club.texts, front.get("/health").ok()["troubles"]) == ([OLEG], [])


def test_a_code_that_could_not_be_asked_for_is_asked_for_later_but_not_too_late(front, club, tick):
    club.down = True
    front.post(SIGN_IN, {"phone": f"+{MASHA}"}).ok()
    front.post(SIGN_IN, {"phone": f"+{OLEG}"}).ok()
    tick("sweep")
    club.down = False
    with time_machine.travel(clock.wall() + timedelta(minutes=3)):
        tick("sweep")
    assert sorted(club.texts) == [MASHA, OLEG]
    club.down = True
    with time_machine.travel(clock.wall() + timedelta(minutes=5)):
        front.post(SIGN_IN, {"phone": f"+{MASHA}"}).ok()
        tick("sweep")
    club.down = False
    with time_machine.travel(clock.wall() + timedelta(hours=1)):
        tick("sweep")
    assert len(club.texts) == 2, "a code nobody waits for any more"


def test_a_session_ends_by_itself_and_by_hand(front, club, tick, masha):
    with time_machine.travel(clock.wall() + timedelta(minutes=61)):
        answer = front.get("/gocrm/children", masha)
        assert (answer.status, answer.body["error"]) == (401, "session_over")
    assert front.get("/gocrm/children", masha).status == 200
    front.delete(SIGN_IN, masha).ok()
    front.delete(SIGN_IN, masha).ok()
    assert front.get("/gocrm/children", masha).body["error"] == "session_over"


@pytest.mark.parametrize(("method", "path"), DOORS)
def test_without_a_session_nothing_opens(front, club, method, path):
    assert front.call(method, path).status == 401
    answer = front.call(
        method, path, body=b'{"child_id": 1, "window_id": "1:1:0", "subscription_id": 1}', headers={"Authorization": "Bearer x"}
    )
    assert (answer.status, answer.body["error"]) == (401, "session_over")
    assert club.asked == []


@pytest.mark.parametrize(("method", "path"), [("POST", SIGN_IN), *DOORS])
def test_without_a_club_the_cabinet_is_closed(front, monkeypatch, method, path):
    monkeypatch.delenv("GOCRM_APP_TOKEN", raising=False)
    settings.cache_clear()
    answer = front.call(method, path, body=b'{"phone": "+79160001122"}', headers={"Authorization": "Bearer x"})
    assert answer.status == 401
    assert "GOCRM_APP_TOKEN" in answer.body["detail"]


def test_tokens_are_in_no_row_but_the_sessions_own(front, club, tick, caplog):
    header = signed_in(front, club, tick)
    ours, (theirs,) = header["Authorization"].removeprefix("Bearer "), club.tokens
    for table, rows in contents().items():
        text = "".join(rows)
        assert ours not in text, table
        assert (theirs in text) == (table == "gocrm-sessions"), table
        assert club.app_token not in text
    assert not any(secret in caplog.text for secret in (ours, theirs, club.app_token))
