"""A salon's day on the deployed stack: planned, booked by phone and from the app, reminded of, ended, answered, read and paid."""

import csv
import io
from calendar import monthrange
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count

import requests

from tests.authorisation.callers import opened_by
from tests.builders import TELEGRAM, press, slot, tomorrow

WORD, PHONE = "correct-horse-battery", "+79035553101"
HOUR = timedelta(hours=1)
_accounts, _updates = count(7_035_553_101), count(703_555_310)


class Caller:
    """One who calls the stack with a header of his own; an account where it is an app's."""

    def __init__(self, cloud, header, account=None):
        self.cloud, self.header, self.account = cloud, header, account

    def ask(self, method, path, **said):
        """An answer as it came."""
        return requests.request(method, f"{self.cloud.base_url}/api/v1{path}", headers=self.header, timeout=60, **said)

    def __call__(self, method, path, expected=200, **said):
        answer = self.ask(method, path, **said)
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
    account = next(_accounts)
    return Caller(cloud, opened_by(account, cloud.telegram.token), account)


def _stamp(moment):
    return int(moment.timestamp())


def _times(app, employee, day):
    items = app("GET", "/app/appointments/slots", params={"date_ts": _stamp(day), "employee_id": employee})["items"]
    return {one["label"]: one["starts_at"] for one in items}


def _planned(owner, user, day):
    """The cards of two masters, one paid by the hour and one by the piece, who are to be there from ten to one."""
    cards = []
    for said in (
        {"full_name": "Мария Ильина", "user_id": user, "hourly_rate": 412.5},
        {"full_name": "Вера Ильина", "payment_type": "piecework", "piece_rate": 250.35},
    ):
        cards.append(owner("POST", "/admin/employees", json={"position": "мастер", **said}))
        shift = {"work_date": f"{day:%Y-%m-%d}", "planned_start": "10:00", "planned_end": "13:00"}
        owner("POST", f"/admin/employees/{cards[-1]['id']}/schedule", json=shift)
    return cards


def _raced(apps, wanted):
    """Two apps ask for one time at the same moment: who got it with what, and who did not with what he was told."""
    with ThreadPoolExecutor(len(apps)) as pool:
        answers = [*pool.map(lambda app: app.ask("POST", "/app/appointments/book", json=wanted), apps)]
    assert sorted(one.status_code for one in answers) == [200, 409], [one.text for one in answers]
    (got, booked), (lost, refused) = sorted(zip(apps, answers, strict=True), key=lambda one: one[1].status_code)
    assert refused.json()["error"] == "slot_taken"
    return got, booked.json(), lost, refused.json()["detail"]["alternatives"]


def _reminded(cloud, owner, start, *apps):
    """Both clients of the app are reminded, once, however often that is looked at."""
    path = "/admin/communications/reminders"
    rules = [{"offset_minutes": minutes, "channel": "app"} for minutes in (60, 240, 1440, 10_080)]
    owner("PUT", f"{path}/rules", json={"rules": rules})  # whatever other tests have set
    assert owner("POST", f"{path}/run")["failed"] == 0
    assert owner("POST", f"{path}/run")["sent"] == 0, "days before the start nothing is due"
    for _ in range(2):
        cloud.tick("appointment_reminders", start - HOUR + timedelta(minutes=1))
    for app in apps:
        cloud.heard(app.account, "Напоминаем о встрече")


def _begin(cloud, number):
    """Have an appointment's start lie an hour back: nobody can wait for its day, and the doors look at the clock."""
    named, dynamodb = cloud.tables.row("appointments", number=str(number)), cloud.cloud.client("dynamodb")
    key = {name: {"S": named[name]} for name in ("ticket_id", "session_id")}
    start, end = (f"{datetime.now(UTC) + apart:%Y-%m-%dT%H:%M:%S.%f}+0000" for apart in (-HOUR, timedelta()))
    dynamodb.update_item(
        TableName="frontdesk-local-sessions",
        Key=key,
        UpdateExpression="SET start_at = :start, end_at = :end",
        ExpressionAttributeValues={":start": {"S": start}, ":end": {"S": end}},
    )


def _ended(cloud, front, owner, booked, missed, guest):
    """One came and says how it was, one did not come."""
    for one in (booked, missed):
        _begin(cloud, one)
    gone = owner("PATCH", f"/admin/appointments/{missed}/status", json={"status": "cancelled"})
    assert (gone["status"], gone["no_show"]) == ("cancelled", True)
    assert owner("PATCH", f"/admin/appointments/{booked}/status", json={"status": "completed"})["status"] == "completed"
    asked = cloud.heard(guest.account, "Как прошла встреча")
    front.post("/telegram", press(asked.action("4"), guest.account, update_id=next(_updates)), TELEGRAM).ok()


def _rated(cloud, owner, guest, service, booked):
    """What he thinks of the service, from the app, and of the session, by its button: the office reads both."""
    given = guest("POST", "/feedback/app/rating", json={"object_id": service, "rating": 5, "text": "Отлично"})
    whose = {"client_id": given["client_id"]}

    def marks():
        items = owner("GET", "/admin/feedback", params=whose)["items"]
        return {(one["object_type"], one["object_id"], one["rating"]) for one in items}

    expected = {("service", service, 5), ("session", booked, 4)}
    assert cloud.comes(lambda: (found := marks()) >= expected and found) == expected


