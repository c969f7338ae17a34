"""Every inbound webhook, repeated many times and sent many times at once: one effect and one answer.

The callers run at once, in threads of one process; only the calls of the in-process store take turns. Many callers of the
gateway at once are tested end to end.
"""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Barrier
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine

from chalicelib.core import clock
from chalicelib.core.http import OPERATIONS, respond
from tests.builders import (
    ADMIN_CHAT,
    CLIENT,
    SERVICE,
    SUPABASE,
    TELEGRAM,
    Answer,
    application,
    apply_for,
    book,
    change,
    confirm,
    moscow,
    press,
    sample,
    slot,
    specialist,
    start,
    tomorrow,
    write,
)
from tests.proofs import size
from tests.standins.store import Call, Killed, LaggingIndexes, OneAtATime, Wire, conflicts_first, contents, restore, snapshot

TIMES = size(6, full=20)


@dataclass(frozen=True)
class Request:
    """One webhook's request."""

    path: str
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "POST"

    @property
    def event(self) -> dict[str, Any]:
        """The request as API Gateway hands it on."""
        form = self.headers.get("Content-Type", "").startswith("application/x-www-form")
        return {
            "requestContext": {"httpMethod": self.method, "resourcePath": self.path, "identity": {"sourceIp": "203.0.113.7"}},
            "headers": {"Content-Type": "application/json", **self.headers},
            "multiValueQueryStringParameters": None,
            "pathParameters": None,
            "body": urlencode(self.body) if form else json.dumps(self.body),
            "isBase64Encoded": False,
        }

    def send(self) -> Answer:
        operation = next(one for one in OPERATIONS if (one.method, one.path) == (self.method, self.path))
        answer = respond(operation, self.event)
        answer.body = answer.body.encode() if isinstance(answer.body, str) else json.dumps(answer.body).encode()
        return Answer(answer)


FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
TILDA = {"Name": "Анна Лебедева", "Phone": "+7 (904) 550-15-67", "formid": "form1", "tranid": "77:1234567"}
DIAGNOSTIC = {"client_name": "Анна Лебедева", "client_phone": "+79045501567", "request_text": "тревога", "utm_source": "null"}


@dataclass(frozen=True)
class Desk:
    """A specialist with two free hours of tomorrow."""

    front: Any
    tick: Callable[..., Any]
    person: str
    slots: list[str]
    starts: list[Any]


def _slot_row(desk: Desk, state: str, **said: Any) -> dict[str, Any]:
    at = desk.starts[0] + timedelta(hours=3)
    row = {"id": desk.slots[0], "psychologist": "Мария Орлова", "date": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M}", "state": state}
    return {**row, **said}


def _applied(desk: Desk) -> str:
    return apply_for(desk.front, desk.starts[0])


def _booked(desk: Desk) -> str:
    return book(desk.front, desk.starts[0])


def _rated(desk: Desk) -> str:
    ticket_id = _booked(desk)
    confirm(desk.front, ticket_id, desk.starts[0])
    desk.tick("feedback_reminder", desk.starts[0] + timedelta(hours=2))
    return ticket_id


def _button(desk: Desk, ticket_id: str, action: str) -> dict[str, Any]:
    from chalicelib.booking.sessions import service as sessions

    return press(f"{action}:{ticket_id}:{sessions.current(ticket_id).session_id}", update_id=70)


def _diagnostic(desk: Desk, status: str) -> Request:
    desk.front.post("/client-registration", {"user_id": str(CLIENT)}, SERVICE).ok()
    paid = {"amount": 2500, "status": status}
    body = {"client_id": "br0001", "psychologist_id": desk.person, "slot_id": desk.slots[0], "payment_info": paid}
    return Request("/process-diagnostic-session-request", body, SERVICE)


def _taken_and_freed(desk: Desk) -> Request:
    row = _slot_row(desk, "Забронирован", ticket=_booked(desk))
    return Request("/notify-update", change("UPDATE", _slot_row(desk, "Свободен"), row), SUPABASE)


def _known(desk: Desk) -> str:
    return str(desk.front.post("/client-registration", {"user_id": str(CLIENT)}, SERVICE).ok()["client_id"])


def _reassigned(desk: Desk) -> Request:
    _booked(desk)
    wish = {"lead_number": "br0001", "filtered_psychologists": "Орлова Мария", "slots": moscow(desk.starts[1])}
    return Request("/reassign", {**sample("intake/reassign.json"), **wish}, SERVICE)


def _feedback(desk: Desk, **answers: str) -> Request:
    _rated(desk)
    form = sample("aftercare/client_os.json")
    about = {"telegram_id": CLIENT, "utm_client": "br0001", "psychologist_name": "Мария Орлова", "session_date": moscow(desk.starts[0])}
    return Request("/client-os", {**form, **about, "anketa": {**form["anketa"], **answers}}, SERVICE)


