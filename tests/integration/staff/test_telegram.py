"""Signing in by the Mini App, and to the desk in a browser."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from chalicelib.core import clock, storage
from chalicelib.core.settings import settings
from chalicelib.staff.models import StaffSession
from tests.authorisation.callers import BOT_TOKEN, opened_by
from tests.builders import SERVICE
from tests.integration.staff.conftest import PASSWORD, USERS, bearer, from_address
from tests.standins.store import OneAtATime

VERIFY, ME, DESK = "/api/v1/auth/telegram/verify", "/api/v1/auth/me", "/staff/session"
ACCOUNT = 7044441001


def signed(account=ACCOUNT, bot=BOT_TOKEN):
    return opened_by(account, bot)["Authorization"].removeprefix("tma ")


@pytest.fixture
def app(house, monkeypatch):
    """A house whose bot has a token."""
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", BOT_TOKEN)
    settings.cache_clear()
    return house


def verify(house, account=ACCOUNT):
    return house.front.post(VERIFY, {"initData": signed(account)})


class TestVerify:
    def test_a_stranger_is_a_client_and_the_same_one_again(self, app):
        first, again = verify(app).ok(), app.front.post(VERIFY, {}, opened_by(ACCOUNT, BOT_TOKEN)).ok()
        assert (first["role"], first["token_type"], first["expires_in"]) == ("client", "bearer", 86400)
        assert first["client"] == again["client"] == {"id": 1, "lead_number": "br0001", "name": "Имя"}
        assert app.front.get("/client-sessions-history", bearer(first["access_token"])).status == 200
        assert app.front.get(ME, bearer(first["access_token"])).status == 403

    def test_one_of_the_staff_gets_twelve_hours_of_the_same_session(self, app):
        app.hire("maria", telegram_id=str(ACCOUNT))
        answer = verify(app).ok()
        assert (answer["role"], answer["expires_in"], answer["client"]) == ("manager", 43200, None)
        header = bearer(answer["access_token"])
        assert app.front.get(ME, header).ok()["id"] == app.ids["maria"]
        assert app.front.post("/api/v1/auth/refresh", {"refresh_token": answer["access_token"]}).status == 401
        with time_machine.travel(clock.wall() + timedelta(hours=12, seconds=2), tick=False):
            assert app.front.get(ME, header).status == 401
        app.front.put(f"{USERS}/{app.ids['maria']}", {"is_active": False}, SERVICE).ok()
        assert app.front.get(ME, header).status == 401
        assert verify(app).ok()["role"] == "client", "who works here no more is a client"

    def test_the_setting_makes_the_first_owner_once(self, app, monkeypatch):
        monkeypatch.setenv("ADMIN_TG_IDS", f"1, {ACCOUNT} ,")
        settings.cache_clear()
        with OneAtATime(), ThreadPoolExecutor(4) as pool:
            answers = [answer.ok() for answer in pool.map(lambda _: verify(app), range(4))]
        assert {answer["role"] for answer in answers} == {"owner"}
        (owner,) = app.front.get(USERS, SERVICE).ok()["items"]
        assert (owner["role"], owner["email"], owner["by"]) == ("owner", None, "ADMIN_TG_IDS")
        assert verify(app, 7044441002).ok()["role"] == "client"
        monkeypatch.setenv("ADMIN_TG_IDS", "1")
        settings.cache_clear()
        assert verify(app).ok()["role"] == "owner", "leaving the list demotes nobody"

    def test_a_deleted_owner_does_not_come_back_by_himself(self, app, monkeypatch):
        monkeypatch.setenv("ADMIN_TG_IDS", str(ACCOUNT))
        settings.cache_clear()
        verify(app).ok()
        app.hire("olga", "owner")
        (owner,) = app.front.get(USERS, SERVICE, search="Имя").ok()["items"]
        app.front.delete(f"{USERS}/{owner['id']}", SERVICE).ok()
        assert verify(app).ok()["role"] == "client"
        app.hire("maria", telegram_id=str(ACCOUNT))
        assert verify(app).ok()["role"] == "manager", "the office may give the account to somebody"

    def test_what_is_forged_or_old_or_missing_opens_nothing(self, app):
        forged = app.front.post(VERIFY, {"init_data": signed(bot="7654321:another-bot")})
        assert (forged.status, forged.body["error"], forged.body["detail"]) == (401, "bad_init_data", "forged")
        old = signed()
        with time_machine.travel(clock.wall() + timedelta(hours=24, minutes=2), tick=False):
            assert app.front.post(VERIFY, {"initData": old}).body["detail"] == "expired"
        missing = app.front.post(VERIFY, {})
        assert (missing.status, missing.body["detail"][0]["loc"]) == (422, ["body", "init_data"])
        assert storage.query(StaffSession, "x").rows == []

    def test_without_secrets_nobody_is_verified(self, house, app, monkeypatch):
        for name in ("JWT_SECRET", "TELEGRAM_BOT_TOKEN"):
            with monkeypatch.context() as without:
                without.setenv(name, "")
                settings.cache_clear()
                assert verify(app).status == 401
        settings.cache_clear()


def cookie_of(answer):
    return answer.headers["Set-Cookie"].partition(";")[0]


class TestDesk:
    def test_a_cookie_counts_only_with_its_header(self, house):
        house.hire("maria")
        answer = house.front.post(DESK, {"email": "maria@example.org", "password": PASSWORD})
        assert answer.ok()["user"]["role"] == "manager"
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith(f"__Host-desk={house.ids['maria']}.")
        assert cookie.endswith("; Max-Age=43200; Path=/; HttpOnly; Secure; SameSite=Strict")
        header = {"Cookie": f"theme=dark; {cookie_of(answer)}", "X-Frontdesk-Desk": "1"}
        assert house.front.get(DESK, {"Cookie": cookie_of(answer)}).status == 401
        assert house.front.get(ME, header).ok()["id"] == house.ids["maria"]
        assert house.front.delete(DESK, header).headers["Set-Cookie"].startswith("__Host-desk=; Max-Age=0; ")
        assert house.front.get(ME, header).status == 401

    def test_it_says_what_is_open_to_him(self, house):
        house.hire("maria")
        house.hire("olga", "owner")
        shown = {name: house.front.get(DESK, house.of(name)).ok() for name in ("maria", "olga")}
        assert "users_list" in shown["olga"]["may"]
        assert "users_list" not in shown["maria"]["may"]
        assert "auth_me" in shown["maria"]["may"]
        assert shown["maria"]["features"]["telegram"] is False
        assert house.front.get(DESK, SERVICE).ok()["user"]["id"] == 0

    @pytest.mark.parametrize("value", ["", "x", "1", "1.", ".abc", "999999999999999.abc", "1.wrong", '"1.x"', "1.\u00e9"])
    def test_what_is_no_cookie_of_ours_opens_nothing(self, house, value):
        house.hire("maria")
        assert house.front.get(DESK, {"Cookie": f"__Host-desk={value}", "X-Frontdesk-Desk": "1"}).status == 401

    def test_the_store_holds_no_cookie(self, house):
        house.hire("maria")
        random = cookie_of(house.front.post(DESK, {"email": "maria@example.org", "password": PASSWORD})).partition(".")[2]
        header = {"Cookie": f"__Host-desk={house.ids['maria']}.browser#{random}", "X-Frontdesk-Desk": "1"}
        assert storage.query(StaffSession, f"browser#{random}").rows == []
        assert house.front.get(DESK, header).status == 401

    def test_guesses_count_as_everywhere(self, house):
        house.hire("maria")
        wrong = {"email": "maria@example.org", "password": "wrong-password"}
        statuses = [from_address("POST", path, wrong).status for path in (DESK, "/api/v1/auth/login") * 3]
        assert statuses == [401] * 5 + [429]

    def test_telegram_opens_it_to_the_staff_alone(self, app):
        app.hire("maria", telegram_id=str(ACCOUNT))
        answer = app.front.post(DESK, {"init_data": signed()})
        assert answer.ok()["user"]["id"] == app.ids["maria"]
        assert app.front.get(ME, {"Cookie": cookie_of(answer), "X-Frontdesk-Desk": "1"}).status == 200
        assert app.front.post(DESK, {"init_data": signed(7044441002)}).status == 401
        assert app.front.post(DESK, {"init_data": signed(bot="7654321:another-bot")}).status == 401

    @pytest.mark.parametrize("body", [{}, {"email": "maria@example.org"}, {"password": "x"}])
    def test_one_way_in_must_be_whole(self, house, body):
        assert house.front.post(DESK, body).status == 422
