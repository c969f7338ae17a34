"""Leads of a file: columns are the fields of a lead, by their names or as people head them."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.core.schemas import validated
from chalicelib.sales.imports import service
from chalicelib.sales.leads import saying
from chalicelib.sales.leads.schemas import NewLead
from scripts.importing.report import Outcome
from scripts.importing.table import Line, plain

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
MONEY = ("amount", "annual_revenue")
TOLD = 20
"""Lines that one note names."""

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
        if first:
            return Outcome("unchanged", why=_words(f"is the lead of line {first}", None, brought.why))
        return Outcome("unchanged", why=_words("known", brought.number, brought.why))


def _words(what: str, number: int | None, why: str) -> str:
    who = f" as br{number:04d}" if number else ""
    return f"{what}{who}{'; ' if why else ''}{why}"


def _said(line: Line) -> dict[str, Any]:
    """The cells by our names; several values of a cell as a list, money as a number."""
    money = {name: plain(line.cells[name]) for name in MONEY if name in line.cells}
    return {**line.cells, **money, **({"tags": line.words("tags")} if line.text("tags") else {})}


def beyond(lines: Sequence[Line]) -> list[str]:
    """What there is to say of cells that stand below no header."""
    found = [str(line.number) for line in lines if line.beyond]
    more = f" and {len(found) - TOLD} more" if len(found) > TOLD else ""
    return [f"cells beyond the header were left out, line {', '.join(found[:TOLD])}{more}"] if found else []
