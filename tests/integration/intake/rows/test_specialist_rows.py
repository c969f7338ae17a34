"""Specialist rows: who works is kept in step, and a deleted row takes nobody's session."""

import pytest

from chalicelib.booking.specialists.profile import Profile
from tests.builders import SERVICE, SUPABASE, slot, specialist, tomorrow
from tests.integration.booking import desk
from tests.integration.intake.rows.database import fire, sample, told

TABLE = "hraniteli_psychologists"


def post(front, name):
    return front.post("/notify-update", sample(name), SUPABASE)


def shown(front, specialist_id="63"):
    return front.get(f"/specialists/{specialist_id}", SERVICE).ok()["specialist"]


def update(front, old=None, **columns):
    row = sample("specialist_updated")["record"]
    return fire(front, "UPDATE", {**row, "updated_at": None, **columns}, old or row, TABLE)


def test_a_row_becomes_a_specialist_in_kopecks(front):
    assert told(post(front, "specialist_inserted"))[0] == "added"
    assert told(post(front, "specialist_updated"))[0] == "updated"
    assert shown(front) == {
        "id": "63",
        "contour": "live",
        "name": "Ольга Белова",
        "telegram_id": "6180052417",
        "phone": None,
        "email": None,
        "gender": "female",
        "age": 38,
        "price_min": 350_000,
        "price_max": 520_050,
        "specialisations": ["тревога", "выгорание", "пары"],
        "debt": 6,
        "number_of_clients_provided": 2,
        "active": True,
        "profile": {**Profile().model_dump(), "queries": ["тревога", "выгорание"], "works_with": ["пары"]},
        "coefficient": 4,
    }


def test_a_row_that_lacks_all_but_a_name_is_enough(front):
    assert (
        told(fire(front, "INSERT", {"id": 7, "name": "Инна Чайка", "age": None, "queries": None, "min_price": ""}, None, TABLE))[0]
        == "added"
    )
    assert (shown(front, "7")["age"], shown(front, "7")["price_min"], shown(front, "7")["specialisations"]) == (None, None, [])


@pytest.mark.parametrize(
    "columns", [{"age": 7}, {"min_price": -1}, {"debt": "много"}, {"telegram_id": "@belova"}, {"queries": 5}, {"updated_at": "infinity"}]
)
def test_a_side_column_that_cannot_be_read_loses_no_specialist(front, columns):
    answer = update(front, **columns).ok()
    assert (answer["result"], answer["warnings"]) == ("added", [f"{next(iter(columns))}: not understood, left as it was"])
    assert shown(front)["name"] == "Ольга Белова"


@pytest.mark.parametrize(
    ("columns", "name", "read"),
    [
        ({"queries": ["Тревога", None]}, "specialisations", ["Тревога"]),
        ({"queries": '{"Тревога",NULL}'}, "specialisations", ["Тревога"]),
        ({"queries": "Тревога; сон"}, "specialisations", ["Тревога", "сон"]),
        ({"age": "35 лет"}, "age", 35),
        ({"price_min": "3 500 ₽"}, "price_min", 350_000),
    ],
)
def test_a_cell_as_people_fill_it_is_read(front, columns, name, read):
    assert "warnings" not in fire(front, "INSERT", {"id": "sp-1", "name": "Ирина Белова", **columns}, None, TABLE).ok()
    assert shown(front, "sp-1")[name] == read


def test_what_a_row_said_before_is_no_news(front):
    post(front, "specialist_updated").ok()
    standing = {"id": 63, "name": "Ольга Белова", "number_of_clients_provided": 0, "debt": 6}
    before = shown(front)
    assert told(fire(front, "UPDATE", {**standing, "age": 41}, standing, TABLE))[0] == "updated"
    assert shown(front) == {**before, "age": 41}


@pytest.mark.parametrize("old", [None, {"id": 63}, {"id": 63, "number_of_clients_provided": 0}], ids=["none", "without it", "the same"])
def test_a_number_that_was_counted_here_is_not_overwritten_by_an_old_row(front, old):
    """`number_of_clients_provided` is written there by nobody for months; ours is counted every evening."""
    post(front, "specialist_updated").ok()
    front.put("/specialists/63", {"name": "Ольга Белова", "number_of_clients_provided": 5, "debt": 6}, SERVICE).ok()
    row = {"id": 63, "name": "Ольга Белова", "number_of_clients_provided": 0, "age": 44}
    assert told(fire(front, "UPDATE", row, old, TABLE))[0] == "updated"
    assert (shown(front)["number_of_clients_provided"], shown(front)["age"]) == (5, 44)


def test_a_number_that_was_changed_there_is_taken(front):
    post(front, "specialist_updated").ok()
    old = {"id": 63, "name": "Ольга Белова", "number_of_clients_provided": 2}
    fire(front, "UPDATE", {**old, "number_of_clients_provided": 4}, old, TABLE).ok()
    assert shown(front)["number_of_clients_provided"] == 4


def test_a_row_that_is_inserted_again_overwrites_no_count(front):
    post(front, "specialist_updated").ok()
    front.put("/specialists/63", {"name": "Ольга Белова", "number_of_clients_provided": 5}, SERVICE).ok()
    fire(front, "INSERT", {**sample("specialist_updated")["record"], "updated_at": None, "age": 51}, None, TABLE).ok()
    assert (shown(front)["number_of_clients_provided"], shown(front)["age"]) == (5, 51)


def test_a_name_given_here_stands_while_the_rows_name_does_not_change(front):
    post(front, "specialist_updated").ok()
    front.put("/specialists/63", {"name": "Ольга Рысь"}, SERVICE).ok()
    old = {"id": 63, "name": "Ольга Белова", "age": 38}
    fire(front, "UPDATE", {**old, "age": 39}, old, TABLE).ok()
    assert (shown(front)["name"], shown(front)["age"]) == ("Ольга Рысь", 39)
    fire(front, "UPDATE", {**old, "name": "Ольга Сова"}, old, TABLE).ok()
    assert shown(front)["name"] == "Ольга Сова"


