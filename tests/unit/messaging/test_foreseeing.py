"""What a door foresees is what delivery would find: the same channels, the same answers, the same rules."""

from itertools import product

import pytest

from chalicelib.clients.models import Client
from chalicelib.core.settings import settings
from chalicelib.messaging import foreseeing, reach
from chalicelib.messaging.channels.base import Address
from chalicelib.messaging.channels.registry import BY_NAME
from chalicelib.messaging.reach import Asked, Way

ADDRESSES = {"telegram_id": "777", "max_id": "1", "vk_id": "2", "email": "anna@example.org", "phone": "+79045501567"}


@pytest.fixture
def carriers(monkeypatch):
    """A stage where a mail's carrier is set, and no other."""
    for name, value in {"EMAIL_BY": "smtp", "EMAIL_FROM": "a@b.ru", "SMTP_HOST": "localhost", "PUBLIC_URL": "https://desk.example"}.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def anna(said=None, **own):
    agreements = {purpose: {"given": given, "at": "2026-11-01T10:00:00+00:00"} for purpose, given in (said or {}).items()}
    return Client(client_id="anna", contour="live", lead_number="br0001", agreements=agreements, **own)


def test_it_knows_the_channels_that_the_registry_knows():
    assert {name: (known.address, known.is_set, known.asks) for name, known in foreseeing.CHANNELS.items()} == {
        name: (channel.address, channel.is_set, channel.asks) for name, channel in BY_NAME.items()
    }


@pytest.mark.parametrize("channel", sorted(BY_NAME))
def test_where_nothing_is_set_up_an_address_is_all_that_is_needed(channel):
    assert foreseeing.hindrance(anna(**ADDRESSES), channel, is_marketing=False) is None
    assert foreseeing.hindrance(anna(), channel, is_marketing=False)[0] == "nowhere"


def test_what_is_not_set_up_where_something_is_and_what_is_dead(carriers):
    assert foreseeing.hindrance(anna(**ADDRESSES), "sms", is_marketing=False)[0] == "unavailable"
    dead = anna(**ADDRESSES, dead_channels={Address(ADDRESSES["email"]).mark("email")})
    assert foreseeing.hindrance(dead, "email", is_marketing=False) == ("nowhere", "the address for email is dead")
    assert foreseeing.hindrance(anna(**ADDRESSES), "email", is_marketing=False) is None


def test_marketing_that_cannot_say_how_it_ends(carriers, monkeypatch):
    monkeypatch.delenv("PUBLIC_URL")
    settings.cache_clear()
    assert foreseeing.hindrance(anna(**ADDRESSES), "email", is_marketing=True)[0] == "unavailable"


def test_of_consent_it_says_what_delivery_would_say():
    answers = [None, "yes", "no"]
    for personal, marketing, own, channel, is_marketing in product(answers, answers, answers, ("email", "telegram"), (False, True)):
        said = {"personal_data": personal, "marketing": marketing, channel: own}
        client = anna({purpose: given for purpose, given in said.items() if given}, **ADDRESSES)
        way = Way(BY_NAME[channel], Address("there"), "kind")
        asked = Asked([way], is_marketing=is_marketing, agreed=client.consents, named=channel, may_be_typed=True)
        try:
            reach.choose(asked)
            expected = None
        except reach.Withheld as withheld:
            expected = ("consent", str(withheld))
        assert foreseeing.hindrance(client, channel, is_marketing=is_marketing) == expected, said
