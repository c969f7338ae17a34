"""Leads of a file: columns are the fields of a lead, by their names or as people head them."""

from collections.abc import Mapping
from typing import Any

from chalicelib.core.schemas import validated
from chalicelib.sales.imports import service
from chalicelib.sales.leads import saying
from chalicelib.sales.leads.schemas import NewLead
from scripts.importing.report import Outcome
from scripts.importing.table import Line

ALSO = {
    "name": ("имя", "фио", "клиент", "лид"),
    "phone": ("телефон", "тел"),
    "email": ("e-mail", "почта", "эл._почта"),
    "telegram": ("телеграм", "ник"),
    "company": ("компания", "организация"),
    "position": ("должность",),
    "website": ("сайт",),
    "address": ("адрес",),
    "city": ("город",),
    "country": ("страна",),
    "source": ("источник",),
    "tags": ("теги", "метки"),
    "notes": ("заметки", "комментарий", "примечание"),
    "stage": ("этап", "стадия"),
    "status": ("статус",),
    "amount": ("сумма", "бюджет"),
    "assigned_to": ("ответственный", "менеджер"),
}
NAMES: Mapping[str, tuple[str, ...]] = {field: ALSO.get(field, ()) for field in NewLead.model_fields}
REQUIRED = ("name", "phone|email|telegram")


class Leads:
    """The file's leads."""

    def __init__(self, *, dry_run: bool) -> None:
        self._dry_run = dry_run
        self._lines: dict[str, int] = {}

    def take(self, line: Line) -> Outcome:
        """Bring one. Raises AppError."""
        body = validated(NewLead, _said(line))
        signs = {f"{field} {value}" for field, value in saying.card(body).items() if value and field != "name"}
        first = next((self._lines[sign] for sign in signs if sign in self._lines), None)
        brought = service.bring(body, dry_run=self._dry_run)
        self._lines |= {sign: line.number for sign in signs if sign not in self._lines}
        if brought.kind == "made" and not (self._dry_run and first):
            return Outcome("new", why=_words("would be made" if self._dry_run else "made", brought.number, brought.why))
        return Outcome("unchanged", why=f"is the lead of line {first}" if first else _words("known", brought.number, brought.why))


def _words(what: str, number: int | None, why: str) -> str:
    who = f" as br{number:04d}" if number else ""
    return f"{what}{who}{'; ' if why else ''}{why}"


def _said(line: Line) -> dict[str, Any]:
    """The cells by our names; several values of a cell as a list."""
    return {**line.cells, **({"tags": line.words("tags")} if line.text("tags") else {})}
