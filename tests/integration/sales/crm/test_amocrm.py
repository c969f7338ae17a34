"""Leads kept in step with amoCRM: each once, whoever dies where, and whatever was said on both sides."""

import pytest

from chalicelib.core import storage
from chalicelib.integrations.amocrm import client
from chalicelib.sales.crm.sync.models import Link
from chalicelib.sales.crm.vendors import amocrm
from chalicelib.sales.leads.models import Lead
from tests.builders import SERVICE, client_row
from tests.integration.sales.crm.conftest import PLACE, every_row
from tests.standins.amocrm import AmoStandIn
from tests.standins.store import Killed, Wire

LEADS = "/api/v1/leads"
STAGES = {"stage": {"values": {"40": "new", "41": "contacted", "42": "qualified", "142": "won", "143": "lost"}}}
BOTH = {"sync_direction": "bidirectional", "field_mapping": STAGES}


@pytest.fixture
def small_pages(monkeypatch):
    """Pages of five, so that a few leads are several."""
    monkeypatch.setattr(client, "PAGE", 5)
    monkeypatch.setattr(amocrm, "PAGE", 5)


def people(amo, many):
    return [amo.add(f"Имя {n}", phone=f"+7904550{n:04d}", email=f"p{n}@example.org", price=100 + n) for n in range(1, many + 1)]


def leads():
    return sorted(Lead.scan(), key=lambda lead: lead.place)


def links(where="there"):
    return [link for link in Link.scan() if link.side.endswith(f"#{where}")]


def equal(amo):
    """Both sides hold the same leads, each linked once both ways."""
    there = {str(lead["id"]): lead["price"] * 100 for lead in amo.tables["leads"].values()}
    assert {lead.crm_id: int(lead.amount or 0) for lead in leads()} == there
    assert len(links("there")) == len(links("here")) == len(there)
    assert len({link.other for link in links("there")}) == len(there) == len({link.other for link in links("here")})


def test_taken_once_and_a_second_run_writes_nothing(desk, amo, small_pages):
    people(amo, 13)
    number = desk.connected(amo)
    first = desk.run(number)
    assert (first["state"], first["counts"]["made"]) == ("done", 13)
    equal(amo)
    lead = desk.front.get(f"{LEADS}/1", SERVICE).ok()
    assert (lead["name"], lead["phone"], lead["amount"], lead["source"], lead["crm_type"]) == (
        "Имя 1",
        "+79045500001",
        101,
        "crm",
        "amocrm",
    )
    with Wire() as wire:
        second = desk.run(number)
        written = [call for call in wire.calls if "crm-links" in str(call.request) and call.operation in ("TransactWriteItems", "PutItem")]
    assert second["counts"] | {"looked": 0} == dict.fromkeys(second["counts"], 0) and not written
    assert desk.status(number)["sync_count"] == 2 and desk.status(number)["cursor_at"]


def test_killed_at_every_call_and_refused_at_every_seventh(desk, small_pages):
    with AmoStandIn(every=7) as amo:
        people(amo, 7)
        number = desk.connected(amo)
        assert desk.front.post(f"{PLACE}/{number}/sync", {}, SERVICE).status == 202
        met, kills = set(), 0
        for _ in range(400):
            done = len(leads())
            with Wire() as wire:
                wire.before = lambda call, wire=wire, done=done: _kill_first(call, met, (done, len(wire.calls)))
                try:
                    desk.deliver()
                except Killed:
                    kills += 1
            if desk.status(number)["running"] is None:
                break
        assert kills > 30 and amo.busy > 2 and not amo.wrong
        equal(amo)
        assert desk.status(number)["last_run"]["counts"]["made"] == 7
        assert desk.run(number)["counts"]["made"] == 0


def _kill_first(call, met, place):
    sign = (call.operation, place)
    if "crm" in str(call.request) and sign not in met:
        met.add(sign)
        raise Killed


