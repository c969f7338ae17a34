"""Go-CRM's spellings and ours, both ways. Pure but for reading the shipped file with all that is particular to its API.

Where the club's own instance differs, `data/gocrm.json` is what changes.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, ValidationError

from chalicelib.core.patterns import pattern
from chalicelib.core.schemas import Schema
from chalicelib.integrations.gocrm import values
from chalicelib.integrations.gocrm.schemas import Center, Lesson, StaffMember, Subscription, Window

_FILE = Path(__file__).parent / "data" / "gocrm.json"
MOST_PROBLEMS = 30
_DEEPEST = 4
"""How many wrappers a list may lie in."""

_NOTHING: tuple[Any, ...] = (None, "", [], {})
_FIELD = pattern(r"[\w.]{1,60}")
_WINDOW = pattern(r"([\w-]{1,80})\.([0-9]{0,9})\.([01]?)", re.ASCII)

M = TypeVar("M", bound=BaseModel)


class Target(Schema):
    """What a value of ours is called in a request, and how it is written there."""

    to: str
    kind: values.Kind = Field("text", alias="as")


class Level(Schema):
    """How calls of an access level are authorised."""

    app_header: str = ""
    session_header: str = ""
    session_prefix: str = ""


class Operation(Schema):
    """One call. `rows`: where its rows are, "" for the answer itself; `row`: whose spellings they have."""

    level: Literal["public", "plugin", "client"]
    method: str
    path: str
    send: Literal["json", "form"] = "json"
    signed_in: bool = False
    query: dict[str, Target] = {}
    body: dict[str, Target] = {}
    fixed: dict[str, Any] = {}
    rows: list[str] = []
    row: str = ""
    answer: dict[str, list[str]] = {}
    refusals: dict[str, Literal["taken", "wrong_code", "invalid"]] = {}
    taken_fields: list[str] = []
    taken_words: list[str] = []


class Manual(Schema):
    """The settings file."""

    version: Literal[1]
    levels: dict[str, Level]
    status: list[str]
    failed: list[str]
    pages: list[str]
    lists: list[str]
    problems: list[str]
    past_days: int
    window_days: int
    positions: dict[str, str]
    active: list[str]
    operations: dict[str, Operation]
    spellings: dict[str, dict[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Zones:
    """By which wall clock Go-CRM writes times: a centre's own, else the usual one."""

    usual: ZoneInfo
    by_center: Mapping[str, ZoneInfo] = field(default_factory=dict)

    def of(self, center_id: str | None) -> ZoneInfo:
        """The zone of a centre."""
        return self.by_center.get(center_id or "", self.usual)


@cache
def manual(path: Path = _FILE) -> Manual:
    """The settings file, read once a process."""
    return Manual.model_validate_json(path.read_bytes())


def at(data: Any, path: str) -> Any:
    """What stands under a dotted path, None where nothing does; a list on the way stands for its first element."""
    for key in path.split(".") if path else []:
        if isinstance(data, list):
            data = data[0] if data else None
        data = data.get(key) if isinstance(data, dict) else None
    return data


def first(data: Any, paths: Iterable[str]) -> Any:
    """The first of several spellings that says something."""
    return next((value for value in (at(data, path) for path in paths) if value not in _NOTHING), None)


def failed(data: Any, book: Manual) -> bool:
    """Whether an answer says by its own words that nothing was done, whatever its HTTP status."""
    return isinstance(data, dict) and values.word(first(data, book.status)) in book.failed


def find_rows(data: Any, places: Iterable[str], lists: list[str]) -> list[Any] | None:
    """The rows of an answer; None where there is no list at all, which is not the same as an empty one."""
    for place in places:
        if isinstance(data, dict) and place in data:
            return [] if data[place] in _NOTHING[2:] or data[place] is None else _listed(data[place], lists)
        if place == "" and (data or isinstance(data, list)):
            return _listed(data, lists)
    return None


def _listed(value: Any, lists: list[str], depth: int = 0) -> list[Any] | None:
    """A list, a page that holds one, or what PHP makes of a list with gaps: an object of rows or of lists."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict) or depth > _DEEPEST:
        return None
    for name in lists:
        if isinstance(value.get(name), list | dict):
            return _listed(value[name], lists, depth + 1)
    parts = list(value.values())
    if all(isinstance(part, list) for part in parts):
        return [row for part in parts for row in part]
    return parts if all(isinstance(part, dict) for part in parts) else None


def find_record(data: Any, places: Iterable[str]) -> Any:
    """The one thing that an answer is about."""
    found = (at(data, place) for place in places)
    known = next((value for value in found if value not in _NOTHING), None)
    return known[0] if isinstance(known, list) else known


def outgoing(given: Mapping[str, Any], targets: Mapping[str, Target], zone: ZoneInfo) -> dict[str, Any]:
    """Our values under Go-CRM's names; what is blank or has no name there is left out."""
    named = {targets[our].to: values.write(value, targets[our].kind, zone) for our, value in given.items() if our in targets}
    return {name: value for name, value in named.items() if value not in _NOTHING}


