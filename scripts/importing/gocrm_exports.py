"""Our own exports of Go-CRM's lists and leads, as the old file would hold them: a folder of `gocrm-*.csv` becomes one."""

import csv
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from scripts.exporting.cells import NO, YES, read_text
from scripts.exporting.writing import UNKNOWN
from scripts.importing.table import BadFile

TABLES = ("cities", "centers", "staff", "leads")
THEIRS = {"shown": "isDisplay"}
"""What the adapter reads by Go-CRM's own name alone."""

DECIMAL = {"latitude", "longitude"}


def as_database(folder: Path, target: Path) -> Path:
    """The folder's files in one SQLite file, as old as the newest of them. Raises BadFile where there is none."""
    found = [(name, file) for name in TABLES if (file := folder / f"gocrm-{name}.csv").is_file()]
    if not found:
        raise BadFile(f"{folder}: no gocrm-*.csv is here")
    with closing(sqlite3.connect(target)) as base, base:
        for name, file in found:
            _fill(base, name, file)
    newest = max(file.stat().st_mtime for _, file in found)
    os.utime(target, (newest, newest))
    return target


def _fill(base: sqlite3.Connection, table: str, file: Path) -> None:
    with file.open(encoding="utf-8-sig", newline="") as text:
        header, *lines = csv.reader(text, delimiter=";")
    names = [name for name in header if name != UNKNOWN]
    base.execute(f"CREATE TABLE {table} ({', '.join(THEIRS.get(name, name) for name in names)})")
    places = ", ".join("?" for _ in names)
    base.executemany(
        f"INSERT INTO {table} VALUES ({places})",  # noqa: S608 - our own names of tables
        [[_value(name, cell) for name, cell in zip(names, line, strict=False)] for line in lines],
    )


def _value(name: str, cell: str) -> str | int | None:
    if cell in (YES, NO):
        return int(cell == YES)
    return (cell.replace(",", ".") if name in DECIMAL else read_text(cell)) or None