def test_what_changes_there_is_taken_and_a_new_address_makes_no_second_person(desk, amo):
    one, two, _ = people(amo, 3)
    number = desk.connected(amo, field_mapping=STAGES)
    desk.run(number)
    amo.touch(one, price=900, status_id=42)
    amo.retype(two, email="new.address@example.org", name="Анна Новая")
    run = desk.run(number)
    assert (run["counts"]["changed"], run["counts"]["made"]) == (2, 0)
    lead = desk.front.get(f"{LEADS}/1", SERVICE).ok()
    assert (lead["amount"], lead["stage"]) == (900, "qualified")
    lead = desk.front.get(f"{LEADS}/2", SERVICE).ok()
    assert (lead["email"], lead["name"]) == ("new.address@example.org", "Анна Новая") and len(leads()) == 3
    assert client_row("br0002").email_proven is not True
    amo.retype(two, email=None, phone=None)
    desk.run(number)
    assert desk.front.get(f"{LEADS}/2", SERVICE).ok()["email"] == "new.address@example.org", "no contact is emptied"


def test_known_people_are_linked_and_the_proven_stays(desk, amo):
    made = desk.front.post(LEADS, {"name": "Анна Ким", "phone": "+79045500001", "stage": "contacted"}, SERVICE)
    assert made.status == 201
    one = amo.add("А. Ким", phone="8 904 550-00-01", email="a@example.org", price=300)
    amo.add("А. Ким", phone="8 904 550-00-01", price=7)
    number = desk.connected(amo)
    counts = desk.run(number)["counts"]
    assert (counts["linked"], counts["made"], counts["beside"]) == (1, 0, 1)
    amo.retype(one, phone="+79045509999")
    desk.run(number)
    lead = desk.front.get(f"{LEADS}/1", SERVICE).ok()
    assert (lead["phone"], lead["phone_proven"], lead["email"], lead["amount"]) == ("+79045500001", True, "a@example.org", 300)
    assert len(leads()) == 1


def test_told_there_once_and_our_own_words_do_not_come_back(desk, amo):
    people(amo, 2)
    number = desk.connected(amo, **BOTH)
    assert desk.run(number)["counts"]["pushed"] == 0, "their stages are what they are"
    desk.front.put(f"{LEADS}/1", {"amount": 1234.56, "stage": "contacted"}, SERVICE).ok()
    made = desk.front.post(LEADS, {"name": "Вера Ли", "phone": "+79045507777", "company": "Лотос"}, SERVICE).body
    run = desk.run(number)
    assert run["counts"]["pushed"] == 2
    there = amo.tables["leads"][1001 + 1]
    assert (there["price"], there["status_id"]) == (1234, 41)
    vera = next(lead for lead in amo.tables["leads"].values() if made["lead_number"] in lead["name"])
    assert amo.contact(vera["id"])["name"] == "Вера Ли"
    writes = len(amo.writes())
    again = desk.run(number)
    assert len(amo.writes()) == writes and again["counts"]["changed"] == again["counts"]["pushed"] == again["counts"]["made"] == 0
    assert desk.front.get(f"{LEADS}/1", SERVICE).ok()["amount"] == 1234.56


def test_a_lead_made_there_before_a_kill_is_found_again(desk, amo):
    number = desk.connected(amo, **BOTH)
    desk.front.post(LEADS, {"name": "Вера Ли", "phone": "+79045507777"}, SERVICE)
    desk.front.post(f"{PLACE}/{number}/sync", {}, SERVICE)
    with Wire() as wire:
        wire.before = lambda call: (_ for _ in ()).throw(Killed()) if len(amo.tables["leads"]) else None
        for _ in range(3):
            try:
                desk.deliver()
            except Killed:
                break
        else:
            raise AssertionError("nothing was made there")
    for _ in range(5):
        desk.deliver()
    assert len(amo.tables["leads"]) == 1 and desk.status(number)["last_run"]["state"] == "done"
    assert [link.state for link in links("here")] == ["linked"]


