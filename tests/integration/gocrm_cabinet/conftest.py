"""A club with two families, and a way to sign in."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.standins.gocrm import GoCrmStandIn

MASHA, OLEG = "79160001122", "79160003344"
SIGN_IN = "/gocrm/sign-in"


@pytest.fixture
def club(settings_as_they_stand, monkeypatch):
    with GoCrmStandIn() as stand_in:
        monkeypatch.setenv("GOCRM_URL", stand_in.address)
        monkeypatch.setenv("GOCRM_APP_TOKEN", stand_in.app_token)
        stand_in.masha = stand_in.add_parent(MASHA, children=["Ася", "Лев"])
        stand_in.oleg = stand_in.add_parent(OLEG, name="Ким Олег", children=["Мира"])
        yield stand_in
        assert not stand_in.wrong, "Go-CRM would have refused these requests"


def signed_in(front, club, tick, phone=MASHA):
    """The header of a parent who has shown his code."""
    front.post(SIGN_IN, {"phone": f"+{phone}"}).ok()
    tick("sweep")
    return {"Authorization": f"Bearer {front.post(SIGN_IN, {'phone': f'+{phone}', 'code': club.codes[phone]}).ok()['token']}"}


@pytest.fixture
def masha(front, club, tick):
    return signed_in(front, club, tick)


def day(days=1, hour=12):
    return (datetime.now(UTC) + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
