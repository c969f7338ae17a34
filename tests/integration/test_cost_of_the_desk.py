"""What the rest of the psychologists' desk costs: the AWS calls of each webhook on its usual path, in order.

Three are the rule: an inbox row or a claim, one read, one transaction. A call more is an exception with its reason.
"""

from collections.abc import Callable

import pytest

from bench.operations import CALLS, Request, World
from bench.wire import connections, recorded
from chalicelib.access import rules
from chalicelib.access.models import LoginCode
from chalicelib.booking.sessions.models import Session
from chalicelib.booking.sessions.service import current
from chalicelib.core import storage
from chalicelib.core.settings import settings
from tests.builders import ADMIN_CHAT, SERVICE, TELEGRAM, moscow, sample, write

NAME = "Мария Орлова"
TRACKER = {"ticket_id": "5827301", "form_type": "Заявка", "step": "Начало"}

GET, QUERY, PUT, UPDATE, WRITE = "BatchGetItem", "Query", "PutItem", "UpdateItem", "TransactWriteItems"
CASE = [GET, QUERY, GET, QUERY, GET]
"""A client's applications and sessions: indexes name them, then they are read as they stand."""
"""Who is booked anew: the client by his number, his newest tickets, his last sessions."""

OPERATIONS: dict[str, tuple[Callable[[World], Request], list[str]]] = {}
"""By name: what prepares the request, and every AWS call it makes."""

BECAUSE = {
    "reassign": "it decides on five things that no key joins: client, tickets, sessions, specialists, free time; and keeps an inbox row",
    "get-ticket-info-for-reassigment-without-schedule": "indexes name a client's tickets and sessions, and both are read as they stand",
    "get-reassignment-schedule, the same psychologist": "the free time shown is the fourth thing that no key joins; the back office waits",
    "get-telegram-id, with a code": "the code's row is known by the account, which only the client's row tells; a person waits for a code",
    "client-os, a mark": "the form is kept by the session it is about, which only the client's sessions tell",
    "client-os, a follow-up": "as a mark, and what is planned for the client already",
    "client-os, another psychologist": "a form and a reassignment in one transaction; once in a client's life, and a bot waits",
    "schedule_client_action_after_5_days": "what is planned already, and whose schedule: the last session's, where nobody is named",
    "schedule_client_action_after_3_weeks, a psychologist by name": "a name is a row of its own, beside the client's and the plan's",
    "telegram, the administrator's line": "an update is kept as it came; then the client's row, by what his number tells",
    "get-sheets-row-number, a new visitor": "rows are reserved sixty an hour an address: counting is a write of its own",
    "research-tilda-zayavka": "a row number is an addition of its own, before the transaction that uses it",
}
"""Why these make more than three."""


def costs(name: str, *calls: str) -> Callable[[Callable[[World], Request]], Callable[[World], Request]]:
    """A usual path and its price."""

    def keep(prepare: Callable[[World], Request]) -> Callable[[World], Request]:
        OPERATIONS[name] = (prepare, list(calls))
        return prepare

    return keep


def asked(path: str, **query: str) -> Request:
    return Request("GET", path, query=query, headers=SERVICE)


def told(path: str, body: object) -> Request:
    return Request("POST", path, body, headers=SERVICE)


def registered(world: World) -> tuple[str, str]:
    """A client without a session: his Telegram id, his number."""
    person = world.telegram_id()
    return person, str(world.front.post("/client-registration", {"user_id": person}, SERVICE).ok()["client_id"])


def booked(world: World) -> tuple[str, str]:
    """A client with a confirmed session: his Telegram id, his number."""
    person = world.session(confirmed=True)[2]
    return person, str(world.front.post("/client-registration", {"user_id": person}, SERVICE).ok()["client_id"])


@costs("reassign", PUT, *CASE, QUERY, QUERY, WRITE)
def reassign(world: World) -> Request:
    _, lead = booked(world)
    (free,) = world.hours(1)
    return told("/reassign", {**sample("intake/reassign.json"), "lead_number": lead, "filtered_psychologists": NAME, "slots": moscow(free)})


@costs("get-ticket-info-for-reassigment-without-schedule", *CASE)
def rebooking_info(world: World) -> Request:
    return asked("/get-ticket-info-for-reassigment-without-schedule", lead_number=booked(world)[1])


@costs("get-reassignment-schedule, the same psychologist", *CASE, QUERY)
def rebooking_schedule(world: World) -> Request:
    return asked("/get-reassignment-schedule", lead_number=booked(world)[1], mode="time")


@costs("get-schedule", GET, QUERY)
def schedule(world: World) -> Request:
    booked(world)
    return asked("/get-schedule", psychologist=world.specialist_id)


@costs("get-assigment-coeff, by name", GET, GET, QUERY)
def coefficient(world: World) -> Request:
    booked(world)
    return asked("/get-assigment-coeff", psychologist_name=NAME)


@costs("get-telegram-id", GET, GET)
def telegram_id(world: World) -> Request:
    return asked("/get-telegram-id", client=registered(world)[1])


@costs("get-telegram-id, with a code", GET, GET, GET, WRITE)
def login_code(world: World) -> Request:
    return asked("/get-telegram-id", client=registered(world)[1], send_code="true")


@costs("verify-code", GET, UPDATE, UPDATE)
def verify_code(world: World) -> Request:
    person, lead = registered(world)
    world.front.get("/get-telegram-id", SERVICE, client=lead, send_code="true").ok()
    (row,) = storage.read(LoginCode.at(rules.holder(person, "live")))
    secret = settings().client_token_secret.get_secret_value()
    return Request("POST", "/verify-code", {"telegram_id": person, "code": rules.code(secret, row.holder, row.nonce)})


