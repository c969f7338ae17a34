"""What the app offers is what booking takes: no time that it would refuse, and of half hours none less."""

import json
import random
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from chalicelib.core import client_token
from tests.authorisation.callers import BOT_TOKEN, opened_by
from tests.builders import SERVICE, client_row, slot, tomorrow
from tests.conftest import SETTINGS
from tests.integration.appointments.booking.conftest import ANNA, BORIS, OFFICES, salon, staff_sign_in, told
from tests.proofs import size
from tests.standins.store import Wire

__all__ = ["salon", "staff_sign_in"]

OPTIONS, SLOTS = "/api/v1/app/appointments/booking-options", "/api/v1/app/appointments/slots"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def master(salon):
    card = salon.master()
    salon.plan(card["id"], "10:00", "13:00")
    return card


def ask(salon, master, day=None, account=ANNA, **said):
    query = {"date_ts": int((day or tomorrow()).timestamp()), "employee_id": master["id"], **said}
    return salon.front.get(SLOTS, opened_by(account, BOT_TOKEN), **query)


def labels(salon, master, day=None, account=ANNA, **said):
    return [one["label"] for one in ask(salon, master, day, account, **said).ok()["items"]]


def cancel(salon, number):
    body, kind = json.dumps({"status": "cancelled"}), {"Content-Type": "application/json"}
    salon.front.call("PATCH", f"{OFFICES}/{number}/status", body=body, headers=kind | SERVICE)


class TestOptions:
    def test_who_can_be_chosen_and_what_for(self, salon):
        header = opened_by(ANNA, BOT_TOKEN)
        assert salon.front.get(OPTIONS, header).ok() == {"mode": "closed", "steps": [], "masters": [], "services": []}
        maria, away = salon.master(position="стилист"), salon.master("Вера Соколова", is_bookable=False)
        shown = salon.front.get(OPTIONS, header).ok()
        assert (shown["mode"], shown["steps"], shown["services"]) == ("masters", ["master", "time"], [])
        assert shown["masters"] == [{"id": maria["id"], "full_name": "Мария Орлова", "position": "стилист"}]
        number, other = salon.service(), salon.service("Укладка", 0)
        salon.service("Прежняя", is_active=False)
        salon.front.post("/api/v1/admin/products", {"name": "Шампунь", "price_rub": 300}, SERVICE).ok()
        salon.front.put(f"/api/v1/admin/employees/{away['id']}", {"is_bookable": True}, SERVICE).ok()
        with Wire() as wire:
            shown = salon.front.get(OPTIONS, header).ok()
        assert [call.operation for call in wire.calls] == ["Query", "Query", "BatchGetItem"]
        assert (shown["mode"], shown["steps"]) == ("services_and_masters", ["service", "master", "time"])
        assert [one["id"] for one in shown["masters"]] == [maria["id"], away["id"]]
        assert shown["services"] == [
            {"id": number, "name": "Стрижка", "duration_minutes": 45, "price_rub": 1500},
            {"id": other, "name": "Укладка", "duration_minutes": 60, "price_rub": 1500},
        ]

    def test_to_clients_alone(self, salon):
        for header in (None, SERVICE, {"Authorization": "tma hash=1"}, {"Authorization": "Bearer x"}, opened_by(ANNA, "1:another")):
            assert salon.front.get(OPTIONS, header).status == 401
            assert salon.front.get(SLOTS, header, date_ts="2026-04-01", employee_id=1).status == 401


def test_a_schedule_without_what_stands_in_it(salon, master):
    assert labels(salon, master) == ["10:00", "10:30", "11:00", "11:30", "12:00"]
    assert labels(salon, master, duration_minutes=170) == ["10:00"]
    assert labels(salon, master, service_id=salon.service(minutes=90)) == ["10:00", "10:30", "11:00", "11:30"]
    number = salon.open(tomorrow(11), BORIS, duration_minutes=30).ok()["id"]
    assert labels(salon, master) == ["10:00", "11:30", "12:00"]
    assert labels(salon, master, duration_minutes=30) == ["10:00", "10:30", "11:30", "12:00", "12:30"]
    cancel(salon, number)
    assert len(labels(salon, master)) == 5
    one = ask(salon, master).ok()["items"][0]
    assert one == {"starts_at": int(tomorrow(10).timestamp()), "label": "10:00"}


def test_what_is_published_stands_beside_it(salon, master):
    for start, minutes in ((tomorrow(12) + 10 * MINUTE, 60), (tomorrow(17), 60), (tomorrow(18) + 5 * MINUTE, 20)):
        published = slot(salon.front, master["specialist_id"], start, minutes=minutes)
    assert labels(salon, master) == ["10:00", "10:30", "11:00", "11:30", "12:00", "12:10", "17:00"]
    assert labels(salon, master, duration_minutes=20)[-3:] == ["12:30", "17:00", "18:05"]
    salon.front.delete(f"/slots/{published}", SERVICE).ok()
    number = salon.open(tomorrow(17), BORIS, employee_id=master["id"]).ok()["id"]
    assert "17:00" not in labels(salon, master)
    cancel(salon, number)
    assert labels(salon, master)[-1] == "17:00"


