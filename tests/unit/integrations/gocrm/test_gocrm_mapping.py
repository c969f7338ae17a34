"""The settings file, and rows in shapes that nobody promised."""

import json
import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.integrations.gocrm import mapping, schemas
from chalicelib.integrations.gocrm.mapping import Zones
from tests.proofs import size

UFA, MOSCOW = ZoneInfo("Asia/Yekaterinburg"), ZoneInfo("Europe/Moscow")
ZONES = Zones(MOSCOW, {"3": UFA})
BOOK = mapping.manual()
MODELS = {
    "city": schemas.City,
    "center": schemas.Center,
    "staff": schemas.StaffMember,
    "profile": schemas.Profile,
    "child": schemas.Child,
    "subscription": schemas.Subscription,
    "lesson": schemas.Lesson,
    "window": schemas.Window,
    "payment": schemas.Payment,
    "debt": schemas.Debt,
}
HELPERS = {"lat", "lng", "point", "minutes", "visited", "missed", "version", "individual"}
ROWS = [{"id": 1}, {"id": 2}]


def read(kind, row, **asked):
    return mapping.incoming(MODELS[kind], row, BOOK, kind, ZONES, asked)


def test_the_file_is_read_once():
    assert mapping.manual() is BOOK


def test_every_spelling_is_of_a_field_that_we_have():
    assert set(BOOK.spellings) == set(MODELS)
    for kind, spellings in BOOK.spellings.items():
        assert set(spellings) - HELPERS <= set(MODELS[kind].model_fields)


def test_every_operation_can_be_asked():
    for name, operation in BOOK.operations.items():
        assert operation.level in BOOK.levels
        assert operation.row in ("", *BOOK.spellings)
        assert bool(operation.row) == bool(operation.rows), name
        assert operation.signed_in <= (operation.level == "client")
        assert re.findall(r"{(\w+)}", operation.path) in ([], ["city_id"])
        is_list = operation.method == "GET" and name != "profile"
        assert ("page" in operation.query) == is_list, name


def test_another_instance_needs_another_file_only(tmp_path):
    said = json.loads(mapping._FILE.read_text(encoding="utf-8"))
    said["spellings"]["city"]["name"] = ["gorod.title"]
    file = tmp_path / "club.json"
    file.write_text(json.dumps(said), encoding="utf-8")
    row = {"id": "4", "gorod": {"title": "Уфа"}}
    assert mapping.incoming(schemas.City, row, mapping.manual(file), "city", ZONES, {}) == schemas.City(id="4", name="Уфа")


@pytest.mark.parametrize(
    "data",
    [
        ROWS,
        {"data": ROWS},
        {"status": "success", "data": ROWS},
        {"data": {"current_page": 1, "last_page": 1, "data": ROWS}},
        {"data": {"items": ROWS, "total": 2}},
        {"data": {"1": {"id": 1}, "2": {"id": 2}}},
        {"data": {"1": [{"id": 1}], "2": [{"id": 2}]}},
        {"items": ROWS},
    ],
)
def test_rows_are_found_in_every_wrapper(data):
    assert mapping.find_rows(data, ["data", ""], BOOK.lists) == ROWS


@pytest.mark.parametrize("data", [[], {"data": []}, {"data": {}}, {"data": None}, {"data": {"data": []}}])
def test_an_empty_list_is_empty(data):
    assert mapping.find_rows(data, ["data", ""], BOOK.lists) == []


@pytest.mark.parametrize(
    "data", [None, {}, "", "ok", 7, {"status": "success"}, {"data": "none"}, {"data": 0}, {"data": {"id": 1}}, {"a": [1], "b": 2}]
)
def test_no_list_is_not_an_empty_one(data):
    assert mapping.find_rows(data, ["data", ""], BOOK.lists) is None


def test_a_list_too_deep_is_none():
    data = ROWS
    for _ in range(500):
        data = {"data": data}
    assert mapping.find_rows(data, ["data", ""], BOOK.lists) is None


def test_a_branch_in_the_documented_spelling():
    center = read(
        "center",
        {"id": 3, "cityId": 1, "centerAlias": "les", "address": "Лесная, 3", "latitude": "54.7", "longitude": "55.9", "siteStatus": 0},
    )
    assert (center.id, center.city_id, center.name, center.coordinates.lat, center.shown) == ("3", "1", "Лесная, 3", 54.7, False)


def test_a_branch_in_other_spellings():
    center = read("center", {"id": "3", "title": "Лес", "contacts": {"phone": "+7347"}, "coordinates": [54.7, 55.9]}, city_id="9")
    assert (center.city_id, center.name, center.phone, center.coordinates.lng) == ("9", "Лес", "+7347", 55.9)
    assert center.timezone is None and center.shown


def test_a_blank_spelling_gives_way_to_the_next():
    assert read("child", {"id": 1, "name": "", "fio": "Орлов Пётр"}).name == "Орлов Пётр"
    assert read("lesson", {"id": 1, "hour": {"center": {"id": 3}, "centerId": None}}).center_id == "3"


@pytest.mark.parametrize(
    "row", [None, 7, "строка", [], {}, {"name": "без номера"}, {"id": {}}, {"id": "x" * 500, "name": "длинный"}, {"id": 1, "name": []}]
)
def test_what_is_no_city_is_none(row):
    assert read("city", row) is None


@pytest.mark.parametrize(("position", "word"), [(4, "Инструктор"), ("2", "Директор"), ("Тренер", "Тренер"), (17, "17"), (None, None)])
def test_a_position_is_a_word(position, word):
    assert read("staff", {"id": 1, "name": "Олег", "position": position}).position == word


