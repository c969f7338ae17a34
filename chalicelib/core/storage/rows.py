"""Reads, and writes of one row."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count, islice
from typing import Any, NamedTuple, cast

from pynamodb.exceptions import QueryError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.pagination import PageIterator, ResultIterator

from chalicelib.core import clock, pagination
from chalicelib.core.errors import Busy
from chalicelib.core.storage.calls import ATTEMPTS, ConditionMissed, backoff, call, passing
from chalicelib.core.storage.tables import Key, Table

BATCH = 100
"""The most keys one BatchGet takes."""

LONGEST_PARTITION, LONGEST_SORT = 2048, 1024
"""Bytes that a key may have."""

PAGE, WIDEST = 100, 1600
"""How many rows the second page of a filtered list reads, and the most that any does."""


def read(*keys: Key) -> list[Any]:
    """The rows at `keys`, in their order, None where there is none: one strongly consistent BatchGet across tables.

    An address that no row can have is where there is none, whoever named it.
    """
    found: dict[Key, Any] = {}
    wanted = [key for key in dict.fromkeys(keys) if possible(key.hash) and (key.range is None or possible(key.range, LONGEST_SORT))]
    for start in range(0, len(wanted), BATCH):
        _read_batch(wanted[start : start + BATCH], found)
    return [found.get(key) for key in keys]


def read_lists(*asked: Sequence[Key]) -> list[list[Any]]:
    """The rows at several lists of keys, list by list: one read."""
    rows = iter(read(*chain(*asked)))
    return [[*islice(rows, len(keys))] for keys in asked]


def possible(key: str, longest: int = LONGEST_PARTITION) -> bool:
    """Whether a row can have this key: the store takes none that is empty or too long."""
    return len(key) > 0 and (len(key) <= longest // 4 or len(key.encode("utf-8", "replace")) <= longest)


def _read_batch(keys: Sequence[Key], found: dict[Key, Any]) -> None:
    models = {key.model.Meta.table_name: key.model for key in keys}
    request: dict[str, Any] = {}
    for key in keys:
        table = request.setdefault(key.model.Meta.table_name, {"ConsistentRead": True, "Keys": []})
        table["Keys"].append(_raw_key(key))
    for attempt in range(ATTEMPTS):
        clock.pause(backoff(attempt))
        answer = call("BatchGetItem", RequestItems=request)
        for name, items in answer["Responses"].items():
            for item in items:
                row = models[name].from_raw_data(item)
                found[address(row)] = row
        request = answer.get("UnprocessedKeys") or {}
        if not request:
            return
    raise Busy


def _raw_key(key: Key) -> dict[str, Any]:
    serialized = key.model._serialize_keys(key.hash, key.range)
    names = (key.model._hash_key_attribute().attr_name, *_range_names(key.model))
    return {name: {"S": value} for name, value in zip(names, serialized, strict=False)}


def _range_names(model: type[Table]) -> tuple[str, ...]:
    attribute = model._range_key_attribute()
    return (attribute.attr_name,) if attribute else ()


def address(row: Table) -> Key:
    """Where a row stands, whoever it was read from."""
    return Key(type(row), *row._get_serialized_keys())


def whole(found: Iterable[Table]) -> list[Any]:
    """The rows that an index named, as they stand, without those that have gone meanwhile."""
    return [row for row in read(*map(address, found)) if row is not None]


def key_in(index: Any, row: Table) -> dict[str, Any]:
    """A row's place in an index, from which the rows after it are asked for."""
    own = [type(row)._hash_key_attribute(), type(row)._range_key_attribute()]
    names = {attribute.attr_name for attribute in own if attribute} | {key["AttributeName"] for key in index._get_schema()["key_schema"]}
    return {name: value for name, value in row.serialize(null_check=False).items() if name in names}


def put_new(item: Table, condition: Condition) -> dict[str, Any] | None:
    """Write `item` if `condition` holds; otherwise give back the raw row that stands there. One call either way."""
    request = item.get_save_kwargs_from_instance(condition=condition, return_values_on_condition_failure="ALL_OLD")
    try:
        call("PutItem", **request)
    except ConditionMissed as missed:
        return missed.item
    return None