def feedback(world: World, **answers: str) -> Request:
    ticket_id, moment, person = world.session(confirmed=True)
    session = current(ticket_id)
    storage.change(Session.row(ticket_id, session.session_id), [Session.status.set("completed")])
    form = sample("aftercare/client_os.json")
    lead = world.front.post("/client-registration", {"user_id": person}, SERVICE).ok()["client_id"]
    about = {"telegram_id": person, "utm_client": lead, "psychologist_name": NAME, "session_date": moscow(moment)}
    return told("/client-os", {**form, **about, "anketa": {**form["anketa"], **answers}})


@costs("client-os, a mark", GET, QUERY, GET, GET, WRITE)
def client_os_mark(world: World) -> Request:
    return feedback(world, wantOtherPschologist="Нет", secondSessionTime="")


@costs("client-os, a follow-up", GET, QUERY, GET, GET, GET, WRITE)
def client_os_follow_up(world: World) -> Request:
    return feedback(world, wantOtherPschologist="Нет")


@costs("client-os, another psychologist", GET, QUERY, GET, GET, *CASE, QUERY, QUERY, GET, WRITE)
def client_os_another(world: World) -> Request:
    return feedback(world)


@costs("schedule_client_action_after_5_days", GET, GET, QUERY, GET, WRITE)
def after_5_days(world: World) -> Request:
    return told("/schedule_client_action_after_5_days", {"client_id": booked(world)[1]})


@costs("schedule_client_action_after_3_weeks, a psychologist by name", GET, GET, GET, WRITE)
def after_3_weeks(world: World) -> Request:
    return told("/schedule_client_action_after_3_weeks", {"telegram_id": booked(world)[0], "psychologist_name": NAME})


@costs("send-ticket-data-to-admin", WRITE)
def ticket_data(world: World) -> Request:
    return told("/send-ticket-data-to-admin", sample("dialogue/send_ticket_data_to_admin.json"))


@costs("send_user_message_to_admin", GET, GET, WRITE)
def client_words(world: World) -> Request:
    return told("/send_user_message_to_admin", {"user_id": registered(world)[0], "text": "Добрый день"})


@costs("send_user_message_to_admin, somebody new", GET, UPDATE, WRITE)
def stranger_words(world: World) -> Request:
    return told("/send_user_message_to_admin", {"user_id": world.telegram_id(), "text": "Добрый день"})


@costs("send_admin_message_to_user", GET, GET, WRITE)
def admin_words(world: World) -> Request:
    return told("/send_admin_message_to_user", {"command": f"{registered(world)[1]}: Ждём вас"})


@costs("telegram, the administrator's line", PUT, GET, GET, WRITE)
def admin_line(world: World) -> Request:
    return Request("POST", "/telegram", write(f"{registered(world)[1]}: Ждём вас", int(ADMIN_CHAT)), headers=TELEGRAM)


@costs("research-tilda-zayavka", PUT, GET, UPDATE, WRITE)
def questionnaire(world: World) -> Request:
    return Request("POST", "/research-tilda-zayavka", sample("intake/research_tilda_zayavka.json"))


@costs("get-sheets-row-number, one's own", GET)
def own_row(world: World) -> Request:
    world.front.get("/get-sheets-row-number").ok()
    return Request("GET", "/get-sheets-row-number")


@costs("get-sheets-row-number, a new visitor", GET, UPDATE, UPDATE, WRITE)
def next_row(world: World) -> Request:
    return Request("GET", "/get-sheets-row-number")


@costs("update-contacts-stb", GET, GET, WRITE)
def contacts(world: World) -> Request:
    row = questionnaire(world).send(world.front).ok()["row"]
    return Request("PUT", "/update-contacts-stb", {"rid": row, "contact": "@rita_g"})


@costs("init-form-tracking", GET, PUT)
def tracker(world: World) -> Request:
    return Request("POST", "/init-form-tracking", TRACKER)


@costs("update-tracking-step", GET, PUT)
def tracker_step(world: World) -> Request:
    tracker(world).send(world.front).ok()
    return Request("PUT", "/update-tracking-step", {**TRACKER, "step": "Контакты"})


@costs("update-tracking-step, of nobody", UPDATE)
def tracker_step_of_nobody(world: World) -> Request:
    return Request("PUT", "/update-tracking-step", {"ticket_id": "", "step": "Контакты"})


@costs("update-analytics-before-slots", GET, PUT)
def tracker_answers(world: World) -> Request:
    return Request("PUT", "/update-analytics-before-slots", {**TRACKER, "age": "27"})


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_webhook_makes_these_calls_and_speaks_to_nobody_else(front, name):
    prepare, calls = OPERATIONS[name]
    request = prepare(World.opened(front))
    send = front.put if request.method == "PUT" else None
    with recorded() as recorder, connections() as connected:
        answer = send(request.path, request.body, request.headers) if send else request.send(front)
    answer.ok()
    assert recorder.operations == calls
    assert connected == [], "a vendor was called in a request"


def test_a_call_more_than_three_has_its_reason():
    assert {name for name, (_, calls) in OPERATIONS.items() if len(calls) > CALLS} == set(BECAUSE)


def test_more_slots_and_tickets_do_not_make_it_dearer(front):
    world = World.opened(front)
    for _ in range(8):
        booked(world)
    world.hours(3)
    prepare, calls = OPERATIONS["reassign"]
    request = prepare(world)
    with recorded() as recorder:
        request.send(front).ok()
    assert recorder.operations == calls
