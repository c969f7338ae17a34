"""Functions as their sources have them, and which names are a scope's own; see `sources`."""

import ast
import functools
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Scoped = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
Comprehended = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
Naming = (ast.ExceptHandler, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.MatchAs, ast.MatchStar)
"""What binds a name otherwise than by storing into it."""


def definitions(function: types.FunctionType) -> Iterator[ast.AST]:
    """Its definition; every lambda of its line where it is one."""
    code = function.__code__
    for node in _by_line(code.co_filename).get(code.co_firstlineno, ()):
        if isinstance(node, ast.Lambda) or node.name == code.co_name:
            yield node


@functools.cache
def _by_line(filename: str) -> dict[int, list[Any]]:
    """Every function of a file by the line on which Python says that it begins: its first decorator's. What a dataclass made has none."""
    if filename.startswith("<"):
        return {}
    tree = ast.parse(Path(filename).read_text(encoding="utf-8"))
    found: dict[int, list[Any]] = {}
    for node in ast.walk(tree):
        if isinstance(node, Scoped):
            first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
            found.setdefault(first, []).append(node)
    return found


def bound(scope: ast.AST) -> set[str]:
    """The names that a function or a comprehension has of its own."""
    if isinstance(scope, Comprehended):
        return {name for part in scope.generators for name in stored(part.target)}
    arguments = scope.args  # type: ignore[attr-defined]
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    body = scope.body if isinstance(scope.body, list) else [scope.body]  # type: ignore[attr-defined]
    return {one.arg for one in given if one} | {name for part in body for name in stored(part)}


def stored(node: ast.AST, *, inside: bool = False) -> Iterator[str]:
    """The names that a statement or a target binds in its own scope; `inside` a comprehension those are the comprehension's."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and not inside:
        yield node.id
    elif isinstance(node, ast.NamedExpr):
        yield node.target.id
    elif isinstance(node, Naming) and node.name:
        yield node.name
    if not isinstance(node, (*Scoped, ast.ClassDef)):
        within = inside or isinstance(node, Comprehended)
        for part in ast.iter_child_nodes(node):
            yield from stored(part, inside=within)
