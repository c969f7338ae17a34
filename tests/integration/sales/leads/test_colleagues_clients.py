"""A client of a colleague's stays his: nobody gets him by typing his contacts into a lead of his own."""

import pytest

import chalicelib.ops.jobs  # noqa: F401  registers who follows the log
from chalicelib.clients.models import Identity
from chalicelib.core import facts, storage
from chalicelib.core.facts import followers
from chalicelib.sales.following import service as following
from chalicelib.sales.leads.models import Lead
from tests.builders import SERVICE, application
from tests.integration.sales.leads.conftest import OTHER, PHONE, told


def apply(sales, phone):
    """Somebody types a phone into a form of the site: the lead that he is by the log, nobody's."""
    sales.front.post("/submit-application", application(name="Анна", contact={"type": "phone", "value": phone})).ok()
    followers.read_on(following.NAME)
    return owner_of(f"phone#{phone}")


@pytest.fixture
def anna(sales):
    """A client who typed her phone into a form of the site, and is Maria's lead."""
    sales.house.hire("maria")
    sales.house.hire("boris")
    number = apply(sales, PHONE)
    sales.put(number, assigned_to=sales.house.ids["maria"]).ok()
    return number


def owner_of(key):
    (row,) = storage.read(Identity.at(key))
    return int(row.lead_number.removeprefix("br"))


def lost(number):
    (lead,) = storage.read(Lead.at(f"live#{number:010d}"))
    rows = facts.of_subject(lead.client_id, limit=50, start=None).rows
    return [(row.actor, row.ref, row.data["changed"]) for row in rows if row.kind == "contacts_lost"]


def test_a_typed_phone_of_a_colleagues_client_is_taken(sales, anna):
    his = sales.come("boris", name="Пустой")
    refused = sales.put(his, "boris", phone=PHONE)
    assert told(refused) == (409, "contact_taken") and refused.body["detail"] == {"contact": "phone"}
    assert owner_of(f"phone#{PHONE}") == anna and lost(anna) == []
    assert (sales.get(his).ok()["phone"], sales.get(anna).ok()["assigned_to"]) == (None, sales.house.ids["maria"])


def test_who_may_see_both_gives_it_and_the_loser_hears_by_whom(sales, anna):
    sales.house.hire("olga", "owner")
    other = sales.come("boris", name="Борис")
    assert sales.put(other, "olga", phone=PHONE).ok()["phone_proven"] is True
    assert owner_of(f"phone#{PHONE}") == other
    assert lost(anna) == [(f"staff#{sales.house.ids['olga']}", f"br{other:04d}", "phone")]


def test_of_ones_own_clients_and_nobodys_it_is_given(sales, anna):
    nobodys, mine = apply(sales, OTHER), sales.come("boris", name="Мой")
    assert sales.put(mine, "boris", phone=OTHER).ok()["phone"] == OTHER
    assert owner_of(f"phone#{OTHER}") == mine != nobodys
    assert sales.put(sales.come("maria", name="Она же"), "maria", phone=PHONE).status == 200


def test_a_telegram_name_is_a_contact_too(sales):
    sales.house.hire("maria")
    sales.house.hire("boris")
    sales.come("maria", telegram="@anna_kim")
    assert told(sales.put(sales.come("boris", name="Пустой"), "boris", telegram="@anna_kim")) == (409, "contact_taken")
    assert told(sales.make("boris", name="Новый", telegram="@anna_kim", phone=OTHER)) == (409, "lead_exists")


def test_of_several_whom_a_new_leads_contacts_mean_none_is_a_colleagues(sales, anna):
    apply(sales, OTHER)
    first = sales.front.post("/api/v1/admin/clients", {"full_name": "Никто", "email": "n@lotos.ru"}, SERVICE).ok()["id"]
    taken = sales.make("boris", name="Новый", email="n@lotos.ru", phone=PHONE)
    assert told(taken) == (409, "lead_exists") and "Location" not in taken.headers and taken.body["detail"] is None
    assert owner_of(f"phone#{PHONE}") == anna and sales.get(first).status == 404
    assert sales.make("boris", name="Новый", email="n@lotos.ru", phone=OTHER).status == 201
