"""The grid: free hours on the visitor's clock under six names, nobody's data in it, at one cost however often it is asked."""

from datetime import UTC, datetime, timedelta

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item

from bench.capacity import metered
from bench.wire import recorded
from chalicelib.booking.slots.models import Slot
from chalicelib.core import briefly, clock
from tests.builders import SERVICE, application, moscow, slot, specialist, tomorrow
from tests.integration.booking import desk

NAMES = (
    *("get-agregated-schedule-v2", "schedule-diagnosis-v2", "get-agregated-schedule-cards", "get-agregated-schedule-helpful-hand"),
    *("get-aggregated-all", "convert-schedule-timezone/0"),
)
ROW = {
    *("id", "psychologist", "date", "time", "state", "ticket", "client_id", "meeting_link", "meeting_id", "calendar_meeting_id"),
    *("confirmed", "auto_assigned", "auto_canceled", "is_helpful_hand", "Дата Локальная", "Время Локальное"),
}
EMPTY = {f"{hour:02}:00" for hour in range(24)}


def body(first, last=None, **said):
    form = {"formPsyClientInfo": {"sexPsycho": "Не имеет значения"}, "form": {"name": "", "slots": []}, "ticket_id": "", "ageFilter": ""}
    return {"startDate": first, "endDate": last or first, **form, "userTimeOffsetMsk": 0, **said}


def asked(front, said, name=NAMES[0]):
    (page,) = front.post(f"/{name}", said).ok()
    assert set(page) == {"items", "name_order"}
    return page


def grid(front, said, name=NAMES[0]):
    briefly.forget_all()
    return asked(front, said, name)


def day(moment):
    return (moment + timedelta(hours=3)).date().isoformat()


def places(page):
    """Where each slot stands: (day, hour) by its id."""
    rows = [(one["date"], hour, row) for one in page["items"] for hour, rows in one["slots"].items() for row in rows]
    return {row["id"]: (date, hour) for date, hour, row in rows}


@pytest.mark.parametrize("name", NAMES)
def test_the_six_names_are_one_grid(front, name):
    person, when = specialist(front), tomorrow(14)
    found = slot(front, person, when)
    page = grid(front, body(day(when), day(when + timedelta(days=1))), name)
    first, second = page["items"]
    assert (first["date"], first["pretty_date"]) == (day(when), moscow(when)[:5])
    assert set(first["slots"]) == set(second["slots"]) == EMPTY
    assert [hour for hour, rows in first["slots"].items() if rows] == ["14:00"] and not any(second["slots"].values())
    (row,) = first["slots"]["14:00"]
    assert set(row) == ROW
    assert (row["id"], row["psychologist"], row["date"], row["time"], row["state"]) == (
        found,
        "Мария Орлова",
        day(when),
        "14:00",
        "Свободен",
    )
    assert (row["Дата Локальная"], row["Время Локальное"]) == (day(when), "14:00")
    assert {
        row[name] for name in ROW if name not in ("id", "psychologist", "date", "time", "state", "Дата Локальная", "Время Локальное")
    } == {None}
    assert page["name_order"] == ["Мария Орлова"]


def test_days_are_named(front):
    page = grid(front, body("2031-03-01", "2031-03-03"))
    assert [(one["date"], one["pretty_date"], one["day_name"]) for one in page["items"]] == [
        ("2031-03-01", "01.03", "суббота"),
        ("2031-03-02", "02.03", "воскресенье"),
        ("2031-03-03", "03.03", "понедельник"),
    ]


@pytest.mark.parametrize(
    ("offset", "date", "hour", "time"),
    [
        (0, "2031-02-28", "23:00", "23:30"),
        (1, "2031-03-01", "00:00", "00:30"),
        (14, "2031-03-01", "13:00", "13:30"),
        (-12, "2031-02-28", "11:00", "11:30"),
        (-15, "2031-02-28", "08:00", "08:30"),
        (2.5, "2031-03-01", "02:00", "02:00"),
        ("-3", "2031-02-28", "20:00", "20:30"),
    ],
)
def test_a_month_ends_where_the_visitor_is(front, monkeypatch, offset, date, hour, time):
    start = datetime(2031, 2, 28, 20, 30, tzinfo=UTC)
    found = slot(front, specialist(front), start)
    with clock.pinned(start - timedelta(days=3)):
        pages = [
            grid(front, body("2031-02-27", "2031-03-02", userTimeOffsetMsk=offset)),
            grid(front, body("2031-02-27", "2031-03-02"), f"convert-schedule-timezone/{offset}"),
        ]
    assert [places(page) for page in pages] == [{found: (date, hour)}] * 2
    (row,) = next(one for one in pages[0]["items"] if one["date"] == date)["slots"][hour]
    assert (row["date"], row["time"], row["Дата Локальная"], row["Время Локальное"]) == ("2031-02-28", "23:30", date, time)


