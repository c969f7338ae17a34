"""The old SQLite file of Go-CRM's data, whose schema nobody wrote down: tables and columns are known by their usual names."""

import re
from collections.abc import Iterator
from pathlib import Path

from scripts.importing.sqlite_file import Row, SqliteFile, folded, opened

TABLES: dict[str, tuple[str, ...]] = {
    "city": ("city", "cities", "город", "города"),
    "center": ("center", "centers", "centre", "centres", "branch", "branches", "filial", "filials", "центр", "центры", "филиал", "филиалы"),
    "staff": ("staff", "user", "users", "employee", "employees", "instructor", "instructors", "trainers", "сотрудник", "сотрудники"),
    "lead": ("lead", "leads", "bid", "bids", "lid", "lids", "заявка", "заявки", "лид", "лиды"),
    "client": ("client", "clients", "parent", "parents", "customer", "customers", "клиент", "клиенты", "родитель", "родители"),
}
"""Tables that are taken, by what they hold."""

CABINET = {
    "children": ("child", "children", "kid", "kids", "ребенок", "дети"),
    "subscriptions": ("subscription", "subscriptions", "season_tickets", "client_season_tickets", "абонемент", "абонементы"),
    "payments": ("payment", "payments", "оплата", "оплаты", "платеж", "платежи"),
    "lessons": ("lesson", "lessons", "client_hours", "hours", "visits", "attendance", "занятие", "занятия", "посещения"),
    "debts": ("debt", "debts", "долг", "долги"),
    "profiles": ("profile", "profiles", "профиль", "профили"),
}
"""Tables that are a parent's own business."""

CHILDS = {"parent_id", "родитель_id", "numberexercise", "number_exercise"}
"""Columns that no adult's row has: Go-CRM calls children clients."""

REMOTE = ("gocrm_id", "go_crm_id", "crm_id", "external_id", "remote_id")
"""Columns with Go-CRM's own id, where `id` is only the file's."""

OURS = {
    "город_id": "city_id",
    "город": "city_id",
    "city": "city_id",
    "центр_id": "center_id",
    "центр": "center_id",
    "филиал_id": "center_id",
    "филиал": "center_id",
    "branch_id": "center_id",
    "номер": "id",
    "название": "name",
    "имя": "name",
    "фио": "name",
    "адрес": "address",
    "телефон": "phone",
    "почта": "email",
    "широта": "latitude",
    "долгота": "longitude",
    "координаты": "coordinates",
    "должность": "position",
    "часовой_пояс": "timezone",
}
"""Columns as they may be called, and the names that the adapter reads."""

WHOLE = ("raw", "raw_json", "json", "data", "payload")
"""Columns that may hold the whole row as it once came."""


class Database(SqliteFile):
    """The file, read only. Raises BadFile where it is none or is damaged."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.kinds: dict[str, str | None] = {name: self._kind(name) for name in self.names}

    def tables(self, kind: str) -> list[str]:
        """The tables that hold such things."""
        return [table for table, found in self.kinds.items() if found == kind]

    def rows(self, table: str) -> Iterator[Row]:
        """A table's rows one by one, under the names that the adapter reads."""
        return map(_opened, super().rows(table))

    def _kind(self, table: str) -> str | None:
        name = re.sub(r"^(gocrm|go_crm|planeta|tbl)_", "", folded(table))
        kind = next((kind for kind, names in {**TABLES, **CABINET}.items() if name in names), None)
        return "children" if kind == "client" and {*self.columns(table)} & CHILDS else kind


def _opened(row: Row) -> Row:
    """JSON inside texts is opened, a whole row inside one column too; the file's own names are kept beside the adapter's."""
    row = {name: opened(value) for name, value in row.items() if value is not None and not isinstance(value, bytes)}
    whole: Row = next((row[name] for name in WHOLE if isinstance(row.get(name), dict)), {})
    said = {**whole, **row}
    said |= {ours: said[theirs] for theirs, ours in OURS.items() if theirs in said and ours not in said}
    remote = next((said[name] for name in REMOTE if name in said), None)
    said |= {} if remote is None else {"id": remote}
    return {**{_camel(name): value for name, value in said.items()}, **said}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
