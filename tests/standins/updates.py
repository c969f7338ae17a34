"""The in-process store's updates without ten walks through each: what an update says is found out once, and then done to the row.

A plain update is one that moto takes without an objection: whatever it might refuse, or might read otherwise, it is asked itself.
`tests/unit/standins/test_quick.py` holds both beside each other.
"""

from collections.abc import Callable
from operator import add, sub
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.parsing import ast_nodes as ast
from moto.dynamodb.parsing.executors import UpdateExpressionExecutor
from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords
from moto.dynamodb.parsing.validators import UpdateExpressionValidator, Validator

from tests.standins.rows import Replaced

Path = tuple[str, ...]
Operand = Callable[[Item, dict[str, Any]], DynamoType | None]
"""A value of a row and of what came with the request; None where the row has none there."""

Step = tuple[type, Path, Operand | None]
SETS = ("SS", "NS", "BS")
CLAUSES = (ast.UpdateExpressionSetClause, ast.UpdateExpressionRemoveClause, ast.UpdateExpressionAddClause)
ACTIONS = (
    ast.UpdateExpressionSetAction,
    ast.UpdateExpressionRemoveAction,
    ast.UpdateExpressionAddAction,
    ast.UpdateExpressionDeleteAction,
)

_init = Validator.__init__
_validate = UpdateExpressionValidator.validate
_execute = UpdateExpressionExecutor.execute


class Doubtful(Exception):
    """moto has something to say about this update, or may have."""


class Plan:
    """What an update does, step by step, and which names of it stand in its text without a placeholder."""

    def __init__(self, tree: Any, names: dict[str, str]) -> None:
        self._names, self.plain = names, set[str]()
        if any(len(tree.find_clauses([kind])) > 1 for kind in CLAUSES):
            raise Doubtful
        self.steps = [self._step(action) for action in tree.find_clauses([*ACTIONS])]
        paths = [path for _, path, _ in self.steps]
        if any(one[: len(other)] == other for place, one in enumerate(paths) for at, other in enumerate(paths) if at != place):
            raise Doubtful
        self.roots = {path[0] for path in paths}

    def _step(self, action: Any) -> Step:
        path = self._path(action.children[0])
        return type(action), path, self._operand(action.children[1]) if len(action.children) > 1 else None

    def _path(self, node: Any) -> Path:
        if not isinstance(node, ast.UpdateExpressionPath):
            raise Doubtful
        return tuple(self._name(one) for one in node.children if not isinstance(one, ast.ExpressionPathDescender))

    def _name(self, node: Any) -> str:
        said = node.children[0]
        if isinstance(node, ast.ExpressionAttributeName) and said in self._names:
            return self._names[said]
        if not isinstance(node, ast.ExpressionAttribute) or said.upper() in ReservedKeywords.get_reserved_keywords():
            raise Doubtful
        self.plain.add(said)
        return str(said)

    def _operand(self, node: Any) -> Operand:
        if isinstance(node, ast.ExpressionAttributeValue):
            return _given(node.get_value_name())
        if isinstance(node, ast.UpdateExpressionPath):
            path = self._path(node)
            return lambda row, values: _at(row, path)
        if isinstance(node, ast.UpdateExpressionFunction) and node.get_function_name() in FUNCTIONS:
            return FUNCTIONS[node.get_function_name()](*(self._operand(node.get_nth_argument(nth)) for nth in (1, 2)))
        if isinstance(node, ast.UpdateExpressionValue) and len(node.children) == 1:
            return self._operand(node.children[0])
        if isinstance(node, ast.UpdateExpressionValue) and node.children[1].get_operator() in "+-":
            return _reckoned(node.children[1].get_operator(), self._operand(node.children[0]), self._operand(node.children[2]))
        raise Doubtful


def _given(name: str) -> Operand:
    def value(row: Item, values: dict[str, Any]) -> DynamoType:
        if name not in values:
            raise Doubtful
        return DynamoType(values[name])

    return value


def _either(first: Operand, second: Operand) -> Operand:
    return lambda row, values: second(row, values) if (found := first(row, values)) is None else found


def _appended(first: Operand, second: Operand) -> Operand:
    def appended(row: Item, values: dict[str, Any]) -> DynamoType:
        one, other = first(row, values), second(row, values)
        if one is None or other is None or (one.type, other.type) != ("L", "L"):
            raise Doubtful
        made = one.__deepcopy__({})  # type: ignore[attr-defined]
        made.value += other.value
        return made  # type: ignore[no-any-return]

    return appended