@pytest.mark.parametrize(("offset", "utc_hours"), [(-12, (9, 33)), (14, (-17, 7)), (0, (-3, 21))])
def test_a_day_is_the_visitors_to_its_last_hour(front, offset, utc_hours):
    """Its first and last hours are shown, and neither of those beside them."""
    person, midnight = specialist(front), datetime(2031, 5, 1, tzinfo=UTC)
    first, last = (midnight + timedelta(hours=hours) for hours in utc_hours)
    inside = [slot(front, person, first), slot(front, person, last - timedelta(hours=1))]
    for other in (first - timedelta(hours=1), last):
        slot(front, person, other)
    page = grid(front, body("2031-05-01", userTimeOffsetMsk=offset))
    assert places(page) == {inside[0]: ("2031-05-01", "00:00"), inside[1]: ("2031-05-01", "23:00")}


def test_without_days_a_month_from_today_is_shown(front):
    with clock.pinned(datetime(2031, 12, 31, 22, 0, tzinfo=UTC)):
        page = grid(front, {"userTimeOffsetMsk": -2})
        assert (page["items"][0]["date"], page["items"][-1]["date"]) == ("2031-12-31", "2032-01-30")
        assert grid(front, {})["items"][0]["date"] == "2032-01-01"
        assert grid(front, {"endDate": "2031-01-01"})["items"] == []
    assert len(grid(front, body("2031-01-01", "2031-12-31"))["items"]) == 62


def test_only_what_is_free_and_ahead_is_shown_and_nobodys_data(front):
    person, when = specialist(front, telegram_id="5550042", debt=777), tomorrow(14)
    taken, held, free = (slot(front, person, when + timedelta(hours=number)) for number in range(3))
    desk.booked(front, taken)
    front.post("/submit-application", application(held, name="Борис Тайный", contact={"type": "phone", "value": "+79161234567"})).ok()
    said = body(day(when))
    assert set(places(grid(front, said))) == {free}
    text = front.post(f"/{NAMES[0]}", said).text
    assert not [word for word in ("Лебедева", "Тайный", "79161234567", "5550042", "777", "br0") if word in text]
    with clock.pinned(when + timedelta(hours=2, minutes=1)):
        assert places(grid(front, said)) == {}, "it has begun"


def test_half_an_hour_stands_under_its_hour_and_the_best_fitting_stand_first(front):
    anna, boris, when = specialist(front, "Анна Ким"), specialist(front, "Борис Ли", gender="male"), tomorrow(19)
    ids = [slot(front, anna, when), slot(front, boris, when), slot(front, anna, when + timedelta(minutes=60))]
    half = slot(front, boris, when + timedelta(minutes=90), minutes=30)
    wish = {"sexPsycho": "Мужской"}
    page = grid(front, body(day(when), formPsyClientInfo=wish))
    (one,) = page["items"]
    assert [row["id"] for row in one["slots"]["19:00"]] == [ids[1], ids[0]]
    assert [row["id"] for row in one["slots"]["20:00"]] == [ids[2], half]
    assert page["name_order"] == ["Борис Ли", "Анна Ким"]


