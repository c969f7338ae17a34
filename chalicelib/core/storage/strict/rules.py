"""What DynamoDB refuses of a request, whatever the fakes allow. Pure: from the request and the tables' schemas alone.

From the service's own pages: Constraints, Expressions, Query, TransactWriteItems, BatchGetItem, Reserved words.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import combinations
from typing import Any

from chalicelib.core.storage.strict.expressions import Expression
from chalicelib.core.storage.strict.items import Violation, attribute_breaks, item_breaks, key_breaks, key_value_breaks, value_breaks
from chalicelib.core.storage.strict.reserved import RESERVED
from chalicelib.core.storage.strict.schema import Schema
from chalicelib.core.storage.strict.sizes import size, value_size

MOST_KEYS = 100
MOST_WRITES = 100
MOST_OPERATORS = 300
MOST_OPERANDS = 100
LONGEST_EXPRESSION = 4096
LONGEST_NAME = 255
LARGEST_TRANSACTION = 4 * 1024 * 1024
LARGEST_VALUES = 2 * 1024 * 1024
EXPRESSIONS = ("KeyConditionExpression", "FilterExpression", "ConditionExpression", "UpdateExpression", "ProjectionExpression")

Request = Mapping[str, Any]
Schemas = Callable[[str], Schema | None]


def violations(operation: str, request: Request, schemas: Schemas) -> Iterator[tuple[str, Violation]]:
    """Every rule that a request breaks, each with the table it is about."""
    if operation == "TransactWriteItems":
        yield from _transaction(request, schemas)
    elif operation == "BatchGetItem":
        yield from _batch(request, schemas)
    elif (schema := schemas(request.get("TableName", ""))) is not None:
        one = {"Query": _query, "PutItem": _put, "UpdateItem": _update, "DeleteItem": _keyed, "GetItem": _keyed}.get(operation)
        yield from ((schema.table, broken) for broken in (one(request, schema) if one else ()))


def expressions(request: Request) -> list[Expression]:
    """The expressions of one request."""
    names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
    return [Expression(kind, request[kind], names, values) for kind in EXPRESSIONS if request.get(kind)]


def writes(request: Request) -> list[tuple[str, Request]]:
    """A transaction's writes: what each does, and how."""
    return [(kind, write) for item in request["TransactItems"] for kind, write in item.items()]


def address(write: Request, schema: Schema) -> tuple[str, ...]:
    """Which row a write is about."""
    row = write.get("Key") or write.get("Item", {})
    return schema.table, *(str(row.get(name)) for name in schema.keys)


def _transaction(request: Request, schemas: Schemas) -> Iterator[tuple[str, Violation]]:
    said = writes(request)
    known = [(kind, write, schema) for kind, write in said if (schema := schemas(write["TableName"])) is not None]
    everywhere = ", ".join(dict.fromkeys(write["TableName"] for _, write in said))
    if not 0 < len(said) <= MOST_WRITES:
        yield everywhere, Violation(f"a transaction has 1 to {MOST_WRITES} writes", f"{len(said)} writes")
    if sum(_bytes(write) for _, write in said) > LARGEST_TRANSACTION:
        yield everywhere, Violation("a transaction has at most 4 MB", f"{len(said)} writes")
    for row, times in Counter(address(write, schema) for _, write, schema in known).items():
        if times > 1:
            yield row[0], Violation("a transaction writes no row twice", f"{times} writes to one row")
    for kind, write, schema in known:
        check = {"Put": _put, "Update": _update}.get(kind, _keyed)
        yield from ((schema.table, broken) for broken in check(write, schema))


def _bytes(write: Request) -> int:
    return size(write.get("Item") or {}) + size(write.get("Key") or {}) + size(write.get("ExpressionAttributeValues") or {})


def _batch(request: Request, schemas: Schemas) -> Iterator[tuple[str, Violation]]:
    wanted = [(table, key) for table, said in request["RequestItems"].items() for key in said["Keys"]]
    if len(wanted) > MOST_KEYS:
        yield ", ".join(request["RequestItems"]), Violation(f"a batch reads at most {MOST_KEYS} rows", f"{len(wanted)} keys")
    for (table, _), times in Counter((table, str(sorted(key.items()))) for table, key in wanted).items():
        if times > 1:
            yield table, Violation("a batch names no row twice", f"{times} keys are one")
    for table, key in wanted:
        schema = schemas(table)
        yield from ((table, broken) for broken in (key_breaks(key, schema) if schema else ()))


