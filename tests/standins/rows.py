"""The in-process store's rows without its needless work: copies of whole tables, sorting and projecting what nobody asked for.

moto keeps a table as a dictionary of rows. It copies every row of a table before each transaction, reads an expression three times
for each write, walks and sorts a whole table for each query, and weighs a row anew for each of its attributes. What it decides
stays its own; `tests/unit/standins/test_rows.py` holds both beside each other.
"""

import copy
import threading
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from moto.dynamodb.comparisons import AttributeValue, ConditionExpressionParser, Func, Op
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table

Replaced = tuple[type, str, Any]
"""A class of moto's, one of its attributes, and what stands there instead."""

PLAIN = frozenset({"S", "B", "BOOL"})
"""Types whose values are what they are compared by."""

_cast = DynamoType.cast_value.fget  # type: ignore[attr-defined]
_parse = ConditionExpressionParser.parse
_project = Item.project
_all_items = Table.all_items
_query = Table.query
_update_item = DynamoDBBackend.update_item
_of_thread = threading.local()


def _cast_value(self: DynamoType) -> Any:
    return self.value if self.type in PLAIN else _cast(self)


def _hash(self: DynamoType) -> int:
    return hash(self.value) if self.type == "S" else hash((self.type, self.cast_value))


def _equal(self: DynamoType, other: Any) -> bool:
    if self.type != other.type:
        return False
    return bool(self.value == other.value if self.type in PLAIN else self.cast_value == other.cast_value)


def _value_copied(self: DynamoType, memo: Any) -> DynamoType:
    """A value is copied where it can be changed in place: a map, a list, a set."""
    made = DynamoType.__new__(DynamoType)
    made.type, value = self.type, self.value
    if isinstance(value, dict):
        value = {name: _value_copied(part, memo) for name, part in value.items()}
    elif isinstance(value, list):
        value = [_value_copied(part, memo) if isinstance(part, DynamoType) else part for part in value]
    made.value = value
    return made


def _row(hash_key: DynamoType, range_key: DynamoType | None, attributes: dict[str, DynamoType]) -> Item:
    made = Item.__new__(Item)
    made.hash_key, made.range_key = hash_key, range_key
    made.attrs = LimitedSizeDict()
    dict.update(made.attrs, attributes)
    return made


def _row_copied(self: Item, memo: Any) -> Item:
    return _row(self.hash_key, self.range_key, {name: _value_copied(value, memo) for name, value in self.attrs.items()})


def _projected(self: Item, projection_expressions: list[list[str]]) -> Item:
    """Whole attributes are taken as they are; moto takes the whole row apart for each of them."""
    if any(len(path) > 1 for path in projection_expressions):
        return _project(self, projection_expressions)
    wanted = [path[0] for path in projection_expressions]
    return _row(self.hash_key, self.range_key, {name: self.attrs[name] for name in wanted if name in self.attrs})


def _table_copied(self: Table, memo: Any) -> Table:
    """A table whose rows are the same ones: a row in place is never changed, only replaced (`_updated`)."""
    made = copy.copy(self)
    made.items = defaultdict(dict)
    made.items.update({key: dict(rows) if isinstance(rows, dict) else rows for key, rows in self.items.items()})
    if self.stream_shard is not None:
        made.stream_shard = copy.copy(self.stream_shard)
        made.stream_shard.table, made.stream_shard.items = made, [*self.stream_shard.items]
    return made


def _updated(self: DynamoDBBackend, table_name: str, key: dict[str, Any], *rest: Any, **more: Any) -> Item:
    """moto changes a row in place: it gets a copy, for transactions and snapshots hold the row as it stood."""
    table = self.get_table(table_name)
    if table.hash_key_attr in key:
        hash_key = DynamoType(key[table.hash_key_attr])
        under: Any = table.items.get(hash_key)
        if isinstance(under, Item):
            table.items[hash_key] = copy.deepcopy(under)  # type: ignore[assignment]
        elif under and table.range_key_attr in key and (one := DynamoType(key[table.range_key_attr])) in under:
            under[one] = copy.deepcopy(under[one])
    return _update_item(self, table_name, key, *rest, **more)


def _found(self: Table, hash_key: Any, *rest: Any, **more: Any) -> Any:
    """Only rows that a query can give are walked and sorted."""
    index = rest[6] if len(rest) > 6 else more.get("index_name")
    _of_thread.sought = (self, None if index else hash_key, more.get("hash_key_conditions") or [])
    try:
        return _query(self, hash_key, *rest, **more)
    finally:
        _of_thread.sought = None


def _sought_items(self: Table) -> list[Item]:
    sought = getattr(_of_thread, "sought", None)
    if sought is None or sought[0] is not self:
        return _all_items(self)
    _, hash_key, conditions = sought
    if hash_key is not None:
        under: Any = self.items.get(hash_key)
        return [under] if isinstance(under, Item) else [*(under or {}).values()]
    return [row for row in _rows(self) if all((kept := row.attrs.get(name)) and kept == value for name, value in conditions)]


def _rows(table: Table) -> Iterator[Item]:
    for under in table.items.values():
        yield from (under,) if isinstance(under, Item) else under.values()


def _parsed(self: ConditionExpressionParser) -> Op | Func:
    """An expression is read once; the values of this request are put into its tree."""
    names, values = self.expression_attribute_names or {}, self.expression_attribute_values or {}
    if not self.condition_expression or any("NULL" in value for value in values.values()):  # a NULL is refused while a tree is made
        return _parse(self)
    trees: dict[Any, Any] = vars(_of_thread).setdefault("trees", {})
    said = (self.condition_expression, *names.items())
    if said not in trees:
        trees[said] = _read(self, values)
    tree, places, names_found, values_found = trees[said]
    self.expr_attr_names_found.extend(names_found)
    self.expr_attr_values_found.extend(values_found)
    for place, name in places:
        ((place.type, place.value),) = values[name].items()
    return tree


def _read(parser: ConditionExpressionParser, values: dict[str, Any]) -> tuple[Any, list[tuple[AttributeValue, str]], list[str], list[str]]:
    """A tree, where in it each placeholder's value belongs, and what it names."""
    by_place = {id(value): name for name, value in values.items()}
    made: list[tuple[AttributeValue, str]] = []
    operand = parser._make_operand

    def noted(node: Any) -> Any:
        found = operand(node)
        if isinstance(found, AttributeValue):
            made.append((found, by_place[id(node.value)]))
        return found

    parser._make_operand = noted  # type: ignore[method-assign]
    tree = _parse(parser)
    names_found, values_found = [*parser.expr_attr_names_found], [*parser.expr_attr_values_found]
    parser.expr_attr_names_found.clear()
    parser.expr_attr_values_found.clear()
    return tree, made, names_found, values_found


INSTEAD: tuple[Replaced, ...] = (
    (DynamoType, "cast_value", property(_cast_value)),
    (DynamoType, "__hash__", _hash),
    (DynamoType, "__eq__", _equal),
    (DynamoType, "__deepcopy__", _value_copied),
    (LimitedSizeDict, "__setitem__", dict.__setitem__),  # `strict` weighs what is written
    (Item, "__deepcopy__", _row_copied),
    (Item, "project", _projected),
    (Table, "__deepcopy__", _table_copied),
    (Table, "all_items", _sought_items),
    (Table, "query", _found),
    (DynamoDBBackend, "update_item", _updated),
    (ConditionExpressionParser, "parse", _parsed),
)
