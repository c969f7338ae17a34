"""VK's client against VK on loopback: taken, refused for ever, busy, down, and an answer that is lost."""

import pytest

from chalicelib.core.vendors import VendorBusy, VendorDown
from chalicelib.integrations.recipients import RecipientRefused
from chalicelib.integrations.vk.client import VkClient
from tests.standins.vk import VkStandIn

ANNA = "54321"


@pytest.fixture
def vk():
    with VkStandIn() as stand_in:
        yield stand_in
        assert stand_in.wrong == []


@pytest.fixture
def client(vk):
    return VkClient(vk.token, vk.api_url, timeout=(1, 2))


def test_a_text_is_taken_and_has_an_id(vk, client):
    assert client.send(ANNA, "Ждём вас", once="m1 1") == "1000"
    assert vk.to(ANNA) == ["Ждём вас"]


def test_a_lost_answer_is_no_second_message(vk, client):
    vk.drop_next()
    with pytest.raises(VendorDown) as lost:
        client.send(ANNA, "Ждём вас", once="m1 1")
    assert lost.value.sent_maybe
    client.send(ANNA, "Ждём вас", once="m1 1")
    assert vk.to(ANNA) == ["Ждём вас"]
    client.send(ANNA, "Ждём вас", once="m2 1")
    assert len(vk.to(ANNA)) == 2


@pytest.mark.parametrize("code", [900, 901, 902, 936])
def test_who_does_not_let_us_write_is_dead(vk, client, code):
    vk.dead[ANNA] = code
    with pytest.raises(RecipientRefused) as refused:
        client.send(ANNA, "Ждём вас", once="m1 1")
    assert (refused.value.unreachable, refused.value.ours) == (True, False)


def test_a_token_that_was_taken_back_is_our_fault_and_not_told(vk):
    with pytest.raises(RecipientRefused) as refused:
        VkClient("vk1.a.wrong", vk.api_url).send(ANNA, "Ждём вас", once="m1 1")
    assert refused.value.ours and "vk1" not in str(refused.value)


def test_a_text_that_is_too_long_is_neither(vk, client):
    vk.next_code(914)
    with pytest.raises(RecipientRefused) as refused:
        client.send(ANNA, "Ждём вас", once="m1 1")
    assert not refused.value.ours and not refused.value.unreachable


@pytest.mark.parametrize(("code", "wait"), [(6, 1), (9, None), (29, None)])
def test_too_much_at_once_is_busy(vk, client, code, wait):
    vk.next_code(code)
    with pytest.raises(VendorBusy) as busy:
        client.send(ANNA, "Ждём вас", once="m1 1")
    assert busy.value.retry_after == wait


def test_its_own_trouble_passes(vk, client):
    vk.next_code(10)
    with pytest.raises(VendorDown):
        client.send(ANNA, "Ждём вас", once="m1 1")
    vk.fail_next(502)
    with pytest.raises(VendorDown):
        client.send(ANNA, "Ждём вас", once="m1 1")
    vk.page_next(b'{"response": "ok"}')
    with pytest.raises(VendorDown):
        client.send(ANNA, "Ждём вас", once="m1 1")