@pytest.mark.parametrize(
    ("total", "balance", "used"), [(8, 3, 5), ("8", "3", 5), (8, 0, 8), (8, 10, 0), (8, -1, 9), (8, None, None), (None, 3, None)]
)
def test_used_lessons_are_the_difference(total, balance, used):
    subscription = read("subscription", {"id": 1, "numberExercise": total, "balance": balance})
    assert subscription.used == used
    assert subscription.model_dump()["used"] == used


@pytest.mark.parametrize(
    ("row", "active"),
    [
        ({"blockTypeName": "Активный", "blockTypeId": 1}, True),
        ({"blockTypeName": "Заморожен"}, False),
        ({"blockTypeId": 1}, True),
        ({"blockTypeId": 2}, False),
        ({"isActive": False, "blockTypeName": "Активный"}, False),
        ({"isActive": True}, True),
        ({}, None),
    ],
)
def test_an_active_subscription_says_so(row, active):
    assert read("subscription", {"id": 1, **row}).active is active


def test_a_subscriptions_price_is_kopecks():
    assert read("subscription", {"id": 1, "price": "3 000,50", "validityDate": "2027-05-24"}).price_kopecks == 300_050


def test_a_lesson_has_its_branchs_clock_and_an_end():
    row = {"id": 5, "visited": "visited", "missed": "", "hour": [{"datetime": "2026-12-31 23:40:00", "center": 3, "duration": "45"}]}
    lesson = read("lesson", row, child_id="8")
    assert lesson.starts_at.isoformat() == "2026-12-31T23:40:00+05:00"
    assert lesson.ends_at.isoformat() == "2027-01-01T00:25:00+05:00"
    assert (lesson.state, lesson.child_id) == ("visited", "8")


def test_an_unknown_branch_has_the_usual_clock():
    assert read("lesson", {"id": 5, "datetime": "2027-01-07 12:00:00", "center": 77}).starts_at.utcoffset().total_seconds() == 3 * 3600


@pytest.mark.parametrize("minutes", [0, -45, 10**9, "долго", None])
def test_an_impossible_length_gives_no_end(minutes):
    assert read("lesson", {"id": 5, "datetime": "2027-01-07 12:00:00", "duration": minutes}).ends_at is None


@pytest.mark.parametrize(
    ("visited", "missed", "state"),
    [
        ("visited", "", "visited"),
        ("", "missed", "missed"),
        ("", "", "planned"),
        (1, 0, "visited"),
        ("0", "1", "missed"),
        (None, None, "planned"),
    ],
)
def test_a_lessons_state(visited, missed, state):
    assert read("lesson", {"id": 5, "visited": visited, "missed": missed}).state == state


def test_staffs_remarks_are_not_read():
    hour = {"id": 1, "datetime": "2027-01-07 12:00:00", "comment": "Капризничал весь час"}
    assert "Капризничал" not in repr(read("lesson", {"id": 5, "comment": "Капризничал", "hour": [hour]}))
    assert "Капризничал" not in repr(read("window", hour))


@pytest.mark.parametrize(("version", "individual"), [(1, False), (12, True), (None, None)])
def test_a_windows_id_holds_what_booking_needs(version, individual):
    window = read("window", {"id": 40, "version": version, "checkIndividual": individual, "datetime": "2027-01-07 12:00:00"})
    blank = "" if version is None else str(version)
    assert mapping.window_parts(window.id) == {
        "window_id": "40",
        "version": blank,
        "individual": "" if individual is None else str(int(individual)),
    }


@pytest.mark.parametrize("window", ["", "40", "40.1", "40.1.2", "40.1.1.1", "../x.1.1", "40 .1.1", "4\n0.1.1", "40.1.1\n", "ч.1.1"])
def test_a_window_we_never_gave_is_none(window):
    assert mapping.window_parts(window) is None


@pytest.mark.parametrize(
    "said",
    [
        {"validation_errors": {"fio": "мало", "phone": ["плохо", "коротко"]}},
        {"validation_errors": '{"fio": "мало", "phone": "плохо; коротко"}'},
        {"validation_errors": {}, "errors": {"fio": "мало", "phone": "плохо; коротко"}},
        {"errors": [{"field": "fio", "message": "мало"}, {"field": "phone", "message": "плохо; коротко"}, 7]},
        {"data": {"errors": {"FIO": "мало", "phone": "плохо; коротко"}}},
    ],
)
def test_problems_are_under_our_names(said):
    assert mapping.problems(said, BOOK, BOOK.operations["create_lead"]) == {"parent_name": "мало", "phone": "плохо; коротко"}


@pytest.mark.parametrize(
    "said",
    [None, [], {}, {"errors": "плохо"}, {"errors": "{"}, {"errors": 7}, {"errors": {"a b": "x"}}, {"errors": "[1]"}, {"errors": [7]}],
)
def test_problems_that_cannot_be_read_are_none(said):
    assert mapping.problems(said, BOOK, BOOK.operations["create_lead"]) == {}


def test_a_flood_of_problems_is_cut():
    flood = {"errors": {f"field{number}": "плохо" for number in range(5000)}}
    assert len(mapping.problems(flood, BOOK, BOOK.operations["create_lead"])) == mapping.MOST_PROBLEMS


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "hour", "center", "data", "name"]), inner, max_size=3)
    ),
)


@settings(max_examples=size(40, full=100), deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(sorted({path.split(".")[0] for kind in BOOK.spellings.values() for paths in kind.values() for path in paths})),
        ANYTHING,
    )
)
def test_no_row_is_an_error(row):
    for kind in MODELS:
        found = read(kind, row)
        assert found is None or isinstance(found.model_dump_json(), str)
    mapping.find_rows(row, ["data", ""], BOOK.lists)
    mapping.problems(row, BOOK, BOOK.operations["create_lead"])
    mapping.failed(row, BOOK)
