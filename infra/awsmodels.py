"""botocore's data, cut to the operations that a deployed function asks for: it parses all of it at each cold start.

Whole, DynamoDB's and Parameter Store's models and the table of every service's endpoints are three megabytes of JSON.
"""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

OPERATIONS = {
    "dynamodb": ("BatchGetItem", "DeleteItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem"),
    "ssm": ("DeleteParameter", "GetParameters", "PutParameter"),
}
"""What roles allow, and no more: another operation is no method of its client."""

Json = dict[str, Any]


def cut(data: Path) -> None:
    """Leave the services in use, of each the operations in use, and of the endpoints those of these services."""
    for folder in [one for one in data.iterdir() if one.is_dir()]:
        if folder.name in OPERATIONS:
            _cut_service(folder)
        else:
            shutil.rmtree(folder)
    endpoints = data / "endpoints.json"
    endpoints.write_text(_compact(endpoints_of(json.loads(endpoints.read_text(encoding="utf-8")))), encoding="utf-8")


def _cut_service(folder: Path) -> None:
    """The newest version alone; botocore asks for no other."""
    *older, newest = sorted(one for one in folder.iterdir() if one.is_dir())
    for one in older:
        shutil.rmtree(one)
    for extra in (*newest.glob("examples-1.json*"), *newest.glob("waiters-2.json*"), *newest.glob("paginators-1.*json*")):
        extra.unlink()
    packed = newest / "service-2.json.gz"
    model = service(json.loads(gzip.decompress(packed.read_bytes())), OPERATIONS[folder.name])
    (newest / "service-2.json").write_text(_compact(model), encoding="utf-8")
    packed.unlink()


def service(model: Json, operations: tuple[str, ...]) -> Json:
    """A service's model with these operations, the shapes that they are made of, and no prose."""
    kept = {name: model["operations"][name] for name in operations}
    shapes: Json = {}
    waiting = [name for operation in kept.values() for name in _shapes_in(operation)]
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = model["shapes"][name]
            waiting += _shapes_in(shapes[name])
    cut_down: Json = _without_prose(model | {"operations": kept, "shapes": shapes})
    return cut_down


def _shapes_in(part: Any) -> list[str]:
    """Every shape that a part of a model names."""
    if isinstance(part, list):
        return [name for one in part for name in _shapes_in(one)]
    if not isinstance(part, dict):
        return []
    named = [part["shape"]] if isinstance(part.get("shape"), str) else []
    return [*named, *(name for one in part.values() for name in _shapes_in(one))]


def _without_prose(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _without_prose(one) for name, one in part.items() if not (name == "documentation" and isinstance(one, str))}
    return [_without_prose(one) for one in part] if isinstance(part, list) else part


def endpoints_of(table: Json) -> Json:
    """The table of endpoints with every partition and region, and the services in use."""
    partitions = [
        one | {"services": {name: one["services"][name] for name in OPERATIONS if name in one["services"]}} for one in table["partitions"]
    ]
    return table | {"partitions": partitions}


def _compact(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
