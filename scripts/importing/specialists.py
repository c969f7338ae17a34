"""Specialists, by the back office's own code. Prices are roubles; a blank cell leaves what is known."""

from typing import Any

from chalicelib.booking.specialists import service
from chalicelib.booking.specialists.errors import SpecialistNotFound
from chalicelib.booking.specialists.profile import unpacked
from chalicelib.booking.specialists.schemas import NewSpecialist, SpecialistInput
from chalicelib.booking.specialists.service import Specialist
from chalicelib.core import storage
from chalicelib.core.schemas import validated
from scripts.importing.card import CARD_NAMES, card_of
from scripts.importing.report import Outcome
from scripts.importing.table import BadCell, Line

NAMES = {
    "id": ("psychologist_id", "номер"),
    "name": ("psychologist", "имя", "фио", "специалист", "психолог"),
    "telegram_id": ("telegram", "телеграм", "телеграм_id"),
    "phone": ("телефон",),
    "email": ("почта", "e-mail"),
    "gender": ("sex", "пол"),
    "age": ("возраст",),
    "price_min": ("min_price", "цена_от", "цена"),
    "price_max": ("max_price", "цена_до"),
    "specialisations": ("queries", "topics", "запросы", "темы", "специализации"),
    "debt": ("долг",),
    "number_of_clients_provided": ("provided", "передано", "передано_клиентов"),
    "active": ("активен", "работает"),
    **CARD_NAMES,
}
REQUIRED = ("name",)
COLUMNS = set(SpecialistInput.model_fields) - {"profile"}
"""What a file may say beside the card."""

CONTOUR = "live"


class Specialists:
    """The file's specialists, each once."""

    def __init__(self, *, dry_run: bool) -> None:
        self._dry_run = dry_run
        self._lines: dict[str, int] = {}

    def names(self, reference: str) -> bool:
        """Whether a line that was taken has this id or name: it may not be stored yet."""
        return _key(reference) in self._lines

    def take(self, line: Line) -> Outcome:
        """Write one specialist. Raises AppError or BadCell."""
        name = line.text("name")
        if name is None:
            raise BadCell("name", "is empty")
        reference = line.text("id") or name
        if _key(reference) in self._lines:
            raise BadCell("id" if line.text("id") else "name", f"repeats line {self._lines[_key(reference)]}")
        old = _standing(line, name)
        outcome = self._write(line, old)
        self._lines |= {_key(one): line.number for one in (line.text("id"), name) if one}
        return outcome

    def _write(self, line: Line, old: Specialist | None) -> Outcome:
        known = {field: _plain(getattr(old, field)) for field in COLUMNS} if old is not None else {}
        standing = {field: value for field, value in known.items() if value is not None}
        said = validated(SpecialistInput, {**standing, **_said(line), **card_of(line, old)})
        if old is None:
            new = validated(NewSpecialist, {**said.model_dump(), "id": line.text("id"), "contour": CONTOUR})
            if not self._dry_run:
                service.create(new)
            return Outcome("new")
        same = said.profile is None or said.profile.packed() == unpacked(old.profile).packed()
        if same and all((value or None) == (known[field] or None) for field, value in said.model_dump(include=COLUMNS).items()):
            return Outcome("unchanged")
        if not self._dry_run:
            service.update(old.specialist_id, said)
        return Outcome("changed")


def _standing(line: Line, name: str) -> Specialist | None:
    """By id where the file has ids, else by name. Raises NameAmbiguous."""
    by_id, by_name = storage.read(*service.reference_keys(line.text("id") or name, CONTOUR))
    if line.text("id"):
        return by_id
    try:
        return service.get(service.resolve([None, by_name]))
    except SpecialistNotFound:
        return None


def _said(line: Line) -> dict[str, Any]:
    short = (line.text("gender") or "").rstrip(".").casefold()
    gender = service.gender_of({"муж": "м", "жен": "ж"}.get(short, short))
    if line.text("gender") and gender is None:
        raise BadCell("gender", "expected мужской or женский")
    values = {
        "name": line.text("name"),
        "telegram_id": line.text("telegram_id"),
        "phone": line.text("phone"),
        "email": line.text("email"),
        "gender": gender,
        "age": line.whole("age"),
        "price_min": line.kopecks("price_min"),
        "price_max": line.kopecks("price_max"),
        "specialisations": line.words("specialisations") or None,
        "debt": line.whole("debt"),
        "number_of_clients_provided": line.whole("number_of_clients_provided"),
        "active": line.flag("active"),
    }
    return {field: value for field, value in values.items() if value is not None}


def _plain(value: Any) -> Any:
    """The store's numbers are floats or ints; whole ones are ints here."""
    return int(value) if isinstance(value, float) else value


def _key(reference: str) -> str:
    return service.name_key(reference, CONTOUR)
