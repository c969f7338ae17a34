"""Signing in by password: what a guesser learns and how often he may, what a copied token is worth, and how sessions end."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import jwt
import pytest
import time_machine

from chalicelib.core import client_token, clock, storage, tally
from chalicelib.core.security import Caller
from chalicelib.core.sender import Sender
from chalicelib.core.settings import settings
from chalicelib.core.wire import Incoming
from chalicelib.staff import limits, passwords
from chalicelib.staff.models import StaffUser
from tests.builders import SERVICE
from tests.conftest import SETTINGS
from tests.integration.staff.conftest import JWT_SECRET, PASSWORD, USERS, bearer, from_address
from tests.standins.store import OneAtATime, Wire

LOGIN, REFRESH, LOGOUT, ME = "/api/v1/auth/login", "/api/v1/auth/refresh", "/api/v1/auth/logout", "/api/v1/auth/me"


def renewed(front, token, **headers):
    return front.post(REFRESH, {"refresh_token": token}, headers)


def kept(email="maria@example.org"):
    return next(row for row in storage.query(StaffUser, "staff").rows if row.email == email)


class TestLogin:
    def test_a_right_password_opens_a_session(self, house):
        house.hire("maria", full_name="Мария Орлова")
        tokens = house.front.post(LOGIN, {"email": " Maria@Example.ORG ", "password": PASSWORD}).ok()
        assert (tokens["token_type"], tokens["expires_in"]) == ("bearer", 900)
        assert house.front.get(ME, bearer(tokens["access_token"])).ok() == {
            "id": house.ids["maria"],
            "email": "maria@example.org",
            "name": "Мария Орлова",
            "full_name": "Мария Орлова",
            "role": "manager",
            "is_active": True,
        }
        assert kept().last_login is not None

    def test_what_is_kept_is_a_hash_in_the_standard_text(self, house):
        house.hire("maria")
        assert kept().password.startswith("$argon2id$v=19$m=8,t=2,p=1$")

    @pytest.mark.parametrize(
        "body", [{}, {"email": "maria@example.org"}, {"email": "maria", "password": "x"}, {"email": None, "password": "x"}]
    )
    def test_what_is_no_login_is_named(self, house, body):
        assert house.front.post(LOGIN, body).status == 422

    def test_the_unknown_the_wrong_and_the_inactive_read_and_cost_the_same(self, house):
        house.hire("maria")
        house.hire("gone", is_active=False)
        answers, calls = [], []
        for name, password in (("nobody", PASSWORD), ("maria", "wrong-password"), ("gone", PASSWORD)):
            with Wire() as wire:
                answers.append(house.sign_in(name, password))
            calls.append([call.operation for call in wire.calls])
        assert {(answer.status, answer.text) for answer in answers} == {(401, answers[0].text)}
        assert answers[0].body["error"] == "wrong_credentials"
        assert calls[0] == calls[1] == calls[2]
        assert PASSWORD not in answers[0].text

    def test_what_it_costs(self, house):
        house.hire("maria")
        with Wire() as wire:
            header = bearer(house.sign_in("maria").ok()["access_token"])
            house.front.get(ME, header).ok()
        read, write = "BatchGetItem", "TransactWriteItems"
        assert [call.operation for call in wire.calls] == [read, write, read, write, read], "counted, known, opened; then one a request"

    def test_older_parameters_are_renewed_by_a_right_password(self, house, monkeypatch):
        house.hire("maria")
        monkeypatch.setenv("PASSWORD_KIB", "16")
        settings.cache_clear()
        assert house.sign_in("maria", "wrong-password").status == 401
        assert "m=8," in kept().password
        house.sign_in("maria").ok()
        assert "m=16," in kept().password
        house.sign_in("maria").ok()

    def test_a_closed_house_has_no_doors(self, house, monkeypatch):
        house.hire("maria")
        header = house.of("maria")
        for secret in ("", "too-short-to-sign-anything"):
            monkeypatch.setenv("JWT_SECRET", secret)
            settings.cache_clear()
            assert house.sign_in("maria").status == 401
            assert house.front.get(ME, header).status == 401
            assert renewed(house.front, "anything").status == 401

    def test_a_real_stage_s_passwords_are_never_cheap(self, monkeypatch):
        monkeypatch.setenv("STAGE", "prod")
        settings.cache_clear()
        assert "$m=19456,t=2,p=1$" in passwords.hashed("x")


class TestLimits:
    def wrong(self, address="203.0.113.7", email="maria@example.org", password="wrong-password"):
        return from_address("POST", LOGIN, {"email": email, "password": password}, address)

    def sender(self, address="203.0.113.7"):
        return Sender.of(Incoming(method="POST", address=address), Caller("public"))

    def counted(self):
        place = self.sender().address
        counts = [("staff-here", "maria@example.org", place), ("staff-address", place), ("staff-account", "maria@example.org")]
        return [row for row in storage.read(*(tally.at(*what) for what in counts)) if row]

    def test_five_wrong_ones_then_not_even_the_right_one(self, house):
        house.hire("maria")
        assert [self.wrong().status for _ in range(6)] == [401] * 5 + [429]
        answer = self.wrong(password=PASSWORD)
        assert (answer.status, answer.body["error"]) == (429, "too_many_attempts")
        assert 0 < int(answer.headers["Retry-After"]) <= 900
        assert self.wrong("198.51.100.9", password=PASSWORD).status == 200, "the owner sits elsewhere"
        with time_machine.travel(clock.wall() + timedelta(minutes=15, seconds=1), tick=False):
            assert self.wrong(password=PASSWORD).status == 200

    def test_a_right_one_forgets_the_wrong_ones_from_there(self, house):
        house.hire("maria")
        for _ in range(3):
            assert [self.wrong().status for _ in range(4)] == [401] * 4
            assert self.wrong(password=PASSWORD).status == 200

    def test_right_ones_count_nowhere(self, house):
        house.hire("maria")
        for _ in range(3):
            assert self.wrong(password=PASSWORD).status == 200
        assert [row.times for row in self.counted()] == [0, 0], "the address's and the account's; what counts both together is gone"

    def test_one_address_tries_thirty_times_whomever(self, house):
        for number in range(28):
            limits.spend(f"user{number}@example.org", self.sender())
        assert [self.wrong(email=f"more{number}@example.org").status for number in range(3)] == [401, 401, 429]

    def test_one_account_is_tried_fifty_times_from_wherever(self, house):
        house.hire("maria")
        for number in range(48):
            limits.spend("maria@example.org", self.sender(f"198.51.{number // 5}.1"))
        assert [self.wrong(f"192.0.2.{number}").status for number in range(3)] == [401, 401, 429]

    def test_two_hundred_at_once_cost_five_hashes(self, house):
        house.hire("maria")
        with OneAtATime(), ThreadPoolExecutor(16) as pool:
            statuses = Counter(pool.map(lambda _: self.wrong().status, range(200)))
        assert set(statuses) == {401, 429}
        assert statuses[401] == 5


class TestRefresh:
    def test_the_next_pair_by_each_of_three_ways(self, house):
        house.hire("maria")
        token = house.sign_in("maria").ok()["refresh_token"]
        ways = [
            lambda token: renewed(house.front, token),
            lambda token: house.front.call("POST", REFRESH, headers=bearer(token)),
            lambda token: house.front.call("POST", f"{REFRESH}?refresh_token={token}"),
        ]
        for way in ways:
            tokens = way(token).ok()
            assert tokens["refresh_token"] != token
            assert house.front.get(ME, bearer(tokens["access_token"])).status == 200
            token = tokens["refresh_token"]

    @pytest.mark.parametrize("token", ["", "x", "a.b.c", "é" * 3000])
    def test_no_token_and_a_wrong_one_renew_nothing(self, house, token):
        answer = renewed(house.front, token)
        assert (answer.status, answer.body["error"]) == (401, "bad_token")

    def test_an_access_token_renews_nothing_and_a_refresh_token_opens_nothing(self, house):
        house.hire("maria")
        tokens = house.sign_in("maria").ok()
        assert renewed(house.front, tokens["access_token"]).body["detail"] == "wrong_type"
        answer = house.front.get(ME, bearer(tokens["refresh_token"]))
        assert (answer.status, answer.body["detail"]) == (401, "wrong_type")

    def test_a_repeat_within_half_a_minute_gets_the_same_pair(self, house):
        house.hire("maria")
        token = house.sign_in("maria").ok()["refresh_token"]
        first = renewed(house.front, token).ok()
        again = renewed(house.front, token).ok()
        assert (again["access_token"], again["refresh_token"]) == (first["access_token"], first["refresh_token"])

    def test_a_copy_that_comes_later_ends_the_session_for_both(self, house):
        house.hire("maria")
        old = house.sign_in("maria").ok()["refresh_token"]
        tokens = renewed(house.front, old).ok()
        with time_machine.travel(clock.wall() + timedelta(seconds=32), tick=False):
            answer = renewed(house.front, old)
            assert (answer.status, answer.body["error"]) == (401, "token_reused")
            assert house.front.get(ME, bearer(tokens["access_token"])).status == 401
            assert renewed(house.front, tokens["refresh_token"]).status == 401

    def test_a_token_two_turns_old_ends_it_at_once(self, house):
        house.hire("maria")
        old = house.sign_in("maria").ok()["refresh_token"]
        renewed(house.front, renewed(house.front, old).ok()["refresh_token"]).ok()
        assert renewed(house.front, old).body["error"] == "token_reused"

    def test_fifty_at_once_give_one_new_token_and_end_nothing(self, house):
        house.hire("maria")
        token = house.sign_in("maria").ok()["refresh_token"]
        with OneAtATime(), ThreadPoolExecutor(16) as pool:
            answers = [answer.ok() for answer in pool.map(lambda _: renewed(house.front, token), range(50))]
        assert len({answer["refresh_token"] for answer in answers}) == 1
        assert len({answer["access_token"] for answer in answers}) == 1
        assert house.front.get(ME, bearer(answers[0]["access_token"])).status == 200
        assert renewed(house.front, answers[0]["refresh_token"]).status == 200

    def test_tokens_and_sessions_grow_old(self, house):
        house.hire("maria")
        tokens = house.sign_in("maria").ok()
        start = clock.wall()
        with time_machine.travel(start + timedelta(minutes=15, seconds=1), tick=False):
            assert house.front.get(ME, bearer(tokens["access_token"])).body["detail"] == "expired"
        with time_machine.travel(start + timedelta(days=31), tick=False):
            assert renewed(house.front, tokens["refresh_token"]).body["detail"] == "expired"
        token = tokens["refresh_token"]
        for day in (29, 58, 87):
            with time_machine.travel(start + timedelta(days=day), tick=False):
                token = renewed(house.front, token).ok()["refresh_token"]
        with time_machine.travel(start + timedelta(days=90, seconds=1), tick=False):
            assert renewed(house.front, token).status == 401


class TestTokens:
    def forged(self, **said):
        claims = {"sub": "1", "sid": "s", "n": 1, "typ": "access", "aud": "frontdesk-staff", "iat": 1, "exp": 4_000_000_000, **said}
        return jwt.encode({name: value for name, value in claims.items() if value is not None}, JWT_SECRET, algorithm="HS256")

    @pytest.mark.parametrize(
        "said", [{"aud": "frontdesk-client"}, {"aud": None}, {"sub": None}, {"sid": None}, {"exp": None}, {"sub": "x"}]
    )
    def test_what_lacks_a_claim_is_none_of_ours(self, house, said):
        assert house.front.get(ME, bearer(self.forged(**said))).status == 401

    def test_none_is_no_algorithm(self, house):
        claims = {"sub": "1", "sid": "s", "typ": "access", "aud": "frontdesk-staff", "iat": 1, "exp": 4_000_000_000}
        assert house.front.get(ME, bearer(jwt.encode(claims, "", algorithm="none"))).status == 401

    def test_another_s_session_is_nobody_s(self, house):
        house.hire("maria")
        house.hire("oleg")
        session = jwt.decode(house.sign_in("maria").ok()["access_token"], options={"verify_signature": False})["sid"]
        assert house.front.get(ME, bearer(self.forged(sub=str(house.ids["oleg"]), sid=session))).status == 401
        assert house.front.get(ME, bearer(self.forged(sub=str(house.ids["maria"]), sid=session))).status == 200

    def test_a_client_is_somebody_but_not_of_the_staff(self, house):
        token = client_token.issue("01KB1T5V0M6T2Q9W3R8Y7X4Z5A", SETTINGS["CLIENT_TOKEN_SECRET"])
        answer = house.front.get(ME, bearer(token))
        assert (answer.status, answer.body["error"]) == (403, "not_staff")

    def test_nobody_wrong_key_and_the_service(self, house):
        assert house.front.get(ME).status == 401
        assert house.front.get(ME, {"X-Api-Key": "wrong"}).status == 401
        assert house.front.get(ME, SERVICE).ok()["role"] == "owner"
        assert house.front.get(ME, SERVICE).ok()["id"] == 0


class TestEnds:
    def test_signing_out_ends_this_session_alone(self, house):
        house.hire("maria")
        here, there = house.sign_in("maria").ok(), house.sign_in("maria").ok()
        house.front.post(LOGOUT, {}, bearer(here["access_token"])).ok()
        assert house.front.get(ME, bearer(here["access_token"])).status == 401
        assert renewed(house.front, here["refresh_token"]).status == 401
        assert house.front.post(LOGOUT, {}, bearer(here["access_token"])).status == 401
        assert house.front.get(ME, bearer(there["access_token"])).status == 200

    def test_signing_out_everywhere_ends_them_all(self, house):
        house.hire("maria")
        here, there = house.sign_in("maria").ok(), house.sign_in("maria").ok()
        house.front.post(LOGOUT, {"all": True}, bearer(here["access_token"])).ok()
        assert {house.front.get(ME, bearer(one["access_token"])).status for one in (here, there)} == {401}
        assert {renewed(house.front, one["refresh_token"]).status for one in (here, there)} == {401}
        house.sign_in("maria").ok()

    @pytest.mark.parametrize("change", [{"is_active": False}, {"password": "another-fine-phrase"}, {"telegram_id": "7012345678"}])
    def test_what_takes_the_way_in_ends_what_came_in_by_it(self, house, change):
        house.hire("maria")
        header = house.of("maria")
        house.front.put(f"{USERS}/{house.ids['maria']}", change, SERVICE).ok()
        assert house.front.get(ME, header).status == 401

    def test_a_new_role_counts_at_once(self, house):
        house.hire("olga", "owner")
        house.hire("maria", "admin")
        header = house.of("maria")
        assert house.front.get(USERS, header).status == 200
        house.front.put(f"{USERS}/{house.ids['maria']}", {"role": "analyst"}, SERVICE).ok()
        assert house.front.get(USERS, header).status == 403

    def test_a_session_that_was_switched_off_does_not_come_back(self, house):
        house.hire("maria")
        header = house.of("maria")
        for active in (False, True):
            house.front.put(f"{USERS}/{house.ids['maria']}", {"is_active": active}, SERVICE).ok()
        assert house.front.get(ME, header).status == 401