def change(row: Table, actions: Sequence[Action], *, condition: Condition | None = None) -> bool:
    """Change parts of one existing row; False when it does not exist or does not allow it."""
    exists = type(row)._hash_key_attribute().exists()
    return make_or_change(row, actions, condition=exists if condition is None else exists & condition)


def make_or_change(row: Table, actions: Sequence[Action], *, condition: Condition) -> bool:
    """Change parts of one row, making it when there is none; False where it does not allow it.

    A write whose answer was lost is written again: a counter may count it twice.
    """
    request = row.get_update_kwargs_from_instance(actions=list(actions), condition=condition)
    try:
        call("UpdateItem", **request)
    except ConditionMissed:
        return False
    return True


def remove(row: Table, *, condition: Condition | None = None) -> bool:
    """Delete one row; False when it does not allow it."""
    request = row.get_delete_kwargs_from_instance(condition=condition)
    try:
        call("DeleteItem", **request)
    except ConditionMissed:
        return False
    return True


def count_up(row: Table, attribute: Any, by: int = 1) -> int:
    """Add to a counter, making it at need, and say what it is now: no two callers get the same number."""
    request = row.get_update_kwargs_from_instance(actions=[attribute.add(by)])
    request |= {"ReturnValues": "UPDATED_NEW"}
    return int(call("UpdateItem", **request)["Attributes"][attribute.attr_name]["N"])


class _Widening:
    """Pages, each wider than the one before.

    The store counts a page's rows before it filters them: in pages of `limit` rows, one free slot behind a hundred held ones
    was a hundred calls. The first page is `limit` rows still, for most lists are not filtered by much.
    """

    def __init__(self, pages: PageIterator[Any]) -> None:
        self._pages = pages

    def __next__(self) -> Any:
        page = next(self._pages)
        self._pages.page_size = min(max(PAGE, 4 * (self._pages.page_size or 0)), WIDEST)
        return page

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pages, name)


class Page(NamedTuple):
    """Some rows and where the next ones start (None at the end)."""

    rows: list[Any]
    next_key: dict[str, Any] | None


def query(
    index: Any,
    hash_key: str,
    *,
    between: Condition | None = None,
    where: Condition | None = None,
    newest_first: bool = False,
    limit: int | None = None,
    start: dict[str, Any] | None = None,
    consistent: bool | None = None,
    only: Sequence[str] | None = None,
) -> Page:
    """Rows of a table or an index under one hash key, in order. `limit` counts rows that pass `where`; `only` names attributes to read."""
    if not possible(hash_key):
        return Page([], None)
    found = index.query(
        hash_key,
        range_key_condition=between,
        filter_condition=where,
        scan_index_forward=not newest_first,
        limit=limit,
        last_evaluated_key=start,
        consistent_read=consistent,
        attributes_to_get=list(only) if only else None,
    )
    if limit is not None and where is not None:
        found.page_iter = cast(PageIterator[Any], _Widening(found.page_iter))
    return _page(found, from_cursor=start is not None)


def scroll(
    index: Any, hash_key: str, *, between: Condition | None = None, size: int, pages: int | None = None, newest_first: bool = False
) -> Iterator[Any]:
    """The same rows one after another, read a page of `size` at a time as they are asked for: `pages` at most, all without it."""
    start = None
    for _ in count() if pages is None else range(pages):
        page = query(index, hash_key, between=between, limit=size, start=start, newest_first=newest_first)
        yield from page.rows
        start = page.next_key
        if start is None:
            return


def _page(found: ResultIterator[Any], *, from_cursor: bool) -> Page:
    try:
        return Page(list(found), found.last_evaluated_key)
    except QueryError as error:
        if passing(error):
            raise Busy from error
        if from_cursor and error.cause_response_code == "ValidationException":
            raise pagination.refused() from error  # a cursor of another list, or one made by hand
        raise
