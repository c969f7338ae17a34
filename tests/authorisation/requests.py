"""What each operation is asked: its sample of `events/`, about the owner of the world."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from chalicelib.core.http import Operation
from chalicelib.messaging.unsubscribing import tokens
from tests.authorisation.callers import BOT_TOKEN, opened_by
from tests.authorisation.world import (
    ACCOUNT,
    OTHER_NUMBER,
    OWNER,
    OWNER_NUMBER,
    OWNER_PARENT,
    OWNER_PHONE,
    PLANTED,
    STAFF_ACCOUNT,
    STAFF_EMAIL,
    STAFF_PASSWORD,
    UNKNOWN_PHONE,
    World,
)
from tests.builders import change, client_row, moscow, press, tomorrow

OWNER_ID = OWNER_NUMBER.removeprefix("br").lstrip("0")
"""The owner's number as panels name him."""

EVENTS = Path(__file__).parents[2] / "events"


@dataclass(frozen=True)
class Asked:
    """One request without its caller."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def address(self, more: dict[str, str]) -> str:
        """Path and query, with what a caller adds."""
        query = {**self.query, **more}
        return f"{self.path}?{urlencode(query)}" if query else self.path

    @property
    def said(self) -> str:
        """All that the caller knew before he was answered."""
        return json.dumps([self.path, self.query, self.body.decode()], ensure_ascii=False)


def asked(operation: Operation, world: World) -> Asked:
    """A valid request about the owner."""
    fields = {**_sample(operation), **ABOUT_THE_OWNER.get(operation.name, lambda world: {})(world)}
    fields = {name: value for name, value in fields.items() if value != ""}
    in_path = {name: fields.pop(name) for name in list(fields) if f"{{{name}}}" in operation.path}
    path = operation.path
    for name, value in in_path.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    if operation.method in ("GET", "DELETE"):
        return Asked(operation.method, path, query=fields)
    return Asked(operation.method, path, body=json.dumps(fields, ensure_ascii=False).encode())


def _sample(operation: Operation) -> dict[str, Any]:
    path = EVENTS / operation.package.partition(".")[0] / f"{operation.name}.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def contacts(operation: Operation, world: World) -> Iterator[Asked]:
    """The same about the owner, once for each kind of contact that a stranger may type of him."""
    yield asked(operation, world)
    for fields in CONTACTS.get(operation.name, []):
        one = asked(operation, world)
        yield replace(one, body=json.dumps({**json.loads(one.body), **fields}, ensure_ascii=False).encode())


def of_somebody_unknown(request: Asked) -> Asked:
    """The same request about somebody whom nobody here ever heard of."""
    body, query = request.body.decode(), dict(request.query)
    for known, unknown in UNKNOWN.items():
        body = body.replace(known, unknown)
        query = {name: value.replace(known, unknown) for name, value in query.items()}
    return replace(request, body=body.encode(), query=query)


UNKNOWN = {
    OWNER_PHONE: UNKNOWN_PHONE,
    OWNER_PARENT: "79161110909",
    str(OWNER): "7044449009",
    PLANTED["e-mail"]: "unheard.of.man@example.org",
    PLANTED["Telegram name"]: "unheard_of_man",
}

NAMES = {"phone": OWNER_PHONE, "email": PLANTED["e-mail"], "telegram": f"@{PLANTED['Telegram name']}", "telegram id": str(OWNER)}

APPLICATIONS: list[dict[str, Any]] = [
    *({"contact": {"type": kind.partition(" ")[0], "value": value}} for kind, value in NAMES.items()),
    {"contact": {"type": "phone", "value": NAMES["phone"]}, "email": NAMES["email"], "telegram": NAMES["telegram"]},
]

CONTACTS: dict[str, list[dict[str, Any]]] = {
    "submit_application": APPLICATIONS,
    "submit_application_test_contur": APPLICATIONS,
    **dict.fromkeys(("tilda_zayavka", "tilda_zayavka_diagnostic_v2", "register_ticket_for_help_hand"), APPLICATIONS),
    "diagnostic_session_request": [{"client_phone": "", f"client_{kind}": NAMES[kind]} for kind in ("phone", "email", "telegram")],
    "update_contacts_stb": [{"contact": NAMES[kind], "contactType": kind.capitalize()} for kind in ("phone", "email", "telegram")],
    "create_gocrm_lead": [{"phone": NAMES["phone"], "email": NAMES["email"]}],
    "create_funnel_lead": [{"phone": NAMES["phone"], "email": NAMES["email"]}],
    "verify_code": [{"telegram_id": NAMES["telegram id"]}],
}
"""What else may be typed of the owner, by operation."""


NUMBER = OWNER_NUMBER.lstrip("br0")
"""The owner as the till knows him: the digits of his lead number."""


def _ticket(world: World) -> dict[str, Any]:
    return {"ticket_id": world.ticket_id}


def _lead(world: World) -> dict[str, Any]:
    return {"lead_number": OWNER_NUMBER}


def _specialist(world: World) -> dict[str, Any]:
    return {"specialist_id": world.specialist_id}


def _page(**said: Any) -> Callable[[World], dict[str, Any]]:
    """The specialist's own page, asked with the right secret."""
    return lambda world: {"secret": world.secret, **{name: say(world) if callable(say) else say for name, say in said.items()}}


