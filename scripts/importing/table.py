"""A CSV as people export it: UTF-8 with or without a mark, or Excel's CP1251; semicolons, commas or tabs; Russian headers."""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from zoneinfo import ZoneInfo

from scripts.importing import exported

MOSCOW = ZoneInfo("Europe/Moscow")
BLANK = {"", "null", "none", "nan", "-", "—"}
TRUE = {"да", "yes", "true", "1", "+", "активен", "работает"}
FALSE = {"нет", "no", "false", "0"}
MOST = 9
"""The most digits, but one, of a number that somebody means."""


class BadFile(Exception):
    """The file cannot be read as a table at all."""


class BadCell(Exception):
    """One cell does not say what it must."""

    def __init__(self, field: str, why: str) -> None:
        self.field, self.why = field, why
        super().__init__(f"{field}: {why}")


@dataclass(frozen=True)
class Line:
    """One row: the number of its last line in the file, and its cells by our names; blank ones are left out."""

    number: int
    cells: Mapping[str, str]
    ours: bool = False
    """Whether our own export wrote the file."""

    beyond: int = 0
    """Cells that say something and stand below no header: they are not read."""

    def text(self, field: str) -> str | None:
        """A cell, None where it is blank."""
        return self.cells.get(field)

    def whole(self, field: str) -> int | None:
        """A whole number. Raises BadCell."""
        found = self.number_of(field)
        if found is not None and found != found.to_integral_value():
            raise BadCell(field, "expected a whole number")
        return None if found is None else int(found)

    def kopecks(self, field: str) -> int | None:
        """Money written in roubles, in kopecks. Raises BadCell."""
        found = self.number_of(field)
        if found is not None and found * 100 != (found * 100).to_integral_value():
            raise BadCell(field, "expected roubles and kopecks")
        return None if found is None else int(found * 100)

    def flag(self, field: str) -> bool | None:
        """Yes or no. Raises BadCell."""
        text = (self.text(field) or "").casefold()
        if text and text not in TRUE | FALSE:
            raise BadCell(field, "expected yes or no")
        return text in TRUE if text else None

    def words(self, field: str) -> list[str]:
        """Several values in one cell, whichever mark parts them; a list of JSON is one."""
        if (self.text(field) or "").startswith('["'):
            return [str(part) for part in json.loads(self.text(field) or "[]")]
        return [part.strip() for part in re.split(r"[;,|\n]", self.text(field) or "") if part.strip()]

    def number_of(self, field: str) -> Decimal | None:
        """A number as people write it: ``3 500,50 ₽``. Raises BadCell."""
        text = self.text(field)
        if text is None:
            return None
        try:
            found = Decimal(plain(text))
        except InvalidOperation:
            raise BadCell(field, "expected a number") from None
        if not found.is_finite() or found.adjusted() > MOST:
            raise BadCell(field, "expected a number")
        return found


def plain(text: str) -> str:
    """A number as people write it, without blanks and the word for roubles, behind a point: ``3 500,50 ₽`` is ``3500.50``."""
    return re.sub(r"[\s\u00a0\u202f]|руб(лей|ля|\.)?|₽|р\.?$", "", text, flags=re.IGNORECASE).replace(",", ".")


def read(path: Path, names: Mapping[str, Sequence[str]], required: Sequence[str], zone: ZoneInfo = MOSCOW) -> list[Line]:
    """The rows of a file, in which moments are the zone's. `names` gives the headers that mean each of our fields. Raises BadFile."""
    text = _decoded(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        first = next(reader, [])
        if exported.is_ours(first):
            return [Line(reader.line_num, exported.cells(first, row, zone), ours=True) for row in reader]
        header = _fields(first, names)
        _check_header(path, header, required)
        rows = (row for row in reader if any(cell.strip() for cell in row))
        return [Line(reader.line_num, _cells(header, row), beyond=sum(map(_says, row[len(header) :]))) for row in rows]
    except (csv.Error, StopIteration, KeyError, ValueError) as error:
        raise BadFile(f"{path}, line {reader.line_num}: {error}") from error


def strangers(path: Path, names: Mapping[str, Sequence[str]]) -> list[str]:
    """The headers of a file that mean none of our fields: what stands below them is not read. Raises BadFile."""
    text = _decoded(path)
    header = next(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)), [])
    return [cell.strip() for cell, field in zip(header, _fields(header, names), strict=True) if field not in names and cell.strip()]


def _decoded(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadFile(f"{path}: {error.strerror}") from error
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile(f"{path}: neither UTF-8 nor CP1251")


def _delimiter(text: str) -> str:
    header = re.sub(r'"[^"]*"', "", text.split("\n", 1)[0])
    return max(";,\t", key=header.count)


def _fields(header: Sequence[str], names: Mapping[str, Sequence[str]]) -> list[str | None]:
    known = {_folded(alias): field for field, aliases in names.items() for alias in (field, *aliases)}
    return [known.get(_folded(cell)) or (_folded(cell) if _folded(cell).startswith("utm_") else None) for cell in header]


def _check_header(path: Path, header: Sequence[str | None], required: Sequence[str]) -> None:
    fields = [field for field in header if field]
    twice = {field for field in fields if fields.count(field) > 1}
    missing = [field for field in required if not set(field.split("|")) & set(fields)]
    if twice or missing:
        words = f"columns that mean the same: {', '.join(sorted(twice))}" if twice else f"no column for {', '.join(missing)}"
        raise BadFile(f"{path}: {words}")


def _cells(header: Sequence[str | None], row: Sequence[str]) -> dict[str, str]:
    pairs = zip(header, row, strict=False)
    return {field: cell.strip() for field, cell in pairs if field and _says(cell)}


def _says(cell: str) -> bool:
    return cell.strip().casefold() not in BLANK


def _folded(text: str) -> str:
    return re.sub(r"[\s_]+", "_", text.strip().casefold().replace("ё", "е"))
