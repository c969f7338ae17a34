"""A working day of sales on the deployed stack: who asks is a lead with a score and its reasons, is written to once, and is reported."""

import time
from itertools import count

import pytest
import requests

from tests.builders import TELEGRAM, contact

WHO = {"email": "sales@example.org", "password": "correct-horse-battery", "full_name": "Сергей Продавцов"}
_phones = count(79_035_551_201)


@pytest.fixture(scope="module")
def desk(cloud):
    """Calls of a manager who has signed in; his id is an attribute."""
    made = requests.post(cloud.base_url + "/api/v1/users", headers=cloud.as_service, json={**WHO, "role": "manager"}, timeout=60)
    assert made.status_code == 201, made.text
    token = requests.post(cloud.base_url + "/api/v1/auth/login", json=WHO, timeout=60).json()["access_token"]

    def ask(method, path, expected=200, **said):
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.request(method, f"{cloud.base_url}/api/v1{path}", headers=headers, timeout=60, **said)
        assert answer.status_code == expected, (method, path, answer.status_code, answer.text)
        return answer.json()

    ask.user_id = made.json()["id"]
    return ask


def found(desk, **query):
    return desk("GET", "/leads/", params=query)["items"]


def test_who_fills_in_a_form_is_a_lead_that_says_why_it_is_warm(cloud, deployed_front, desk):
    form = {"name": "Фёдор Лотосов", "contact": {"type": "phone", "value": f"+{next(_phones)}"}, "tranid": f"sales:{time.time_ns()}"}
    deployed_front.post("/submit-application", form).ok()

    (lead,) = cloud.comes(lambda: found(desk, search="лотосов фед"))

    assert (lead["source"], lead["stage"], lead["status"], lead["assigned_to"]) == ("website", "new", "new", None)
    detail = desk("GET", f"/leads/{lead['id']}")["score_detail"]
    shown = [*detail["reasons"], *detail["counter_reasons"]]
    assert sum(one["points"] for one in shown if one["kind"] == "fit") == detail["fit"]
    assert sum(one["points"] for one in shown if one["kind"] == "engagement") == detail["engagement"] > 0
    assert abs(lead["score"] - 0.4 * detail["fit"] - 0.6 * detail["engagement"]) <= 1, "the score is of sums that nobody has rounded"
    assert all(one["text"] for one in shown)


def test_a_lead_that_is_written_down_is_written_to_once_and_stands_in_the_reports(cloud, deployed_front, smsru, desk):
    before = desk("GET", "/analytics/funnel")["created"]
    person = {"name": "Тамара Лотосова", "phone": f"+{next(_phones)}", "email": "tamara@example.org", "company": "Лотос"}
    lead = desk("POST", "/leads/", 201, json=person)
    assert desk("POST", "/leads", 409, json=person)["error"] == "lead_exists"
    assert [one["id"] for one in found(desk, search="лотосова", assigned_to=desk.user_id)] == [lead["id"]], "in the very next answer"

    account = 7_035_551_300 + lead["id"]
    deployed_front.post("/telegram", contact(person["phone"], account, update_id=lead["id"] + 9_000_000), TELEGRAM).ok()
    words = f"Номер {lead['id']}: {{когда}} вам удобно?"
    letter = desk("POST", "/messages/", 201, json={"lead_id": lead["id"], "message_type": "telegram", "body": words})
    for _ in range(2):
        _send(cloud, desk, letter["id"])
    cloud.heard(account, words)

    asked = {"lead_id": lead["id"], "subject": "Вопрос", "body": "Когда?"}
    draft = desk("POST", "/messages", 201, json={**asked, "message_type": "email"})  # which nothing carries here: see test_signing_in
    assert desk("POST", f"/messages/{draft['id']}/send", 409, json={})["error"] == "channel_unavailable"
    assert desk("GET", f"/messages/{draft['id']}")["status"] == "draft"
    short = desk("POST", "/messages", 201, json={**asked, "message_type": "sms"})
    _send(cloud, desk, short["id"])
    assert smsru.to(person["phone"]).count("Когда?") == 1

    desk("PUT", f"/leads/{lead['id']}", json={"stage": "won", "amount": 1500.5})

    def reported():
        (row,) = desk("GET", "/analytics/managers")["items"]
        counted = (row["manager"]["id"], row["assigned"], row["won"], row["revenue"], row["answered_within_15_minutes"]["numerator"])
        return counted == (desk.user_id, 1, 1, 1500.5, 1)

    cloud.comes(reported)
    assert desk("GET", "/analytics/funnel")["created"] == before + 1
    assert desk("GET", "/analytics/speed")["by_wall_clock"]["within_5_minutes"]["value"] == 1
    assert desk("GET", "/analytics/weather", 404)["error"] == "report_not_found"


def _send(cloud, desk, message_id):
    """Send it: 202 while it waits, 200 once it has left; a repeat sends nothing."""
    before = desk("GET", f"/messages/{message_id}")["status"]
    desk("POST", f"/messages/{message_id}/send", 202 if before == "draft" else 200, json={})
    cloud.comes(lambda: desk("GET", f"/messages/{message_id}")["status"] == "sent")
