"""Every shape an application comes in, read as one: the contract's JSON, the standard request (flat or under ``form``), a Tilda form.

No models here: doors that look into a form without taking one need none of an application's.
"""

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.booking.slots.wording import split_times
from chalicelib.core import ids
from chalicelib.core.security import REDACTED
from chalicelib.intake.applications import names as titles
from chalicelib.intake.applications import strays
from chalicelib.integrations.tilda import forms

MOST_SLOTS = 20
"""How many chosen slots one application may hold."""

NAMES: dict[str, tuple[str, ...]] = {
    "name": ("name", "Name", "Имя", "client_name", "ma_name", "fio", "ФИО", "full_name", "Ваше имя", "your_name", "first_name"),
    "age": ("age", "Age", "Возраст"),
    "phone": ("phone", "Phone", "Телефон", "client_phone", "ma_phone", "tel", "phone_number", "Номер телефона", "Ваш телефон"),
    "email": ("email", "Email", "E-mail", "Почта", "client_email", "ma_email", "mail"),
    "telegram": ("telegram", "Telegram", "Телеграм", "client_telegram", "tg"),
    "contact_type": ("contactType", "contact_type"),
    "ticket_id": ("ticket_id", "ticketID", "ticketId"),
    "tranid": ("tranid",),
    "timezone": ("timezone", "userTimeZone"),
    "promocode": ("promocode",),
    "request_text": ("request_text", "question_to_psychologist", "Комментарий", "comment", "Textarea"),
    "price_max": ("price_max", "amountExpectations"),
    "gender": ("gender", "sexPsycho"),
    "category": ("categoryType", "customCategory"),
    "specialist_age": ("ageFilter", "agePsycho"),
    "consent": ("consent", "personal_data", "agreement", "Согласие", "Checkbox"),
    "marketing": ("marketing", "newsletter", "Рассылка", "Checkbox_2"),
    "consent_version": ("consent_version",),
}
"""Where each single value may stand, in order; case, blanks and marks aside. Site owners rename their fields."""

LONGEST = {"name": 300, "phone": 300, "email": 300, "telegram": 300, "request_text": 20_000}
"""Characters of a value that are read; 60 of others. What goes beyond stays in the answers: nobody is refused for it."""

SLOTS = ("slots_objects", "selected_slots", "slots", "Слоты", "slot")
TOPICS = (
    "specializations",
    "specialisations",
    "Специализации",
    "Specialisations",
    "questions",
    "customQuestion",
    "anxieties",
    "customAnexiety",
    "_queries",
)
STATES, EVENTS, DIAGNOSES = ("clientStates", "customState"), ("traumaticEvents", "customTraumaticEvent"), ("diagnoses",)
PSYCHOLOGISTS = ("psychologist", "psychologist_name", "Психолог")
CHOSEN = ("selectedPsychologistsNames", "filtered_by_automatch_psy_names")
"""Where a site writes whom the person chose, or failing that was given: the first of each list is meant, the rest were only looked at."""

SHOWN = ("top_3_psychologists", "shownPsychologists")
"""Whom the site showed, in its order."""

KNOWN = frozenset(
    [
        *(name for names in NAMES.values() for name in names),
        *(*SLOTS, *TOPICS, *STATES, *EVENTS, *DIAGNOSES, *PSYCHOLOGISTS, *CHOSEN, *SHOWN, "contact", "preferences", "utm", "payment"),
    ]
)
"""Fields that have a meaning of their own: what stands there is no contact of the visitor that lost its way."""