def test_both_changed_and_whoever_owns_the_field_decides(desk, amo):
    (one,) = people(amo, 1)
    number = desk.connected(amo, **BOTH)
    desk.run(number)
    desk.front.put(f"{LEADS}/1", {"amount": 500, "company": "Наша"}, SERVICE).ok()
    amo.touch(one, price=700)
    run = desk.run(number)
    assert desk.front.get(f"{LEADS}/1", SERVICE).ok()["amount"] == 700
    assert run["conflicts"] == [{"lead_id": 1, "remote_id": str(one), "field": "amount", "lost": "ours"}]


def test_a_removed_lead_is_not_made_anew(desk, amo):
    (one,) = people(amo, 1)
    number = desk.connected(amo)
    desk.run(number)
    desk.front.delete(f"{LEADS}/1", SERVICE).ok()
    amo.touch(one, price=800)
    assert desk.run(number)["counts"]["unlinked"] == 1
    amo.touch(one, price=801)
    counts = desk.run(number)["counts"]
    assert counts["made"] == counts["linked"] == 0 and links("here") == []


def test_a_dry_run_does_nothing(desk, amo):
    people(amo, 3)
    number = desk.connected(amo, **BOTH)
    run = desk.run(number, "full", dry_run=True)
    assert run["counts"]["looked"] >= 3 and run["counts"]["made"] == 3 and leads() == [] and links() == [] and amo.writes() == []
    assert desk.status(number)["cursor_at"] is None


def test_one_run_at_a_time(desk, amo):
    number = desk.connected(amo)
    first = desk.front.post(f"{PLACE}/{number}/sync", {"mode": "full"}, SERVICE)
    second = desk.front.post(f"{PLACE}/{number}/sync", {}, SERVICE)
    assert (first.status, second.status, second.body["run_id"]) == (202, 200, first.body["run_id"])
    path = f"{PLACE}/{number}"
    assert desk.front.delete(path, SERVICE).body["error"] == "run_at_work"
    assert desk.front.call("DELETE", f"{path}?force=true", headers=SERVICE).status == 200
    people(amo, 2)
    desk.deliver()
    assert leads() == []


def test_a_token_that_ended_is_renewed_once_and_kept_first(desk, amo):
    people(amo, 1)
    number = desk.connected(amo, refresh_token=amo.refresh_token, **amo.client)
    amo.token = "a-token-that-nobody-was-told"
    assert desk.run(number)["state"] == "done" and amo.renewals == 1
    assert desk.run(number)["state"] == "done" and amo.renewals == 1
    for secret in (amo.token, amo.refresh_token):
        assert secret not in every_row()


def test_a_refused_token_ends_the_run_and_says_why(desk, amo):
    number = desk.connected(amo)
    amo.token = "a-token-that-nobody-was-told"
    run = desk.run(number)
    assert run["state"] == "failed" and "401" in run["error"] and "amo-access" not in run["error"]
    shown = desk.status(number)
    assert (shown["error_count"], shown["running"], shown["sync_count"]) == (1, None, 0)


def test_down_for_days_then_equal(desk, amo, small_pages, tick):
    people(amo, 3)
    number = desk.connected(amo)
    desk.run(number)
    amo.down = True
    tick("follow", storage_moment(number))
    desk.deliver()
    people(amo, 9)
    amo.touch(next(iter(amo.tables["leads"])), price=4242)
    amo.down = False
    for _ in range(6):
        desk.deliver()
    assert desk.status(number)["running"] is None
    assert int(leads()[0].amount) == 424200


def storage_moment(number):
    """When the next run begins by itself."""
    from chalicelib.sales.crm.connections import repository

    (row,) = storage.read(repository.key(number))
    return row.next_run_at


def test_the_end_of_a_connection_leaves_no_link(desk, amo):
    people(amo, 12)
    number = desk.connected(amo)
    desk.run(number)
    desk.front.delete(f"{PLACE}/{number}", SERVICE).ok()
    for _ in range(4):
        desk.deliver()
    assert list(Link.scan()) == [] and {lead.crm_id for lead in leads()} == {None} and len(leads()) == 12
