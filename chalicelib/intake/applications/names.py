"""The visitor's name under whatever name its field bears: `Name_2`, «Как вас зовут?», `your-name`.

A builder numbers its fields and an owner asks in his own words. A firm's name, a child's or a colleague's is nobody's who writes.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from chalicelib.clients import service as clients
from chalicelib.core.patterns import pattern
from chalicelib.integrations.tilda import forms

_BRACKETED: Final = pattern(r"\w+\[([^\[\]]*[^\W\d][^\[\]]*)\](?:\[\d*\])?")
"""How other builders write a field of a form: ``form[name]``."""

_PARTS: Final = pattern(r"[^\W\d_]+")
_HUMP: Final = pattern(r"(?<=[a-zа-я])(?=[A-ZА-Я])")


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


ASKS: Final = _listed("имя имени фио зовут обращаться называть представьтесь ism ismi ismingiz")
"""Words by which a Russian or an Uzbek question asks for it."""

ENGLISH: Final = _listed("name fullname yourname firstname clientname customername contactname visitorname parentname")
BESIDE: Final = _listed(
    """
    your full first last and surname client customer contact visitor parent my person lead user what is s please enter the input field
    sender applicant ma billing
    """
)
"""What may stand beside those; a name of anything else (`page name`, `company name`) is not the visitor's."""

_ANOTHERS: Final = (
    *("компан", "организ", "фирм", "бренд", "предприят", "учрежд", "школ", "назван", "домен", "файл", "сайт", "карт", "товар", "услуг"),
    *("ребен", "дет", "сын", "доч", "ученик", "муж", "жен", "супруг", "партнер", "питом", "собак", "кошк", "друг", "подруг"),
    *("психолог", "специалист", "терапевт", "мастер", "врач", "тренер", "менеджер", "рекоменд", "посовет", "направ", "кто"),
    *("пользоват", "логин", "ник", "телеграм", "тг", "вк", "инст", "bola", "farzand", "kompaniya", "tashkilot", "company", "child"),
)
"""How words begin that make it the name of something or somebody else."""


def called(flat: Mapping[str, Any], known: Collection[str]) -> str | None:
    """What the first field that asks for the visitor's name says; None without one. `known` fields mean something already."""
    return next((text for name, value in flat.items() if name not in known and asks(name) and (text := _text(value))), None)


def asks(field: str) -> bool:
    """Whether a field of this name asks the visitor for his own."""
    if field in forms.SERVICE_FIELDS or forms.is_of_payment(field):
        return False
    inner = found[1] if (found := _BRACKETED.fullmatch(field.strip())) else field
    words = _words(inner)
    if any(word.startswith(_ANOTHERS) for word in words):
        return False
    return bool(ASKS & {*words}) or "".join(words) == "фио" or (bool(ENGLISH & {*words}) and {*words} <= ENGLISH | BESIDE)


def _words(name: str) -> list[str]:
    """The words of a field's name; numbers, case and marks aside."""
    return [part.casefold().replace("ё", "е") for part in _PARTS.findall(_HUMP.sub(" ", name[:200]))]


def _text(value: Any) -> str | None:
    """A value that may be somebody's name: it has a letter, and is no contact."""
    value = next((part for part in value if part not in (None, "")), None) if isinstance(value, list) else value
    named = isinstance(value, str) and re.search(r"[^\W\d_]", value) and value.strip().casefold() not in {"null", "none", "undefined"}
    return value if named and not clients.is_contact(value) else None
