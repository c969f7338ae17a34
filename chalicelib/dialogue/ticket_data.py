"""A ticket's data as the site sends it, made readable for the administrator.

He reads who asks, how to reach him, what for and when. Of what was said about health only the request itself is his to
read; columns that nobody knows are left out.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.core import inbox, storage
from chalicelib.core.inbox import AlreadyAnswered
from chalicelib.dialogue import rules
from chalicelib.dialogue.schemas import Passed, TicketData
from chalicelib.intake.applications.reading import read, single
from chalicelib.messaging import service as messaging

LIVE = "live"
REPEAT_WINDOW = timedelta(minutes=10)
"""Within it the same data is said once."""

LEAD = ("lead_number", "lead", "client_id", "utm_client", "number")
CONTACTS = ("contact", "phone", "client_phone", "telegram", "client_telegram", "telegram_username", "username", "telegram_id", "email")


def forward(body: TicketData) -> Passed:
    """Tell the administrator of a ticket; the same content within ten minutes is told once."""
    shown = _shown(body)
    answer = Passed(message="Информация передана администратору.", client_id=shown["lead_number"])
    content = json.dumps(body.model_dump(), sort_keys=True, ensure_ascii=False, default=str)
    tx = storage.Transaction()
    messaging.tell_admin(tx, "admin_ticket_data", messaging.About("ticket_data_sent", LIVE), shown)
    inbox.claim(tx, inbox.claim_key("dialogue", LIVE, "ticket_data", content), answer, window=REPEAT_WINDOW)
    try:
        tx.commit()
    except AlreadyAnswered:  # told a moment ago: the answer is the same
        return answer
    return answer


def _shown(body: TicketData) -> dict[str, Any]:
    known = {**body.client_info, **{name: value for name, value in body.tiket_info.items() if value not in (None, "", [])}}
    said = read(known)
    wishes = said["preferences"]
    return {
        "lead_number": _lead(known),
        "client_name": said["name"],
        "age": said["age"],
        "contact": "; ".join(dict.fromkeys(str(text) for name in CONTACTS if (text := single(known.get(name))) is not None)),
        "timezone": said["timezone"],
        "request_text": said["request_text"] or "; ".join(wishes["specializations"]),
        "wishes": ", ".join(str(wish) for name in ("gender", "price_max") if (wish := single(wishes[name])) is not None),
        "psychologists": body.psychologists,
        "slots": body.slots,
        "slot_ids": "; ".join(body.slots_id),
    }


def _lead(known: Mapping[str, Any]) -> str | None:
    """The client's number, where a column holds what can be one."""
    told = (single(known.get(name)) for name in LEAD)
    return next((lead for text in told if text is not None and (lead := rules.lead_of(str(text)))), None)
