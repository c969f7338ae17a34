"""One tolerant reader for a lead in any shape: JSON, nested under ``form``, a Tilda form whose owner named the fields."""

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Literal

from pydantic import Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from chalicelib.clients.service import person_from
from chalicelib.core import ids
from chalicelib.core.schemas import Answer, Message, Query, Schema, Text, Warned
from chalicelib.intake.applications import names, strays
from chalicelib.integrations.tilda import forms

LONGEST = {"comment": 5000, "birthday": 60, "phone": 60}
"""Characters of a field that are read; what goes beyond stays in the raw request."""

LONGEST_ID = 1000

NAMES: dict[str, tuple[str, ...]] = {
    "name": ("name", "имя", "фио", "full_name", "fullname", "client_name", "ma_name", "ваше_имя"),
    "child_name": ("child_name", "childname", "child", "имя_ребенка", "фио_ребенка", "ребенок"),
    "parent_name": ("parent_name", "parentname", "parent", "fio", "имя_родителя", "фио_родителя", "родитель"),
    "phone": ("phone", "телефон", "tel", "phone_number", "client_phone", "ma_phone", "номер_телефона", "ваш_телефон"),
    "email": ("email", "e_mail", "mail", "почта", "client_email", "ma_email"),
    "center_id": ("center_id", "centerid", "branch_id", "id_центра", "id_филиала"),
    "center": ("center", "branch", "club", "центр", "филиал", "клуб"),
    "birthday": ("birthday", "birth_date", "birthdate", "date_of_birth", "дата_рождения", "дата_рождения_ребенка", "день_рождения"),
    "comment": ("comment", "comments", "message", "note", "textarea", "комментарий", "сообщение", "вопрос", "примечание"),
    "funnel": ("funnel", "воронка"),
    "consent": ("consent", "personal_data", "agreement", "согласие", "checkbox"),
    "marketing": ("marketing", "newsletter", "рассылка", "checkbox_2"),
    "tranid": ("tranid",),
}
"""Where each value may stand, in order; case, spaces and marks aside."""

KNOWN = {name for names in NAMES.values() for name in names}


class LeadForm(Schema):
    """What a visitor left; only a valid phone must be there. Fields may bear other usual names, Russian ones included.

    Nothing but that is refused here: `given` is everything as it was said.
    """

    name: Text = Field(None, description="The visitor's name, or the child's", examples=["Ася Орлова"])
    child_name: Text = Field(None, description="The child's name, where the form asks for both")
    parent_name: Text = Field(None, description="The parent's name, where the form asks for both")
    phone: Text = Field(None, description="Required", examples=["+7 916 000-11-22"])
    email: Text = None
    center_id: Text = Field(None, description="A branch of GET /gocrm/centers")
    center: Text = Field(None, description="Or its name or address")
    birthday: Text = Field(None, description="The child's: 2019-05-04, 04.05.2019, 4 мая 2019", examples=["2019-05-04"])
    comment: Text = None
    funnel: Text = Field(None, description="Send it into this funnel")
    consent: Text = Field(None, description="Consent to the processing of personal data")
    marketing: Text = Field(None, description="Consent to news and offers")
    tranid: Text = None
    utm: dict[str, str] = Field(default={}, description="Tags; also read from `utm_…` and from Tilda's cookie")
    given: SkipJsonSchema[dict[str, Any]] = {}

    @model_validator(mode="before")
    @classmethod
    def _read_any_shape(cls, raw: Any) -> Any:
        return read(raw) if isinstance(raw, Mapping) else raw


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Any known shape as the fields of `LeadForm`. What is too long is cut: no lead is refused for it."""
    flat, found = _flat(raw), _said(raw)
    said = {field: _first(found, others, LONGEST.get(field, 200)) for field, others in NAMES.items()}
    known = {name for name in flat if _folded(name) in KNOWN}
    said["phone"] = said["phone"] or _stray_phone(flat, known)
    said["name"] = said["name"] or (names.called(flat, known) or "")[:200] or None
    return {**said, "utm": forms.utm(flat), "given": dict(raw)}


def tranid_of(raw: Mapping[str, Any]) -> str | None:
    """Tilda's number of a submission."""
    return ids.given(_first(_said(raw), NAMES["tranid"], LONGEST_ID))


def _said(raw: Mapping[str, Any]) -> dict[str, str]:
    """What each field says, by its folded name; the first of equal ones."""
    return {_folded(name): text for name, value in reversed(_flat(raw).items()) if (text := _single(value)) is not None}


def _stray_phone(flat: Mapping[str, Any], known: Collection[str]) -> str | None:
    """A phone in a field whose name nobody knows."""
    return next((text for text in strays.contacts_in(flat, known) if person_from(phone=text).phone), None)


def _flat(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What lies under ``form`` lifted beside the rest; what is blank outside gives way."""
    nested = raw.get("form")
    if not isinstance(nested, Mapping):
        return dict(raw)
    return {**nested, **{name: value for name, value in raw.items() if name != "form" and value not in (None, "")}}


def _folded(name: str) -> str:
    return re.sub(r"[\W_]+", "_", name.casefold().replace("ё", "е")).strip("_")


def _single(value: Any) -> str | None:
    """One text or number; of a repeated key the first that says something."""
    value = next((part for part in value if part not in (None, "")), None) if isinstance(value, list) else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value).strip() if isinstance(value, str | int | float) else ""
    return text if text.lower() not in {"", "null", "none", "undefined"} else None


def _first(found: Mapping[str, str], names: tuple[str, ...], longest: int) -> str | None:
    return next((found[name][:longest] for name in names if name in found), None)


class Said(Schema):
    """A lead as it is kept and sent: the phone is valid, the birthday a day; `birthday_text` is one that nobody can read."""

    name: str
    parent_name: str | None = None
    phone: str
    email: str | None = None
    center_id: str | None = None
    center: str | None = None
    birthday: date | None = None
    birthday_text: str | None = None
    comment: str | None = None
    utm: dict[str, str] = {}


class LeadTaken(Message, Warned):
    lead_id: str | None = Field(description="Our id of the lead, also for operators; null where only the connection was tested")


State = Literal["waiting", "sent", "refused", "imported"]


class DeliveriesQuery(Query):
    state: State = "refused"
    limit: int = Field(50, ge=1, le=100)
    cursor: str | None = Field(None, max_length=2000)


class Delivery(Said):
    """A lead and what became of it."""

    lead_id: str
    state: State = Field(description="waiting: on its way; refused: a person must look; imported: from the old file, never sent")
    created_at: str
    client_id: str | None = Field(description="The client's lead number", examples=["br0001"])
    funnel: str | None
    reason: str | None = Field(description="Why Go-CRM refused it, or has not taken it yet")
    fields: dict[str, str] = Field(description="Go-CRM's objections by field")
    attempts: int = Field(description="Tries so far, of a lead that waits")
    next_try: str | None
    remote_id: str | None = Field(description="Go-CRM's id of it, where it told one")
    sent_at: str | None


class Deliveries(Answer):
    deliveries: list[Delivery]
    next_cursor: str | None


class Corrections(Schema):
    """What to send instead; what is absent stays."""

    name: Text = Field(None, max_length=200)
    parent_name: Text = Field(None, max_length=200)
    phone: Text = Field(None, max_length=60)
    email: Text = Field(None, max_length=200)
    center_id: Text = Field(None, max_length=200)
    birthday: Text = Field(None, max_length=60)
    comment: Text = Field(None, max_length=5000)


class Replayed(Answer):
    delivery: Delivery
