"""SMS.ru's client against SMS.ru on loopback: taken, refused for ever, busy, down, and an answer that is lost."""

import pytest

from chalicelib.core.vendors import VendorBusy, VendorDown
from chalicelib.integrations.recipients import RecipientRefused
from chalicelib.integrations.smsru.client import SmsRuClient
from tests.standins.smsru import SmsRuStandIn

ANNA = "+79045501567"


@pytest.fixture
def smsru():
    with SmsRuStandIn() as stand_in:
        yield stand_in
        assert stand_in.wrong == []


@pytest.fixture
def client(smsru):
    return SmsRuClient(smsru.api_id, smsru.address, timeout=(1, 2))


def test_an_sms_is_taken_and_has_an_id(smsru, client):
    assert client.send(ANNA, "Код 1234") == "202611-1000001"
    assert smsru.to(ANNA) == ["Код 1234"]
    assert "from" not in smsru.asked[0].form


@pytest.mark.parametrize("code", [202, 207, 209])
def test_a_number_that_takes_nothing_is_dead_though_the_answer_is_ok(smsru, client, code):
    smsru.dead[ANNA] = code
    with pytest.raises(RecipientRefused) as refused:
        client.send(ANNA, "Код")
    assert (refused.value.unreachable, refused.value.ours, refused.value.status) == (True, False, code)


@pytest.mark.parametrize("code", [200, 201, 206, 301, 302])
def test_what_ails_our_account_is_no_fault_of_the_number(smsru, client, code):
    smsru.next_code(code)
    with pytest.raises(RecipientRefused) as refused:
        client.send(ANNA, "Код")
    assert (refused.value.unreachable, refused.value.ours) == (False, True)


def test_a_refused_text_is_neither(smsru, client):
    smsru.next_code(205)
    with pytest.raises(RecipientRefused) as refused:
        client.send(ANNA, "Код")
    assert (refused.value.unreachable, refused.value.ours) == (False, False)


def test_busy_says_for_how_long(smsru, client):
    smsru.fail_next(429, headers={"Retry-After": "30"})
    with pytest.raises(VendorBusy) as busy:
        client.send(ANNA, "Код")
    assert busy.value.retry_after == 30


@pytest.mark.parametrize("code", [220, 500])
def test_its_own_trouble_passes(smsru, client, code):
    smsru.next_code(code)
    with pytest.raises(VendorDown):
        client.send(ANNA, "Код")
    assert client.send(ANNA, "Код")


def test_down_is_down_and_sent_nothing(smsru, client):
    smsru.fail_next(503)
    with pytest.raises(VendorDown) as down:
        client.send(ANNA, "Код")
    assert not down.value.sent_maybe and not smsru.sent


def test_a_lost_answer_may_have_been_sent(smsru, client):
    smsru.drop_next()
    with pytest.raises(VendorDown) as down:
        client.send(ANNA, "Код")
    assert down.value.sent_maybe and smsru.to(ANNA) == ["Код"]


@pytest.mark.parametrize("page", [b'{"ok": true}', b"[]", b'{"status_code": 100, "sms": []}', b'{"status_code": 100, "sms": {}}'])
def test_an_answer_that_is_not_its_own_is_an_outage(smsru, client, page):
    smsru.page_next(page)
    with pytest.raises(VendorDown):
        client.send(ANNA, "Код")


def test_no_error_tells_the_key_or_the_number(smsru):
    with pytest.raises(RecipientRefused) as refused:
        SmsRuClient("wrong-key-of-ours", smsru.address).send(ANNA, "Код")
    assert refused.value.ours
    assert "wrong-key" not in str(refused.value) and "9045501567" not in str(refused.value)