def test_the_order_follows_the_forms_criteria_and_all_ignores_them(front):
    specialist(front, "Анна Ким", specialisations=["сон"], price_min=500_000)
    specialist(front, "Борис Ли", specialisations=["горе", "дети"], gender="male", price_min=200_000)
    specialist(front, "Яна Ор", specialisations=["горе"], price_min=200_000)
    first = tomorrow()
    orders = {
        ("Борис Ли", "Яна Ор", "Анна Ким"): {"form": {"questions": ["дети", "горе"]}},
        ("Анна Ким", "Яна Ор", "Борис Ли"): {"formPsyClientInfo": {"sexPsycho": "Женский"}, "form": {"_queries": "сон"}},
        ("Борис Ли", "Яна Ор", "Анна Ким "): {"form": {"amountExpectations": "до 2 500"}},
        ("Яна Ор", "Анна Ким", "Борис Ли"): {"form": {"selectedPsychologistsNames": ["Ор Яна"]}},
    }
    for order, said in orders.items():
        assert grid(front, body(day(first), **said))["name_order"] == [name.strip() for name in order], said
        assert grid(front, body(day(first), **said), "get-aggregated-all")["name_order"] == ["Анна Ким", "Борис Ли", "Яна Ор"]


@pytest.mark.parametrize("field", ["show_only_psy", "utm_psy"])
@pytest.mark.parametrize("name", ["Анна Ким", "Ким_Анна", "psy-anna"])
def test_the_site_may_narrow_to_one(front, field, name):
    when = tomorrow(12)
    anna = slot(front, specialist(front, "Анна Ким", id="psy-anna"), when)
    slot(front, specialist(front, "Борис Ли"), when)
    page = grid(front, body(day(when), **{field: name}))
    assert (set(places(page)), page["name_order"]) == ({anna}, ["Анна Ким"])


def test_two_of_one_name_are_both_shown_and_a_stranger_has_no_hours(front):
    when = tomorrow(12)
    both = {slot(front, specialist(front, "Анна Ким", id=name), when) for name in ("a", "b")}
    slot(front, specialist(front, "Борис Ли"), when)
    page = grid(front, body(day(when), utm_psy="Анна Ким"))
    assert (set(places(page)), page["name_order"]) == (both, ["Анна Ким"])
    page = grid(front, body(day(when), utm_psy="Кто Такой"))
    assert (places(page), page["name_order"], len(page["items"])) == ({}, [], 1)


@pytest.mark.parametrize("blank", [None, "", " ", "null", False, {}, []])
def test_what_names_nobody_narrows_to_nobody(front, blank):
    when = tomorrow(12)
    found = slot(front, specialist(front), when)
    assert set(places(grid(front, body(day(when), show_only_psy=blank, utm_psy=blank)))) == {found}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"startDate": "завтра"}, "startDate"),
        ({"startDate": "2031-02-30"}, "startDate"),
        ({"endDate": 20310228}, "endDate"),
        ({"endDate": "9999-12-31"}, "endDate"),
        ({"userTimeOffsetMsk": "два"}, "userTimeOffsetMsk"),
        ({"userTimeOffsetMsk": -15.25}, "userTimeOffsetMsk"),
        ({"userTimeOffsetMsk": 14.5}, "userTimeOffsetMsk"),
        ({"userTimeOffsetMsk": 0.1}, "userTimeOffsetMsk"),
        ({"userTimeOffsetMsk": [3]}, "userTimeOffsetMsk"),
    ],
)
def test_what_is_wrong_is_named_and_not_quoted(front, said, field):
    answer = front.post(f"/{NAMES[0]}", {**body("2031-03-01"), **said})
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", field])
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert str(said[field]) not in answer.body["detail"][0]["msg"] or len(str(said[field])) < 3


def test_days_in_the_wrong_order_and_a_wrong_offset_of_the_path_are_named(front):
    answer = front.post(f"/{NAMES[0]}", body("2031-03-02", "2031-03-01"))
    assert answer.status == 422 and "endDate" in answer.body["detail"][0]["msg"]
    for offset in ("15", "nan", "x", "1e400"):
        answer = front.post(f"/convert-schedule-timezone/{offset}", body("2031-03-01"))
        assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["path", "offset"])


def test_whatever_else_the_site_sends_is_ignored(front):
    said = body("2031-03-01", form="текст", formPsyClientInfo=[1, {"a": None}], ageFilter={"x": 1}, ticket_id=[5], said={"x": 1}, offset=99)
    assert len(grid(front, said)["items"]) == 1
    assert len(grid(front, {"startDate": "2031-03-01", "offset": 99, "start": "x", "end": "x", "only": "x"})["items"]) == 31


