"""How a week of the page is laid out, and what it tells of an application. Pure: no store, no clock."""

from collections.abc import Iterable, Mapping
from typing import Any

WORDS: Mapping[str, tuple[str, ...]] = {
    "Имя": ("name", "Name", "Имя", "client_name"),
    "Возраст": ("age", "Age", "Возраст", "client_age"),
    "Что беспокоит": ("anxieties", "customAnexiety", "customAnxiety", "question_to_psychologist", "request_text"),
    "Запросы психологу": ("questions", "customQuestion", "_queries", "queries"),
    "Псих. заболевание": ("diagnoses", "customDiagnose"),
    "Подробности о заболевании": ("diagnoseInfo", "diagnoseMedicaments"),
    "Состояние клиента": ("clientStates", "customState"),
    "Травмирующие события": ("traumaticEvents", "customTraumaticEvent"),
    "Прошлый опыт": ("hasPsychoExperience", "psychoExperience", "client_experience"),
}
"""What a specialist reads of an application, and where a form says it: never how its client is reached."""


def words(answers: Mapping[str, Any]) -> dict[str, str]:
    """What a form said under each heading, lists joined; an empty text where it said nothing."""
    return {heading: "; ".join(_said(answers, names)) for heading, names in WORDS.items()}


def _said(answers: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(part for name in names for part in _parts(answers.get(name))))


def _parts(value: Any) -> list[str]:
    if isinstance(value, list | tuple):
        return [part for one in value for part in _parts(one)]
    if isinstance(value, bool):
        return ["Да" if value else "Нет"]
    if value is None or isinstance(value, dict):
        return []
    return [part.strip() for part in str(value).split(";") if part.strip() and part.strip().lower() != "null"]
