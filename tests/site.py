"""An evening on the public site: every call that it makes, as `events/site` keeps them, one after another, about what stands now."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from chalicelib.core import page_token
from chalicelib.core.http import OPERATIONS
from tests.builders import SERVICE, TELEGRAM, Front, application, moscow, slot, specialist, start, tomorrow

EVENTS = Path(__file__).parent.parent / "events" / "site"
WHO, DAY = "Аглая Ветлугина", "2031-03-14"
SECRET, REBOOKING, FEEDBACK, WAITING = "kq7m2xw9d4tz8vnb3hjf6cyprs", "word.of.rebooking", "word.of.feedback", "word-of-who-waits"
"""What stands in the samples for a secret, tokens and the day: whoever plays them says what is meant."""

GRID = (
    *("get_aggregated_all", "get_agregated_schedule_v2", "get_agregated_schedule_cards", "schedule_diagnosis_v2"),
    *("get_agregated_schedule_helpful_hand", "convert_schedule_timezone"),
)
"""One answer under six names."""

EVENING = (
    *("get_survey", "web_track", "check_fill_survey", "cards", "edu_keys_pipeline_batch", "get_filtered_psychologists_names_new"),
    *("init_form_tracking", "update_tracking_step", "step_analytics", "update_tracker"),
    *GRID,
    *("research_tilda_zayavka", "get_sheets_row_number", "update_contacts_stb"),
    *("tilda_zayavka", "tilda_zayavka_diagnostic_v2", "register_ticket_for_help_hand"),
    *("get_ticket_info", "check_allotment_for_slot_confirmation", "helpful_hand_zayavka_new"),
    *("get_psycho", "get_slot", "add_slot", "plan_free_slots", "get_root_planned_free_slot", "delete_own_slot", "cancel_slot"),
    *("get_ticket_for_slot", "create_custom_event", "get_all_events", "get_event_for_slot", "join_to_event"),
    *("psy_os", "update_psychologists", "get_help_hand_tickets", "confirm_help_hand_by_psychologist"),
    *("get_ticket_info_for_reassigment_without_schedule", "get_ticket_info_for_reassigment", "client_os", "reassign"),
)
HOURS = (10, 11, 12, 13, 19, 20, 21)
DANA, ZHDAN = 7_012_811_001, 7_012_811_002
PRICE = "1777 руб"
SURVEY = {
    "title": "Как вы засыпаете",
    "content": [{"step_id": 1, "step_name": "Долго?", "step_type": "single", "step_items": [{"title": "Да", "coins": 1}]}],
}

KEYED = {SECRET, REBOOKING, FEEDBACK, WAITING}
"""A call with one of these is no stranger's."""


@dataclass(frozen=True)
class Call:
    """One request of the site."""

    name: str
    method: str
    path: str
    body: str | None
    is_strangers: bool

    @property
    def as_fetch(self) -> dict[str, Any]:
        """The same for a page's `fetch`."""
        return {"name": self.name, "method": self.method, "path": self.path, "body": self.body}


def calls(words: Mapping[str, str]) -> list[Call]:
    """The whole evening, with these words in the samples' places."""
    return [_call(name, words) for name in EVENING]


def _call(name: str, words: Mapping[str, str]) -> Call:
    operation = next(one for one in OPERATIONS if one.name == name)
    said = kept = (EVENTS / f"{name}.json").read_text(encoding="utf-8")
    for word, meant in words.items():
        said = said.replace(word, meant)
    fields, path = json.loads(said), operation.path
    for part in [part for part in fields if f"{{{part}}}" in path]:
        path = path.replace(f"{{{part}}}", fields.pop(part))
    strangers = not any(word in kept for word in KEYED)
    if operation.method == "GET":
        return Call(name, "GET", f"{path}?{urlencode(fields)}" if fields else path, None, strangers)
    return Call(name, operation.method, path, json.dumps(fields, ensure_ascii=False), strangers)


@dataclass(frozen=True)
class Stage:
    """What stood before the evening: a specialist with hours, a client of hers, somebody who waits; and what of it is nobody else's."""

    words: dict[str, str]
    planted: dict[str, str]


def built(front: Front, client_ids: Any, key: str, *, days: int = 4) -> Stage:
    """Make it through the doors. `client_ids` says the id of a lead number, `key` signs clients' tokens."""
    day = tomorrow(0, days=days)
    person = specialist(front, WHO, telegram_id="5550811", id="vetlugina", phone="+79045508110")
    first, *_ = [slot(front, person, tomorrow(hour, days=days)) for hour in HOURS]
    front.put("/surveys/vecher", SURVEY, SERVICE).ok()
    dana = _follows(front, DANA, first, name="Дана Дневная", phone="+7 904 811-00-01", email="dana.planted@example.org")
    zhdan = _follows(front, ZHDAN, name="Ждан Вечный", phone="+7 904 811-00-02", ticket_id="hh_8110002", categoryType=PRICE)
    secret = str(front.get(f"/specialists/{person}", SERVICE).ok()["secret"])
    waiting = front.post("/get-help-hand-tickets", {"secret": secret}).ok()
    token = next(one["ticket_id"] for one in waiting if one["price"] == PRICE)
    client_id = client_ids(dana["client_id"])
    (session,) = front.get("/sessions", SERVICE, specialist_id=person).ok()["sessions"]
    words = {
        SECRET: secret,
        REBOOKING: page_token.issue("rebook", client_id, key),
        FEEDBACK: page_token.issue("feedback", client_id, key, about=session["session_id"]),
        WAITING: token,
        **_dates(day),
    }
    planted = {"her secret": secret, "her account": "5550811", "her phone": "9045508110", "who waits": token}
    planted |= {
        "a name": "Дневная",
        "a phone": "9048110001",
        "a phone as typed": "811-00-01",
        "an address": "dana.planted",
        "an account": str(DANA),
    }
    planted |= {
        "a ticket": dana["ticket_id"],
        "another ticket": zhdan["ticket_id"],
        "a client": client_id,
        "a user name": "guest_of_evening",
    }
    return Stage(words, planted)


def _follows(front: Front, account: int, *slots: str, phone: str, **said: Any) -> dict[str, Any]:
    """An application whose link was followed: its answer."""
    form = application(*slots, contact={"type": "phone", "value": phone}, **said)
    answer = dict(front.post("/submit-application", form, SERVICE).ok())
    update = start(answer["ticket_id"], account, update_id=account % 1_000_000, username=f"guest_of_evening_{account % 100}")
    front.post("/telegram", update, TELEGRAM).ok()
    return answer


def _dates(midnight: datetime) -> dict[str, str]:
    """The samples' day, which begins in Moscow then, in each of its three wordings."""
    text = moscow(midnight)[:5]
    return {DAY: (midnight + timedelta(hours=3)).date().isoformat(), "14.03": text, "14.3": text}
