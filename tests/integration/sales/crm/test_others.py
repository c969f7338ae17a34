"""The same engine on Bitrix24 and HubSpot: equal sets, each linked once, whoever refuses or dies; told there once."""

import pytest

from chalicelib.sales.leads.models import Lead
from tests.builders import SERVICE
from tests.integration.sales.crm.conftest import PLACE, every_row, linked
from tests.standins.bitrix24 import BitrixStandIn
from tests.standins.hubspot import HubSpotStandIn
from tests.standins.store import Killed, Wire

LEADS = "/api/v1/leads"
PRICED = {"amount": {"theirs": "budget"}}


def said_of(there):
    """How a connection to it is made, and how a price is called there."""
    if isinstance(there, BitrixStandIn):
        return {"crm_type": "bitrix24", "webhook_url": there.hook, "base_url": None, "access_token": None}, "OPPORTUNITY"
    return {"crm_type": "hubspot", "base_url": there.address, "access_token": there.token, "field_mapping": PRICED}, "budget"


def secret_of(there):
    return there.hook if isinstance(there, BitrixStandIn) else there.token


def connected(desk, there, **more):
    said, _ = said_of(there)
    return desk.connected(there, **{name: value for name, value in {**said, **more}.items() if value is not None})


@pytest.fixture(params=[BitrixStandIn, HubSpotStandIn], ids=["bitrix24", "hubspot"])
def there(request, monkeypatch):
    monkeypatch.setattr("chalicelib.integrations.bitrix24.client.PAGE", 5)
    monkeypatch.setattr("chalicelib.sales.crm.vendors.bitrix24.PAGE", 5)
    with request.param(page=5) as standing:
        yield standing
        assert not standing.wrong, standing.wrong


def people(there, many):
    price = said_of(there)[1]
    return [there.add(f"Имя {n}", phone=f"+7904550{n:04d}", email=f"p{n}@example.org", **{price: f"{n}.50"}) for n in range(1, many + 1)]


def equal(there):
    assert {lead.crm_id: int(lead.amount or 0) for lead in Lead.scan()} == there.amounts()
    assert linked() == len(there.amounts())


def test_tested(desk, there):
    number = connected(desk, there)
    assert desk.shown(number)["status"] == "ok" and desk.shown(number)["check"]["account"]
    said = secret_of(there)
    assert said not in every_row() and desk.shown(number)["secret_hint"] == said.rstrip("/")[-4:]


def test_equal_whoever_refuses_or_dies_and_then_nothing(desk, there):
    there.every = 7
    people(there, 8)
    number = connected(desk, there)
    desk.deliver()
    desk.front.post(f"{PLACE}/{number}/sync", {}, SERVICE)
    met = set()
    for _ in range(200):
        done = linked()
        with Wire() as wire:
            wire.before = lambda call, wire=wire, done=done: _kill_first(call, met, (done, len(wire.calls)))
            try:
                desk.deliver()
            except Killed:
                continue
            if desk.status(number)["running"] is None:
                break
    equal(there)
    run = desk.run(number)
    assert run["counts"]["made"] == run["counts"]["changed"] == run["counts"]["linked"] == 0 and there.writes() == []


def _kill_first(call, met, place):
    sign = (call.operation, place)
    if "crm-" in str(call.request) and call.operation == "TransactWriteItems" and sign not in met:
        met.add(sign)
        raise Killed


def test_changes_go_both_ways_and_do_not_come_back(desk, there):
    one, *_ = people(there, 3)
    number = connected(desk, there, sync_direction="bidirectional")
    desk.run(number)
    there.touch(one, **{said_of(there)[1]: "77"})
    there.retype(one, email="new.address@example.org")
    desk.front.put(f"{LEADS}/2", {"amount": 12.34, "company": "Лотос"}, SERVICE).ok()
    made = desk.front.post(LEADS, {"name": "Вера Ли", "phone": "+79045507777", "email": "vera@example.org"}, SERVICE).body
    run = desk.run(number)
    lead = desk.front.get(f"{LEADS}/1", SERVICE).ok()
    assert (lead["amount"], lead["email"]) == (77, "new.address@example.org")
    assert run["counts"]["pushed"] == 2 and len(there.made_by_us(made["lead_number"])) == 1
    equal(there)
    writes = len(there.writes())
    counts = desk.run(number)["counts"]
    assert len(there.writes()) == writes and counts["changed"] == counts["pushed"] == counts["made"] == 0


def test_down_and_then_equal(desk, there):
    people(there, 2)
    number = connected(desk, there)
    desk.run(number)
    there.down = True
    desk.front.post(f"{PLACE}/{number}/sync", {}, SERVICE)
    desk.deliver()
    assert desk.status(number)["waiting"] == 1
    for n in range(30, 40):
        there.add(f"Ещё {n}", phone=f"+7904551{n:04d}", **{said_of(there)[1]: "5"})
    there.down = False
    for _ in range(4):
        desk.deliver()
    equal(there)


def test_a_secret_that_is_refused_is_not_told(desk, there):
    number = connected(desk, there)
    said = secret_of(there)
    there.secret = there.token = "another-secret-of-theirs"
    run = desk.run(number)
    assert run["state"] == "failed" and "401" in run["error"]
    assert said.rstrip("/").rpartition("/")[2] not in str(desk.status(number)) + every_row()
