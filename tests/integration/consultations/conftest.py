"""Both followers on loopback, with the settings pointing at them."""

import pytest

from tests.standins.chatwoot import ChatwootStandIn
from tests.standins.consulting import onec as onec_of_the_mapping

SECRET = "chatwoot-webhook-secret-of-tests"


@pytest.fixture
def chatwoot(settings_as_they_stand, monkeypatch):
    with ChatwootStandIn() as stand_in:
        values = {"URL": stand_in.address, "ACCOUNT_ID": stand_in.account_id, "INBOX_ID": str(stand_in.inbox_id), "TOKEN": stand_in.token}
        for name, value in {**values, "WEBHOOK_SECRET": SECRET}.items():
            monkeypatch.setenv(f"CHATWOOT_{name}", value)
        yield stand_in
        assert not stand_in.wrong, "Chatwoot would have refused these requests"


@pytest.fixture
def onec(settings_as_they_stand, monkeypatch):
    with onec_of_the_mapping() as stand_in:
        values = {"URL": f"{stand_in.address}/base", "USER": stand_in.user, "PASSWORD": stand_in.password}
        for name, value in values.items():
            monkeypatch.setenv(f"ONEC_{name}", value)
        yield stand_in
        assert not stand_in.wrong, "1C would have refused these requests"
