"""Index keys of queues, which every request writes: each is spread over `QUEUE_SHARDS` that are read together.

One key takes a thousand write units a second and holds up its table beyond that. The first shard is the key itself, so what was
written before there were several stays where it is found. Days and months of rows are spread by another number (`facts.days`).
"""

from typing import Any
from zlib import crc32

from chalicelib.core import storage
from chalicelib.core.settings import settings


def key(name: str, of: str) -> str:
    """Where the row `of` this key stands in an index that all writers share under one name."""
    number = crc32(of.encode()) % settings().queue_shards
    return f"{name}#{number}" if number else name


def keys(name: str) -> list[str]:
    """Everywhere that rows of such an index may stand."""
    return [name, *(f"{name}#{number}" for number in range(1, settings().queue_shards))]


def page(index: Any, name: str, *, most: int) -> storage.Page:
    """The first `most` rows or one more, shard by shard, a call each; its `next_key` says only whether there are others."""
    found: list[Any] = []
    for one in keys(name):
        part = storage.query(index, one, limit=max(most - len(found), 1))
        found += part.rows
        if part.next_key is not None:
            return storage.Page(found, part.next_key)
    return storage.Page(found, None)
