"""A CSV as LibreOffice opens it by a double click in Russia: what it takes for a date or a number comes back as one."""

import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring

RUSSIAN = "Text - txt - csv (StarCalc):59,34,76,1,,1049,false,true"
"""Semicolons, quotes, UTF-8, from line 1, in Russian; quoted cells are guessed at too, special numbers are recognised."""

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def read(file: Path, work: Path) -> list[list[Any]]:
    """The rows: texts, floats, datetimes. Written as a spreadsheet, not as text again: that would be turned by another locale."""
    profile = f"-env:UserInstallation=file://{work / 'profile'}"
    command = ["soffice", profile, "--headless", f"--infilter={RUSSIAN}", "--convert-to", "ods", "--outdir", str(work / "out"), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    with ZipFile(work / "out" / f"{file.stem}.ods") as packed:
        root = fromstring(packed.read("content.xml"))
    return [_row(row) for row in root.iter(TABLE + "table-row")]


def _row(row: Any) -> list[Any]:
    cells: list[Any] = []
    for cell in row.findall(TABLE + "table-cell"):
        cells += [_value(cell)] * int(cell.get(TABLE + "number-columns-repeated", 1))
    return cells


def _value(cell: Any) -> Any:
    match cell.get(OFFICE + "value-type"):
        case "date":
            return datetime.fromisoformat(cell.get(OFFICE + "date-value"))
        case "float":
            return float(cell.get(OFFICE + "value"))
        case "string" | None:
            return "\n".join(_text(part) for part in cell.findall(TEXT + "p"))
        case other:
            return (other, "".join(cell.itertext()))


def _text(part: Any) -> str:
    """A paragraph; more than one space stands as an element of its own."""
    found = part.text or ""
    for child in part:
        found += " " * int(child.get(TEXT + "c", 1)) if child.tag == TEXT + "s" else "".join(child.itertext())
        found += child.tail or ""
    return found