FUNCTIONS = {"if_not_exists": _either, "list_append": _appended}


def _reckoned(sign: str, first: Operand, second: Operand) -> Operand:
    def reckoned(row: Item, values: dict[str, Any]) -> DynamoType:
        one, other = first(row, values), second(row, values)
        if one is None or other is None or (one.type, other.type) != ("N", "N"):
            raise Doubtful
        return (add if sign == "+" else sub)(one, other)  # type: ignore[no-any-return]

    return reckoned


def _at(row: Item, path: Path) -> DynamoType | None:
    found = _held(row, path[:-1], missing=None)
    return None if found is None else found.get(path[-1])


def _held(row: Item, path: Path, *, missing: Any = Doubtful) -> Any:
    """The attributes of the map at a path: the row's own where it is empty. Anything but maps on the way is moto's to judge."""
    held: Any = row.attrs
    for name in path:
        if name not in held:
            if missing is Doubtful:
                raise Doubtful
            return missing
        if held[name].type != "M":
            raise Doubtful
        held = held[name].value
    return held


class Resolved:
    """An update with its values, of which moto would complain of nothing."""

    def __init__(self, plan: Plan, row: Item, values: dict[str, Any]) -> None:
        self.steps = [(kind, path, operand(row, values) if operand else None) for kind, path, operand in plan.steps]
        for kind, path, value in self.steps:
            self._look(kind, _held(row, path[:-1]).get(path[-1]), value)

    def _look(self, kind: type, standing: DynamoType | None, value: Any) -> None:
        if kind is ast.UpdateExpressionRemoveAction:
            return
        adds, deletes = kind is ast.UpdateExpressionAddAction, kind is ast.UpdateExpressionDeleteAction
        if value is None or (adds and value.type not in ("N", *SETS)) or (deletes and value.type not in SETS):
            raise Doubtful
        if (adds or deletes) and ((standing is not None and standing.type != value.type) or not value.value):
            raise Doubtful

    def normalize(self) -> None:
        """There is nothing to bring into order: none of the paths is in a list."""

    def run(self, row: Item) -> None:
        """Do to the row what is said."""
        for kind, path, value in self.steps:
            held, name = _held(row, path[:-1]), path[-1]
            if kind is ast.UpdateExpressionSetAction:
                held[name] = value
            elif kind is ast.UpdateExpressionRemoveAction:
                held.pop(name, None)
            elif kind is ast.UpdateExpressionAddAction:
                _add(held, name, value)
            else:
                _take(held, name, value)


def _add(held: Any, name: str, value: Any) -> None:
    if value.type == "N":
        held[name] = held.get(name, DynamoType({"N": "0"})) + value
        return
    standing = held.setdefault(name, DynamoType({value.type: []})).value
    standing += [one for one in value.value if one not in standing]


def _take(held: Any, name: str, value: Any) -> None:
    if name in held:
        held[name].value = [one for one in held[name].value if one not in value.value]
        if not held[name].value:
            del held[name]


def _made(self: Any, expression: Any, **parts: Any) -> None:
    """A validator that has not begun: it copies the tree and makes its ten passes when they are needed."""
    vars(self).update(parts, expression=expression)


def _validated(self: Any) -> Any:
    try:
        plan = _plan(self.expression, self.expression_attribute_names or {})
        if plan.roots & {*self.table.table_key_attrs} or plan.plain & {one["AttributeName"] for one in self.table.attr}:
            raise Doubtful
        return Resolved(plan, self.item, self.expression_attribute_values or {})
    except Doubtful:
        _init(**vars(self), self=self)
        return _validate(self)


def _plan(tree: Any, names: dict[str, str]) -> Plan:
    plans: dict[Any, Plan | None] = vars(tree).setdefault("plans", {})
    said = (*names.items(),)
    if said not in plans:
        try:
            plans[said] = Plan(tree, names)
        except Doubtful:
            plans[said] = None
    if (plan := plans[said]) is None:
        raise Doubtful
    return plan


def _executed(self: UpdateExpressionExecutor, node: Any = None) -> None:
    if isinstance(self.update_ast, Resolved):
        return self.update_ast.run(self.item)
    return _execute(self, node)


INSTEAD: tuple[Replaced, ...] = (
    (Validator, "__init__", _made),
    (UpdateExpressionValidator, "validate", _validated),
    (UpdateExpressionExecutor, "execute", _executed),
)
