"""The usual path of every webhook: what must stand before it, and the request itself. The tests count on the same list."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.booking.sessions.models import Session
from chalicelib.booking.sessions.service import current
from chalicelib.core import storage
from tests.builders import SERVICE, SUPABASE, TELEGRAM, Answer, Front, application, change, moscow, press, slot, specialist, start, tomorrow

CALLS = 3
"""An inbox row, one read, one transaction. A new client's number is one more."""

CALLS_OF_AN_APPLICATION = 5
"""An application also looks for slots and ranks specialists."""


A_WEEK_OF_HOURS = 20
"""Calls of `World.hours` until it is a week further on."""


@dataclass(frozen=True)
class Request:
    """One call of a door."""

    method: str
    path: str
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, front: Front) -> Answer:
        """Through the app's door; a body goes as JSON."""
        if self.method == "GET":
            return front.get(self.path, headers=self.headers, **self.query)
        return front.post(self.path, self.body, self.headers)


@dataclass
class World:
    """A desk at work: its doors, its specialist, and hours and people that no other operation has used."""

    front: Front
    specialist_id: str
    from_day: int = 1
    used: int = 0

    @classmethod
    def opened(cls, front: Front, from_day: int = 1) -> "World":
        """With one specialist, who has time from some day on."""
        return cls(front, specialist(front), from_day)

    def hours(self, count: int) -> list[datetime]:
        """Free slots in the coming days, an hour apart: their starts."""
        self.used += 1
        first = tomorrow(9, days=self.from_day + self.used // 3) + timedelta(hours=4 * (self.used % 3))
        starts = [first + timedelta(hours=number) for number in range(count)]
        for moment in starts:
            slot(self.front, self.specialist_id, moment, id=self.slot_id(moment))
        return starts

    @staticmethod
    def slot_id(moment: datetime) -> str:
        """The id of the slot at a moment."""
        return f"{moment:%Y%m%d%H%M%S}-slot-of-a-desk"

    def telegram_id(self) -> str:
        """Somebody who was never here."""
        self.used += 1
        return str(7_100_000_000 + self.used)

    def form(self, *moments: datetime, known: bool = False) -> dict[str, Any]:
        """An application for these times, from a person we know or a new one."""
        self.used += 1
        number = 1 if known else self.used
        wishes = {"gender": "Женщина", "price_max": "4 500", "specializations": ["тревога"]}
        return application(
            *(moscow(moment) for moment in moments),
            contact={"type": "phone", "value": f"+7 904 55{number:05d}"},
            preferences=wishes,
            request_text=f"Хочу спать спокойно, и так ночь {self.used}",
            utm_source="search",
            utm_campaign="autumn",
        )

    def ticket(self, moments: list[datetime]) -> str:
        """An application that holds these times."""
        return str(self.front.post("/submit-application", self.form(*moments)).ok()["ticket_id"])

    def session(self, *, confirmed: bool = False) -> tuple[str, datetime, str]:
        """A booked session: its ticket, its start, its client's Telegram id."""
        moments, person = self.hours(1), self.telegram_id()
        ticket_id = self.ticket(moments)
        self.front.post("/process-link", {"user_id": person, "ticket_id": ticket_id}, SERVICE).ok()
        if confirmed:
            self.front.post("/confirm-session-by-client", {"ticket_id": ticket_id, "slot_time": moscow(moments[0])}).ok()
        return ticket_id, moments[0], person


@dataclass(frozen=True)
class Operation:
    """A webhook on its usual path, and how many AWS calls it may take."""

    name: str
    prepare: Callable[[World], Request]
    ceiling: int = CALLS


def _available(world: World) -> Request:
    world.hours(2)
    return Request("GET", "/get-available-slots")


def _submit_known(world: World) -> Request:
    world.front.post("/submit-application", world.form(known=True)).ok()
    return Request("POST", "/submit-application", world.form(*world.hours(2), known=True))


def _submit_new(world: World) -> Request:
    return Request("POST", "/submit-application", world.form(*world.hours(2)))


def _submit_apart(world: World) -> Request:
    near = replace(world, from_day=20)
    first = near.hours(1)
    near.used += A_WEEK_OF_HOURS
    return Request("POST", "/submit-application", near.form(*first, *near.hours(1)))


def _link(world: World) -> Request:
    return Request("POST", "/process-link", {"user_id": world.telegram_id(), "ticket_id": world.ticket(world.hours(2))}, headers=SERVICE)


def _register(world: World) -> Request:
    return Request("POST", "/client-registration", {"user_id": world.telegram_id()}, headers=SERVICE)


def _diagnostic(world: World, *, known: bool) -> Request:
    world.used += 1
    body = {"client_name": "Ольга Снегирёва", "client_phone": f"+7 904 66{world.used:05d}", "request_text": "Первая встреча"}
    if known:
        world.front.post("/webhook/diagnostic-session-request", body).ok()
    return Request("POST", "/webhook/diagnostic-session-request", {**body, "request_text": "Ещё одна встреча"})


def _process_diagnostic(world: World) -> Request:
    person = world.front.post("/client-registration", {"user_id": world.telegram_id()}, SERVICE).ok()["client_id"]
    paid = {"amount": 1500, "status": "completed"}
    body = {"client_id": person, "psychologist_id": world.specialist_id, "slot_id": world.slot_id(world.hours(1)[0])}
    return Request("POST", "/process-diagnostic-session-request", {**body, "payment_info": paid}, headers=SERVICE)


def _ticket_info(world: World) -> Request:
    return Request("GET", "/get-ticket-info", query={"ticket_id": world.session()[0]})


def _ticket_info_held(world: World) -> Request:
    return Request("GET", "/get-ticket-info", query={"ticket_id": world.ticket(world.hours(2))})


def _confirm(world: World) -> Request:
    ticket_id, moment, _ = world.session()
    return Request("POST", "/confirm-session-by-client", {"ticket_id": ticket_id, "slot_time": moscow(moment)})


def _cancel(world: World) -> Request:
    return Request("POST", "/cancel-session", {"ticket_id": world.session(confirmed=True)[0], "cancellation_reason": "Заболела"})


def _cancel_by_slot(world: World) -> Request:
    _, moment, _ = world.session(confirmed=True)
    return Request("POST", "/cancel-session", {"slot_id": world.slot_id(moment)}, headers=SERVICE)


def _move(world: World) -> Request:
    (free,) = world.hours(1)
    return Request("POST", "/reschedule-session", {"ticket_id": world.session()[0], "new_slot_time": moscow(free)})


def _rate(world: World) -> Request:
    ticket_id = world.session(confirmed=True)[0]
    storage.change(Session.row(ticket_id, current(ticket_id).session_id), [Session.status.set("completed")])
    return Request("POST", "/rate-session", {"ticket_id": ticket_id, "rating": 5, "feedback": "Стало легче"})


def _history(world: World) -> Request:
    return Request("GET", "/client-sessions-history", query={"client_telegram": world.session()[2]}, headers=SERVICE)


def _row(world: World, moment: datetime, **said: Any) -> dict[str, Any]:
    local = moment + timedelta(hours=3)
    row = {"id": world.slot_id(moment), "psychologist": world.specialist_id, "date": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}
    return {**row, "state": "Свободен", "ticket": None, "client_id": None, **said}


def _taken_row(world: World, **said: Any) -> Request:
    (moment,) = world.hours(1)
    ticket_id = world.ticket([])
    free, taken = _row(world, moment, **said), _row(world, moment, state="Забронирован", ticket=ticket_id, **said)
    return Request("POST", "/notify-update", change("UPDATE", taken, free), headers=SUPABASE)


def _row_taken(world: World) -> Request:
    return _taken_row(world)


def _row_taken_by_name(world: World) -> Request:
    return _taken_row(world, psychologist="Мария Орлова")


def _row_freed(world: World) -> Request:
    ticket_id, moment, _ = world.session()
    taken = _row(world, moment, state="Забронирован", ticket=ticket_id)
    return Request("POST", "/notify-update", change("UPDATE", _row(world, moment), taken), headers=SUPABASE)


def _row_new(world: World, **said: Any) -> Request:
    world.used += 1
    return Request("POST", "/notify-update", change("INSERT", _row(world, tomorrow(8, days=20 + world.used), **said)), headers=SUPABASE)


def _row_new_by_name(world: World) -> Request:
    return _row_new(world, psychologist="Мария Орлова")


def _specialist_row(world: World) -> Request:
    row = {"id": world.specialist_id, "name": "Мария Орлова", "min_price": 3500, "debt": 9, "topics": ["тревога", "сон"]}
    return Request("POST", "/notify-update", change("UPDATE", row, {**row, "debt": 8}, "hraniteli_psychologists"), headers=SUPABASE)


def _bot_start(world: World) -> Request:
    world.used += 1
    update = start(world.ticket(world.hours(2)), int(world.telegram_id()), update_id=world.used)
    return Request("POST", "/telegram", update, headers=TELEGRAM)


def _bot_button(world: World) -> Request:
    ticket_id, _, person = world.session()
    session_id = current(ticket_id).session_id
    world.used += 1
    return Request("POST", "/telegram", press(f"confirm:{ticket_id}:{session_id}", int(person), update_id=world.used), headers=TELEGRAM)


def _bot_words(world: World) -> Request:
    person = world.session()[2]
    world.used += 1
    sender = {"id": int(person), "is_bot": False, "first_name": "Анна"}
    message = {"message_id": 5, "date": 1, "from": sender, "chat": {"id": int(person), "type": "private"}, "text": "Спасибо!"}
    return Request("POST", "/telegram", {"update_id": world.used, "message": message}, headers=TELEGRAM)


ASK = "create-consultation, a known client"
PAGE = "list-client-tickets"
CREATE = "/api/consultations/create"
BEARER = {"Authorization": "Bearer of-a-developers-stage"}
AVAILABLE = "get-available-slots"
SUBMIT = "submit-application, a new client"
CONFIRM = "confirm-session-by-client"
TAKEN = "notify-update, a slot is taken"


def _ask_known(world: World) -> Request:
    client = {"email": f"c{world.used}@example.uz", "phone_number": "+998901234567", "org_inn": "305112233"}
    world.front.post(CREATE, {"client": client, "consultation": {"comment": "Первый вопрос"}}, BEARER).ok()
    world.used += 1
    return Request("POST", CREATE, {"client": client, "consultation": {"comment": f"Вопрос {world.used}"}}, headers=BEARER)


def _ask_new(world: World) -> Request:
    world.used += 1
    body = {
        "client": {"email": f"new{world.used}@example.uz"},
        "consultation": {"comment": "Вопрос", "scheduled_at": "2026-12-01T10:00:00Z"},
    }
    return Request("POST", CREATE, body, headers=BEARER)


def _list_consultations(world: World) -> Request:
    asked = _ask_known(world).send(world.front).ok()
    path = f"/api/tickets/clients/{asked['client_id']}/tickets"
    return Request("GET", path, query={"skip": "1", "limit": "1"}, headers=BEARER)


OPERATIONS = [
    Operation(AVAILABLE, _available),
    Operation("submit-application, a known client", _submit_known, CALLS_OF_AN_APPLICATION),
    Operation(SUBMIT, _submit_new, CALLS_OF_AN_APPLICATION + 1),
    Operation("process-link", _link),
    Operation("client-registration, a new client", _register),
    Operation("diagnostic-session-request, a known client", lambda world: _diagnostic(world, known=True)),
    Operation("diagnostic-session-request, a new client", lambda world: _diagnostic(world, known=False), CALLS + 1),
    Operation("process-diagnostic-session-request", _process_diagnostic),
    Operation("get-ticket-info, booked", _ticket_info),
    Operation("get-ticket-info, held", _ticket_info_held),
    Operation(CONFIRM, _confirm),
    Operation("cancel-session", _cancel),
    Operation("cancel-session, by slot", _cancel_by_slot),
    Operation("reschedule-session", _move),
    Operation("rate-session", _rate),
    Operation("client-sessions-history", _history),
    Operation(TAKEN, _row_taken),
    Operation("notify-update, a slot of a specialist named by words", _row_taken_by_name),
    Operation("notify-update, a slot is freed", _row_freed),
    Operation("notify-update, a new slot", _row_new),
    Operation("notify-update, a new slot of one named by words", _row_new_by_name),
    Operation("notify-update, a specialist", _specialist_row),
    Operation("telegram, Start on a link", _bot_start),
    Operation("telegram, a button", _bot_button),
    Operation("telegram, words", _bot_words),
    Operation(ASK, _ask_known),
    Operation("create-consultation, a new client", _ask_new),
    Operation(PAGE, _list_consultations),
]
"""Every webhook of the house."""

APART = Operation("submit-application, for times a week apart", _submit_apart, CALLS_OF_AN_APPLICATION + 1)
"""Makes no call more, but reads what lies between its times."""
