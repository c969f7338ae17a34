"""What one function's source names, as the objects that stand there when it runs; see `reach`."""

import ast
import builtins
import functools
import inspect
import types
import typing
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from pynamodb.indexes import Index

from chalicelib.core import storage
from infra.scopes import Comprehended, Scoped, bound, definitions, stored

Listed = (ast.ListComp, ast.SetComp, ast.GeneratorExp)
PASSED_ON: tuple[Any, ...] = (zip, list, tuple, sorted, reversed, enumerate, next, iter)
"""Builtins that give what they were given."""

UNKNOWN = object()

OF_STORAGE = {
    "change": "UpdateItem",
    "make_or_change": "UpdateItem",
    "count_up": "UpdateItem",
    "put_new": "PutItem",
    "remove": "DeleteItem",
    "query": "Query",
    "scroll": "Query",
}
OF_TRANSACTION = {
    "create": "PutItem",
    "put": "PutItem",
    "update": "UpdateItem",
    "put_or_update": "UpdateItem",
    "join": "UpdateItem",
    "shared": "UpdateItem",
    "delete": "DeleteItem",
    "check": "ConditionCheckItem",
}
TRANSACTIONS = {"tx", "transaction"}
"""How a transaction is called everywhere."""


class Untold(Exception):
    """A write whose table cannot be told from the source: annotate the row it is given."""


@dataclass(slots=True)
class Mentions:
    """What a function names: objects, attributes of what is not known, and what it does to tables."""

    objects: list[Any] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    accesses: set[tuple[str, str, str]] = field(default_factory=set)
    reads_what_indexes_tell: bool = False


@functools.cache
def mentions(function: types.FunctionType) -> Mentions:
    """What this function names. Raises Untold for a write whose table nobody can tell."""
    reader = _Reader(function)
    for node in definitions(function):
        reader.read(node)
    return reader.told


