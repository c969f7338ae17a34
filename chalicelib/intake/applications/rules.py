"""When two submissions are one, and what a form's words wish for. Pure but for the settings' phone regions."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from chalicelib.core import ids
from chalicelib.core.patterns import pattern
from chalicelib.core.sender import Sender
from chalicelib.intake.applications.reading import NAMES, flatten, is_number_name, number_of, single
from chalicelib.integrations.tilda import forms

if TYPE_CHECKING:
    from chalicelib.intake.applications.schemas import Application

REPEAT_WINDOW = timedelta(minutes=10)
"""Within it the same contact and content is the same application."""

HELPING_HAND = "helping_hand"
"""The kind of an application that waits until a specialist is found for it."""

DIAGNOSTIC = "diagnostic"
"""The kind of one that asks for a diagnostic session."""

_VOLATILE = forms.SERVICE_FIELDS | {"rid", "bid"}
_OFFSET = pattern(r"^МСК\s*([+-]\d{1,2})$", re.IGNORECASE)
_PRICE = pattern(r"\d[\d\s]*(?:[.,]\d{1,2})?")
CHANNELS = ("telegram", "whatsapp", "phone", "email", "sms")
_YES = {"yes", "да", "true", "on", "1", "согласен", "согласна"}


def contact_of(fields: Mapping[str, Any]) -> str:
    """A submission's contacts as one comparable text: the same typed differently is the same."""
    flat = flatten(fields)
    contact = flat.get("contact")
    said = [contact.get("value") if isinstance(contact, Mapping) else contact]
    said += [flat.get(name) for field in ("phone", "email", "telegram") for name in NAMES[field]]
    return "|".join(sorted({_folded(str(text)) for value in said if (text := single(value)) is not None}))


def _folded(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    if len(digits) >= 10 and not re.search(r"[a-zа-я]", text, re.IGNORECASE):
        return digits[-10:]
    return re.sub(r"^(https?://)?t\.me/|^@", "", text.strip().casefold())


def content_of(fields: Mapping[str, Any]) -> str:
    """What the visitor said, without what the site adds to each submission, and without what changes when an order is paid."""
    said = {
        key: value
        for key, value in flatten(fields).items()
        if key not in _VOLATILE and not is_number_name(key) and not key.startswith("utm") and not forms.is_of_payment(key)
    }
    return json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)


def words_of(fields: Mapping[str, Any]) -> str:
    """A submission's contact, content and order as one mark: an id that nobody vouches for counts only together with it."""
    order = forms.order_of(flatten(fields))
    return ids.fingerprint(contact_of(fields), content_of(fields), order.number if order else "")


def scope_of(browser: str | None, sender: Sender) -> str:
    """Whose the same words are a repeat. Tilda sends for all visitors from its own address; its cookie tells their browsers apart."""
    return f"tilda#{ids.fingerprint(browser)}" if browser and sender.kind == "webhook" else sender.scope


def key_of(fields: Mapping[str, Any], raw: bytes, sender: Sender) -> tuple[str, timedelta | None]:
    """A submission's name: a cart's order, Tilda's ``tranid``, the form's number; else what it says, for a while.

    A number counts only with all that was said: Tilda's own retry is the same to the letter, and other words under one number are
    somebody else's, or news. Only an order of a proven sender counts with its contact alone, so that its payment finds it.
    """
    if not fields:
        return f"raw:{ids.fingerprint(raw.hex(), sender.scope)}", REPEAT_WINDOW
    flat, words = flatten(fields), words_of(fields)
    if order := forms.order_of(flat):
        said = contact_of(fields) if sender.is_proven else words
        return f"order:{ids.fingerprint(order.number, said, str(sender.is_proven))}:{'paid' if order.paid else 'due'}", None
    if tranid := ids.given(flat.get("tranid")):
        return f"tran:{ids.fingerprint(tranid, words, str(sender.is_proven))}", None
    if form := form_number(fields):  # a browser made it up: it is never more than a word
        return f"form:{ids.fingerprint(form, words, str(sender.is_proven))}", None
    return f"content:{ids.fingerprint(words, scope_of(forms.browser_of(flat), sender))}", REPEAT_WINDOW


def form_number(fields: Mapping[str, Any]) -> str | None:
    """The number that the visitor's browser made up."""
    return number_of(flatten(fields))


def kopecks(text: str | None) -> int | None:
    """A price in roubles as people type it ("до 3 500 ₽"), in kopecks; the largest number is the limit."""
    numbers = [re.sub(r"\s", "", found).replace(",", ".") for found in _PRICE.findall(text or "")]
    return max((round(float(number) * 100) for number in numbers if len(number) < 12), default=None)


def age_of(text: str | None) -> int | None:
    """A person's age as people type it ("29", "29 лет"); None for what nobody is."""
    found = re.search(r"\d+", text or "")
    age = int(found[0]) if found and len(found[0]) < 4 else 0
    return age if 1 <= age <= 120 else None


def ages_of(text: str | None) -> tuple[int | None, int | None] | None:
    """An age from and to ("от 35 до 45", "до 35", "45+", "старше 45"); None for what sets no bound."""
    numbers = [int(number) for number in re.findall(r"\d{1,3}", text or "")]
    if len(numbers) >= 2:
        return min(numbers[:2]), max(numbers[:2])
    if not numbers:
        return None
    (age,), said = numbers, (text or "").casefold()
    if re.search(r"до|младше|моложе|<|≤", said):
        return None, age
    return (age, None) if re.search(r"от|старше|после|\+|>|≥", said) else None


def zone_of(text: str | None) -> str | None:
    """An IANA zone the client named. ``МСК`` proves nothing (every form sends it); ``МСК+2`` does."""
    if not text:
        return None
    match = _OFFSET.match(text.strip())
    if match:
        hours = 3 + int(match.group(1))
        return f"Etc/GMT{-hours:+d}" if -12 <= hours <= 14 and hours else "Etc/GMT" if hours == 0 else None
    return text if text in available_timezones() and ZoneInfo(text) else None


def offset_of(form: "Application") -> timedelta:
    """How far the person's clock is from the house's, by the site's word; nothing where it says what no clock shows."""
    said = str(single(form.answers.get("userTimeOffsetMsk")) or "0").strip().lstrip("+")
    hours = int(said) if re.fullmatch(r"-?\d{1,2}", said) else 0
    return timedelta(hours=hours if -15 <= hours <= 11 else 0)


def consents(form: "Application") -> tuple[tuple[str, bool, str], ...]:
    """What the form's checkboxes say: (purpose, yes or no, version of the text), for each that was asked.

    A field ``consent_<channel>`` is a consent to be written to there.
    """
    asked = [("personal_data", form.consent), ("marketing", form.marketing)]
    asked += [(f"channel:{channel}", single(form.answers.get(f"consent_{channel}"))) for channel in CHANNELS]
    version = form.consent_version or "form"
    return tuple((purpose, given, version) for purpose, said in asked if (given := agreed(said)) is not None)


def agreed(value: str | float | None) -> bool | None:
    """A checkbox: yes, no, or not asked."""
    return None if value is None else str(value).strip().lower() in _YES


def kind_of(form: "Application") -> str:
    """What is asked for: the helping-hand form numbers its applications ``hh_…``."""
    helping = (form.ticket_id or "").startswith("hh_") or single(form.answers.get("is_helpful_hand")) is not None
    return HELPING_HAND if helping or form.answers.get("is_helpful_hand") is True else "application"
