"""One table as one file: UTF-8 with a mark, semicolons, complete or not there."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from scripts.exporting.cells import cell
from scripts.exporting.tables import SECRETS

UNKNOWN = "прочее"
"""The last column: what rows hold that the model does not name, as JSON."""


def write(file: Path, columns: Sequence[str], attributes: Mapping[str, Any], rows: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> int:
    """Write the rows as they come; how many. An older file stays until the new one is whole."""
    part, number = file.with_suffix(".part"), 0
    try:
        with part.open("w", encoding="utf-8-sig", errors="replace", newline="") as out:
            table = csv.writer(out, delimiter=";", lineterminator="\r\n")
            table.writerow([*columns, UNKNOWN])
            for row in rows:
                table.writerow(_line(columns, attributes, row, zone))
                number += 1
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return number


def _line(columns: Sequence[str], attributes: Mapping[str, Any], row: Mapping[str, Any], zone: ZoneInfo) -> list[str]:
    known = [cell(row[name], attributes.get(name), zone) if name in row else "" for name in columns]
    rest = {name: value for name, value in row.items() if name not in columns and name not in SECRETS}
    return [*known, cell({"M": rest}, None, zone) if rest else ""]
