"""Hooks: whose word they are, and that a hundred of them are one look."""

import hmac
import json
from base64 import b64encode
from urllib.parse import urlencode

import pytest

from chalicelib.core import clock
from chalicelib.core.settings import settings
from chalicelib.sales.leads.models import Lead
from tests.builders import SERVICE
from tests.integration.sales.crm.conftest import PLACE, linked
from tests.standins.bitrix24 import BitrixStandIn
from tests.standins.hubspot import HubSpotStandIn

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def hooked(desk, number, fields, *, path=None):
    path = path or desk.shown(number)["webhook_url"]
    return desk.front.call("POST", path, body=urlencode(fields), headers=FORM)


def reads(standing):
    return [one for one in standing.calls("GET", "/leads") if any(name.startswith("filter[id]") for name in one.query)]


def test_a_hundred_times_is_one_look(desk, amo):
    one = amo.add("Анна Ким", phone="+79045500001", price=100)
    number = desk.connected(amo)
    desk.run(number)
    amo.touch(one, price=300)
    before = len(reads(amo))
    for n in range(100):
        answer = hooked(desk, number, {"leads[update][0][id]": str(one), "leads[update][0][price]": "1", "account[id]": str(n)})
        assert answer.ok() == {"success": True, "named": 1, "run": False}
    desk.deliver()
    assert len(reads(amo)) == before + 1
    assert [int(lead.amount) for lead in Lead.scan()] == [30_000], "read there, and not believed"
    hooked(desk, number, {"leads[update][0][id]": str(one)}).ok()
    desk.deliver()
    assert len(reads(amo)) == before + 1 and desk.status(number)["waiting"] == 1, "the next look comes a minute later"


def test_new_gone_and_other_things(desk, amo):
    number = desk.connected(amo)
    one = amo.add("Анна Ким", phone="+79045500001", price=100)
    hooked(desk, number, {"leads[add][0][id]": str(one)}).ok()
    desk.deliver()
    assert linked() == 1 and Lead.get("live#0000000001").crm_id == str(one)
    two = amo.add("Вера Ли", phone="+79045500002")
    amo.remove(two)
    hooked(desk, number, {"leads[delete][0][id]": str(two)}).ok()
    assert hooked(desk, number, {"contacts[update][0][id]": "5"}).ok() == {"success": True, "named": 0, "run": True}
    assert desk.status(number)["running"]
    desk.deliver()
    assert hooked(desk, number, {"task[add][0][id]": "5"}).ok()["named"] == 0


def test_whose_word(desk, amo):
    number = desk.connected(amo)
    right = desk.shown(number)["webhook_url"]
    other = desk.connected(amo)
    token = right.partition("token=")[2]
    for path in (
        f"/webhooks/crm/{number}",
        f"/webhooks/crm/{number}?token=wrong",
        f"/webhooks/crm/{other}?token={token}",
        "/webhooks/crm/99?token=x",
    ):
        assert hooked(desk, number, {}, path=path).status == 401
    desk.front.put(f"{PLACE}/{number}", {"is_active": False}, SERVICE).ok()
    assert hooked(desk, number, {"leads[add][0][id]": "7"}).ok()["named"] == 0
    desk.front.delete(f"{PLACE}/{number}", SERVICE).ok()
    assert hooked(desk, number, {}, path=right).status == 401


def test_bitrix_by_its_application_token(desk):
    with BitrixStandIn() as bitrix:
        lead = bitrix.add("Анна Ким", phone="+79045500001")
        number = desk.connected(bitrix, crm_type="bitrix24", webhook_url=bitrix.hook, application_token="application-token-1")
        said = {"event": "ONCRMLEADADD", "data[FIELDS][ID]": str(lead), "ts": "1"}
        assert hooked(desk, number, said).status == 401, "the address alone is no proof where there is a better one"
        assert hooked(desk, number, {**said, "auth[application_token]": "another-token-12"}).status == 401
        assert hooked(desk, number, {**said, "auth[application_token]": "application-token-1"}).ok()["named"] == 1
        desk.deliver()
        assert linked() == 1


@pytest.mark.parametrize("age", [0, 400])
def test_hubspot_by_its_signature(desk, monkeypatch, age):
    monkeypatch.setenv("PUBLIC_URL", "https://desk.example")
    settings.cache_clear()
    with HubSpotStandIn() as hub:
        contact = hub.add("Анна Ким", email="anna@example.org")
        said = {"crm_type": "hubspot", "base_url": hub.address, "access_token": hub.token, "client_secret": "client-secret-1"}
        number = desk.connected(hub, **said)
        body = json.dumps([{"subscriptionType": "contact.propertyChange", "objectId": contact, "eventId": 1}])
        stamp = str(int((clock.wall().timestamp() - age) * 1000))
        signed = f"POSThttps://desk.example/webhooks/crm/{number}{body}{stamp}"
        right = b64encode(hmac.new(b"client-secret-1", signed.encode(), "sha256").digest()).decode()
        for signature, status in ((right, 200 if age == 0 else 401), (right[:-4] + "AAA=", 401)):
            headers = {"Content-Type": "application/json", "X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": stamp}
            assert desk.front.call("POST", f"/webhooks/crm/{number}", body=body, headers=headers).status == status
        desk.deliver()
        assert linked() == (1 if age == 0 else 0)