def _contacts(desk: Desk) -> Request:
    Request("/research-tilda-zayavka", sample("intake/research_tilda_zayavka.json")).send().ok()
    return NEW_CONTACTS


NEW_CONTACTS = Request("/update-contacts-stb", {"contact": "@rita_g"}, method="PUT")
NEXT_ROW = Request("/get-sheets-row-number", None, method="GET")
TRACKER = {"ticket_id": "5827301", "form_type": "Заявка", "step": "Начало"}
LIVING_ON = {"wantOtherPschologist": "Нет", "secondSessionTime": "через 5 дней"}


WEBHOOKS: dict[str, Callable[[Desk], Request]] = {
    "a form with Tilda's number": lambda desk: Request("/submit-application", [*TILDA.items(), ("slots", moscow(desk.starts[0]))], FORM),
    "an application without any number": lambda desk: Request("/submit-application", application(moscow(desk.starts[0]))),
    "an application with the browser's number": lambda desk: Request(
        "/submit-application", application(moscow(desk.starts[0]), ticket_id="770011")
    ),
    "an application of the test contour": lambda desk: Request("/submit-application-test-contur", application(tranid="t:1")),
    "a diagnostic request": lambda desk: Request("/webhook/diagnostic-session-request", DIAGNOSTIC),
    "a diagnostic booking that waits for its payment": lambda desk: _diagnostic(desk, "pending"),
    "a diagnostic booking that is paid": lambda desk: _diagnostic(desk, "completed"),
    "a registration": lambda desk: Request("/client-registration", {"user_id": CLIENT}, SERVICE),
    "a followed link, told by a bot": lambda desk: Request("/process-link", {"user_id": CLIENT, "ticket_id": _applied(desk)}, SERVICE),
    "a followed link, told by Telegram": lambda desk: Request("/telegram", start(_applied(desk)), TELEGRAM),
    "a link that leads nowhere": lambda desk: Request("/telegram", start("01JZZZZZZZZZZZZZZZZZZZZZZZ"), TELEGRAM),
    "words of somebody new": lambda desk: Request("/telegram", write("Здравствуйте!"), TELEGRAM),
    "a bare start of somebody new": lambda desk: Request("/telegram", write("/start"), TELEGRAM),
    "a pressed yes": lambda desk: Request("/telegram", _button(desk, _booked(desk), "confirm"), TELEGRAM),
    "a pressed no": lambda desk: Request("/telegram", _button(desk, _booked(desk), "cancel"), TELEGRAM),
    "a pressed move": lambda desk: Request("/telegram", _button(desk, _booked(desk), "move"), TELEGRAM),
    "a pressed mark": lambda desk: Request("/telegram", _button(desk, _rated(desk), "rate:4"), TELEGRAM),
    "a yes": lambda desk: Request("/confirm-session-by-client", {"ticket_id": _booked(desk), "slot_time": moscow(desk.starts[0])}),
    "a no": lambda desk: Request("/cancel-session", {"ticket_id": _booked(desk)}),
    "a move": lambda desk: Request("/reschedule-session", {"ticket_id": _booked(desk), "new_slot_time": moscow(desk.starts[1])}),
    "a mark": lambda desk: Request("/rate-session", {"ticket_id": _rated(desk), "rating": 5, "feedback": "Спасибо"}),
    "a row that books for a client": lambda desk: Request(
        "/notify-update", change("UPDATE", _slot_row(desk, "Забронирован", client_id="501"), _slot_row(desk, "Свободен")), SUPABASE
    ),
    "a new row that is taken": lambda desk: Request(
        "/notify-update", change("INSERT", {**_slot_row(desk, "Забронирован", client_id="501"), "id": 990}), SUPABASE
    ),
    "a row that frees a session's slot": _taken_and_freed,
    "a row of a new specialist": lambda desk: Request(
        "/notify-update", change("INSERT", {"id": 31, "name": "Пётр Ким", "sex": "м"}, table="hraniteli_psychologists"), SUPABASE
    ),
    "a reassignment": _reassigned,
    "a feedback form that wants another psychologist": _feedback,
    "a feedback form that picks a follow-up": lambda desk: _feedback(desk, **LIVING_ON),
    "a follow-up after five days": lambda desk: Request("/schedule_client_action_after_5_days", {"client_id": _known(desk)}, SERVICE),
    "a follow-up after three weeks": lambda desk: Request("/schedule_client_action_after_3_weeks", {"client_id": _known(desk)}, SERVICE),
    "a client's words, told by a bot": lambda desk: Request(
        "/send_user_message_to_admin", {"user_id": CLIENT, "text": "Добрый день"}, SERVICE
    ),
    "a risky word, told by a bot": lambda desk: Request("/send_user_message_to_admin", {"user_id": CLIENT, "text": "суицид"}, SERVICE),
    "an administrator's line": lambda desk: Request("/send_admin_message_to_user", {"command": f"{_known(desk)}: Ждём вас"}, SERVICE),
    "an administrator's line in his chat": lambda desk: Request("/telegram", write(f"{_known(desk)}: Ждём", int(ADMIN_CHAT)), TELEGRAM),
    "a ticket's data": lambda desk: Request("/send-ticket-data-to-admin", sample("dialogue/send_ticket_data_to_admin.json"), SERVICE),
    "an application with a risky word": lambda desk: Request("/submit-application", application(clientStates=["Селфхарм"])),
    "a questionnaire": lambda desk: Request("/research-tilda-zayavka", sample("intake/research_tilda_zayavka.json")),
    "contacts of a questionnaire": _contacts,
    "a tracker's start": lambda desk: Request("/init-form-tracking", TRACKER),
    "a tracker's step": lambda desk: Request("/update-tracking-step", {**TRACKER, "step": "Контакты"}, method="PUT"),
    "a tracker's answers": lambda desk: Request("/update-analytics-before-slots", {**TRACKER, "age": "27"}, method="PUT"),
    "a deleted row": lambda desk: Request("/notify-update", change("DELETE", None, _slot_row(desk, "Свободен")), SUPABASE),
}


