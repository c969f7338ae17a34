"""When two leads are one, what a birthday's text means, and what Go-CRM's operators read. Pure: no store, no clock."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.core import ids
from chalicelib.core.patterns import pattern
from chalicelib.core.sender import Sender
from chalicelib.gocrm.leads.schemas import Said, tranid_of
from chalicelib.integrations.tilda import forms

REPEAT_WINDOW = timedelta(days=1)
"""Within it a repeat is the same lead."""

OLDEST = 110
"""Years that nobody's birthday lies back."""

LONGEST_COMMENT = 950
"""Characters that the adapter lets through, less some."""

_YES = {"yes", "да", "true", "on", "1", "согласен", "согласна"}
_ISO = pattern(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:[t\s].*)?")
_DAY_FIRST = pattern(r"(\d{1,2})[-./\s](\d{1,2})[-./\s](\d{4}|\d{2})(?:\s*(?:г|г\.|года))?")
_IN_WORDS = pattern(r"(\d{1,2})\s+([а-я]+)\s+(\d{4})(?:\s*(?:г|г\.|года))?")
KEYS = {"X-Api-Key", "X-API-Key", "token"}
"""Fields that open doors: no part of what was said."""

_MONTHS = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")


def key_of(fields: Mapping[str, Any], raw: bytes, sender: Sender) -> tuple[str, timedelta | None]:
    """A submission's own id: Tilda's ``tranid`` with what it says; else what the same visitor says, for a day."""
    if not fields:
        return f"raw:{ids.fingerprint(raw.hex(), sender.scope)}", REPEAT_WINDOW
    said = {name: value for name, value in fields.items() if name not in forms.SERVICE_FIELDS and not name.startswith("utm")}
    words = json.dumps(said, sort_keys=True, default=str)
    if tranid := tranid_of(fields):
        return f"tran:{ids.fingerprint(tranid, words, str(sender.is_proven))}", None
    return f"content:{ids.fingerprint(words, sender.scope)}", REPEAT_WINDOW


def same(said: Said, funnel: str | None) -> tuple[str, ...]:
    """What makes two leads of proven senders one: phone, name and birthday for the same branch and funnel, however they were typed."""
    names = (said.name, said.parent_name, said.center_id or said.center, _birthday(said))
    return said.phone, funnel or "", *(folded(text) for text in names)


def words_of(said: Said, funnel: str | None, consents: Sequence[Sequence[object]]) -> tuple[str, ...]:
    """What makes two leads one whoever sent them: everything that was said is equal, however it was typed; tags aside.

    Less would let whoever knows a family's phone and name send first, and the family's own lead be taken for his.
    """
    agreed_to = " ".join(f"{purpose}={given}" for purpose, given, *_ in sorted(consents, key=str))
    return *same(said, funnel), folded(said.center), (said.email or "").strip().casefold(), folded(said.comment), agreed_to


def _birthday(said: Said) -> str | None:
    return said.birthday.isoformat() if said.birthday else said.birthday_text


def folded(text: str | None) -> str:
    """Words as they are compared."""
    return " ".join(re.findall(r"\w+", (text or "").casefold().replace("ё", "е")))


def birthday_of(text: str | None, now: datetime) -> date | None:
    """A day as people and forms write it: 2019-05-04, 04.05.2019, 4/5/19, 4 мая 2019; None for what is no birthday.

    The day comes first, unless it cannot. A moment with its zone is the day that it is in the zone of `now`: browsers write
    midnight in Moscow as 21:00 of the day before.
    """
    today = now.date()
    for parts in _readings(_local((text or "").strip(), now).casefold(), today.year):
        try:
            found = date(*parts)
        except ValueError:
            continue
        if today - timedelta(days=366 * OLDEST) < found <= today:
            return found
    return None


def _local(text: str, now: datetime) -> str:
    """The local day of a moment that names its zone; any other text as it is."""
    try:
        moment = datetime.fromisoformat(text)
        return f"{moment.astimezone(now.tzinfo):%Y-%m-%d}" if moment.tzinfo else text
    except (ValueError, OverflowError):
        return text


def _readings(text: str, this_year: int) -> list[tuple[int, int, int]]:
    """Year, month and day in the ways that the text may be meant."""
    if found := _ISO.fullmatch(text):
        return [(int(found[1]), int(found[2]), int(found[3]))]
    if found := _DAY_FIRST.fullmatch(text):
        one, other, year = int(found[1]), int(found[2]), _year(found[3], this_year)
        return [(year, other, one), (year, one, other)]
    if (found := _IN_WORDS.fullmatch(text)) and (month := _month(found[2])):
        return [(int(found[3]), month, int(found[1]))]
    return []


def _year(text: str, this_year: int) -> int:
    """Of two digits the last such year."""
    year = int(text)
    return year if len(text) == 4 else year + (this_year - year) // 100 * 100


def _month(word: str) -> int | None:
    return next((number for number, start in enumerate(_MONTHS, 1) if word.startswith(start)), None)


def agreed(value: str | None) -> bool | None:
    """A checkbox: yes, no, or not asked."""
    return None if value is None else value.strip().lower() in _YES


def funnels_of(setting: str | None) -> dict[str, str]:
    """Funnels by name; none where the setting is missing or no JSON object of texts."""
    try:
        found = json.loads(setting or "{}")
    except (ValueError, RecursionError):
        return {}
    pairs = found.items() if isinstance(found, dict) else ()
    return {name: url.strip() for name, url in pairs if isinstance(url, str) and url.strip()}


def comment_of(lead_id: str, said: Said, *, center: str | None) -> str:
    """What operators read in Go-CRM. Our id comes first: two leads with one id are one that was sent twice.

    The visitor's own words come last: where they are cut, they are whole in our own copy.
    """
    tags = ", ".join(f"{name.removeprefix('utm_')}={value}" for name, value in said.utm.items())
    lines = (
        f"Заявка {lead_id}",
        f"Филиал: {center}" if center else None,
        f"Дата рождения: {said.birthday_text}" if said.birthday_text else None,
        f"Метки: {tags}" if tags else None,
        said.comment,
    )
    return "\n".join(line for line in lines if line)[:LONGEST_COMMENT]


def objections(reason: str, fields: Mapping[str, str]) -> list[str]:
    """Why a lead was refused, a line for each field; one for all where no field is named."""
    return [f"{name}: {words}" if words else name for name, words in fields.items()] or [reason]
