"""The list of appointments: every session, the next one first, whatever the page's size and what else is asked."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.clock import pinned
from tests.builders import SERVICE, client_row, elsewhere
from tests.integration.appointments.reading.conftest import APPOINTMENTS, name, put
from tests.standins.store import Wire

BORDER = datetime(2030, 11, 30, 21, tzinfo=UTC)
"""Where November ends in Moscow."""

DAYS = {"date_from": "2030-11-20", "date_to": "2030-12-05"}
STATUSES = ("pending", "confirmed", "cancelled", "completed", "missed")
CALLED = {"pending": "scheduled", "confirmed": "scheduled", "missed": "cancelled"}


@pytest.fixture(autouse=True)
def on_the_last_of_november():
    with pinned(BORDER - timedelta(hours=12)):
        yield


@pytest.fixture
def around_a_border(front):
    """Sessions that begin within some days of two months, several at one moment, as they are to be listed."""
    starts = [BORDER + timedelta(hours=hours) for hours in (-50, -30, -1, -1, -1, 0, 0, 1, 30, 31)]
    made = []
    for number, start in enumerate(starts):
        office = {"number": number, "product": number % 3, "source": "admin_phone", "origin": "crm"} if number % 2 else {}
        made.append(put(start, STATUSES[number % 5], f"p{number % 2}", **office))
    return sorted(made, key=lambda row: (row.start_at, row.session_id))


@pytest.mark.parametrize("size", [1, 3, 50])
def test_pages_of_any_size_are_the_list_in_its_order(salon, around_a_border, size):
    found = [*salon.pages(**DAYS, limit=size)]
    assert [one["id"] for page in found for one in page["items"]] == [name(row) for row in around_a_border]
    assert {(page["total"], page["total_exact"]) for page in found} == {(10, True)}
    assert {len(page["items"]) for page in found[:-1]} <= {size}
    assert salon.ids_of(**DAYS, page=2, page_size=3) == [name(row) for row in around_a_border[3:6]]


@pytest.mark.parametrize(
    ("said", "is_wanted"),
    [
        *(({"status": said}, lambda row, said=said: CALLED.get(row.status, row.status) == said) for said in ("scheduled", "cancelled")),
        ({"source": "form"}, lambda row: row.source is None),
        ({"source": "admin_phone", "service_id": 1}, lambda row: row.product == 1),
        ({"product_id": 2, "status": "completed"}, lambda row: row.product == 2 and row.status == "completed"),
    ],
)
def test_a_page_of_some_is_full_while_there_are_so_many(salon, around_a_border, said, is_wanted):
    wanted = [name(row) for row in around_a_border if is_wanted(row)]
    found = [*salon.pages(**DAYS, **said, limit=2)]
    assert [one["id"] for page in found for one in page["items"]] == wanted
    assert {len(page["items"]) for page in found[:-1]} <= {2}
    assert (found[0]["total"], found[0]["total_exact"]) == (min(len(wanted), 2), len(wanted) <= 2)


def test_an_employees_and_a_clients_are_theirs_over_any_days(salon, front):
    number, who = salon.bookable()
    front.post("/client-registration", {"user_id": "7012345678"}, SERVICE).ok()
    client = client_row("br0001").client_id
    his = [put(BORDER + timedelta(days=days), specialist_id=who) for days in (-900, 2, 900)]
    hers = [put(BORDER + timedelta(days=days), client_id=client) for days in (-800, 3, 800)]
    both = put(BORDER, specialist_id=who, client_id=client)
    ever = {"date_from": "2026-01-01", "date_to": "2035-01-01"}
    for query, wanted in (({"employee_id": number}, [his[0], both, *his[1:]]), ({"client_id": 1}, [hers[0], both, *hers[1:]])):
        found = [*salon.pages(**ever, **query, limit=3)]
        assert [one["id"] for page in found for one in page["items"]] == [name(row) for row in wanted]
        assert {page["total"] for page in found} == {4}
    assert salon.ids_of(**ever, employee_id=number, client_id=1) == [name(both)]
    assert {one["employee_id"] for one in salon.listed(**ever, employee_id=number)["items"]} == {number}


def test_a_master_reads_his_own_alone(salon):
    own, mark = salon.master(is_bookable=True)
    mine, other = put(BORDER, specialist_id=salon.one(own)["specialist_id"]), put(BORDER)
    assert salon.ids_of() == [name(row) for row in sorted((mine, other), key=lambda row: row.session_id)]
    assert salon.ids_of(mark) == salon.ids_of(mark, employee_id=own) == [name(mine)]
    assert salon.ids_of(mark, employee_id=own + 1) == []
    assert salon.ids_of(mark, date_from="2029-01-01", date_to="2032-01-01") == [name(mine)]
    assert salon.ids_of(salon.as_staff("new", "master")) == []
    assert front_status(salon, {}) == 401
    assert front_status(salon, salon.as_staff("anna", "manager")) == front_status(salon, salon.as_staff("olga", "analyst")) == 403
    assert front_status(salon, salon.as_staff("oleg", "operator")) == 200


def front_status(salon, header):
    return salon.front.get(APPOINTMENTS, header).status


def test_a_month_from_today_is_shown_where_nobody_says(salon):
    shown = [put(BORDER + timedelta(days=days)) for days in (-1, 0, 28)]
    before, after = put(BORDER - timedelta(days=2)), put(BORDER + timedelta(days=32))
    assert salon.ids_of() == [name(row) for row in shown]
    assert salon.ids_of(date_from="2030-12-29", date_to="") == [name(row) for row in (shown[2], after)]
    assert salon.ids_of(date_to="2030-11-29") == [name(before)]
    assert salon.ids_of(date_to=int(before.start_at.timestamp())) == [name(before)]


def test_what_stands_is_told_of_each(salon, front):
    number, who = salon.bookable()
    service = front.post("/api/v1/admin/products", {"name": "Стрижка", "price_rub": 1500, "item_type": "service"}, SERVICE).ok()["id"]
    office = {"number": 7, "employee": number, "product": service, "location": 2, "title": "Чёлка", "source": "admin_manual"}
    put(BORDER, specialist_id=who, comment="утром", origin="crm", **office)
    put(BORDER + timedelta(hours=2), "missed", who)
    one, other = salon.listed()["items"]
    assert isinstance(one.pop("created_at"), int)
    assert one == {
        "id": 7,
        "client_id": 1,
        "client_name": "Анна",
        "employee_id": number,
        "employee_name": "Мария Орлова",
        "service_id": service,
        "product_id": service,
        "service_name": "Стрижка",
        "title": "Чёлка",
        "location_id": 2,
        "starts_at": int(BORDER.timestamp()),
        "duration_minutes": 60,
        "status": "scheduled",
        "no_show": False,
        "source": "admin_manual",
        "comment": "утром",
        "warnings": [],
    }
    assert (other["employee_id"], other["service_name"], other["source"], other["status"]) == (number, "", "form", "cancelled")
    assert other["no_show"] is True


def test_what_it_costs(salon, around_a_border):
    with Wire() as wire:
        salon.listed(**DAYS)
    assert [call.operation for call in wire.calls] == [*["Query"] * 8, "BatchGetItem", "BatchGetItem"]  # two months, the rows, the names
    with Wire() as wire:
        salon.listed(**DAYS, status="scheduled")
    assert [call.operation for call in wire.calls] == [*["Query"] * 8, "BatchGetItem", "BatchGetItem"]
    number, _ = salon.bookable()
    with Wire() as wire:
        salon.listed(**DAYS, employee_id=number)
    assert [call.operation for call in wire.calls] == ["BatchGetItem", "Query"]


@pytest.mark.parametrize(
    ("said", "loc", "code"),
    [
        ({"date_from": "2030-12-02", "date_to": "2030-12-01"}, ["query", "date_to"], "invalid"),
        ({"date_from": "2030-01-01", "date_to": "2030-03-04"}, ["query", "date_to"], "narrow"),
        ({"date_from": "01.12"}, ["query", "date_from"], "invalid"),
        ({"date_to": "9999-12-31"}, ["query", "date_to"], "invalid"),
        ({"status": "missed"}, ["query", "status"], "invalid"),
        ({"source": "fax"}, ["query", "source"], "invalid"),
        ({"employee_id": "0"}, ["query", "employee_id"], "invalid"),
        ({"client_id": "br0001"}, ["query", "client_id"], "invalid"),
        ({"service_id": 1, "product_id": 2}, ["query", "service_id"], "invalid"),
        ({"cursor": "x"}, ["query", "cursor"], "invalid"),
        ({"page": 101}, ["query", "page"], "use_cursor"),
    ],
)
def test_what_cannot_be_listed_is_named(salon, said, loc, code):
    refused = salon.front.get(APPOINTMENTS, SERVICE, **said)
    assert (refused.status, refused.body["error"], refused.body["detail"][0]["loc"]) == (422, code, loc)


@pytest.mark.parametrize("place", ["~", "9999-12-31T23:59:59-14:00 x", "0001-01-01T00:00:00+14:00 x"])
def test_a_cursor_of_ours_holds_a_place(salon, around_a_border, place):
    forged = elsewhere(salon.listed(**DAYS, page_size=1)["next_cursor"], place)
    refused = salon.front.get(APPOINTMENTS, SERVICE, **DAYS, cursor=forged)
    assert (refused.status, refused.body["detail"][0]["loc"]) == (422, ["query", "cursor"])


def test_of_nobody_there_are_none(salon, around_a_border):
    for said in ({"client_id": 99}, {"employee_id": 99}, {"client_id": 10**15}):
        assert salon.listed(**DAYS, **said) | {"items": [], "total": 0, "total_exact": True} == salon.listed(**DAYS, **said)
