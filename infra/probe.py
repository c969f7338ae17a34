"""Runs inside the application's process: `python -m infra.probe <module>` prints what importing it brought, as JSON."""

import importlib
import json
import sys
from collections.abc import Iterable
from typing import Any

from infra import reach, wings


def main(module: str) -> None:
    """Import `module` and print its doors, wings, jobs, tables and grants on one line, and what is made of its routes."""
    app = importlib.import_module(module).app
    doors, wings = _doors(), _wings()
    of_operations = {name: _grant(reach.of_operations(*served)) for name, served in (doors | _served_by_wings(wings)).items()}
    found = {"doors": [_door(name, served) for name, served in doors.items()], "wings": wings, "jobs": _jobs(app), "tables": _tables()}
    print(json.dumps(found | {"grants": of_operations | _of_jobs(app), "routes": _routes(app), "document": _document()}))


def _operations() -> list[Any]:
    return list(sys.modules["chalicelib.core.http"].OPERATIONS)


def _doors() -> dict[str, list[Any]]:
    """By a door's name what it serves: one view in whichever contours, or several by which one Lambda is meant."""
    found: dict[Any, list[Any]] = {}
    for one in _operations():
        if one.is_door:
            found.setdefault((one.package, one.function), []).append(one)
    return {served[0].door or served[0].name: served for served in found.values()}


def _door(name: str, served: list[Any]) -> dict[str, Any]:
    return {"name": name, "package": served[0].package, "routes": [(one.method, path) for one in served for path in one.paths]}


def _wings() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path, wing in sorted(wings.paths(_operations()).items()):
        found.setdefault(wing, []).append(path)
    return found


def _served_by_wings(names: Iterable[str]) -> dict[str, list[Any]]:
    """By a wing's name its operations. The pages are files: what serves them in process is none of their Lambda's."""
    served = [one for one in _operations() if not one.is_door]
    return {name: [one for one in served if wings.of(one) == name and name != wings.PAGES] for name in names}


def _routes(app: Any) -> dict[str, Any]:
    """What a wing is told of all routes: which package serves a method of a path, and which roles an operation lets in."""
    packages = {(path, one.method): one.package for one in _operations() for path in one.paths}
    table = {path: {method: packages.get((path, method), "") for method in methods} for path, methods in app.routes.items()}
    return {"table": table, "roles": sys.modules["chalicelib.core.http"].ROLES}


def _document() -> Any:
    return importlib.import_module("chalicelib.core.openapi").document()


def _of_jobs(app: Any) -> dict[str, Any]:
    return {source.name: _grant(reach.of_job(_job(source.handler_string))) for source in app.event_sources}


def _job(handler: str) -> Any:
    module, _, name = handler.rpartition(".")
    return getattr(sys.modules[module], name).func


def _grant(found: reach.Reach) -> dict[str, Any]:
    return {"accesses": sorted(found.accesses), "secrets": sorted(found.secrets), "needs": sorted(found.needs)}


def _jobs(app: Any) -> list[dict[str, Any]]:
    """A job's handler string is `chalicelib.<package>.jobs.<function>`: Lambda imports that module and not app.py."""
    return [{"name": source.name, "stream": _streamed(source)} for source in app.event_sources]


def _streamed(source: Any) -> str | None:
    """The key of the table whose stream wakes a job, as its placeholder names it."""
    arn = getattr(source, "stream_arn", None)
    return arn.split("table/")[1].split("/")[0] if arn else None


def _tables() -> list[dict[str, Any]]:
    storage = sys.modules.get("chalicelib.core.storage")
    return [_table(model) for model in storage.tables()] if storage else []


def _table(model: Any) -> dict[str, Any]:
    schema = model._get_schema()
    ttl = model._ttl_attribute()
    return {
        "key": model.table_key(),
        "attributes": [(one["AttributeName"], one["AttributeType"]) for one in _attributes(schema)],
        "keys": _keys(schema["key_schema"]),
        "indexes": [_index(one) for one in schema["global_secondary_indexes"]],
        "ttl": ttl.attr_name if ttl else None,
        "stream": getattr(model.Meta, "stream_view_type", None),
    }


def _attributes(schema: dict[str, Any]) -> list[dict[str, str]]:
    """PynamoDB names an attribute once for every key it is part of."""
    return list({one["AttributeName"]: one for one in schema["attribute_definitions"]}.values())


def _keys(schema: list[dict[str, str]]) -> list[tuple[str, str]]:
    """CloudFormation wants the hash key first; PynamoDB gives attributes by name."""
    return sorted(((one["AttributeName"], one["KeyType"]) for one in schema), key=lambda key: key[1])


def _index(index: dict[str, Any]) -> dict[str, Any]:
    return {"name": index["index_name"], "keys": _keys(index["key_schema"]), "projection": index["projection"]}


if __name__ == "__main__":
    main(sys.argv[1])