class _Reader:
    """Goes through one function with the names that are its own, for those are no objects of the module."""

    def __init__(self, function: types.FunctionType) -> None:
        self.told = Mentions()
        self._function = function
        self._globals = function.__globals__
        self._scopes: list[set[str]] = []
        self._imported: dict[str, Any] = {}
        self._top: ast.AST | None = None

    def read(self, node: ast.AST) -> None:
        self._top = node
        self._scope(node)

    def _scope(self, node: ast.AST) -> None:
        self._scopes.append(bound(node))
        if isinstance(node, Comprehended):
            parts: Iterable[ast.AST] = ast.iter_child_nodes(node)
        else:
            parts = node.body if isinstance(node.body, list) else [node.body]  # type: ignore[attr-defined]
            if node is not self._top:
                parts = [*parts, *(one for one in (*node.args.defaults, *node.args.kw_defaults) if one)]  # type: ignore[attr-defined]
        for part in parts:
            self._visit(part)
        self._scopes.pop()

    def _visit(self, node: ast.AST) -> None:
        if isinstance(node, (*Scoped, *Comprehended)):
            return self._scope(node)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            return self._import(node)
        if isinstance(node, ast.Call):
            self._call(node)
        elif isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
            return self._name(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            self.told.names.add(node.value)
        for name, part in ast.iter_fields(node):
            if name not in ("annotation", "returns"):
                for one in part if isinstance(part, list) else [part]:
                    if isinstance(one, ast.AST):
                        self._visit(one)
        return None

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        """An import inside a function: what it will bring. None of the code imports a module of dotted name so."""
        for one in node.names:
            module = import_module(one.name if isinstance(node, ast.Import) else str(node.module))
            self._imported[one.asname or one.name] = module if isinstance(node, ast.Import) else _part(module, one.name)

    def _name(self, node: ast.Name | ast.Attribute) -> None:
        """A dotted name as far as it leads; the rest are attributes of something unknown."""
        found = self.resolve(node)
        if found is not UNKNOWN:
            self.told.objects.append(found)
            self.told.reads_what_indexes_tell |= found is storage.address or found is storage.whole
        if isinstance(node, ast.Attribute):
            if found is UNKNOWN:
                self.told.names.add(node.attr)
            self._of_table(self.resolve(node.value), node.attr, found)
            self._visit(node.value)

    def _of_table(self, model: Any, name: str, found: Any) -> None:
        """The address of a row is asked for to read it; an index to go through it."""
        if _is_table(model) and name == "at":
            self._note(model, "BatchGetItem")
        elif _is_table(model) and isinstance(found, Index):
            self._note(model, "Query", found.Meta.index_name)

    def _note(self, model: Any, action: str, index: str = "") -> None:
        self.told.accesses.add((model.table_key(), action, index))

    def resolve(self, node: ast.AST) -> Any:
        """The object that a dotted name means, UNKNOWN where it is made at run time."""
        if isinstance(node, ast.Name):
            return self._global(node.id)
        if not isinstance(node, ast.Attribute):
            return UNKNOWN
        base = self.resolve(node.value)
        if isinstance(base, (types.ModuleType, type)):
            return getattr(base, node.attr, UNKNOWN)
        return UNKNOWN

    def _global(self, name: str) -> Any:
        if name in self._imported:
            return self._imported[name]
        if any(name in scope for scope in self._scopes):
            return UNKNOWN
        cells = dict(zip(self._function.__code__.co_freevars, self._function.__closure__ or (), strict=False))
        if name in cells:
            return cells[name].cell_contents
        return self._globals.get(name, getattr(builtins, name, UNKNOWN))

    def _call(self, node: ast.Call) -> None:
        """A call that reads or writes rows, on the table of its first argument."""
        called = self.resolve(node.func)
        action = OF_STORAGE.get(called.__name__) if getattr(called, "__module__", "") == "chalicelib.core.storage.rows" else None
        of_transaction = called is UNKNOWN and isinstance(node.func, ast.Attribute) and _last(node.func.value) in TRANSACTIONS
        if of_transaction:
            action = OF_TRANSACTION.get(node.func.attr)  # type: ignore[attr-defined]
        if action and node.args:
            self._write(node, action)

    def _write(self, node: ast.Call, action: str) -> None:
        if action == "Query":  # an index is noted where it is named
            if _is_table(model := self.resolve(node.args[0])):
                self._note(model, "Query")
            return
        models = self._models(node.args[0]) or self._mentioned()
        if not models:
            raise Untold(f"{self._function.__module__}.{self._function.__qualname__}, line {node.lineno}: {ast.unparse(node)[:80]}")
        for model in models:
            self._note(model, action)

    def _models(self, node: ast.AST) -> set[Any]:
        """The tables whose row an expression can be, as far as annotations and constructors tell."""
        if isinstance(node, ast.Name):
            return self._of_variable(node.id)
        if isinstance(node, (ast.Starred, *Listed)):
            return self._models(node.value if isinstance(node, ast.Starred) else node.elt)
        if not isinstance(node, ast.Call):
            return set()
        called = self.resolve(node.func)
        if called in PASSED_ON:
            return {model for one in node.args for model in self._models(one)}
        if _is_table(called):
            return {called}
        if isinstance(node.func, ast.Attribute) and _is_table(base := self.resolve(node.func.value)):
            return {base}
        return _tables_in(_hints(called).get("return")) if isinstance(called, types.FunctionType) else set()

    def _of_variable(self, name: str) -> set[Any]:
        annotated = _tables_in(_hints(self._function).get(name))
        if annotated or self._top is None:
            return annotated
        found: set[Any] = set()
        for node in ast.walk(self._top):
            if isinstance(node, ast.AnnAssign) and _last(node.target) == name:
                return _tables_in(self._annotation(node.annotation))
            if isinstance(node, ast.Assign) and any(_last(one) == name for one in node.targets) and _last(node.value) != name:
                found |= self._models(node.value)
            if isinstance(node, (ast.For, ast.comprehension)) and name in stored(node.target):
                found |= self._models(node.iter)
        return found

    def _annotation(self, node: ast.expr) -> Any:
        try:
            return eval(ast.unparse(node), self._globals)  # noqa: S307  our own source
        except NameError:
            return None

    def _mentioned(self) -> set[Any]:
        """Every table that the function names at all."""
        named = [self.resolve(node) for node in ast.walk(self._top) if isinstance(node, (ast.Name, ast.Attribute))] if self._top else []
        hinted = {table for hint in _hints(self._function).values() for table in _tables_in(hint)}
        return {one for one in named if _is_table(one)} | hinted


def _part(module: types.ModuleType, name: str) -> Any:
    return getattr(module, name) if hasattr(module, name) else import_module(f"{module.__name__}.{name}")


def _last(node: ast.AST) -> str | None:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None


def _is_table(found: Any) -> bool:
    return isinstance(found, type) and issubclass(found, storage.Table) and found is not storage.Table


def _tables_in(hint: Any) -> set[Any]:
    if _is_table(hint):
        return {hint}
    return {table for part in typing.get_args(hint) for table in _tables_in(part)}


@functools.cache
def _hints(function: types.FunctionType) -> dict[str, Any]:
    """What its annotations mean, but for those in quotes where one of them is imported for type checkers alone."""
    own = inspect.unwrap(function)
    try:
        return typing.get_type_hints(own)
    except NameError:
        return {name: hint for name, hint in own.__annotations__.items() if not isinstance(hint, str)}