MOST_SLOTS_READ = 200


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Any known shape as the fields of `Application`. What is too long is cut: no application is refused for it."""
    flat = flatten(raw)
    known = _by_any_name(flat)
    said = {field: _cut(_first(known, names), LONGEST.get(field, 60)) for field, names in NAMES.items()}
    said["name"] = said["name"] or _cut(titles.called(flat, KNOWN), LONGEST["name"])
    nested = flat.get("preferences")
    wishes: Mapping[str, Any] = nested if isinstance(nested, Mapping) else {}
    said["preferences"] = {
        "gender": _cut(single(wishes.get("gender")), 60) or said.pop("gender"),
        "price_max": _cut(single(wishes.get("price_max")), 60) or said.pop("price_max"),
        "age": _cut(single(wishes.get("age")), 60) or said.pop("specialist_age"),
        "specializations": _topics(_all(wishes, ("specializations",)) + _all(flat, TOPICS)),
        "states": _topics(_all(flat, STATES)),
        "events": _topics(_all(flat, EVENTS)),
        "diagnoses": _topics(_all(flat, DIAGNOSES)),
    }
    said["contact"] = _contact(flat.get("contact"), said.pop("contact_type"))
    said["selected_slots"] = [slot[:200] for text in _all(flat, SLOTS) for slot in split_times(text)][:MOST_SLOTS_READ]
    said["psychologists"] = [name[:200] for name in _named(flat)][:100]
    said["shown"] = [name[:200] for name in _all(flat, SHOWN)][:100]
    said |= {"ticket_id": number_of(flat), "tranid": ids.given(_first(known, NAMES["tranid"]))}
    said["utm"], said["browser"], said["others"] = forms.utm(flat), forms.browser_of(flat), strays.contacts_in(flat, KNOWN)
    said["contact"]["value"] = said["contact"]["value"] or next(iter(said["others"]), None)
    said["answers"] = {key: value for key, value in flat.items() if key not in forms.SERVICE_FIELDS}
    return said


def number_of(flat: dict[str, Any]) -> str | None:
    """The form's own number of the application, under whichever name; None for what people and scripts write where there is none."""
    return ids.given(_first(_by_any_name(flat), NAMES["ticket_id"]))


def is_number_name(name: str) -> bool:
    """Whether a field bears the form's own number."""
    return folded(name) in _NUMBER_NAMES


def _by_any_name(flat: dict[str, Any]) -> dict[str, Any]:
    return {folded(name): value for name, value in reversed(flat.items())} | flat


def folded(name: str) -> str:
    """A field's name as it is compared: ``E-mail:`` is ``e_mail``."""
    return re.sub(r"[\W_]+", "_", name.casefold().replace("ё", "е")).strip("_")


_NUMBER_NAMES = frozenset(map(folded, NAMES["ticket_id"]))


def _cut(value: Any, longest: int) -> Any:
    return value[:longest] if isinstance(value, str) else value


def flatten(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The nested shape's ``form`` and the ``formPsyClientInfo`` in it lifted beside the rest; what is blank outside gives way.

    Where a key stood before the body was kept, nothing stands.
    """
    flat = {name: value for name, value in raw.items() if value != REDACTED}
    for key in ("form", "formPsyClientInfo"):
        nested = flat.get(key)
        if isinstance(nested, Mapping):
            outer = {name: value for name, value in flat.items() if name != key}
            flat = {**outer, **{name: value for name, value in nested.items() if outer.get(name) in (None, "")}}
    return flat


def _first(known: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    """The first that says something: under its name as it stands, else under one that differs in case and marks alone."""
    for name in (*names, *map(folded, names)):
        value = single(known.get(name))
        if value is not None:
            return value
    return None


def single(value: Any) -> Any:
    """One text or number; of a repeated key, the first that says something."""
    value = next((part for part in value if part not in (None, "")), None) if isinstance(value, list) else value
    said = isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip()
    return value if said else None


def _all(flat: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(part for name in names for part in forms.split(flat.get(name))))


def _topics(texts: list[str]) -> list[str]:
    return [text[:200] for text in texts][:100]


def _named(flat: Mapping[str, Any]) -> list[str]:
    """Whom the person chose: the first of the site's own lists that names anybody, and whoever is named beside them."""
    first = next((names[0] for name in CHOSEN if (names := forms.split(flat.get(name)))), None)
    return list(dict.fromkeys([*([first] if first else []), *_all(flat, PSYCHOLOGISTS)]))


def _contact(contact: Any, contact_type: Any) -> dict[str, Any]:
    if isinstance(contact, Mapping):
        return {"type": _cut(single(contact.get("type")), 60), "value": _cut(single(contact.get("value")), 300)}
    return {"type": contact_type, "value": _cut(single(contact), 300)}