def test_a_closed_day_is_empty_and_what_is_over_is_not_offered(salon, master):
    for day in (tomorrow(days=2), tomorrow(days=-400), tomorrow(days=400)):
        assert labels(salon, master, day) == []
    day = tomorrow(10)
    for passed, left in ((-MINUTE, 5), (MINUTE, 4), (HOUR, 2), (2 * HOUR, 0), (12 * HOUR, 0)):
        with time_machine.travel(day + passed, tick=False):
            assert len(labels(salon, master, day)) == left


def test_a_night_belongs_to_both_its_days(salon):
    master = salon.master()
    salon.plan(master["id"], "22:00", "02:00")
    assert labels(salon, master) == ["22:00", "22:30", "23:00", "23:30"]
    assert labels(salon, master, tomorrow(days=2)) == ["00:00", "00:30", "01:00"]


def test_nobody_is_offered_an_hour_in_which_he_sits_elsewhere(salon, master):
    other = salon.master("Вера Соколова")
    salon.plan(other["id"], "10:00", "13:00")
    salon.open(tomorrow(11), employee_id=other["id"], duration_minutes=30).ok()
    assert labels(salon, master) == ["10:00", "11:30", "12:00"]
    anna = client_row("br0001").client_id
    token = {"Authorization": f"Bearer {client_token.issue(anna, SETTINGS['CLIENT_TOKEN_SECRET'])}"}
    query = {"date_ts": f"{tomorrow():%Y-%m-%d}", "employee_id": master["id"]}
    assert [one["label"] for one in salon.front.get(SLOTS, token, **query).ok()["items"]] == ["10:00", "11:30", "12:00"]
    assert len(labels(salon, master, account=BORIS)) == 5


def test_what_it_costs(salon, master):
    salon.open(tomorrow(11), employee_id=master["id"]).ok()
    service = salon.service()
    with Wire() as wire:
        ask(salon, master, service_id=service).ok()
    assert [call.operation for call in wire.calls] == ["BatchGetItem"] * 3


def test_whom_nobody_can_come_to(salon, master):
    away, hidden = salon.master("Вера Соколова", is_bookable=False), salon.service(is_active=False)
    for said, field in (({"employee_id": 99}, "employee_id"), ({"employee_id": away["id"]}, "employee_id")):
        assert told(ask(salon, master, **said))[::2] == (404, {"field": field})
    for number in (99, hidden):
        assert told(ask(salon, master, service_id=number))[::2] == (404, {"field": "service_id"})
    salon.front.delete(f"/api/v1/admin/employees/{master['id']}", SERVICE).ok()
    assert ask(salon, master).status == 404


@pytest.mark.parametrize(
    ("said", "loc"),
    [
        ({"date_ts": "01.12"}, ["query", "date_ts"]),
        ({"date_ts": "9" * 18}, ["query", "date_ts"]),
        ({"employee_id": 0}, ["query", "employee_id"]),
        ({"duration_minutes": 4}, ["query", "duration_minutes"]),
        ({"duration_minutes": 481}, ["query", "duration_minutes"]),
        ({"service_id": 1, "product_id": 2}, ["query", "service_id"]),
    ],
)
def test_what_cannot_be_asked_is_named(salon, master, said, loc):
    refused = ask(salon, master, **said)
    assert (refused.status, refused.body["detail"][0]["loc"]) == (422, loc)


def test_goods_take_no_time(salon, master):
    shampoo = salon.front.post("/api/v1/admin/products", {"name": "Шампунь", "price_rub": 300}, SERVICE).ok()["id"]
    assert ask(salon, master, service_id=shampoo).body["detail"][0]["loc"] == ["query", "service_id"]


@pytest.mark.parametrize("seed", range(size(3, full=40)))
def test_what_is_offered_is_what_booking_takes(salon, seed):
    chance, master = random.Random(seed), salon.master()
    for begin in chance.sample((8, 12, 16), chance.randint(0, 2)):
        salon.plan(master["id"], f"{begin:02}:00", f"{begin + chance.randint(1, 4):02}:00")
    for hour in chance.sample(range(8, 20), 4):
        slot(salon.front, master["specialist_id"], tomorrow(hour) + chance.choice((0, 15, 30)) * MINUTE, minutes=chance.choice((20, 30)))
    for hour in chance.sample(range(8, 20), 3):
        salon.book(
            salon.come(f"Клиент {hour}"),
            tomorrow(hour),
            employee_id=master["id"],
            duration_minutes=chance.choice((20, 45)),
            force=True,
            reason="к",
        )
    minutes = chance.choice((20, 30, 60))
    offered = {one["starts_at"] for one in ask(salon, master, duration_minutes=minutes).ok()["items"]}
    grid = {int(tomorrow(8).timestamp()) + half * 1800 for half in range(28)}
    said = {"employee_id": master["id"], "duration_minutes": minutes}
    for start in {*offered, *chance.sample(sorted(grid - offered), 6)}:
        answer = salon.open(datetime.fromtimestamp(start, UTC), **said)
        assert answer.status == (200 if start in offered else 409), (start, answer.text)
        if start in offered:
            cancel(salon, answer.body["id"])
    assert {one["starts_at"] for one in ask(salon, master, duration_minutes=minutes).ok()["items"]} == offered