def test_twelve_calls_of_a_journey_cost_one_read(front):
    when = tomorrow(12)
    slot(front, specialist(front), when)
    briefly.forget_all()
    with recorded() as calls:
        for number in range(12):
            asked(front, body(day(when), day(when + timedelta(days=6))), f"convert-schedule-timezone/{number - 6}")
        for name in NAMES:
            asked(front, body(day(when), day(when + timedelta(days=6))), name)
    assert calls.operations == ["Query", "Query"], "who works here, and what is free"


def test_one_person_costs_no_more(front):
    when = tomorrow(12)
    slot(front, specialist(front), when)
    briefly.forget_all()
    with recorded() as calls:
        asked(front, body(day(when), show_only_psy="Мария Орлова"))
    assert calls.operations == ["Query", "Query"]


def test_what_lies_outside_the_asked_days_costs_nothing(front):
    person, when = specialist(front), tomorrow(12, days=3)
    slot(front, person, when)

    def cost():
        briefly.forget_all()
        with metered() as meter, recorded() as calls:
            assert len(places(asked(front, body(day(when))))) == 1
        return calls.operations, meter.units.read, meter.units.write

    lain_in([free_row(person, when + timedelta(days=2, minutes=number)) for number in range(100)])
    operations, *units = cost()
    assert len(operations) <= 3
    lain_in([free_row(person, when + timedelta(days=3, minutes=number)) for number in range(MANY)])
    assert cost() == (operations, *units)


MANY = 6_000
"""As many as the in-process store looks through in a second or two; what DynamoDB would read of them is counted, and is nothing."""


def lain_in(rows):
    """Rows laid into the store's table as they are: through its door they would take a minute."""
    table = dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].tables[rows[0].Meta.table_name]
    for row in rows:
        said = row.serialize()
        key = DynamoType(said["slot_id"])
        table.items[key] = Item(key, None, said)


def free_row(person, start):
    listed = {"free_in": "live", "free_of": person, "specialist_name": "Мария Орлова", "minutes": 60, "contour": "live"}
    return Slot(slot_id=f"far-{start.isoformat()}", specialist_id=person, start_at=start, **listed)


def test_what_was_booked_is_gone_when_the_seconds_are_over(front):
    when = tomorrow(12)
    found = slot(front, specialist(front), when)
    assert set(places(grid(front, body(day(when))))) == {found}
    desk.booked(front, found)
    assert timedelta(seconds=10) > briefly.WITHIN
    for key, (at, value) in [*briefly._kept.items()]:
        briefly._kept[key] = (at - briefly.WITHIN, value)
    assert places(asked(front, body(day(when)))) == {}


def test_the_older_site_introduces_everybody_in_the_forms_order(front):
    profile = {"link_photo": "https://cdn.example/a.jpg", "short_description": "Работаю с горем"}
    specialist(front, "Анна Ким", specialisations=["сон"])
    specialist(front, "Яна Ор", specialisations=["горе"], profile=profile)
    rests = specialist(front, "Борис Ли")
    front.put(f"/specialists/{rests}", {"name": "Борис Ли", "active": False}, SERVICE).ok()
    briefly.forget_all()
    (answer,) = front.post("/get-filtered-psychologists-names-new", {"form": {"questions": ["горе"]}}).ok()
    first, second = answer["filteredPsychologists"]
    assert first == {
        "Имя": "Яна Ор",
        "Ссылка на фото психолога": "https://cdn.example/a.jpg",
        "Ссылка на видеовизитку": None,
        "Краткое описание": "Работаю с горем",
    }
    assert second["Имя"] == "Анна Ким"
    assert front.post("/get-filtered-psychologists-names-new", None).status in (200, 422)


@pytest.mark.parametrize(
    "said", [{"age": 30}, {"form": {"age": 30}}, {"form": {"age": [30]}}, {"form": {"ageFilter": 40}}, {"form": {"age": None}}]
)
def test_an_age_is_read_however_a_site_writes_it(front, said):
    specialist(front, "Анна Ким")
    assert grid(front, body(day(tomorrow()), **said))["name_order"] == ["Анна Ким"]
