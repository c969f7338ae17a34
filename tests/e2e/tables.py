"""Rows as the store holds them, read past the product: what an answer claims is checked against them."""

from typing import Any

from boto3.dynamodb.types import TypeDeserializer

_plain = TypeDeserializer().deserialize


class Tables:
    """The tables that begin with a prefix."""

    def __init__(self, dynamodb: Any, prefix: str) -> None:
        self._dynamodb = dynamodb
        self._prefix = prefix

    def rows(self, name: str, **having: Any) -> list[dict[str, Any]]:
        """Every row of a table whose attributes are these."""
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=self._prefix + name, ConsistentRead=True)
        found = ({key: _plain(value) for key, value in item.items()} for page in pages for item in page["Items"])
        return [row for row in found if all(row.get(key) == value for key, value in having.items())]

    def row(self, name: str, **having: Any) -> dict[str, Any]:
        """The one row whose attributes are these."""
        (row,) = self.rows(name, **having)
        return row

    def counts(self, *, without: tuple[str, ...] = ()) -> dict[str, int]:
        """How many rows each table holds, by its bare name."""
        names = self._dynamodb.get_paginator("list_tables").paginate().search("TableNames[]")
        bare = (name.removeprefix(self._prefix) for name in names if name.startswith(self._prefix))
        return {name: self._count(name) for name in bare if name not in without}

    def _count(self, name: str) -> int:
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=self._prefix + name, Select="COUNT")
        return sum(page["Count"] for page in pages)
