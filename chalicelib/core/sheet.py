"""Tables to take away, as office programs open them by a double click in Russia: UTF-8 with its mark, semicolons, decimal commas."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

from chalicelib.core.errors import Invalid

MOST: Final = 5_000
"""Rows of one table."""


class Narrow(Invalid):
    """A table of more rows than one answer holds."""

    code = "narrow"
    message = "More than 5,000 rows: narrow the filters."

    def __init__(self) -> None:
        super().__init__([{"loc": ["query"], "msg": self.message, "type": "narrow"}])


_BEGINNINGS = (*"=+-@", *"\uff1d\uff0b\uff0d\uff20")
"""What a formula begins with; the wide ones count where people write with wide letters."""


def written(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table with a heading; no cell of it is a formula."""
    page = io.StringIO()
    table = csv.writer(page, delimiter=";", lineterminator="\r\n")
    table.writerow(columns)
    table.writerows([cell(value) for value in row] for row in rows)
    return "\ufeff" + page.getvalue()


def cell(value: Any) -> str:
    """A cell; a text that a table would reckon is marked as one."""
    if value is None or isinstance(value, bool):
        return {None: "", True: "1", False: "0"}[value]
    if isinstance(value, int | float):
        return str(value).replace(".", ",")
    return f"'{value}" if str(value).lstrip()[:1] in _BEGINNINGS else str(value)
