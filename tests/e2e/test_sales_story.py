"""The whole of sales on the deployed stack, without any key: a form's lead is judged, called, written to, booked, won and forecast.

All that is asserted is of this test's own manager and people.
"""

import time
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from tests.builders import TELEGRAM, application, contact, moscow, slot, specialist, start, tomorrow

WHO = {"email": "story@sales.example.org", "password": "correct-horse-battery", "full_name": "Тихон Кедров"}
NAME, PHONE, ACCOUNT, UPDATES = "Глафира Соснова", "+79035571201", 7_035_571_201, 9_700_000
OTHER = {"name": "Кузьма Соснов", "phone": "+79035571202"}
PAID, HOPED_FOR = 3_500, 1_000
TALK = """[00:00] Менеджер: Добрый день, меня зовут Тихон. Вы оставили заявку на сайте, чем помочь?
[00:09] Клиент: Здравствуйте! Скажите, сколько стоит встреча и есть ли свободное время вечером?
[00:21] Менеджер: Встреча стоит три с половиной тысячи, вечером есть несколько окон.
[00:34] Клиент: Дороговато, честно говоря, мне надо подумать. Но специалист мне понравился.
[00:48] Менеджер: Понимаю. Я отправлю вам расписание сегодня и перезвоню в понедельник в 15:00.
[01:02] Клиент: Спасибо, отлично, договорились!"""
ZONE = ZoneInfo("Europe/Moscow")


class Caller:
    """One who calls the stack with a header of his own."""

    def __init__(self, cloud: Any, header: dict[str, str]) -> None:
        self.base, self.header = f"{cloud.base_url}/api/v1", header

    def __call__(self, method: str, path: str, expected: int = 200, **said: Any) -> Any:
        answer = requests.request(method, self.base + path, headers=self.header, timeout=60, **said)
        assert answer.status_code == expected, (method, path, answer.status_code, answer.text)
        return answer.json()


@pytest.fixture(scope="module")
def house(cloud):
    """The owner, and a manager who has signed in."""
    owner = Caller(cloud, cloud.as_service)
    number = owner("POST", "/users", 201, json={**WHO, "role": "manager"})["id"]
    token = requests.post(f"{cloud.base_url}/api/v1/auth/login", json=WHO, timeout=60).json()["access_token"]
    return SimpleNamespace(owner=owner, manager=Caller(cloud, {"Authorization": f"Bearer {token}"}), manager_id=number)


def test_a_lead_is_followed_from_the_form_to_the_forecast_that_is_closed(cloud, deployed_front, house):
    _have_one_month(timedelta(minutes=2))
    ticket_id, lead = _asks_by_the_site(cloud, deployed_front, house)
    _is_called(cloud, house, lead)
    _is_written_to(cloud, deployed_front, house, lead)

    deployed_front.post("/telegram", start(ticket_id, ACCOUNT, update_id=UPDATES + 1), TELEGRAM).ok()
    cloud.comes(lambda: _stage(house, lead) == "agreed")
    house.owner("POST", "/admin/operations", json={"client_id": lead, "op_type": "purchase", "amount_rub": PAID})
    cloud.comes(lambda: _stage(house, lead) == "won")
    won = house.manager("GET", f"/leads/{lead}")
    assert (won["outcome"], won["amount"], won["assigned_to"]) == ("won", PAID, house.manager_id)

    _is_forecast_and_closed(cloud, house)


def _have_one_month(needed: timedelta) -> None:
    """Begin with the next month where this one ends too soon: what was won in one is no part of the other."""
    now = datetime.now(ZONE)
    if (now + needed).month != now.month:
        time.sleep(needed.total_seconds())


def _asks_by_the_site(cloud, front, house):
    """The ticket of a site's form, and the lead that it made, judged for reasons; the manager takes it."""
    moment = tomorrow(11, days=58) + timedelta(minutes=20)
    slot(front, specialist(front, "Ефросинья Рябинина", telegram_id="5571201"), moment)
    said = application(moscow(moment), name=NAME, contact={"type": "phone", "value": PHONE}, tranid=f"sales-story:{PHONE}")
    ticket_id = front.post("/submit-application", said).ok()["ticket_id"]

    (lead,) = cloud.comes(lambda: house.manager("GET", "/leads/", params={"search": NAME})["items"])
    assert (lead["source"], lead["stage"], lead["assigned_to"]) == ("website", "new", None)
    judged = house.manager("GET", f"/leads/{lead['id']}")
    reasons = judged["score_detail"]["reasons"]
    assert judged["score"] > 0 and reasons and all(one["text"] and one["points"] for one in reasons)

    taken = {"assigned_to": house.manager_id, "company": "Сосновый бор"}
    assert house.manager("PUT", f"/leads/{lead['id']}", json=taken)["assigned_to"] == house.manager_id
    return ticket_id, lead["id"]


