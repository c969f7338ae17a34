"""Runs inside the application's process: `python -m infra.probe <module>` prints what importing it brought, as JSON."""

import importlib
import json
import sys
from typing import Any


def main(module: str) -> None:
    """Import `module` and print its webhooks, jobs and tables on one line."""
    loaded = importlib.import_module(module)
    app = getattr(loaded, "app", None)
    print(json.dumps({"webhooks": _webhooks(), "reads": _reads(), "jobs": _jobs(app) if app else [], "tables": _tables()}))


def _webhooks() -> list[dict[str, str]]:
    http = sys.modules.get("chalicelib.core.http")
    operations = http.OPERATIONS if http else []
    return [{"name": one.name, "method": one.method, "path": one.path, "package": one.package} for one in operations if one.webhook]


def _reads() -> list[str]:
    http = sys.modules.get("chalicelib.core.http")
    return [one.path for one in (http.OPERATIONS if http else []) if one.method == "GET"]


def _jobs(app: Any) -> list[dict[str, Any]]:
    """A job's handler string is `chalicelib.<package>.jobs.<function>`: Lambda imports that module and not app.py."""
    return [
        {"name": source.name, "module": source.handler_string.rpartition(".")[0], "stream": _streamed(source)}
        for source in app.event_sources
    ]


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