def _form(world: World) -> dict[str, Any]:
    """What somebody types who knows the owner's phone."""
    return {"contact": {"type": "phone", "value": OWNER_PHONE}, "selected_slots": [], "ticket_id": "5827301", "name": "Некто"}


def _question(world: World) -> dict[str, Any]:
    return {"client": {"client_id": world.account_id}, "consultation": {"comment": "Ещё вопрос", "lang": "ru"}, "source": "SITE"}


def _row(world: World) -> dict[str, Any]:
    """The database says that the owner's time is taken."""
    at = world.start_at
    record = {"id": world.slots["booked"], "date": moscow(at)[:5], "time": moscow(at)[6:], "state": "Занят", "psychologist": "Мария Орлова"}
    return change("UPDATE", record, {**record, "state": "Свободен"})


def _answer_of_chatwoot(world: World) -> dict[str, Any]:
    sample = json.loads((EVENTS / "consultations" / "chatwoot.answer.json").read_text(encoding="utf-8"))
    sample["conversation"]["custom_attributes"]["frontdesk_id"] = world.cons_id
    return dict(sample)


def _diagnostic(world: World, client: str, specialist_id: str, slot_name: str) -> dict[str, Any]:
    paid = {"amount": 2500, "status": "pending"}
    return {"client_id": client, "psychologist_id": specialist_id, "slot_id": world.slots[slot_name], "payment_info": paid}


