"""Comparisons find what was planted, repairs mend it, and then there is nothing to find."""

import pytest

from chalicelib.integrations.amocrm import client
from chalicelib.sales.crm.vendors import amocrm
from chalicelib.sales.leads.models import Lead
from tests.builders import SERVICE
from tests.integration.sales.crm.conftest import linked
from tests.standins.amocrm import AmoStandIn
from tests.standins.store import Killed, Wire

LEADS = "/api/v1/leads"


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    monkeypatch.setattr(client, "PAGE", 4)
    monkeypatch.setattr(amocrm, "PAGE", 4)


def planted(desk, amo, number):
    """Seven differences that no cursor would find: what is changed there bears an old moment."""
    there = sorted(amo.tables["leads"])
    amo.tables["leads"][there[0]]["price"] = 555
    amo.tables["leads"][there[5]]["price"] = 556
    amo.contact(there[1])["name"] = "Имя Иное"
    amo.contact(there[2])["custom_fields_values"][1]["values"][0]["value"] = "moved@example.org"
    lead = Lead.get("live#0000000007")
    lead.update([Lead.amount.set(99_900)])
    amo.remove(there[8])
    amo.now -= 10_000
    amo.add("Имя Тихое", phone="+79045508888", price=8)
    amo.now += 10_000


def total(drift):
    return sum(drift["differing"].values()) + drift["missing_here"] + drift["missing_there"]


@pytest.mark.parametrize("direction", ["pull", "bidirectional"])
def test_seven_planted_differences(desk, amo, direction):
    for n in range(1, 11):
        amo.add(f"Имя {n}", phone=f"+7904550{n:04d}", email=f"p{n}@example.org", price=100 + n)
    number = desk.connected(amo, sync_direction=direction)
    desk.run(number)
    desk.run(number, "compare")
    assert total(desk.status(number)["drift"]) == 0 and desk.status(number)["drift"]["same"] == 10
    planted(desk, amo, number)
    writes = len(amo.writes())
    run = desk.run(number, "compare")
    drift = desk.status(number)["drift"]
    assert total(drift) == 7 and drift["differing"] == {"amount": 3, "name": 1, "email": 1}
    assert (drift["missing_here"], drift["missing_there"]) == (1, 1) and len(drift["examples"]) == 7
    assert "example.org" not in str(drift) and len(amo.writes()) == writes and run["counts"]["changed"] == 0
    desk.run(number, "repair")
    desk.run(number, "compare")
    assert total(desk.status(number)["drift"]) == 0
    assert linked() == (10 if direction == "pull" else 11)


def test_repair_goes_on_whoever_dies(desk):
    with AmoStandIn(every=7) as amo:
        for n in range(1, 7):
            amo.add(f"Имя {n}", phone=f"+7904550{n:04d}", price=100 + n)
        number = desk.connected(amo)
        desk.deliver()
        desk.run(number)
        for n, lead in enumerate(amo.tables["leads"].values()):
            lead["price"] = 1000 + n
        desk.front.post(f"/api/v1/crm/connections/{number}/sync", {"mode": "repair"}, SERVICE)
        for attempt in range(60):
            with Wire() as wire:
                wire.before = lambda call, attempt=attempt: _kill(call, attempt)
                try:
                    desk.deliver()
                except Killed:
                    continue
                if desk.status(number)["running"] is None:
                    break
        assert sorted(int(lead.amount) for lead in Lead.scan()) == [100_000 + 100 * n for n in range(6)]


def _kill(call, attempt):
    if attempt % 2 == 0 and call.operation == "TransactWriteItems" and "crm-links" in str(call.request):
        raise Killed


def test_who_was_never_told_is_made_there(desk, amo):
    number = desk.connected(amo, sync_direction="bidirectional")
    made = desk.front.post(LEADS, {"name": "Вера Ли", "phone": "+79045507777"}, SERVICE).body
    desk.run(number, "compare")
    assert desk.status(number)["drift"]["missing_there"] == 1 and amo.tables["leads"] == {}
    desk.run(number, "repair")
    assert [made["lead_number"] in lead["name"] for lead in amo.tables["leads"].values()] == [True]
    desk.run(number, "compare")
    assert desk.status(number)["drift"]["missing_there"] == 0 and linked() == 1