def _complained(cloud, smsru, owner, client):
    """Who calls to complain is written down and answered by SMS: the registry says that it has left."""
    words = "Анна, приносим извинения: ждём вас в любой день."
    said = {"client_id": client, "feedback_type": "complaint", "text": "Напомнили слишком поздно"}
    assert owner("POST", "/admin/feedback", json=said)["feedback_type"] == "complaint"
    sent = owner("POST", f"/admin/dialogues/{client}/send", json={"text": words, "channel": "sms"})
    assert cloud.comes(lambda: smsru.to(PHONE).count(words)) == 1

    def left():
        asked = {"client_id": client, "channel": "sms", "delivery_status": "sent"}
        return {one["message_id"]: one["text"] for one in owner("GET", "/admin/dialogues/messages", params=asked)["items"]}

    assert cloud.comes(lambda: left().get(sent["message_id"])) == words


def _read(owner, guest):
    """News that a client saw twice count him once."""
    post = owner("POST", "/admin/news", json={"title": "Новый мастер", "body": "Приходите знакомиться"})["id"]
    for _ in range(2):
        guest("POST", "/admin/news/track", json={"news_post_id": post, "event_type": "view"})
    stats = owner("GET", f"/admin/news/{post}/stats")
    assert (stats["view"], stats["unique_clients"], stats["total_events"]) == (1, 1, 1)


def _paid(owner, cards):
    """The half of the month in which both worked: counted once, and the table says what the screen does."""
    day = (datetime.now(UTC) - timedelta(days=1)).date()
    first, last = (1, 15) if day.day <= 15 else (16, monthrange(day.year, day.month)[1])
    half = {"period_start": f"{day.replace(day=first)}", "period_end": f"{day.replace(day=last)}"}
    for card, worked in zip(cards, ({"hours_worked": 7.5}, {"units_completed": 3}), strict=True):
        owner("POST", f"/admin/employees/{card['id']}/timesheet", json={"work_date": f"{day}", **worked})
    who, due = [card["id"] for card in cards], {cards[0]["id"]: 3093.75, cards[1]["id"]: 751.05}
    for is_first in (True, False):
        run = owner("POST", "/admin/employees/payroll/run", json={**half, "employee_ids": who})
        assert {one["employee_id"]: one["amount"] for one in run["items"]} == due
        assert {one["changed"] for one in run["items"]} == {is_first}
    shown = owner("GET", "/admin/employees/export", params={**half, "full_name": "Ильина"})["items"]
    assert {one["employee_id"]: one["amount"] for one in shown} == due
    table = owner.ask("GET", "/admin/employees/export.csv", params={**half, "full_name": "Ильина"}).content.decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(table), delimiter=";")
    assert {int(one["employee_id"]): float(one["amount"].replace(",", ".")) for one in rows} == due


def test_a_salons_day(cloud, smsru, deployed_front):
    (owner, _), (maria, user) = _staff(cloud, "owner", "owner"), _staff(cloud, "maria", "master")
    day = tomorrow(10, days=3)
    card, other = _planned(owner, user, day)
    number, published = card["id"], day + 7 * HOUR
    slot(deployed_front, card["specialist_id"], published)

    service = owner("POST", "/admin/products", json={"name": "Стрижка", "item_type": "service", "price_rub": 1500})["id"]
    client = owner("POST", "/admin/clients", json={"full_name": "Анна Ильина", "phone": PHONE})["id"]
    phone = {"client_id": client, "employee_id": number, "service_id": service, "source": "admin_phone"}
    called = owner("POST", "/admin/appointments", json={**phone, "starts_at": _stamp(day + HOUR)})
    assert (called["status"], called["service_name"], called["client_name"]) == ("scheduled", "Стрижка", "Анна Ильина")

    apps = _app(cloud), _app(cloud)
    shown = apps[0]("GET", "/app/appointments/booking-options")
    assert {number, other["id"]} <= {one["id"] for one in shown["masters"]} and service in {one["id"] for one in shown["services"]}
    times = _times(apps[0], number, day)
    assert [*times] == ["10:00", "12:00", "17:00"], "the hour that was booked by phone is nobody else's"

    first, booked, second, offered = _raced(apps, {"employee_id": number, "starts_at": times["10:00"]})
    assert (booked["employee_id"], booked["starts_at"], booked["source"]) == (number, _stamp(day), "online")
    others = {one["starts_at"]: one for one in offered if one["starts_at"] < _stamp(day + 14 * HOUR)}
    assert {*others} == {times["12:00"], times["17:00"]}
    instead = others[times["17:00"]]
    assert instead["employee_id"] == number
    taken = second("POST", "/app/appointments/book", json={"employee_id": number, "starts_at": instead["starts_at"]})
    assert [*_times(first, number, day)] == ["12:00"]
    _reminded(cloud, owner, day, first, second)

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

    _ended(cloud, deployed_front, owner, booked["id"], hers["id"], first)
    _rated(cloud, owner, first, service, booked["id"])
    _complained(cloud, smsru, owner, client)
    _read(owner, first)
    _paid(owner, (card, other))
