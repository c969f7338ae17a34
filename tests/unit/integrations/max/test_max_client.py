"""MAX's client against MAX on loopback: taken, refused for ever, busy, down, and an answer that is lost."""

import pytest

from chalicelib.core.vendors import VendorBusy, VendorDown
from chalicelib.integrations.max.client import MaxClient
from chalicelib.integrations.recipients import RecipientRefused
from tests.standins.max import MaxStandIn

ANNA = "54321"


@pytest.fixture
def bot():
    with MaxStandIn() as stand_in:
        yield stand_in
        assert stand_in.wrong == []


@pytest.fixture
def client(bot):
    return MaxClient(bot.token, bot.address, timeout=(1, 2))


def test_a_text_is_taken_and_has_an_id(bot, client):
    assert client.send(ANNA, "Ждём вас") == "mid.1"
    assert bot.to(ANNA) == ["Ждём вас"]


@pytest.mark.parametrize(("statuses", "dead"), [((404,), True), ((), False)])
def test_who_is_not_found_is_dead_where_the_setting_says_so(bot, statuses, dead):
    bot.dead.add(ANNA)
    with pytest.raises(RecipientRefused) as refused:
        MaxClient(bot.token, bot.address, dead=statuses).send(ANNA, "Ждём вас")
    assert (refused.value.unreachable, refused.value.ours) == (dead, False)


def test_a_wrong_token_is_our_fault(bot):
    with pytest.raises(RecipientRefused) as refused:
        MaxClient("max-wrong", bot.address).send(ANNA, "Ждём вас")
    assert refused.value.ours and "max-wrong" not in str(refused.value)


def test_busy_down_and_a_lost_answer(bot, client):
    bot.fail_next(429, headers={"Retry-After": "3"})
    with pytest.raises(VendorBusy) as busy:
        client.send(ANNA, "Ждём вас")
    assert busy.value.retry_after == 3
    bot.fail_next(503)
    with pytest.raises(VendorDown) as down:
        client.send(ANNA, "Ждём вас")
    assert not down.value.sent_maybe
    bot.drop_next()
    with pytest.raises(VendorDown) as lost:
        client.send(ANNA, "Ждём вас")
    assert lost.value.sent_maybe and bot.to(ANNA) == ["Ждём вас"]
    bot.page_next(b"{}")
    with pytest.raises(VendorDown):
        client.send(ANNA, "Ждём вас")
