"""Who sent something: known again by marks, never by what he says of himself."""

import pytest

from chalicelib.core.security import Caller
from chalicelib.core.sender import Sender, mark
from chalicelib.core.settings import settings
from chalicelib.core.wire import Incoming

PUBLIC = Caller("public")


def sender(address="192.0.2.7", agent="Firefox", caller=PUBLIC, **headers):
    return Sender.of(Incoming(method="POST", headers={"User-Agent": agent, **headers}, address=address), caller)


def test_the_same_visitor_is_known_again_and_another_is_not():
    assert sender() == sender()
    assert sender().scope != sender(agent="Chrome").scope
    assert sender().scope != sender(address="192.0.2.8").scope
    assert sender().address == sender(agent="Chrome").address


def test_no_mark_shows_the_address():
    assert "192.0.2.7" not in f"{sender()}"


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP"])
def test_an_address_that_a_header_claims_is_nobodys(header):
    assert sender(**{header: "198.51.100.1"}) == sender()


def test_one_customers_ipv6_network_is_one_address():
    assert sender("2001:db8:1:2:aaaa::1").address == sender("2001:db8:1:2:bbbb::9").address
    assert sender("2001:db8:1:2::1").address != sender("2001:db8:1:3::1").address


@pytest.mark.parametrize("address", ["", "unix:", "300.1.1.1", "\ud800"])
def test_any_address_is_a_sender(address):
    assert sender(address).kind == "public"


def test_without_an_address_nobody_is_known():
    assert (sender("").visitor, sender("").scope) == (None, "")


@pytest.mark.parametrize("kind", ["webhook", "service"])
def test_a_proven_sender_is_one_wherever_he_comes_from(kind):
    assert sender(caller=Caller(kind)).is_proven
    assert {sender(address, caller=Caller(kind)).scope for address in ("192.0.2.7", "192.0.2.8")} == {"proven"}


def test_without_a_key_nothing_is_marked(monkeypatch):
    monkeypatch.setenv("SERVICE_API_KEY", "")
    settings.cache_clear()
    assert mark("address", "192.0.2.7") is None
    monkeypatch.undo()
    settings.cache_clear()