def _is_called(cloud, house, lead):
    """A typed transcript is looked at by rules: each claim has its quote, each task is suggested once."""
    manager, began = house.manager, datetime.now(UTC) - timedelta(minutes=5)
    talk = {"from_number": "101", "to_number": PHONE, "direction": "outbound", "status": "completed", "duration_seconds": 75}
    call = manager("POST", "/calls", 201, json={**talk, "start_time": began.strftime("%Y-%m-%dT%H:%M:%SZ")})
    assert call["lead_id"] == lead, "his number finds him"
    where = f"/calls/{call['id']}/transcript"
    manager("POST", where, 201, json={"text": TALK})

    heard = cloud.comes(lambda: one if (one := manager("GET", where))["analysis"] else None)
    found = heard["analysis"]
    assert (found["state"], found["method"], found["model"], found["dropped_claims"]) == ("done", "rules", None, 0)
    for kind in ("topics", "objections", "next_steps", "tasks"):
        assert found[kind] and all(one["quote"] in heard["segments"][one["segment"]]["text"] for one in found[kind]), kind
    assert [one["code"] for one in found["objections"]] == ["expensive", "think"]

    asked = manager("POST", "/ai/analyze-call", json={"call_id": call["id"]})
    assert (asked["analysis"], asked["hindrance"], asked["job"]) == (found, "no_model", None)
    manager("POST", where, 200, json={"text": TALK})  # said twice, suggested once
    tasks = manager("GET", "/calls/tasks", params={"call_id": call["id"], "sort": "asc"})["items"]
    assert [(one["task_type"], one["status"]) for one in tasks] == [("send", "suggested"), ("callback", "suggested")]
    due = datetime.fromisoformat(tasks[1]["due_at"]).astimezone(ZONE)
    assert (due.weekday(), due.hour, due > began) == (0, 15, True) and "перезвоню в понедельник" in tasks[1]["quote"]
    assert manager("PUT", f"/calls/tasks/{tasks[1]['id']}", json={"status": "pending"})["assigned_to"] == house.manager_id
    assert {one["id"]: one["status"] for one in manager("GET", f"/leads/{lead}")["open_tasks"]} == {
        tasks[0]["id"]: "suggested",
        tasks[1]["id"]: "pending",
    }


def _is_written_to(cloud, front, house, lead):
    """A letter by rules is kept as a draft. Nothing carries mails here, which is said; by Telegram it leaves, once."""
    manager = house.manager
    made = manager("POST", "/ai/generate-email", json={"lead_id": lead, "template_type": "after_call"})
    assert (made["model_used"], made["tokens_used"], made["unsupported"], made["job"]) == ("rules", 0, [], None)
    assert NAME in made["body"] and WHO["full_name"] in made["body"]
    letter = f"/messages/{made['message_id']}"
    kept = manager("GET", letter)
    assert (kept["status"], kept["subject"], kept["body"]) == ("draft", made["subject"], made["body"])
    assert manager("POST", f"{letter}/send", 409, json={})["error"] == "channel_unavailable"

    front.post("/telegram", contact(PHONE, ACCOUNT, update_id=UPDATES), TELEGRAM).ok()
    manager("PUT", letter, json={"message_type": "telegram"})
    manager("POST", f"{letter}/send", 202, json={})
    cloud.comes(lambda: manager("GET", letter)["status"] == "sent")
    manager("POST", f"{letter}/send", json={})
    cloud.heard(ACCOUNT, "Спасибо за разговор")
    assert manager("GET", f"/leads/{lead}")["last_messages"][0]["id"] == made["message_id"]


def _stage(house, lead):
    return house.manager("GET", f"/leads/{lead}")["stage"]


def _is_forecast_and_closed(cloud, house):
    """What is won is sure, what is open is between nothing and all of it; once the month is over it says how right it was."""
    asked = {"period_type": "monthly", "assigned_to": house.manager_id}
    last = date.fromisoformat(house.owner("POST", "/ai/generate-forecast", json=asked)["period_end"])
    hoped = {"stage": "proposal", "amount": HOPED_FOR, "expected_close": last.isoformat()}
    house.manager("POST", "/leads", 201, json={**OTHER, **hoped})

    made = house.owner("POST", "/forecasts/generate", 201, json=asked)
    chance = made["inputs"]["by_stage"]["proposal"]["probability"]
    assert made["predicted_revenue"] == pytest.approx(PAID + chance * HOPED_FOR, abs=0.5)
    between = made["interval"]
    assert PAID <= between["low"] < made["predicted_revenue"] < between["high"] <= PAID + HOPED_FOR and between["level"] == 0.8

    over = datetime.combine(last + timedelta(days=1), datetime.min.time(), ZONE) + timedelta(minutes=10)
    assert cloud.comes(lambda: _ticked_once_counted(cloud, over))["closed"] >= 1
    closed = house.manager("GET", f"/forecasts/{made['id']}")
    assert [closed[name] for name in ("status", "actual_revenue", "actual_deals", "actual_source", "inside_interval")] == [
        *("closed", PAID, 1, "counts", True),
    ]
    assert closed["accuracy_score"] == pytest.approx(PAID / made["predicted_revenue"], abs=0.0001)


def _ticked_once_counted(cloud: Any, moment: datetime) -> Any:
    """What a new day brought, as though all before it were counted: how far the log is read is the machine's own time, which no tick moves.

    Nothing where the minute's tick, which reads the log, has said otherwise meanwhile.
    """
    store, row = cloud.cloud.client("dynamodb"), {"TableName": "frontdesk-local-followers", "Key": {"name": {"S": "counts"}}}

    def put(said: Any) -> None:
        store.update_item(**row, UpdateExpression="SET as_of = :at", ExpressionAttributeValues={":at": said})

    before = store.get_item(**row)["Item"]["as_of"]
    put({"S": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+0000")})
    try:
        return cloud.tick("sales_daily", moment)
    finally:
        put(before)
