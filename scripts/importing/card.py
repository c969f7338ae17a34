"""What a file says of a specialist's card on the site; a blank cell leaves what is known."""

import json
import re
from typing import Any

from chalicelib.booking.specialists.profile import unpacked
from chalicelib.booking.specialists.service import Specialist
from chalicelib.integrations.supabase import values
from scripts.importing.table import FALSE, TRUE, BadCell, Line

TEXTS = {
    "group": ("группа", "сообщество"),
    "experience": ("опыт", "стаж"),
    "link_photo": ("photo", "фото", "ссылка_на_фото"),
    "link_video": ("video", "видео", "ссылка_на_видео", "видеовизитка"),
    "main_modal": ("метод", "основной_метод"),
    "short_description": ("описание", "краткое_описание", "о_себе"),
    "personal_therapy_type": ("личная_терапия",),
    "personal_therapy_duration": ("длительность_личной_терапии",),
    "help_hand": ("рука_помощи",),
    "telegram_page": ("telegram_link", "страница_в_телеграме", "телеграм_канал"),
    "vk": ("вк", "вконтакте"),
    "site": ("сайт",),
}
LISTS = {
    "card_queries": ("запросы_на_карточке",),
    "additional_modals": ("дополнительные_методы",),
    "works_with": ("работает_с", "с_чем_работает"),
}
FLAGS = {
    "in_community": ("в_сообществе",),
    "verified": ("проверен",),
    "is_married": ("в_браке",),
    "has_children": ("есть_дети", "дети"),
    "first_free": ("первая_бесплатно",),
    "all_with_price": ("все_с_ценой",),
}
AGES = {"min_client_age": ("возраст_клиента_от",), "max_client_age": ("возраст_клиента_до",)}
CARD_NAMES: dict[str, tuple[str, ...]] = {**TEXTS, **LISTS, **FLAGS, **AGES, "education": ("образование",)}
"""The headers that mean each column: `telegram` alone is the account that the bot writes to, a public page has a column of its own."""

MOST_TOPICS = 100


def card_of(line: Line, old: Specialist | None) -> dict[str, Any]:
    """The card as it becomes, with what the specialist is matched by; nothing where the line says nothing of it. Raises BadCell."""
    said: dict[str, Any] = {name: line.text(name) for name in TEXTS} | {name: line.words(name) for name in LISTS}
    said |= {name: line.flag(name) for name in FLAGS} | {name: line.whole(name) for name in AGES}
    page, said["queries"] = said.pop("telegram_page"), said.pop("card_queries")
    said |= {"help_hand": _mode(said["help_hand"]), "telegram": values.telegram(page) or page, "education": _diplomas(line)}
    told = {name: value for name, value in said.items() if value not in (None, [])}
    if not told:
        return {}
    standing = unpacked(old.profile if old else None).packed()
    return _topics(line, old, standing, told) | {"profile": {**standing, **told}}


def _topics(line: Line, old: Specialist | None, standing: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """With what he works with, his requests stand on the card apart, and he is matched by both; a file may say so itself."""
    if "queries" in told or "works_with" not in told:
        return {}
    queries = line.words("specialisations") or standing.get("queries") or list(old.specialisations or () if old else ())
    told["queries"] = queries
    return {"specialisations": list(dict.fromkeys([*queries, *told["works_with"]]))[:MOST_TOPICS]}


def _diplomas(line: Line) -> list[Any]:
    """A list of JSON, or a diploma a line. Raises BadCell for broken JSON; what a diploma may say the card judges."""
    text = line.text("education") or ""
    if not text.startswith("["):
        return [{"program_title": part.strip()} for part in re.split(r"[;\n]", text) if part.strip()]
    try:
        read: list[Any] = json.loads(text)
    except ValueError:
        raise BadCell("education", "expected diplomas parted by semicolons, or a list of JSON") from None
    return read


def _mode(text: str | None) -> bool | str | None:
    """Whether, or how, he sees people for less."""
    folded = (text or "").casefold()
    return folded in TRUE if folded in TRUE | FALSE else text