@pytest.fixture
def desk(front, tick):
    person = specialist(front)
    starts = [tomorrow(12), tomorrow(13)]
    return Desk(front, tick, person, [slot(front, person, at) for at in starts], starts)


def effect() -> dict[str, list[str]]:
    """What stands in the store, but for what came and the numbers that were drawn."""
    return contents("inbox", "counters")


@pytest.mark.parametrize("name", WEBHOOKS)
def test_a_webhook_repeated_has_one_effect_and_one_answer(desk, name):
    request = WEBHOOKS[name](desk)
    first = request.send()
    first.ok()
    once = effect()
    answers = [request.send() for _ in range(TIMES - 1)]
    assert {answer.status for answer in answers} == {200}
    assert {answer.text for answer in answers} == {first.text}
    assert effect() == once


@pytest.mark.parametrize("name", WEBHOOKS)
def test_a_webhook_sent_at_once_has_one_effect_and_one_answer(desk, name):
    request = WEBHOOKS[name](desk)
    before = snapshot()
    request.send().ok()
    once = effect()
    restore(before)
    gate = Barrier(TIMES)

    def send(_: int) -> Answer:
        gate.wait(10)
        return request.send()

    with OneAtATime(), ThreadPoolExecutor(TIMES) as callers:
        answers = list(callers.map(send, range(TIMES)))
    assert [answer.text for answer in answers if answer.status != 200] == []
    assert len({answer.text for answer in answers}) == 1
    assert effect() == once


@pytest.mark.parametrize("name", WEBHOOKS)
def test_a_webhook_repeated_has_one_effect_while_writes_conflict_and_indexes_lag(desk, name):
    request = WEBHOOKS[name](desk)
    with LaggingIndexes(3), Wire() as wire:
        conflicts_first(wire)
        first = request.send()
        first.ok()
        once = effect()
        answers = [request.send() for _ in range(3)]
    assert [answer.text for answer in answers if answer.status != 200] == []
    assert {answer.text for answer in answers} == {first.text}
    assert effect() == once


def die(call: Call) -> None:
    if call.operation == "TransactWriteItems":
        raise Killed


MAKING = (
    "a form",
    "an application",
    "a diagnostic request",
    "words",
    "a bare start",
    "a followed link, told by Telegram",
    "a reassignment",
)
SHARED = [name for name in WEBHOOKS if name.startswith(MAKING)]


@pytest.mark.parametrize("name", SHARED)
def test_several_who_take_up_a_dead_workers_event_at_once_have_one_effect(desk, name):
    """They share one event and the ids derived from it: whoever writes first is right, and the others say what he said."""
    request = WEBHOOKS[name](desk)
    before = snapshot()
    request.send().ok()
    once = effect()
    restore(before)
    with Wire() as wire:
        wire.before = die
        with pytest.raises(Killed):
            request.send()
    gate = Barrier(6)

    def send(_: int) -> Answer:
        gate.wait(10)
        return request.send()

    with time_machine.travel(clock.wall() + timedelta(seconds=40)), OneAtATime(), ThreadPoolExecutor(6) as callers:
        answers = list(callers.map(send, range(6)))
    assert [answer.text for answer in answers if answer.status != 200] == []
    assert len({answer.text for answer in answers}) == 1
    assert effect() == once


@pytest.mark.parametrize("ask", [NEXT_ROW, NEW_CONTACTS], ids=lambda ask: ask.path)
def test_a_new_visitor_who_comes_many_times_at_once_is_given_one_row(desk, ask):
    """Which number it has is chance: those who come too late have drawn one too."""
    gate = Barrier(TIMES)

    def send(_: int) -> Answer:
        gate.wait(10)
        return ask.send()

    with OneAtATime(), ThreadPoolExecutor(TIMES) as callers:
        answers = list(callers.map(send, range(TIMES)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert len(effect()["research"]) == len(effect()["visits"]) == 1
