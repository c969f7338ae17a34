"""The places of the source where something may be dropped: what catches, skips, ends early, or calls an event nothing.

A place is known by module, function, what it is, and its number among equals there: lines may move.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PRODUCT = ROOT / "chalicelib"

PURE = {"rules", "models", "schemas", "errors", "repository", "lexicon", "wording", "placeholders", "contacts"}
"""Modules that decide nothing: they read, write and word for those that do."""

KIT = {"app", "http", "inbox", "outbox", "replays", "routing", "tasks", "troubles", "turns"}
"""Of the kit, what events come in by and promises leave by."""

NOTHING_DONE = {"inbox.done", "_nothing"}
"""Calls that close an event as one that changes nothing."""

NO_MESSAGE = {"Withheld", "NoWay", "Held"}
"""Raised where a message must not leave."""

WORDS = {"ignored", "skipped"}


class Place(NamedTuple):
    """One such place."""

    module: str
    function: str
    what: str

    @property
    def key(self) -> str:
        """As the page names it."""
        return f"{self.module}.{self.function} · {self.what}"


def places() -> list[Place]:
    """Every place of the product, in the order of modules and lines."""
    found: list[Place] = []
    for path in sorted(PRODUCT.rglob("*.py")):
        parts = path.relative_to(PRODUCT).with_suffix("").parts
        if reads := _reading(parts):
            found += of_source(path.read_text(encoding="utf-8"), ".".join(parts), swallowed_only=reads == "swallowed")
    return found


def _reading(parts: tuple[str, ...]) -> str | None:
    """How a module is looked at: a door `whole`, a vendor's client only for errors that it keeps to itself."""
    if parts[0] == "integrations":
        return "swallowed"
    if parts[0] == "core":
        return "whole" if parts[1] in KIT else None
    return None if parts[-1] in PURE else "whole"


def of_source(source: str, module: str, *, swallowed_only: bool = False) -> list[Place]:
    """The places of one module's source."""
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for function, what, node in _walk(ast.parse(source), "", None):
        if swallowed_only and not (isinstance(node, ast.ExceptHandler) and not _raises(node)):
            continue
        seen[function, what] += 1
        number = seen[function, what]
        found.append(Place(module, function or "module", what if number == 1 else f"{what} #{number}"))
    return found


def _walk(node: ast.AST, name: str, inside: ast.FunctionDef | None) -> Iterator[tuple[str, str, ast.AST]]:
    """Every node that is looked for with the function it is in; what stands in a handler is the handler's own end."""
    for child in ast.iter_child_nodes(node):
        what = _what(child, inside)
        if what:
            yield name, what, child
        if isinstance(child, ast.ExceptHandler):
            continue
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            within = child if isinstance(child, ast.FunctionDef) else inside
            yield from _walk(child, f"{name}.{child.name}".strip("."), within)
        else:
            yield from _walk(child, name, inside)


def _what(node: ast.AST, inside: ast.FunctionDef | None) -> str | None:
    """What a node is, of what is looked for."""
    match node:
        case ast.ExceptHandler(type=caught):
            return f"except {ast.unparse(caught).strip('()')}" if caught else "except"
        case ast.withitem(context_expr=ast.Call(func=called) as call) if ast.unparse(called) == "suppress":
            return ast.unparse(call)
        case ast.Return() if _is_empty(node) and _is_procedure(inside):
            return "return" if inside is None or node is not inside.body[-1] else None
        case ast.Return(value=ast.Constant(value=False)):
            return "return False"
        case ast.If(orelse=[]) if inside is not None and node is inside.body[-1] and _is_registered(inside):
            return "if without else"
        case ast.Continue() | ast.Pass():
            return type(node).__name__.lower()
        case ast.Call(func=called) if ast.unparse(called) in NOTHING_DONE:
            return f"{ast.unparse(called)}()"
        case ast.Raise(exc=raised) if raised is not None and (name := ast.unparse(raised).partition("(")[0]) in NO_MESSAGE:
            return f"raise {name}"
        case ast.Attribute(attr="IGNORE", value=ast.Name(id="Verdict")):
            return "Verdict.IGNORE"
        case ast.Constant(value=str(text)) if text in WORDS:
            return f'"{text}"'
    return None


def _is_registered(function: ast.FunctionDef) -> bool:
    """Whether it is an effect's or a tick's own function."""
    return any(ast.unparse(one).startswith(("outbox.handles", "tasks.")) for one in function.decorator_list)


def _is_empty(node: ast.Return) -> bool:
    return node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None)


def _is_procedure(function: ast.FunctionDef | None) -> bool:
    """Whether it is there for what it does: one that finds something says None to whoever asked, and he decides."""
    return function is not None and isinstance(function.returns, ast.Constant) and function.returns.value is None


def _raises(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.body[-1], ast.Raise)
