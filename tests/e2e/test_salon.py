"""A salon's day on the deployed stack: a master's hours are booked by phone and from the Mini App, and everybody sees the same calendar."""

from datetime import timedelta
from itertools import count

import requests

from tests.authorisation.callers import opened_by
from tests.builders import slot, tomorrow

WORD = "correct-horse-battery"
_accounts = count(7_035_553_101)


class Caller:
    """One who calls the stack with a header of his own."""

    def __init__(self, cloud, header):
        self.cloud, self.header = cloud, header

    def __call__(self, method, path, expected=200, **said):
        answer = requests.request(method, f"{self.cloud.base_url}/api/v1{path}", headers=self.header, timeout=60, **said)
        assert answer.status_code == expected, (method, path, answer.status_code, answer.text)
        return answer.json()


def _staff(cloud, name, role):
    """Somebody of the staff who has signed in, and his id."""
    who = {"email": f"{name}@salon.example.org", "password": WORD}
    made = Caller(cloud, cloud.as_service)("POST", "/users", 201, json={**who, "role": role, "full_name": name})
    token = requests.post(f"{cloud.base_url}/api/v1/auth/login", json=who, timeout=60).json()["access_token"]
    return Caller(cloud, {"Authorization": f"Bearer {token}"}), made["id"]


def _app(cloud):
    """The Mini App as a client opens it for the first time."""
    return Caller(cloud, opened_by(next(_accounts), cloud.telegram.token))


def _stamp(moment):
    return int(moment.timestamp())


def _times(app, employee, day):
    items = app("GET", "/app/appointments/slots", params={"date_ts": _stamp(day), "employee_id": employee})["items"]
    return {one["label"]: one["starts_at"] for one in items}


def test_a_day_is_booked_by_phone_and_from_the_app_and_nobody_sits_in_it_twice(cloud, deployed_front):
    (owner, _), (maria, user) = _staff(cloud, "owner", "owner"), _staff(cloud, "maria", "master")
    day, hour, cards = tomorrow(10, days=3), timedelta(hours=1), []
    for said in ({"full_name": "Мария Ильина", "user_id": user}, {"full_name": "Вера Ильина"}):
        cards.append(owner("POST", "/admin/employees", json={"position": "мастер", **said}))
        shift = {"work_date": f"{day:%Y-%m-%d}", "planned_start": "10:00", "planned_end": "13:00"}
        owner("POST", f"/admin/employees/{cards[-1]['id']}/schedule", json=shift)
    card, other = cards
    number, published = card["id"], day + 7 * hour
    slot(deployed_front, card["specialist_id"], published)

    service = owner("POST", "/admin/products", json={"name": "Стрижка", "item_type": "service", "price_rub": 1500})["id"]
    client = owner("POST", "/admin/clients", json={"full_name": "Анна Ильина", "phone": "+79035553101"})["id"]
    phone = {"client_id": client, "employee_id": number, "service_id": service, "source": "admin_phone"}
    called = owner("POST", "/admin/appointments", json={**phone, "starts_at": _stamp(day + hour)})
    assert (called["status"], called["service_name"], called["client_name"]) == ("scheduled", "Стрижка", "Анна Ильина")

    first, second = _app(cloud), _app(cloud)
    shown = first("GET", "/app/appointments/booking-options")
    assert {number, other["id"]} <= {one["id"] for one in shown["masters"]} and service in {one["id"] for one in shown["services"]}
    times = _times(first, number, day)
    assert [*times] == ["10:00", "12:00", "17:00"], "the hour that was booked by phone is nobody else's"
    booked = first("POST", "/app/appointments/book", json={"employee_id": number, "starts_at": times["10:00"]})
    assert (booked["employee_id"], booked["starts_at"], booked["source"]) == (number, _stamp(day), "online")

    late = {"employee_id": number, "starts_at": times["10:00"] + 1800}
    refused = second("POST", "/app/appointments/book", 409, json=late)
    assert refused["error"] == "slot_taken"
    others = {one["starts_at"] for one in refused["detail"]["alternatives"] if one["starts_at"] < _stamp(day + 14 * hour)}
    assert others == {times["12:00"], times["17:00"]}
    taken = second("POST", "/app/appointments/book", json={"employee_id": number, "starts_at": times["17:00"]})
    assert [*_times(first, number, day)] == ["12:00"]

    early = owner("PATCH", f"/admin/appointments/{called['id']}/status", 409, json={"status": "completed"})
    assert (early["error"], early["detail"]) == ("session_ahead", {"starts_at": called["starts_at"]})
    for one in (called, taken):
        gone = maria("PATCH", f"/admin/appointments/{one['id']}/status", json={"status": "cancelled"})
        assert (gone["status"], gone["no_show"]) == ("cancelled", False)
    assert [*_times(second, number, day)] == ["11:00", "11:30", "12:00", "17:00"], "made time is open again, and what was published"
    assert owner("PATCH", f"/admin/appointments/{called['id']}/status", 409, json={"status": "completed"})["error"] == "session_ended"

    hers = owner("POST", "/admin/appointments", json={**phone, "employee_id": other["id"], "starts_at": called["starts_at"]})
    span = {"date_from": f"{day:%Y-%m-%d}", "date_to": f"{day:%Y-%m-%d}"}
    listed = maria("GET", "/admin/appointments", params=span)
    assert [(one["id"], one["status"]) for one in listed["items"]] == [
        (booked["id"], "scheduled"),
        (called["id"], "cancelled"),
        (taken["id"], "cancelled"),
    ]
    refused = maria("PATCH", f"/admin/appointments/{hers['id']}/status", 404, json={"status": "cancelled"})
    assert refused["detail"] == {"field": "appointment_id"}, "to a master nobody else's exists"
    everybody = owner("GET", "/admin/appointments", params={**span, "client_id": client})["items"]
    assert {one["id"] for one in everybody} == {called["id"], hers["id"]}