def incoming(model: type[M], row: Any, book: Manual, kind: str, zones: Zones, asked: Mapping[str, str | None]) -> M | None:
    """A row as ours, None for what is none; `asked` fills in what Go-CRM does not repeat."""
    if not isinstance(row, dict):
        return None
    spellings = book.spellings[kind]
    zone = zones.of(_read("center_id", row, spellings.get("center_id", []), zones.usual))
    ours = {our: _read(our, row, paths, zone) for our, paths in spellings.items()}
    ours.update({our: value for our, value in asked.items() if ours.get(our) is None})
    finish = _FINISH.get(model)
    if finish:
        finish(ours, book)
    try:
        return model.model_validate({our: value for our, value in ours.items() if value is not None})
    except ValidationError:
        return None


def answered(data: Any, operation: Operation, zone: ZoneInfo) -> dict[str, Any]:
    """The single values that an operation is asked for."""
    return {our: _read(our, data, paths, zone) for our, paths in operation.answer.items()}


def problems(data: Any, book: Manual, operation: Operation) -> dict[str, str]:
    """What validation found wrong: our field names and Go-CRM's words."""
    found = first(data, book.problems)
    if isinstance(found, str):  # the documentation itself shows an object in quotes
        try:
            found = json.loads(found)
        except (ValueError, RecursionError):
            return {}
    if isinstance(found, list):
        found = {str(one.get("field")): one.get("message") for one in found if isinstance(one, dict)}
    pairs = list(found.items())[:MOST_PROBLEMS] if isinstance(found, dict) else []
    return {_our_name(name, operation): _words(said) for name, said in pairs if _FIELD.fullmatch(name)}


def _our_name(name: str, operation: Operation) -> str:
    named = {_folded(target.to): our for our, target in operation.body.items()}
    return named.get(_folded(name), name)


def _folded(name: str) -> str:
    return name.replace("_", "").lower()


def _words(said: Any) -> str:
    parts = said if isinstance(said, list) else [said]
    return "; ".join(part for part in map(values.text, parts) if part)


_READERS: dict[str, values.Reader] = {
    **dict.fromkeys(("lat", "lng", "point"), values.as_is),
    **dict.fromkeys(("number_exercise", "balance", "minutes", "free_places", "version"), values.whole),
    **dict.fromkeys(("shown", "individual", "visited", "missed"), values.flag),
    **dict.fromkeys(("birthday", "valid_until", "due_on"), values.day),
    **dict.fromkeys(("starts_at", "ends_at", "at"), values.moment),
    **dict.fromkeys(("url", "access_token"), values.line),
    "teacher_ids": values.idents,
    "active": values.word,
    "id": values.ident,
}


def _read(our: str, data: Any, paths: Iterable[str], zone: ZoneInfo) -> Any:
    """The first of several spellings that can be read as what it should be."""
    read = (_reader(our)(at(data, path), zone) for path in paths)
    return next((value for value in read if value not in _NOTHING), None)


def _reader(our: str) -> values.Reader:
    """How a field of ours is read, told by its name."""
    by_name = values.kopecks if our.endswith("_kopecks") else values.ident if our.endswith("_id") else values.text
    return _READERS.get(our, by_name)


def _finish_center(ours: dict[str, Any], book: Manual) -> None:
    ours["coordinates"] = values.point(ours)


def _finish_staff(ours: dict[str, Any], book: Manual) -> None:
    ours["position"] = book.positions.get(ours["position"] or "", ours["position"])


def _finish_subscription(ours: dict[str, Any], book: Manual) -> None:
    said = ours["active"]
    ours["active"] = None if said is None else said in book.active


def _finish_lesson(ours: dict[str, Any], book: Manual) -> None:
    ours["state"] = "visited" if ours["visited"] else "missed" if ours["missed"] else "planned"
    _finish_end(ours)


def _finish_window(ours: dict[str, Any], book: Manual) -> None:
    ours["id"] = ours["id"] and window_id(ours["id"], ours["version"], ours["individual"])
    _finish_end(ours)


def _finish_end(ours: dict[str, Any]) -> None:
    """A lesson is not a day long: an end that would be is left out."""
    if ours["ends_at"] is None and ours["starts_at"] and 0 < (ours["minutes"] or 0) < 24 * 60:
        ours["ends_at"] = ours["starts_at"] + timedelta(minutes=ours["minutes"])


_FINISH: dict[type[BaseModel], Callable[[dict[str, Any], Manual], None]] = {
    Center: _finish_center,
    StaffMember: _finish_staff,
    Subscription: _finish_subscription,
    Lesson: _finish_lesson,
    Window: _finish_window,
}


def window_id(hour_id: str, version: int | None, individual: bool | None) -> str:
    """One id for all that booking a lesson of the schedule needs."""
    return f"{hour_id}.{'' if version is None else version}.{'' if individual is None else int(individual)}"


def window_parts(window: str) -> dict[str, str] | None:
    """What `window_id` was made of; None for an id that it never made."""
    found = _WINDOW.fullmatch(window)
    return {"window_id": found[1], "version": found[2], "individual": found[3]} if found else None
