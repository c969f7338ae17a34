"""A SQLite file that somebody's old program wrote: its tables and rows as they are, read only."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from scripts.importing.table import BadFile

Row = dict[str, Any]


class SqliteFile:
    """The file. Raises BadFile where it is none or is damaged."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise BadFile(f"{path}: no such file")
        self.as_of = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(microsecond=0)
        self._path = path
        listed = self._ask("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite$_%' ESCAPE '$' ORDER BY name")
        self.names = [str(name) for (name,) in listed]

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(next(self._ask(f"SELECT count(*) FROM {_quoted(table)}"))[0])  # noqa: S608 - the file's own table, quoted

    def columns(self, table: str) -> list[str]:
        """What a table's columns are called, folded."""
        return [folded(str(row[1])) for row in self._ask(f"PRAGMA table_info({_quoted(table)})")]

    def rows(self, table: str) -> Iterator[Row]:
        """A table's rows one by one, by the folded names of its columns."""
        names = self.columns(table)
        for found in self._ask(f"SELECT * FROM {_quoted(table)}"):  # noqa: S608 - the file's own table, quoted
            yield dict(zip(names, found, strict=True))

    def _ask(self, question: str) -> Iterator[tuple[Any, ...]]:
        try:
            with closing(sqlite3.connect(f"file:{quote(str(self._path))}?mode=ro", uri=True)) as connection:
                connection.text_factory = _text
                yield from connection.execute(question)
        except sqlite3.DatabaseError as error:
            raise BadFile(f"{self._path}: {error}") from error


def folded(name: str) -> str:
    """A name of a table or column as it is compared: ``cityId``, ``City id`` and ``city_id`` are one."""
    snake = re.sub(r"(?<=[a-zа-яё0-9])(?=[A-ZА-ЯЁ])", "_", name.strip())
    return re.sub(r"[\W_]+", "_", snake.casefold().replace("ё", "е")).strip("_")


def opened(value: Any) -> Any:
    """A text that is JSON, opened; anything else as it is."""
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _text(raw: bytes) -> str:
    """Texts as old programs wrote them."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1251", "replace")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
