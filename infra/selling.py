"""Sales, played once and told: whoever asks is a lead, the hottest says why, a talk with him is read, and a letter to him leaves once.

It is played with three sample people, whom a form, a diagnostic request and the office bring at the first telling; at the next they are
found. Their addresses are nobody's, and what was sent to them is not sent again. Of the form and the request the admin hears, as of any.
"""

import json
from typing import Any

from infra import owner
from infra.loopback import Api, Refused
from infra.telling import comes, lines, title

LEADS, MESSAGES, CALLS = "/api/v1/leads", "/api/v1/messages", "/api/v1/calls"
SURNAME = "Примерский"
FORM = {
    "Name": f"Павел {SURNAME}",
    "Phone": "+79035550181",
    "Email": "pavel.primersky@example.org",
    "Специализации": "Тревога; Сон",
    "Комментарий": "Удобнее вечером",
    "Checkbox": "yes",
    "tranid": "story:selling",
}
REQUEST = {
    "client_name": f"Илья {SURNAME}",
    "client_phone": "+79035550182",
    "client_email": "ilya.primersky@example.org",
    "request_text": "Хочу понять, с чего начать",
}
WRITTEN_DOWN = {
    "name": f"Пётр {SURNAME}",
    "phone": "+79035550183",
    "company": "Пример и партнёры",
    "position": "директор",
    "source": "call",
}
LETTER = {
    "message_type": "email",
    "subject": "Ваша заявка",
    "body": "Добрый день! Видим вашу заявку и готовы подобрать время. Когда вам удобно?",
}
CALL = {
    "direction": "inbound",
    "to_number": "101",
    "status": "completed",
    "duration_seconds": 75,
    "provider": "story",
    "external_call_id": "selling",
}
TALK = """[00:00] Менеджер: Добрый день! Вы оставили заявку, чем помочь?
[00:09] Клиент: Здравствуйте! Сколько стоит встреча и есть ли свободное время вечером?
[00:21] Менеджер: Три с половиной тысячи, вечером есть несколько окон.
[00:34] Клиент: Дороговато, мне надо подумать. Пришлите, пожалуйста, расписание завтра."""
REASONS = 4


def play(api: Api, tilda_key: str, password: str | None = None) -> None:
    """Three leads, the hottest and why, a talk with him, and a letter to him. Raises RuntimeError where one of them does not come."""
    api = _signed_in(api, password)
    _come(api, tilda_key)
    hottest = _hottest(api)
    _call(api, hottest)
    _letter(api, hottest["id"])


def _signed_in(api: Api, password: str | None) -> Api:
    """The owner's calls; the service key's where he has changed the password that he was made with."""
    try:
        token = api.post("/api/v1/auth/login", {"email": owner.EMAIL, "password": password})["access_token"] if password else None
    except Refused as refused:
        if refused.status != 401:
            raise
        token = None
    title(f"The {'owner signs in' if token else 'office'} and sells", "POST /api/v1/auth/login" if token else "by the service key")
    return api.signed_in(token) if token else api


def _come(api: Api, tilda_key: str) -> None:
    """Whoever asks is a lead within a second: by a form, by a request, by the office's hand."""
    api.form("/submit-application", FORM, tilda_key)
    if not _found(api, "Илья"):
        api.form("/diagnostic-session-request", REQUEST, tilda_key)
    try:
        api.post(LEADS, WRITTEN_DOWN)
    except Refused as refused:
        if json.loads(refused.body).get("error") != "lead_exists":
            raise
    title("A form, a diagnostic request and a call: three leads", f"GET {LEADS}?order_by=score")
    lines(map(_told, comes(lambda: _all_three(api), "a lead")))


def _all_three(api: Api) -> list[Any] | None:
    found = _found(api)
    return found if len(found) >= 3 else None


def _found(api: Api, name: str = "") -> list[Any]:
    found: list[Any] = api.get(LEADS, search=f"{name} {SURNAME}".strip(), order_by="score", limit=10)["items"]
    return found


def _told(lead: Any) -> str:
    score = "  —" if lead["score"] is None else f"{lead['score']:>3}"
    return f"{lead['lead_number']}  {score} {lead['score_category']:<8} {lead['stage']:<10} {lead['source']:<11} {lead['name']}"


def _hottest(api: Api) -> Any:
    lead = api.get(f"{LEADS}/{_found(api)[0]['id']}")
    detail = lead["score_detail"] or {}
    title(f"The hottest is {lead['lead_number']}, and it says why", f"GET {LEADS}/{lead['id']}")
    lines([f"{lead['score']} of 100, {lead['score_category']}: what is known {detail.get('fit')}, what he did {detail.get('engagement')}"])
    lines(f"{reason['points']:+}  {reason['text']}" for reason in detail.get("reasons", [])[:REASONS])
    return lead


def _call(api: Api, lead: Any) -> None:
    """Write a talk down and have it read: one that its telephony told of before is found, and what was typed of it stands."""
    call = api.post(CALLS, {**CALL, "lead_id": lead["id"], "from_number": lead["phone"] or FORM["Phone"]})
    place = f"{CALLS}/{call['id']}/transcript"
    if call["transcript_state"] == "none":
        api.post(place, {"text": TALK})
    title("He calls; what was said is typed, and every claim about it has its quote", f"POST {CALLS}/{{id}}/transcript")
    found = comes(lambda: api.get(place)["analysis"], "the analysis of a call")
    lines(f"{claim['text']}: «{claim['quote']}»" for claim in [*found["objections"], *found["tasks"]][:1])


def _letter(api: Api, lead: int) -> None:
    """Write to him and send it: a letter that was sent before is found, and not sent again."""
    title("A letter is drafted and sent; sent twice it is one", f"POST {MESSAGES}/{{id}}/send")
    known = [one for one in api.get(MESSAGES, lead_id=lead)["items"] if one["subject"] == LETTER["subject"]]
    letter = known[0] if known else api.post(MESSAGES, {**LETTER, "lead_id": lead})
    try:
        for _ in range(2):
            api.post(f"{MESSAGES}/{letter['id']}/send", {})
    except Refused as refused:
        if refused.status != 409:
            raise
        lines([f"«{LETTER['subject']}» stays a draft: {json.loads(refused.body)['message']}"])
        return
    sent = comes(lambda: one if (one := api.get(f"{MESSAGES}/{letter['id']}"))["status"] not in ("draft", "queued") else None, "the letter")
    lines([f"«{sent['subject']}» is {sent['status']} by {sent['channel']}", f"│ {sent['body']}"])
