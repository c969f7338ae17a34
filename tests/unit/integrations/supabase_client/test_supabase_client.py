"""Reading the old database's tables from a strict PostgREST on loopback."""

import pytest

from chalicelib.core.vendors import VendorBusy, VendorDown, VendorRefused
from chalicelib.integrations.supabase.client import SupabaseClient
from tests.standins.supabase import SupabaseStandIn

TABLE = "hraniteli_slots"


@pytest.fixture
def supabase():
    with SupabaseStandIn() as stand_in:
        yield stand_in
        assert stand_in.wrong == []


@pytest.fixture
def client(supabase):
    return SupabaseClient(f"{supabase.address}/", supabase.key, timeout=(1, 5))


@pytest.mark.parametrize("ids", [[], [3], [5, 1, 4, 2, 3], ["b-2", "a-1", "c-3"]])
def test_every_row_comes_once_in_order(supabase, client, ids):
    supabase.tables[TABLE] = [{"id": one, "state": "Свободен"} for one in ids]
    assert [row["id"] for row in client.rows(TABLE, page=2)] == sorted(ids)


def test_a_project_that_gives_less_than_asked_is_read_to_its_end(supabase, client):
    supabase.most = 10
    supabase.tables[TABLE] = [{"id": number} for number in range(25)]
    assert len(list(client.rows(TABLE))) == 25
    assert len(supabase.calls("GET")) == 4


def test_a_row_that_goes_meanwhile_hides_no_other(supabase, client):
    supabase.tables[TABLE] = [{"id": number} for number in range(6)]
    found = []
    for row in client.rows(TABLE, page=2):
        found.append(row["id"])
        if row["id"] == 1:
            del supabase.tables[TABLE][0]
    assert found == [0, 1, 2, 3, 4, 5]


def test_a_wrong_key_is_refused_and_not_told(supabase):
    with pytest.raises(VendorRefused, match="Invalid API key") as caught:
        list(SupabaseClient(supabase.address, "wrong-key").rows(TABLE))
    assert "wrong-key" not in repr(caught.value)
    supabase.wrong.clear()


def test_an_unknown_table_is_refused(supabase, client):
    with pytest.raises(VendorRefused, match="schema cache"):
        list(client.rows("elsewhere"))
    supabase.wrong.clear()


@pytest.mark.parametrize(("status", "raised"), [(429, VendorBusy), (500, VendorDown), (503, VendorDown), (302, VendorDown)])
def test_trouble_says_what_to_do_next(supabase, client, status, raised):
    supabase.fail_next(status)
    with pytest.raises(raised):
        list(client.rows(TABLE))


@pytest.mark.parametrize("body", [{}, [7], [{"state": "Свободен"}], [{"id": None}], None])
def test_what_is_no_list_of_rows_is_an_outage(supabase, client, body):
    supabase.fail_next(200, body)
    with pytest.raises(VendorDown):
        list(client.rows(TABLE))