def _query(request: Request, schema: Schema) -> Iterator[Violation]:
    index = schema.indexes.get(request.get("IndexName", ""))
    keys = index.keys if index else schema.keys
    said = {expression.kind: expression for expression in expressions(request)}
    if index and request.get("ConsistentRead"):
        yield Violation("a global index is never read consistently", request["IndexName"])
    filtered = said["FilterExpression"].attributes() if "FilterExpression" in said else set()
    for name in sorted(filtered & set(keys)):
        yield Violation("a filter names no key of what is queried", name)
    if index and index.projected is not None:
        asked = said["ProjectionExpression"].attributes() if "ProjectionExpression" in said else set()
        for name in sorted((asked | filtered) - index.projected):
            yield Violation("an index gives and filters what it projects", f"{request['IndexName']} has no {name}")
    yield from _key_conditions(said.get("KeyConditionExpression"), keys, schema)
    yield from _expressions(request)


def _key_conditions(said: Expression | None, keys: tuple[str, ...], schema: Schema) -> Iterator[Violation]:
    if said is None or not keys[0] in said.attributes() <= set(keys):
        yield Violation("a query names its partition, and nothing but keys", ", ".join(sorted(said.attributes())) if said else "nothing")
        return
    name = ""
    for token in said.tokens:
        if token.kind in ("name", "word"):
            name = said.names.get(token.text, token.text)
        elif token.kind == "value" and token.text in said.values:
            yield from key_value_breaks(name, said.values[token.text], schema)


def _put(request: Request, schema: Schema) -> Iterator[Violation]:
    yield from item_breaks(request["Item"], schema)
    yield from _expressions(request)


def _keyed(request: Request, schema: Schema) -> Iterator[Violation]:
    yield from key_breaks(request["Key"], schema)
    yield from _expressions(request)


def _update(request: Request, schema: Schema) -> Iterator[Violation]:
    yield from _keyed(request, schema)
    for said in expressions(request):
        if said.kind == "UpdateExpression":
            yield from _changes(said, schema)


def _changes(said: Expression, schema: Schema) -> Iterator[Violation]:
    changes = said.assignments()
    for change in changes:
        if change.path[0] in schema.keys:
            yield Violation("an update changes no key attribute", change.path[0])
        if change.section != "SET" or len(change.path) > 1:
            continue
        for token in change.right:
            if token.kind == "value" and token.text in said.values:
                yield from attribute_breaks(change.path[0], said.values[token.text], schema)
    for one, other in combinations((change.path for change in changes), 2):
        if one[: len(other)] == other[: len(one)]:
            yield Violation("two paths of an update do not overlap", f"{'.'.join(one)} and {'.'.join(other)}")


def _expressions(request: Request) -> Iterator[Violation]:
    said = expressions(request)
    for expression in said:
        yield from _expression(expression)
    names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
    used = {token.text for expression in said for token in expression.tokens}
    for name in sorted(({*names} | {*values}) ^ {text for text in used if text[:1] in "#:"}):
        yield Violation("every placeholder is given, and used", name)
    if any(len(name.encode()) > LONGEST_NAME for name in (*names, *names.values(), *values)):
        yield Violation(f"a name in an expression has at most {LONGEST_NAME} bytes", "ExpressionAttributeNames")
    if sum(value_size(value) for value in values.values()) > LARGEST_VALUES:
        yield Violation("the values of an expression have at most 2 MB", "ExpressionAttributeValues")
    for name, value in values.items():
        yield from (Violation(rule, name) for rule in value_breaks(value))


def _expression(said: Expression) -> Iterator[Violation]:
    if len(said.text.encode()) > LONGEST_EXPRESSION:
        yield Violation("an expression has at most 4 KB", said.kind)
    if said.operators() > MOST_OPERATORS:
        yield Violation(f"an expression has at most {MOST_OPERATORS} operators", f"{said.kind} has {said.operators()}")
    if any(count > MOST_OPERANDS for count in said.lists()):
        yield Violation(f"IN has at most {MOST_OPERANDS} operands", said.kind)
    for word in sorted(said.bare_words()):
        if word.upper() in RESERVED:
            yield Violation("a reserved word is written as a placeholder", f"{said.kind}: {word}")
    for low, high in said.ranges():
        if low is not None and high is not None and _crossed(low, high):
            yield Violation("a BETWEEN goes from the lower to the higher bound", said.kind)


def _crossed(low: Mapping[str, Any], high: Mapping[str, Any]) -> bool:
    ((kind, first),), ((other, last),) = low.items(), high.items()
    if kind != other:
        return True
    return Decimal(first) > Decimal(last) if kind == "N" else str(first).encode() > str(last).encode()
