"""Runs inside the application's process: `python -m infra.probe <module>` prints what importing it brought, as JSON."""

import importlib
import json
import sys
from typing import Any

from infra import reach
from infra.naming import API_FUNCTION


def main(module: str) -> None:
    """Import `module` and print its webhooks, jobs, tables and grants on one line."""
    app = importlib.import_module(module).app
    found = {"webhooks": _webhooks(), "reads": _reads(), "jobs": _jobs(app), "tables": _tables()}
    print(json.dumps(found | {"grants": {API_FUNCTION: _of_the_api()} | _of_doors() | _of_jobs(app)}))


def _operations() -> list[Any]:
    return list(sys.modules["chalicelib.core.http"].OPERATIONS)


def _webhooks() -> list[dict[str, str]]:
    return [{"name": one.name, "method": one.method, "path": one.path, "package": one.package} for one in _operations() if one.webhook]


def _reads() -> list[str]:
    return [one.path for one in _operations() if one.method == "GET"]


def _of_doors() -> dict[str, Any]:
    return {one.name: _grant(reach.of_operations(one)) for one in _operations() if one.webhook}


def _of_the_api() -> dict[str, Any]:
    return _grant(reach.of_operations(*(one for one in _operations() if not one.webhook)))


def _of_jobs(app: Any) -> dict[str, Any]:
    return {source.name: _grant(reach.of_job(_job(source.handler_string))) for source in app.event_sources}


def _job(handler: str) -> Any:
    module, _, name = handler.rpartition(".")
    return getattr(sys.modules[module], name).func


def _grant(found: reach.Reach) -> dict[str, Any]:
    return {"accesses": sorted(found.accesses), "secrets": sorted(found.secrets)}


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
