"""A club's Go-CRM on loopback: the public API, plugins' links and the parents' cabinet.

with GoCrmStandIn() as gocrm:
    gocrm.add_parent("79160001122", children=["Ася"])
    client = ClientGoCrm(gocrm.client_url, gocrm.app_token)
    client.ask_code("79160001122")
    token = client.sign_in("79160001122", gocrm.codes["79160001122"])

What its documentation leaves open is a switch here. Times are the wall time of the club's branches, as text without a zone.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from tests.standins.server import Answer, Asked, Refusal, StandIn, match

WALL = "%Y-%m-%d %H:%M:%S"
LEAD_FIELDS = {"fio", "name", "phone", "center_id", "birthday", "mail", "comment", "utm", "way_id", "bot"}
PROFILE_FIELDS = {"name", "birthday", "phone", "mail", "base64photo", "base64Ext"}
HOUR_FILTERS = {"center", "schedules", "instructors", "typesExercises", "dateStart", "dateEnd", "page"}
LESSON_FILTERS = {"clientId", "centerId", "dateStart", "visited", "missed", "page"}
PAGE = b"<!DOCTYPE html><html><body><h1>503 Service Temporarily Unavailable</h1></body></html>"
HTML = {"Content-Type": "text/html; charset=utf-8"}
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

Row = dict[str, Any]


@dataclass
class Parent:
    """An account of the cabinet; rows are as Go-CRM would send them."""

    profile: Row
    children: list[Row] = field(default_factory=list)
    subscriptions: list[Row] = field(default_factory=list)
    lessons: list[tuple[int, Row]] = field(default_factory=list)
    payments: list[Row] = field(default_factory=list)
    debts: list[Row] = field(default_factory=list)

    def owns(self, child_id: Any) -> bool:
        return any(str(child["id"]) == str(child_id) for child in self.children)


class GoCrmStandIn(StandIn):
    """A club.

    `down`: every request meets a proxy's page. `staff_down`: the staff list answers 500, as the real one does.
    `required`: which fields a lead must have. `errors_inside_200`: refusals of the public API come with status 200.
    `taken_status`: 422 with words, or 409. `page_size`: lists come in pages. `strict_phones`: an unknown phone is a 422.
    """

    def __init__(self, *, page_size: int | None = None) -> None:
        super().__init__()
        self.public_url, self.client_url = f"{self.address}/api/v3", f"{self.address}/api"
        self.app_token = "app-token-of-the-stand-in"
        self.down, self.staff_down, self.errors_inside_200, self.strict_phones = False, True, False, True
        self.required = {"name", "phone", "center_id", "birthday"}
        self.birthday_format = "%d.%m.%Y"
        self.taken_status, self.page_size = 422, page_size
        self.funnels = {5, 6}
        self.cities: list[Row] = []
        self.centers: list[Row] = []
        self.staff: list[Row] = []
        self.leads: list[Row] = []
        self.links: list[Row] = []
        self.parents: dict[str, Parent] = {}
        self.codes: dict[str, str] = {}
        self.texts: list[str] = []
        self.tokens: dict[str, str] = {}
        self.hours: dict[int, Row] = {}
        self.places: dict[int, int] = {}
        self.booked: dict[int, list[int]] = {}
        self._ids = count(1001)

    def plugin_url(self, funnel: int = 5) -> str:
        """A funnel's secret link."""
        return f"{self.address}/api/v1/plugins/{funnel}/lead"

    def expire_tokens(self) -> None:
        """Every session ends."""
        self.tokens.clear()

    def add_city(self, name: str, **more: Any) -> int:
        number = next(self._ids)
        self.cities.append({"id": number, "alias": f"city-{number}", "name": name, "countryId": 20, **more})
        return number

    def add_center(self, city_id: int, address: str, **more: Any) -> int:
        number = next(self._ids)
        place = {"phone": "+73470000001", "timezone": "Asia/Yekaterinburg", "latitude": "54.735100", "longitude": "55.958700"}
        row = {"id": number, "cityId": city_id, "centerAlias": f"center-{number}", "address": address, "firmId": 1, "siteStatus": 1}
        self.centers.append({**row, **place, **more})
        return number

    def add_staff(self, center_id: int, name: str, position: int = 4, **more: Any) -> int:
        number = next(self._ids)
        row = {"id": number, "login": f"login-{number}", "name": name, "displayName": name, "isDisplay": True, "position": position}
        self.staff.append({**row, "centerId": center_id, **more})
        return number

    def add_parent(self, phone: str, *, name: str = "Орлова Мария", children: list[str] | None = None, center_id: int = 1) -> Parent:
        """`phone` in digits, as the cabinet knows it."""
        profile = {"type": "client", "id": next(self._ids), "centerId": center_id, "name": name, "phone": phone}
        parent = Parent({**profile, "mail": "orlova@example.com", "birthday": "1988-03-09", "photo": None})
        self.parents[phone] = parent
        for child in children or []:
            parent.children.append({"id": next(self._ids), "fio": name, "name": child, "phone": phone, "birthday": "2019-05-04"})
        return parent

    def add_subscription(self, parent: Parent, child_id: int, *, total: int = 8, balance: int = 3, **more: Any) -> int:
        number = next(self._ids)
        kind = {
            "seasonTicketId": 71,
            "seasonTicketName": "Группа, 8 занятий",
            "price": 3000.0,
            "blockTypeId": 1,
            "blockTypeName": "Активный",
        }
        row = {"id": number, "clientId": child_id, **kind, "numberExercise": total, "balance": balance, "validityDate": "2027-05-24"}
        parent.subscriptions.append({**row, "createdAt": "2027-01-24 13:23:12", **more})
        return number

    def add_lesson(self, parent: Parent, child_id: int, starts_at: datetime, *, visited: str = "", missed: str = "") -> int:
        number = next(self._ids)
        row = {"id": number, "individual": False, "trial": False, "visited": visited, "missed": missed}
        parent.lessons.append((child_id, {**row, "hour": [self._hour(next(self._ids), starts_at, 1)]}))
        return number

    def add_window(self, starts_at: datetime, *, center_id: int = 1, places: int = 1, **more: Any) -> int:
        """A lesson of the schedule with free places."""
        number = next(self._ids)
        self.hours[number] = {**self._hour(number, starts_at, center_id), **more}
        self.places[number], self.booked[number] = places, []
        return number

    def serve(self, asked: Asked) -> tuple[int, bytes, dict[str, str]] | None:
        if self.down:
            self.asked.append(asked)
            return 503, PAGE, HTML
        return super().serve(asked)

    def answer(self, asked: Asked) -> Answer:
        if asked.path.startswith("/api/v3/"):
            return self._public(asked, asked.path.removeprefix("/api/v3"))
        if asked.path.startswith("/api/v1/plugins/"):
            return self._plugin(asked)
        self.require(asked.headers.get("app_token") == self.app_token, f"APP_TOKEN: {asked.path}", 403, {"message": "Forbidden"})
        return self._cabinet(asked, asked.path.removeprefix("/api"))

    def _public(self, asked: Asked, path: str) -> Answer:
        self.require("app_token" not in asked.headers and "authorization" not in asked.headers, "the public API takes no key")
        if path == "/leads":
            return self._lead(asked)
        self.require(asked.method == "GET", f"{asked.method} {asked.path}", 405, {"message": "Method Not Allowed"})
        if path == "/cities":
            return self._list(asked, self.cities, {"status": "success", "message": ""})
        if found := match(r"/cities/(\d+)/centers", path):
            rows = [row for row in self.centers if row["cityId"] == int(found[0])]
            return self._list(asked, rows, {"status": "success", "message": ""})
        self.require(path == "/users", f"{asked.method} {asked.path}", 404, {"status": "error", "message": "Not found"})
        return self._users(asked)

    def _users(self, asked: Asked) -> Answer:
        self.require(set(asked.query) <= {"centerId", "isDisplay", "position", "page"}, f"filters {asked.query}")
        if self.staff_down:
            return 500, {"message": "Server Error"}
        center = asked.query.get("centerId")
        rows = [row for row in self.staff if center is None or str(row["centerId"]) == center]
        return self._list(asked, rows, {"status": "success", "message": ""})

    def _lead(self, asked: Asked) -> Answer:
        if asked.method == "GET":
            return 405, {"message": "Method Not Allowed"}
        body = self._body(asked)
        self.require(set(body) <= LEAD_FIELDS, f"unknown fields {set(body) - LEAD_FIELDS}")
        problems = self._lead_problems(body)
        if problems:
            return self._invalid_lead(body, problems)
        lead = {"id": next(self._ids), "status": "bid", **body}
        self.leads.append({**lead, "via": "public"})
        return 200, {"status": "success", "message": "", "validation_errors": {}, "data": lead}

    def _lead_problems(self, body: Row) -> dict[str, str]:
        problems = {name: f"The {name} field is required." for name in sorted(self.required) if not body.get(name)}
        center = body.get("center_id")
        if center and all(row["id"] != center for row in self.centers):
            problems["center_id"] = "The selected center_id is invalid."
        if body.get("phone") and not re.fullmatch(r"\+\d{10,15}", str(body["phone"])):
            problems["phone"] = f"The phone {body['phone']} is not valid."
        if body.get("birthday") and not _is_time(body["birthday"], self.birthday_format):
            problems["birthday"] = "The birthday does not match the format."
        return problems

    def _invalid_lead(self, body: Row, problems: dict[str, str]) -> Answer:
        status = 200 if self.errors_inside_200 else 422
        return status, {"status": "error", "message": "Validation error", "validation_errors": problems, "data": body}

    def _plugin(self, asked: Asked) -> Answer:
        found = match(r"/api/v1/plugins/(\d+)/lead", asked.path)
        known = found is not None and int(found[0]) in self.funnels
        self.require(known and asked.method == "POST", "no such plugin", 404, {"message": f"No route {asked.path}"})
        self.require(asked.headers.get("content-type") == FORM, "a plugin takes form data", 400, {"message": "Bad Request"})
        fields = asked.form
        if not fields.get("phone"):
            return 422, {"status": "error", "message": "Validation error", "validation_errors": {"phone": ["The phone field is required."]}}
        lead = {"id": next(self._ids), **fields}
        self.leads.append({**lead, "via": int(found[0]) if found else 0})
        return 200, {"status": "success", "data": {"id": lead["id"]}}

    def _cabinet(self, asked: Asked, path: str) -> Answer:
        if path == "/auth/login":
            return self._login(asked)
        parent = self._signed_in(asked)
        doors = {
            "GET /profile": lambda: (200, parent.profile),
            "PUT /profile/": lambda: self._change_profile(asked, parent),
            "GET /clients": lambda: self._list(asked, parent.children),
            "GET /client-season-tickets": lambda: self._list(asked, parent.subscriptions),
            "GET /client-hours": lambda: self._lessons(asked, parent),
            "POST /client-hours/": lambda: self._book(asked, parent),
            "GET /hours": lambda: self._windows(asked),
            "GET /payments": lambda: self._list(asked, parent.payments),
            "PUT /payments/": lambda: self._pay(asked, parent),
            "GET /debts": lambda: self._list(asked, parent.debts),
        }
        door = doors.get(f"{asked.method} {path}")
        if door is None:
            raise self.mistake(f"{asked.method} {asked.path}", 404, {"message": "Not found"})
        return door()

    def _login(self, asked: Asked) -> Answer:
        self.require(asked.method == "POST", "sign-in is a POST", 405)
        body = self._body(asked)
        self.require(set(body) <= {"person", "login", "password", "fcmToken"} and body.get("person") == "client", f"login {set(body)}")
        phone = body.get("login", "")
        self.require(re.fullmatch(r"\d{11,15}", phone) is not None, "a login is digits alone", 422, _error("login", "bad phone"))
        if "password" not in body:
            return self._send_code(phone)
        if not body["password"] or self.codes.get(phone) != body["password"]:
            return 422, _error("password", "Неверный код")
        del self.codes[phone]
        token = f"access-{next(self._ids)}-secret"
        self.tokens[token] = phone
        return 200, {"status": "success", "data": {"accessToken": token, "refreshToken": f"refresh-{token}"}}

    def _send_code(self, phone: str) -> Answer:
        if phone in self.parents:
            self.codes[phone] = f"{next(self._ids):04d}"[-4:]
            self.texts.append(phone)
        elif self.strict_phones:
            return 422, _error("login", f"Пользователь {phone} не найден")
        return 200, {"status": "success", "data": None}

    def _signed_in(self, asked: Asked) -> Parent:
        scheme, _, token = asked.headers.get("authorization", "").partition(" ")
        self.require(scheme == "Bearer" and bool(token), f"a bearer token: {asked.path}", 401, {"message": "Unauthenticated."})
        if token not in self.tokens:
            raise Refusal(401, {"message": "Unauthenticated."})
        return self.parents[self.tokens[token]]

    def _change_profile(self, asked: Asked, parent: Parent) -> Answer:
        body = self._body(asked)
        self.require(bool(body) and set(body) <= PROFILE_FIELDS, f"unknown fields {set(body) - PROFILE_FIELDS}")
        if "mail" in body and "@" not in str(body["mail"]):
            return 422, _error("mail", "The mail must be a valid email address.")
        birthday = body.get("birthday")
        self.require(birthday is None or _is_time(birthday, "%Y-%m-%d"), f"birthday {birthday}", 422, _error("birthday", "format"))
        parent.profile.update(body)
        return 200, parent.profile

    def _lessons(self, asked: Asked, parent: Parent) -> Answer:
        self._check_filters(asked, LESSON_FILTERS)
        child, since = asked.query.get("clientId"), asked.query.get("dateStart", "")
        rows = [row for owner, row in parent.lessons if child in (None, str(owner)) and row["hour"][0]["datetime"] >= since]
        return self._list(asked, rows)

    def _windows(self, asked: Asked) -> Answer:
        self._check_filters(asked, HOUR_FILTERS)
        query = asked.query
        since, until, center = query.get("dateStart", ""), query.get("dateEnd", "9999"), query.get("center")
        rows = [
            row
            for number, row in self.hours.items()
            if since <= row["datetime"] <= until and center in (None, str(row["center"])) and len(self.booked[number]) < self.places[number]
        ]
        return self._list(asked, rows)

    def _book(self, asked: Asked, parent: Parent) -> Answer:
        body = self._body(asked)
        known = {"hourId", "individual", "version", "clientId"}
        self.require(
            set(body) == known and all(isinstance(value, int) for value in body.values()), f"booking {body}", 422, _error("hourId", "?")
        )
        hour, child = self.hours.get(body["hourId"]), body["clientId"]
        if hour is None or not parent.owns(child):
            return 422, _error("hourId" if hour is None else "clientId", "The selected value is invalid.")
        if body["version"] != hour["version"]:
            return 422, _error("version", "Занятие изменилось")
        sitting = self.booked[hour["id"]]
        if child in sitting or len(sitting) >= self.places[hour["id"]]:
            words = "Клиент уже записан на это занятие" if child in sitting else "На это занятие нет свободных мест"
            return self.taken_status, _error("hourId", words)
        sitting.append(child)
        row = {"id": next(self._ids), "individual": bool(body["individual"]), "trial": False, "visited": "", "missed": "", "hour": [hour]}
        parent.lessons.append((child, row))
        return 200, row

    def _pay(self, asked: Asked, parent: Parent) -> Answer:
        body = self._body(asked)
        self.require(set(body) == {"type", "id"}, f"payment {body}", 422, _error("id", "The id field is required."))
        if all(row["id"] != body["id"] for row in parent.subscriptions):
            return 422, _error("id", "The selected id is invalid.")
        link = {"paymentUrl": f"https://pay.example/confirm?orderId={next(self._ids)}", "paymentId": next(self._ids), "status": "Success"}
        self.links.append({**link, **body})
        return 200, link

    def _list(self, asked: Asked, rows: list[Row], wrapper: Row | None = None) -> Answer:
        if self.page_size is None:
            self.require("page" not in asked.query, "no list here has pages")
            return 200, {**(wrapper or {}), "data": rows}
        page = int(asked.query.get("page", "1"))
        start, last = (page - 1) * self.page_size, -(-len(rows) // self.page_size)
        return 200, {**(wrapper or {}), "data": {"current_page": page, "last_page": last, "data": rows[start : start + self.page_size]}}

    def _body(self, asked: Asked) -> Row:
        self.require(asked.headers.get("content-type") == JSON, f"JSON, not {asked.headers.get('content-type')}", 415)
        body: Row = asked.json
        self.require(isinstance(body, dict), "an object")
        return body

    def _check_filters(self, asked: Asked, known: set[str]) -> None:
        self.require(set(asked.query) <= known, f"unknown filters {set(asked.query) - known}")
        times = [value for name, value in asked.query.items() if name.startswith("date")]
        self.require(all(_is_time(value, WALL) for value in times), f"times {times}", 422, _error("dateStart", "format"))

    def _hour(self, number: int, starts_at: datetime, center_id: int) -> Row:
        kind = {"schedule": 1, "instructors": [31, 32], "duration": 45, "typesExercise": 2, "service": 1}
        flags = {"version": 1, "cnt": 0, "isSigned": True, "checkIndividual": False, "comment": "Замечание тренера для своих"}
        return {"id": number, "datetime": starts_at.strftime(WALL), "center": center_id, **kind, **flags}


def _is_time(value: Any, form: str) -> bool:
    try:
        return datetime.strptime(str(value), form).replace(tzinfo=UTC).strftime(form) == value
    except ValueError:
        return False


def _error(name: str, words: str) -> Row:
    return {"message": "Error", "errors": {name: words}}