def _about_cabinet(**said: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {name: getattr(world, attribute) for name, attribute in said.items()}


def _product(world: World) -> dict[str, Any]:
    return {"product_id": world.product_id}


def _employee(world: World) -> dict[str, Any]:
    return {"employee_id": world.employee_id}


def _appointment(world: World) -> dict[str, Any]:
    """The hour that a master offers, of no service."""
    when = int(tomorrow(12, days=5).timestamp())
    return {"client_id": int(NUMBER), "employee_id": int(world.master_id), "service_id": "", "product_id": "", "starts_at": when}


def _letter(world: World) -> dict[str, Any]:
    return {"token": tokens.issue(tokens.Claims(client_row(OWNER_NUMBER).client_id, "email"))}


ABOUT_THE_OWNER: dict[str, Callable[[World], dict[str, Any]]] = {
    **dict.fromkeys(("products_update", "specifications_set", "stock_movements_create"), _product),
    **dict.fromkeys(("employees_get", "employees_update", "employees_archive"), _employee),
    **dict.fromkeys(("employees_history", "timesheet_get", "schedule_get", "schedule_create"), _employee),
    "appointments_list": lambda world: {**dict.fromkeys(("date_from", "date_to", "status", "employee_id"), ""), "client_id": OWNER_ID},
    "appointments_times": lambda world: {"employee_id": world.master_id, "service_id": ""},
    "appointments_status": lambda world: {"appointment_id": f"s.{world.ticket_id}.{world.session_id}", "status": "cancelled"},
    "timesheet_create": lambda world: {"employee_id": world.employee_id, "work_date": f"{tomorrow(10, days=-1):%Y-%m-%d}"},
    "employees_list": lambda world: {"category_id": ""},
    **dict.fromkeys(("appointments_create", "appointments_create_by_phone", "appointments_book"), _appointment),
    **dict.fromkeys(("dialogue_messages", "dialogues_get", "dialogues_send"), lambda world: {"client_id": OWNER_ID}),
    "dialogue_send_group": lambda world: {"client_ids": [int(OWNER_ID)]},
    "client_registration": lambda world: {"user_id": str(OWNER)},
    "confirm_contact": lambda world: {"client_id": OWNER_NUMBER, "phone": OWNER_PHONE},
    "list_clients": lambda world: {"search": PLANTED["name"], "channel": ""},
    "list_loyalty_clients": lambda world: {"q": OWNER_NUMBER, "level": "", "tag": ""},
    "create_loyalty_client": lambda world: {"phone": "", "email": ""},
    "get_loyalty_client": lambda world: {"client_id": OWNER_ID},
    "get_loyalty_card": lambda world: {"client_id": OWNER_ID},
    "update_loyalty_client": lambda world: {"client_id": OWNER_ID},
    "update_named_loyalty_client": lambda world: {"id": int(OWNER_ID)},
    "leads_list": lambda world: {"search": PLANTED["name"], "status": "", "score_category": ""},
    "leads_create": lambda world: {"phone": "", "email": ""},
    **dict.fromkeys(("leads_get", "leads_update", "leads_delete"), lambda world: {"lead_id": OWNER_ID}),
    "get_referral_client_info": lambda world: {"client_id": OWNER_ID},
    "list_operations": lambda world: {"client_id": NUMBER, "op_type": "", "date_from": "", "date_to": ""},
    "make_operation": lambda world: {"client_id": int(NUMBER)},
    **dict.fromkeys(
        ("leads_interactions", "leads_note", "leads_score", "ai_score_lead", "ai_generate_email"), lambda world: {"lead_id": OWNER_ID}
    ),
    "merge_clients": lambda world: {"client_id": OWNER_NUMBER, "into": OTHER_NUMBER, "reason": "один человек"},
    "change_client_channels": lambda world: {"client_id": OWNER_NUMBER, "preferred_channel": "telegram"},
    "mail_events": lambda world: {"event": "delivery"},
    "client_timeline": lambda world: {"client_id": OWNER_NUMBER},
    "list_messages": lambda world: {"client_id": OWNER_NUMBER},
    "show_unsubscribing": _letter,
    "unsubscribe": _letter,
    "get_telegram_id": lambda world: {"client": OWNER_NUMBER, "send_code": "false"},
    "get_telegram_id_test_contur": lambda world: {"client": "tbr0001"},
    "verify_code": lambda world: {"telegram_id": str(OWNER), "code": "000000"},
    "verify_code_test_contur": lambda world: {"telegram_id": str(OWNER), "code": "000000"},
    "resume_client": lambda world: {"client_id": OWNER_NUMBER},
    "create_specialist": lambda world: {"id": "made-by-the-matrix"},
    "get_specialist": _specialist,
    "renew_specialist_secret": _specialist,
    "update_specialist": _specialist,
    "delete_specialist": lambda world: {"specialist_id": world.idle_specialist_id},
    "get_available_slots": lambda world: {"psychologist": "Мария Орлова", "date_from": moscow(world.start_at)[:5], "date_to": ""},
    "get_available_slots_test_contur": lambda world: {"date_from": ""},
    "create_slots": lambda world: {"slots": [{"specialist_id": world.specialist_id, "start_at": tomorrow(9, days=8).isoformat()}]},
    "delete_slot": lambda world: {"slot_id": world.slots["spare"]},
    "get_schedule": lambda world: {"psychologist": world.specialist_id, "format": "json"},
    "get_assigment_coeff": lambda world: {"psychologist_name": "Мария Орлова"},
    "get_slot": _page(startDate="", endDate=lambda world: moscow(world.start_at)[:5]),
    "get_psycho": _page(),
    "get_ticket_for_slot": _page(date=lambda world: moscow(world.start_at)[:5], time="10:00"),
    "add_slot": _page(slot=lambda world: moscow(tomorrow(16, days=5))),
    "delete_own_slot": _page(slot=lambda world: world.slots["spare"]),
    "plan_free_slots": _page(slot=lambda world: world.slots["spare"]),
    "get_root_planned_free_slot": _page(slot=lambda world: world.slots["spare"]),
    "cancel_slot": _page(slot=lambda world: world.slots["spare"]),
    "psy_os": _page(),
    "get_help_hand_tickets": _page(),
    "confirm_help_hand_by_psychologist": _page(ticket_id=lambda world: world.help_token, slot=lambda world: world.slots["spare"]),
    "create_custom_event": _page(date=lambda world: moscow(tomorrow(18, days=5))[:5]),
    "get_all_events": _page(),
    "get_event_for_slot": _page(date=lambda world: moscow(tomorrow(18, days=6))[:5], time="18:00"),
    "join_to_event": _page(date=lambda world: moscow(tomorrow(18, days=6))[:5], time="18:00"),
    "update_psychologists": _page(),
    "list_proposals": lambda world: {"state": "open"},
    "accept_proposal": lambda world: {"proposal_id": world.proposal_id},
    "reject_proposal": lambda world: {"proposal_id": world.proposal_id},
    "confirm_session_by_client": lambda world: {**_ticket(world), "slot_time": moscow(world.start_at)},
    "cancel_session": _ticket,
    "reschedule_session": lambda world: {**_ticket(world), "new_slot_time": moscow(tomorrow(12, days=5))},
    "rate_session": lambda world: {"ticket_id": world.rated_ticket_id},
    "client_sessions_history": lambda world: {"client_telegram": str(OWNER)},
    "list_sessions": lambda world: {"date_from": ""},
    "generate_conference_link": _ticket,
    "submit_application": _form,
    "submit_application_test_contur": _form,
    **dict.fromkeys(("tilda_zayavka", "tilda_zayavka_diagnostic_v2", "register_ticket_for_help_hand"), _form),
    "process_link": lambda world: {**_ticket(world), "user_id": str(OWNER)},
    "get_ticket_info": _ticket,
    "diagnostic_session_request": lambda world: {"client_phone": OWNER_PHONE, "client_telegram": "", "client_email": ""},
    "process_diagnostic_session_request": lambda world: _diagnostic(world, OWNER_NUMBER, world.specialist_id, "free"),
    "process_diagnostic_session_request_test_contur": lambda world: _diagnostic(world, "tbr0001", world.test_specialist_id, "test free"),
    "reassign": lambda world: {**_lead(world), "filtered_psychologists": "Мария Орлова", "slots": moscow(tomorrow(12, days=5))},
    "get_ticket_info_for_reassigment_without_schedule": _lead,
    "get_ticket_info_for_reassigment": _lead,
    "get_reassignment_schedule": _lead,
    "notify_update": _row,
    "research_tilda_zayavka": lambda world: {},
    "research_tilda_zayavka_test_contur": lambda world: {},
    "update_contacts_stb": lambda world: {"contact": OWNER_PHONE},
    "update_contacts_stb_test_contur": lambda world: {"contact": OWNER_PHONE},
    "schedule_client_action_after_5_days": lambda world: {"client_id": OWNER_NUMBER},
    "schedule_client_action_after_3_weeks": lambda world: {"telegram_id": OWNER, "psychologist_name": "Мария Орлова"},
    "client_os": lambda world: {"telegram_id": str(OWNER), "utm_client": OWNER_NUMBER, "session_date": moscow(tomorrow(10))},
    "client_os_test_contur": lambda world: {"telegram_id": str(OWNER), "utm_client": "tbr0001"},
    "send_user_message_to_admin": lambda world: {"user_id": str(OWNER)},
    "upsert_client": lambda world: {**ACCOUNT, "client_id": world.account_id, "tariff_id": "changed"},
    "get_client": lambda world: {"client_id": world.account_id},
    "get_client_by_hash": lambda world: {"client_hash": world.account_hash},
    "create_consultation": _question,
    "create_consultation_simple": lambda world: {"client_id": world.account_id},
    "get_ticket": lambda world: {"cons_id": world.cons_id},
    "list_client_tickets": lambda world: {"client_id": world.account_id},
    "chatwoot": _answer_of_chatwoot,
    "list_sync": lambda world: {"state": "", "limit": "", "cons_id": world.cons_id},
    "replay_sync": lambda world: {"cons_id": world.cons_id},
    "gocrm_centers": lambda world: {"city_id": ""},
    "gocrm_staff": lambda world: {"center_id": world.center_id},
    "create_gocrm_lead": lambda world: {"phone": OWNER_PHONE, "center_id": world.center_id, "email": ""},
    "create_funnel_lead": lambda world: {"funnel": "trial", "phone": OWNER_PHONE, "center": world.center_id},
    "list_lead_deliveries": lambda world: {"state": "waiting"},
    "replay_lead_delivery": lambda world: {"lead_id": world.lead_id, "center_id": "", "birthday": ""},
    "gocrm_sign_in": lambda world: {"phone": f"+{OWNER_PARENT}"},
    "gocrm_windows": _about_cabinet(child_id="child_id"),
    "gocrm_book_lesson": lambda world: {"child_id": world.child_id, "window_id": world.shown_window_id},
    "gocrm_payment_link": _about_cabinet(subscription_id="subscription_id"),
    "telegram": lambda world: press(f"confirm:{world.ticket_id}:{world.session_id}", OWNER, update_id=77),
    "list_inbox": lambda world: {"state": "", "limit": ""},
    "replay_inbox": lambda world: {"inbox_id": world.inbox_id},
    "replay_outbox_in_bulk": lambda world: {"kind": "message"},
    "replay_outbox": lambda world: {"effect_id": world.effect_id},
    "advance": lambda world: {"ticket_id": world.test_ticket_id},
    "auth_login": lambda world: {"email": STAFF_EMAIL, "password": STAFF_PASSWORD},
    "open_desk": lambda world: {"email": STAFF_EMAIL, "password": STAFF_PASSWORD},
    "auth_refresh": lambda world: {"refresh_token": world.refresh_token},
    "verify_telegram_auth": lambda world: {"initData": opened_by(STAFF_ACCOUNT, BOT_TOKEN)["Authorization"].removeprefix("tma ")},
    "put_survey": lambda world: {"slug": "trevoga"},
    "sales_analytics": lambda world: {"report": "funnel"},
    **dict.fromkeys(("forecasts_get", "forecasts_update", "forecasts_delete"), lambda world: {"forecast_id": world.forecast_id}),
    "users_get": lambda world: {"user_id": world.user_id},
    "users_update": lambda world: {"user_id": world.user_id},
    "users_delete": lambda world: {"user_id": world.user_id, "reassign_to": ""},
    "crm_connections_list": lambda world: {"search": "", "status": ""},
    "crm_connections_create": lambda world: {"base_url": "http://127.0.0.1:9"},
    **dict.fromkeys(
        ("crm_hook", *(f"crm_connections_{what}" for what in ("get", "update", "delete", "sync", "status"))),
        lambda world: {"connection_id": world.connection_id},
    ),
    "messages_list": lambda world: {"lead_id": OWNER_NUMBER, "search": "", "date_from": "", "date_to": "", "status": ""},
    "messages_create": lambda world: {"lead_id": OWNER_NUMBER},
    **dict.fromkeys(
        ("messages_get", "messages_update", "messages_delete", "messages_send"), lambda world: {"message_id": world.message_id}
    ),
    "ai_analyze_call": lambda world: {"call_id": int(world.call_id)},
    "ai_usage": lambda world: {"user_id": ""},
    "ai_job": lambda world: {"job_id": world.job_id},
    "calls_list": lambda world: {"lead_id": OWNER_NUMBER, "search": "", "date_from": "", "date_to": "", "status": ""},
    "calls_create": lambda world: {"lead_id": OWNER_NUMBER, "external_call_id": ""},
    **dict.fromkeys(("calls_get", "calls_update", "calls_transcript_get"), lambda world: {"call_id": world.call_id}),
    "calls_transcript_create": lambda world: {"call_id": world.call_id, "text": world.said},
    "calls_tasks_list": lambda world: {"lead_id": OWNER_NUMBER, "date_from": "", "date_to": "", "status": "", "overdue": ""},
    "calls_tasks_create": lambda world: {"call_id": int(world.call_id)},
    "calls_tasks_update": lambda world: {"task_id": world.task_id},
}
"""Fields that differ from the sample, by operation; an empty one is left out. An operation that is not here is asked just its sample."""
