"""How a client is reached: the office says it, and who he is merged with brings his own ways along."""

import pytest

from chalicelib.clients.service import Client
from chalicelib.core import storage
from chalicelib.core.facts import FactRow
from tests.builders import SERVICE, application, client_row

WHOSE = "/clients/br0001/channels"


@pytest.fixture
def two(front):
    """Two clients."""
    front.post("/submit-application", application()).ok()
    front.post("/submit-application", application(contact="@boris_b", name="Борис")).ok()
    return front


def facts_of(number):
    return [row.data for row in storage.query(FactRow, client_row(number).client_id).rows if row.kind == "contacts_changed"]


def test_what_is_said_is_written_what_is_absent_stays_and_null_clears(two):
    said = two.put(WHOSE, {"vk_id": 54321, "preferred_channel": "vk"}, SERVICE).ok()
    assert said == {"success": True, "client_id": "br0001", "preferred_channel": "vk", "vk_id": "54321", "max_id": None}
    assert two.put(WHOSE, {"max_id": "12345", "preferred_channel": None}, SERVICE).ok() == {
        **said,
        "preferred_channel": None,
        "max_id": "12345",
    }
    two.put(WHOSE, {"max_id": "12345"}, SERVICE).ok()
    row = client_row("br0001")
    assert (row.vk_id, row.max_id, row.preferred_channel) == ("54321", "12345", None)
    assert facts_of("br0001") == [{"changed": "preferred_channel, vk_id"}, {"changed": "max_id, preferred_channel"}], "a repeat is none"


def test_nobody_a_wrong_account_and_nobody_known(two):
    assert two.put(WHOSE, {}).status == 401
    for wrong in ({"vk_id": "durov"}, {"max_id": "0"}, {"preferred_channel": "pigeon"}, {"vk": "1"}, {}):
        assert two.put(WHOSE, wrong, SERVICE).status == 422
    assert two.put("/clients/br0999/channels", {"vk_id": "1"}, SERVICE).status == 404


def test_an_account_is_cleared_with_the_preference_that_needs_it_and_a_preference_needs_one(two):
    two.put(WHOSE, {"vk_id": "1", "max_id": "2", "preferred_channel": "vk"}, SERVICE).ok()
    cleared = two.put(WHOSE, {"vk_id": None}, SERVICE).ok()
    assert (cleared["vk_id"], cleared["max_id"], cleared["preferred_channel"]) == (None, "2", None)
    refused = two.put(WHOSE, {"preferred_channel": "vk"}, SERVICE)
    assert (refused.status, refused.body["detail"][0]["loc"]) == (422, ["body", "preferred_channel"])
    assert two.put(WHOSE, {"preferred_channel": "max"}, SERVICE).ok()["preferred_channel"] == "max"
    assert two.put(WHOSE, {"preferred_channel": "max", "max_id": None}, SERVICE).status == 422


def test_a_profile_that_another_named_is_a_doubt(two):
    two.post("/submit-application", application(contact="vk.com/id777", name="Вера")).ok()
    said = two.put(WHOSE, {"vk_id": "777"}, SERVICE).ok()
    assert said["vk_id"] == "777" and "br0003" in said["warnings"][0]


def test_a_merged_client_brings_his_ways_where_the_other_has_none(two):
    two.put(WHOSE, {"vk_id": "1", "max_id": "2", "preferred_channel": "max"}, SERVICE).ok()
    two.put("/clients/br0002/channels", {"vk_id": "9"}, SERVICE).ok()
    one, other = client_row("br0001"), client_row("br0002")
    storage.change(Client.row(one.client_id), [Client.dead_channels.add({"telegram", "max#dead"})])
    storage.change(Client.row(other.client_id), [Client.telegram_id.set("7012345678")])
    two.post("/clients/br0001/merge", {"into": "br0002", "reason": "один человек"}, SERVICE).ok()
    row = storage.read(Client.at(other.client_id))[0]
    assert (row.vk_id, row.max_id, row.preferred_channel) == ("9", "2", "max")
    assert row.dead_channels == {"max#dead"}, "his own account is not dead because the other's was"
    assert two.put(WHOSE, {"vk_id": "10"}, SERVICE).ok()["client_id"] == "br0002", "he is changed where he is now"
