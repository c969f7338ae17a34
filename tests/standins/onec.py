"""1C's OData interface on loopback: entity sets of one publication, its business rules, an operator who edits.

with OneCStandIn({"Document_Обращение": {"Тема": "string"}}) as onec:
    client = OneCClient(onec.address + "/base", onec.user, onec.password, zone=zone)
"""

import base64
import re
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import unquote
from uuid import uuid4
from zoneinfo import ZoneInfo

from tests.standins.server import Answer, Asked, Refusal, StandIn

ROOT = "/base/odata/standard.odata/"
ZONE = ZoneInfo("Asia/Tashkent")
STANDARD = {"Ref_Key": "guid", "DataVersion": "string", "DeletionMark": "bool"}
CATALOGUE = {**STANDARD, "Code": "string", "Description": "string"}
DOCUMENT = {**STANDARD, "Number": "string", "Date": "datetime", "Posted": "bool"}
MADE_HERE = {"Ref_Key", "DataVersion", "Posted", "Number", "Code"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
TERM = re.compile(r"(\w+) (eq|ne|ge|gt|le|lt) (guid'[^']*'|datetime'[^']*'|'(?:[^']|'')*'|true|false|-?[\d.]+)")
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LITERALS = {"guid": "guid'", "datetime": "datetime'", "string": "'"}
EMPTY = {"guid": "00000000-0000-0000-0000-000000000000", "datetime": "0001-01-01T00:00:00", "string": "", "number": 0.0, "bool": False}
MAINTENANCE = b"<!DOCTYPE html><html><body>503</body></html>"
TESTS = {
    "eq": lambda one, other: one == other,
    "ne": lambda one, other: one != other,
    "ge": lambda one, other: one >= other,
    "gt": lambda one, other: one > other,
    "le": lambda one, other: one <= other,
    "lt": lambda one, other: one < other,
}

Row = dict[str, Any]
Term = tuple[str, str, Any]


def error(text: str, code: str = "-1") -> Row:
    return {"odata.error": {"code": code, "message": {"lang": "ru", "value": text}}}


class OneCStandIn(StandIn):
    """`down` answers a page of maintenance; after `day_limit` documents no more are taken; `modified` is set on every write.

    `locked_out` refuses the user that was right before, `unticked` are sets that OData does not give any more, `padded` are
    string fields of a fixed length: they come filled up with spaces and compare as if they were not.
    """

    def __init__(self, entities: dict[str, dict[str, str]], *, modified: str | None = "ДатаИзменения") -> None:
        super().__init__()
        self.user, self.password = "Обмен", "pa:роль-91"
        self.fields = {name: {**(DOCUMENT if name.startswith("Document_") else CATALOGUE), **own} for name, own in entities.items()}
        self.tables: dict[str, dict[str, Row]] = {name: {} for name in entities}
        self.modified, self.down, self.day_limit = modified, False, None
        self.locked_out = False
        self.unticked: set[str] = set()
        self.padded: dict[str, int] = {}
        self.clock = lambda: datetime.now(UTC)
        self._numbers = count(48151)

    @property
    def documents(self) -> list[Row]:
        return [row for name in self.tables if name.startswith("Document_") for row in self.rows(name)]

    def rows(self, entity: str) -> list[Row]:
        return list(self.tables[entity].values())

    def change(self, entity: str, ref: str, **fields: Any) -> Row:
        """An operator edits a row in 1C."""
        assert set(fields) <= set(self.fields[entity]), "no such field"
        with self._lock:
            return self._write(self.tables[entity][ref], fields)

    def serve(self, asked: Asked) -> tuple[int, bytes, dict[str, str]] | None:
        if not self.down:
            return super().serve(asked)
        with self._lock:
            self.asked.append(asked)
        return 503, MAINTENANCE, {"Content-Type": "text/html"}

    def answer(self, asked: Asked) -> Answer:
        if self.locked_out:
            raise Refusal(401)
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        self.require(asked.headers.get("authorization") == f"Basic {pair}", "Basic of UTF-8", 401)
        self.require(asked.path.startswith(ROOT), f"publication: {asked.path}", 404)
        self.require(asked.query.get("$format") == "json", "$format=json", 400, error("нужен $format"))
        self.require(re.fullmatch(r"[\x21-\x7e]+", asked.path) is not None, "an encoded path", 400)
        self.require(not re.search(r"%2[47789cC]", asked.path), f"escaped signs: {asked.path}", 400)
        found = re.fullmatch(r"(\w+)(?:\(guid'([0-9a-f-]{36})'\))?", unquote(asked.path.removeprefix(ROOT)))
        entity, ref = (found[1], found[2]) if found else ("", None)
        if entity not in self.tables or entity in self.unticked:
            raise Refusal(404, error(f"Сущность {entity} не опубликована", "8"))
        if asked.method == "GET":
            return self._one(entity, ref) if ref else self._list(entity, asked.query)
        kind = asked.headers.get("content-type", "")
        self.require(kind == "application/json; charset=utf-8", f"content type {kind}", 400, error("тип содержимого"))
        return self._patch(entity, ref, asked) if asked.method == "PATCH" and ref else self._post(entity, asked)

    def _one(self, entity: str, ref: str) -> Answer:
        row = self.tables[entity].get(ref)
        return (200, {"odata.metadata": "…", **self._filled(row)}) if row else (404, error("Экземпляр сущности не найден", "9"))

    def _list(self, entity: str, query: dict[str, str]) -> Answer:
        self.require(set(query) <= {"$format", "$filter", "$top", "$skip", "$orderby", "$select"}, f"options {set(query)}", 400)
        terms = self._terms(entity, query.get("$filter", ""))
        rows = [row for row in self.rows(entity) if all(self._holds(entity, row, term) for term in terms)]
        if order := query.get("$orderby"):
            field, _, way = order.partition(" ")
            self.require(way in ("", "asc", "desc"), f"order by {order}", 400, error("Ошибка при разборе опции запроса $orderby"))
            self._known(entity, field)
            rows.sort(key=lambda row: self._held(entity, row, field), reverse=way == "desc")
        if select := query.get("$select"):
            names = [self._known(entity, name) for name in select.split(",")]
            rows = [{name: row[name] for name in names if name in row} for row in rows]
        rows, skip = [self._filled(row) for row in rows], int(query.get("$skip", 0))
        return 200, {"odata.metadata": "…", "value": rows[skip : skip + int(query.get("$top", 1000))]}

    def _terms(self, entity: str, where: str) -> list[Term]:
        """The comparisons of a filter, checked whether or not there is a row to try them on."""
        found = list(TERM.finditer(where))
        whole = " and ".join(term[0] for term in found) == where
        self.require(whole, f"filter {where}", 400, error("Ошибка при разборе опции запроса $filter"))
        return [
            (self._known(entity, field), test, self._value(entity, field, literal)) for field, test, literal in map(re.Match.groups, found)
        ]

    def _value(self, entity: str, field: str, literal: str) -> Any:
        kind = self.fields[entity][field]
        prefix = LITERALS.get(kind, "")
        inner = literal[len(prefix) : -1] if prefix else literal
        right = {
            "guid": GUID.fullmatch(inner.lower()) is not None,
            "datetime": MOMENT.fullmatch(inner) is not None,
            "number": re.fullmatch(r"-?\d+(\.\d+)?", inner) is not None,
            "bool": inner in ("true", "false"),
        }.get(kind, True)
        self.require(literal.startswith(prefix) and right, f"{field} is a {kind}: {literal}", 400, error("Неверный тип литерала"))
        read = {"guid": str.lower, "number": float, "bool": lambda text: text == "true", "string": lambda text: text.replace("''", "'")}
        return read.get(kind, str)(inner)

    def _known(self, entity: str, field: str) -> str:
        self.require(field in self.fields[entity], f"unknown field {field}", 400, error(f"Поле не найдено: {field}"))
        return field

    def _held(self, entity: str, row: Row, field: str) -> Any:
        held, empty = row.get(field), EMPTY[self.fields[entity][field]]
        return empty if held is None else held

    def _holds(self, entity: str, row: Row, term: Term) -> bool:
        field, test, value = term
        return TESTS[test](self._held(entity, row, field), value)

    def _post(self, entity: str, asked: Asked) -> Answer:
        self.require(asked.method == "POST", asked.method, 405)
        body, is_document = asked.json, entity.startswith("Document_")
        self._check(entity, body)
        self.require(not is_document or "Date" in body, "a document needs its Date", 400, error("Поле Date не заполнено"))
        if is_document and self.day_limit is not None and len(self.documents) >= self.day_limit:
            raise Refusal(500, error("Превышен лимит документов на день для этого пользователя"))
        number = f"{next(self._numbers):011d}"
        own = {"Number": number, "Posted": False} if is_document else {"Code": number[2:]}
        row = {"Ref_Key": str(uuid4()), "DeletionMark": False, **own}
        self.tables[entity][row["Ref_Key"]] = row
        return 201, {"odata.metadata": "…", **self._filled(self._write(row, body))}

    def _patch(self, entity: str, ref: str, asked: Asked) -> Answer:
        self._check(entity, asked.json)
        row = self.tables[entity].get(ref)
        if row is None:
            return 404, error("Экземпляр сущности не найден", "9")
        if asked.headers.get("if-match") not in (None, row["DataVersion"]):
            raise Refusal(412, error("Данные были изменены другим пользователем"))
        return 200, {"odata.metadata": "…", **self._filled(self._write(row, asked.json))}

    def _filled(self, row: Row) -> Row:
        return {name: value.ljust(self.padded[name]) if name in self.padded else value for name, value in row.items()}

    def _write(self, row: Row, fields: Row) -> Row:
        row.update(fields)
        row["DataVersion"] = base64.b64encode(uuid4().bytes[:8]).decode()
        if self.modified:
            row[self.modified] = self.clock().astimezone(ZONE).strftime("%Y-%m-%dT%H:%M:%S")
        return row

    def _check(self, entity: str, body: Row) -> None:
        unknown = set(body) - set(self.fields[entity])
        self.require(not unknown, f"unknown fields {unknown}", 400, error(f"Поле не найдено: {unknown}"))
        self.require(not set(body) & MADE_HERE, f"fields that 1C fills in: {set(body) & MADE_HERE}", 400, error("поле только для чтения"))
        for field, value in body.items():
            kind = self.fields[entity][field]
            right = isinstance(value, {"bool": bool, "number": int | float}.get(kind, str))  # type: ignore[arg-type]
            right = right and (kind != "datetime" or MOMENT.fullmatch(value) is not None)
            right = right and (kind != "guid" or GUID.fullmatch(value) is not None)
            self.require(right, f"{field} must be a {kind}: {value!r}", 400, error(f"Неверный тип поля {field}"))
