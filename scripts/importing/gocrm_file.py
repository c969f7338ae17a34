"""The old SQLite file of Go-CRM's data, whose schema nobody wrote down: tables and columns are known by their usual names."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from scripts.importing.table import BadFile

Row = dict[str, Any]

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


class Database:
    """The file, read only. Raises BadFile where it is none or is damaged."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise BadFile(f"{path}: no such file")
        self.as_of = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(microsecond=0)
        self._path = path
        listed = self._ask("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite$_%' ESCAPE '$' ORDER BY name")
        self.kinds: dict[str, str | None] = {str(name): self._kind(str(name)) for (name,) in listed}

    def tables(self, kind: str) -> list[str]:
        """The tables that hold such things."""
        return [table for table, found in self.kinds.items() if found == kind]

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(next(self._ask(f"SELECT count(*) FROM {_quoted(table)}"))[0])  # noqa: S608 - the file's own table, quoted

    def rows(self, table: str) -> Iterator[Row]:
        """A table's rows one by one, under the names that the adapter reads."""
        names = [folded(str(row[1])) for row in self._ask(f"PRAGMA table_info({_quoted(table)})")]
        for found in self._ask(f"SELECT * FROM {_quoted(table)}"):  # noqa: S608 - the same
            yield _opened(dict(zip(names, found, strict=True)))

    def _kind(self, table: str) -> str | None:
        name = re.sub(r"^(gocrm|go_crm|planeta|tbl)_", "", folded(table))
        kind = next((kind for kind, names in {**TABLES, **CABINET}.items() if name in names), None)
        columns = {folded(str(row[1])) for row in self._ask(f"PRAGMA table_info({_quoted(table)})")}
        return "children" if kind == "client" and columns & CHILDS else kind

    def _ask(self, question: str) -> Iterator[tuple[Any, ...]]:
        try:
            with closing(sqlite3.connect(f"file:{quote(str(self._path))}?mode=ro", uri=True)) as connection:
                connection.text_factory = _text
                yield from connection.execute(question)
        except sqlite3.DatabaseError as error:
            raise BadFile(f"{self._path}: {error}") from error


def folded(name: str) -> str:
    """A name of a table or column as it is compared: ``cityId``, ``City id`` and ``city_id`` are one."""
    snake = re.sub(r"(?<=[a-zа-яё0-9])(?=[A-ZА-ЯЁ])", "_", name.strip())
    return re.sub(r"[\W_]+", "_", snake.casefold().replace("ё", "е")).strip("_")


def _opened(row: Row) -> Row:
    """JSON inside texts is opened, a whole row inside one column too; the file's own names are kept beside the adapter's."""
    row = {name: _json(value) for name, value in row.items() if value is not None and not isinstance(value, bytes)}
    whole: Row = next((row[name] for name in WHOLE if isinstance(row.get(name), dict)), {})
    said = {**whole, **row}
    said |= {ours: said[theirs] for theirs, ours in OURS.items() if theirs in said and ours not in said}
    remote = next((said[name] for name in REMOTE if name in said), None)
    said |= {} if remote is None else {"id": remote}
    return {**{_camel(name): value for name, value in said.items()}, **said}


def _json(value: Any) -> Any:
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _text(raw: bytes) -> str:
    """Texts as old programs wrote them."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1251", "replace")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
