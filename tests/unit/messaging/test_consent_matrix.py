"""Who may be told what by which channel: the rules as they run, against a table worked out by hand."""

from itertools import product

import pytest

from chalicelib.clients.models import Client
from chalicelib.messaging import foreseeing, reach
from chalicelib.messaging.channels.base import Address
from chalicelib.messaging.channels.registry import BY_NAME, asked_beside, carrier_of
from chalicelib.messaging.reach import Asked, Way, Withheld

CHANNELS = ("app", "telegram", "email", "sms", "vk", "max", "instagram")
PURPOSES = ("personal_data", "marketing", "sms", "app_push", "email")
ANSWERS = ("yes", "no", None)

MARKETING_NEEDS_A_YES_TO = {
    "app": {"personal_data", "marketing", "app_push"},
    "telegram": {"personal_data", "marketing"},
    "email": {"personal_data", "marketing", "email"},
    "sms": {"personal_data", "marketing", "sms"},
    "vk": {"personal_data", "marketing"},
    "max": {"personal_data", "marketing"},
    "instagram": None,
}
"""None: nothing leaves by it, whatever was agreed to."""

SERVICE_ENDS_WITH_A_NO_TO = {
    "app": {"personal_data"},
    "telegram": {"personal_data"},
    "email": {"personal_data", "email"},
    "sms": {"personal_data", "sms"},
    "vk": {"personal_data"},
    "max": {"personal_data"},
    "instagram": None,
}

CASES = [dict(zip(PURPOSES, said, strict=True)) for said in product(ANSWERS, repeat=len(PURPOSES))]


def by_hand(channel: str, said: dict[str, str | None], *, is_marketing: bool) -> bool:
    """Whether it leaves, as the tables above say."""
    table = (MARKETING_NEEDS_A_YES_TO if is_marketing else SERVICE_ENDS_WITH_A_NO_TO)[channel]
    if table is None:
        return False
    return all(said[purpose] == "yes" if is_marketing else said[purpose] != "no" for purpose in table)


def agreements(said: dict[str, str | None]) -> dict[str, dict[str, str]]:
    return {purpose: {"given": given, "at": "2026-11-01T10:00:00+00:00"} for purpose, given in said.items() if given}


def as_it_leaves(channel: str, said: dict[str, str | None], *, is_marketing: bool) -> bool:
    """Whether delivery lets it leave, the address and the hour being right."""
    carrier = carrier_of(channel)
    ways = [Way(BY_NAME[carrier], Address("there"), "kind")] if carrier in BY_NAME else []
    about = {"named": carrier, "asked_beside": asked_beside(channel), "agreed": agreements(said)}
    try:
        return reach.choose(Asked(ways, is_marketing=is_marketing, **about)).channel is not None
    except Withheld:
        return False


@pytest.mark.parametrize("is_marketing", [True, False], ids=["marketing", "service"])
@pytest.mark.parametrize("channel", CHANNELS)
def test_a_message_leaves_as_the_table_says(channel, is_marketing):
    wrong = [
        said
        for said in CASES
        if as_it_leaves(channel, said, is_marketing=is_marketing) != by_hand(channel, said, is_marketing=is_marketing)
    ]
    assert wrong == []


@pytest.mark.parametrize("is_marketing", [True, False], ids=["marketing", "service"])
@pytest.mark.parametrize("channel", [name for name in CHANNELS if name != "instagram"])
def test_a_door_foresees_the_same(channel, is_marketing):
    contacts = {"telegram_id": "7", "max_id": "1", "vk_id": "2", "email": "a@b.ru", "phone": "+79045501567"}
    for said in CASES:
        client = Client(client_id="anna", contour="live", lead_number="br0001", agreements=agreements(said), **contacts)
        found = foreseeing.hindrance(client, channel, is_marketing=is_marketing)
        assert (found is None) == by_hand(channel, said, is_marketing=is_marketing), said


def test_what_nothing_serves_is_foreseen_too_and_both_names_of_the_app_are_one():
    client = Client(client_id="anna", contour="live", lead_number="br0001")
    for channel in ("instagram", "facebook"):
        assert foreseeing.hindrance(client, channel, is_marketing=False) == ("unavailable", reach.NOT_CONFIGURED)
    assert (carrier_of("app_push"), asked_beside("app_push")) == (carrier_of("app"), asked_beside("app")) == ("telegram", ("app_push",))


def test_what_was_only_typed_is_for_words_by_hand():
    client = Client(client_id="anna", contour="live", lead_number="br0001", email="a@b.ru", email_proven=False)
    assert foreseeing.hindrance(client, "email", is_marketing=False) is None
    assert foreseeing.hindrance(client, "email", is_marketing=False, by_hand=False)[0] == "nowhere"
