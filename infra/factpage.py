"""docs/facts.md: every kind of fact with its fields, from the code."""

import importlib
from dataclasses import fields
from pathlib import Path
from typing import Any, get_origin, get_type_hints

HEAD = """# Facts

What the log holds, made from the code by `make openapi`. Every fact says to whom something happened (`subject`: a client's id, or `-`),
to what (`ref`), whose doing it was (`actor`: client, office, outside, specialist, system), in which `contour`, when (`happened_at`), and
for which `day` it is counted. It holds no name, no contact and nobody's words. How the log is written and followed:
[core](../chalicelib/core/README.md).

| kind | package | what happened | what it says |
|---|---|---|---|
"""


def refresh(project: Path) -> Path:
    """Write the page anew; where it is."""
    target = project / "docs" / "facts.md"
    target.write_text(page(), encoding="utf-8")
    return target


def page() -> str:
    """The page."""
    importlib.import_module("app")
    kinds = importlib.import_module("chalicelib.core.facts").KINDS
    return HEAD + "".join(_row(kinds[name]) for name in sorted(kinds))


def _row(kind: Any) -> str:
    package = kind.__module__.removeprefix("chalicelib.").removesuffix(".facts")
    return f"| `{kind.kind}` | `{package}` | {' '.join(kind.__doc__.split())} | {_fields(kind)} |\n"


def _fields(kind: Any) -> str:
    hints, own = get_type_hints(kind), set(kind.names())
    return ", ".join(f"`{field.name}` {_type(hints[field.name])}" for field in fields(kind) if field.name in own) or "—"


def _type(hint: Any) -> str:
    if get_origin(hint) is dict:
        return "(table)"
    names = [getattr(one, "__name__", str(one)) for one in getattr(hint, "__args__", (hint,))]
    words = {"str": "text", "int": "number", "datetime": "moment"}
    told = " or ".join(words.get(name, name) for name in names if name != "NoneType")
    return f"({told}{', if known' if 'NoneType' in names else ''})"
