"""Eskiz's client against Eskiz on loopback: taken, refused for ever, busy, down, and an answer that is lost."""

from dataclasses import replace

import pytest

from chalicelib.core.vendors import VendorBusy, VendorDown
from chalicelib.integrations import tokens
from chalicelib.integrations.eskiz.client import EskizClient
from chalicelib.integrations.recipients import RecipientRefused
from tests.standins.eskiz import EskizStandIn

AZIZA = "+998901234567"
SEND = "/message/sms/send"


@pytest.fixture
def eskiz():
    tokens.forget_all()
    with EskizStandIn() as stand_in:
        yield stand_in
        assert stand_in.wrong == []


@pytest.fixture
def client(eskiz):
    return EskizClient(eskiz.account, eskiz.api_url, timeout=(1, 2))


def test_one_token_serves_many_sms(eskiz, client):
    first, second = client.send(AZIZA, "Kod 1"), client.send(AZIZA, "Kod 2")
    assert first != second and eskiz.to(AZIZA) == ["Kod 1", "Kod 2"] and eskiz.given == 1


def test_a_token_that_died_early_is_renewed_once(eskiz, client):
    client.send(AZIZA, "Kod 1")
    eskiz.revoke()
    client.send(AZIZA, "Kod 2")
    assert (eskiz.given, len(eskiz.sent)) == (2, 2)


def test_a_wrong_password_is_our_own_fault(eskiz):
    with pytest.raises(RecipientRefused) as refused:
        EskizClient(replace(eskiz.account, password="wrong-password"), eskiz.api_url).send(AZIZA, "Kod")
    assert (refused.value.ours, refused.value.unreachable) == (True, False)
    assert "wrong-password" not in str(refused.value)


@pytest.mark.parametrize(("named", "dead"), [("mobile_phone", True), (None, False)])
def test_a_refusal_that_names_the_number_is_a_dead_number_where_the_setting_says_so(eskiz, named, dead):
    eskiz.dead.add(AZIZA)
    with pytest.raises(RecipientRefused) as refused:
        EskizClient(replace(eskiz.account, bad_number=named), eskiz.api_url).send(AZIZA, "Kod")
    assert (refused.value.unreachable, refused.value.ours) == (dead, False)


def test_a_text_that_was_not_approved_is_the_texts_fault(eskiz, client):
    eskiz.fail_next(400, {"message": "Для теста только: Это тест от Eskiz", "status": "error"}, path=SEND)
    with pytest.raises(RecipientRefused) as refused:
        client.send(AZIZA, "Kod")
    assert (refused.value.unreachable, refused.value.ours) == (False, False)


def test_busy_says_for_how_long(eskiz, client):
    eskiz.fail_next(429, path=SEND, headers={"Retry-After": "20"})
    with pytest.raises(VendorBusy) as busy:
        client.send(AZIZA, "Kod")
    assert busy.value.retry_after == 20


def test_down_is_down(eskiz, client):
    eskiz.fail_next(502, path="/auth/login")
    with pytest.raises(VendorDown):
        client.send(AZIZA, "Kod")
    assert not eskiz.sent


def test_a_lost_answer_may_have_been_sent(eskiz, client):
    eskiz.drop_next(path=SEND)
    with pytest.raises(VendorDown) as down:
        client.send(AZIZA, "Kod")
    assert down.value.sent_maybe and eskiz.to(AZIZA) == ["Kod"]