@pytest.mark.parametrize("column", ["telegram_id", "sex", "age", "min_price", "price_max", "queries", "debt", "number_of_clients_provided"])
@pytest.mark.parametrize("value", [True, False])
def test_true_and_false_are_no_number_and_no_text(front, column, value):
    row = {"id": 7, "name": "Инна Чайка", column: value}
    answer = fire(front, "INSERT", row, None, TABLE).ok()
    assert answer["warnings"] == [f"{column}: not understood, left as it was"]
    inna = shown(front, "7")
    empty = (inna["telegram_id"], inna["gender"], inna["age"], inna["price_min"], inna["price_max"], inna["specialisations"])
    assert (empty, inna["debt"], inna["number_of_clients_provided"]) == ((None, None, None, None, None, []), 0, 0)


@pytest.mark.parametrize("column", ["id", "name"])
def test_true_is_nobodys_id_and_nobodys_name(front, column):
    answer = fire(front, "INSERT", {"id": 7, "name": "Инна Чайка", column: True}, None, TABLE)
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", "record", column])


def test_prices_come_under_either_pair_of_names(front):
    fire(front, "INSERT", {"id": 7, "name": "Инна Чайка", "price_min": "3 500 ₽", "price_max": "5000"}, None, TABLE)
    assert (shown(front, "7")["price_min"], shown(front, "7")["price_max"]) == (350_000, 500_000)


def test_prices_the_wrong_way_round_are_a_range(front):
    fire(front, "INSERT", {"id": 7, "name": "Инна Чайка", "min_price": 5000, "max_price": 3500}, None, TABLE)
    assert (shown(front, "7")["price_min"], shown(front, "7")["price_max"]) == (350_000, 500_000)


@pytest.mark.parametrize("columns", [{"name": None}, {"name": " "}])
def test_a_row_that_cannot_be_is_refused_and_kept(front, columns):
    answer = update(front, **columns)
    assert answer.status == 422
    assert len(front.get("/inbox", SERVICE, state="refused").ok()["inbox"]) == 1
    assert front.get("/specialists/63", SERVICE).status == 404


def test_columns_left_out_stay_as_they_were(front):
    post(front, "specialist_updated").ok()
    before = shown(front)
    assert told(fire(front, "UPDATE", {"id": 63, "name": "Ольга Белова", "debt": 9}, {"id": 63}, TABLE))[0] == "updated"
    assert shown(front) == {**before, "debt": 9, "coefficient": 7}


def test_a_debt_of_nothing_is_nothing(front):
    post(front, "specialist_updated").ok()
    update(front, debt=0, number_of_clients_provided=0).ok()
    assert (shown(front)["debt"], shown(front)["number_of_clients_provided"]) == (0, 0)


def test_a_row_that_says_nothing_new_is_ignored(front):
    post(front, "specialist_updated").ok()
    assert {told(update(front))[0] for _ in range(20)} == {"ignored"}


def test_a_new_name_is_found_and_the_old_one_is_not(front):
    post(front, "specialist_updated").ok()
    slot(front, "63", tomorrow())
    update(front, name="Ольга Рысь").ok()
    assert len(desk.free(front, psychologist="Рысь Ольга")) == 1
    assert front.get("/get-available-slots", psychologist="Ольга Белова").status == 404


def test_an_older_row_is_late(front):
    post(front, "specialist_updated").ok()
    assert told(post(front, "specialist_inserted"))[0] == "ignored"
    assert told(update(front, age=39, updated_at="2031-02-19T11:59:00+03:00"))[0] == "ignored"
    assert shown(front)["age"] == 38
    assert told(update(front, age=39, updated_at="2031-02-19T12:00:01+03:00"))[0] == "updated"


def test_a_deleted_row_stops_him_being_offered_and_keeps_his_sessions(front, tick):
    post(front, "specialist_updated").ok()
    ticket = desk.booked(front, slot(front, "63", tomorrow(12)))
    spare = slot(front, "63", tomorrow(13))
    assert [told(post(front, "specialist_deleted"))[0] for _ in range(3)] == ["deleted"] * 3
    tick("sweep")
    assert desk.free(front) == []
    assert (shown(front)["active"], desk.status(front, ticket)) == (False, "pending")
    fire(front, "INSERT", {**sample("specialist_updated")["record"], "updated_at": "2031-03-01T00:00:00+00:00"}, None, TABLE).ok()
    tick("sweep")
    assert (shown(front)["active"], desk.free(front)) == (True, [spare])


def test_nobody_is_deleted_twice_over(front):
    assert told(post(front, "specialist_deleted"))[0] == "ignored"
    assert front.get("/specialists/63", SERVICE).status == 404


def test_an_edit_there_does_not_call_back_whom_the_office_let_rest(front, tick):
    post(front, "specialist_updated").ok()
    slot(front, "63", tomorrow())
    front.put("/specialists/63", {"name": "Ольга Белова", "active": False}, SERVICE).ok()
    assert told(update(front, debt=11))[0] == "updated"
    tick("sweep")
    assert (shown(front)["active"], shown(front)["debt"], desk.free(front)) == (False, 11, [])


def test_a_specialist_of_the_office_is_the_same_one(front):
    specialist(front, id="63", name="Ольга Белова", debt=3)
    assert told(post(front, "specialist_inserted"))[0] == "updated"
    assert shown(front)["debt"] == 3
    assert len(front.get("/specialists", SERVICE).ok()["specialists"]) == 1
