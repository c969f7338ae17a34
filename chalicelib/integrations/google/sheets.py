"""Google Sheets v4: rows are added below a table, read, and written anew from what we know.

Cells are written RAW: a phone stays a phone, and what begins with ``=`` stays a text. Adding is not idempotent: after
`VendorDown.sent_maybe` the rows may stand there.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from chalicelib.core.settings import settings
from chalicelib.core.vendors import TIMEOUT, Reply, Timeout, VendorRefused
from chalicelib.integrations.google.auth import BadServiceAccount, GoogleApi, ServiceAccount, unreadable
from chalicelib.integrations.google.schemas import Appended, Values

PUBLIC_API = "https://sheets.googleapis.com/v4"
SCOPE = "https://www.googleapis.com/auth/spreadsheets"
CHUNK = 500
"""Rows of one write: Google advises to stay under 2 MB."""

Cell = str | int | float | bool | None
"""None leaves a cell as it is, an empty text empties it."""

M = TypeVar("M", bound=BaseModel)


class SheetsClient:
    """Spreadsheets shared with a service account. Every call raises `VendorDown`, `VendorBusy` or `VendorRefused`."""

    def __init__(self, service_account: str, api_url: str = PUBLIC_API, *, timeout: Timeout = TIMEOUT) -> None:
        """`service_account` is the key file's JSON. Raises BadServiceAccount for what is none."""
        self._api = GoogleApi(ServiceAccount.from_json(service_account), api_url, SCOPE, timeout=timeout)

    @classmethod
    def configured(cls) -> "SheetsClient":
        """The client of this stage's settings. Raises `VendorRefused` where they name no service account, or a broken one."""
        secret = settings().google_service_account
        try:
            return cls(secret.get_secret_value() if secret else "", settings().google_sheets_url)
        except BadServiceAccount as error:
            raise VendorRefused("google", HTTPStatus.FORBIDDEN, f"GOOGLE_SERVICE_ACCOUNT: {error}") from None

    def append(self, spreadsheet_id: str, range: str, rows: Sequence[Sequence[Cell]]) -> int | None:  # noqa: A002 (Google's word)
        """Add rows below the table that stands in `range` (``Leads!A:H``); the number of the first, where Google says it."""
        query = {"valueInputOption": "RAW", "insertDataOption": "INSERT_ROWS"}
        body = {"range": range, "majorDimension": "ROWS", "values": _cells(rows)}
        path = f"{_path(spreadsheet_id, range)}:append"
        return _read(Appended, self._api.authorised("POST", path, json=body, query=query)).first_row

    def upsert(self, spreadsheet_id: str, range: str, row: Sequence[Cell]) -> int | None:  # noqa: A002
        """Write a row over the one that begins with the same cell, or below the table in `range`; its number."""
        sheet, _, columns = range.rpartition("!")
        first = columns.partition(":")[0].rstrip("0123456789")
        keys = self.read(spreadsheet_id, f"{sheet}!{first}:{first}")
        number = next((number for number, cells in enumerate(keys, 1) if cells and str(cells[0]) == str(row[0])), None)
        if number is None:
            return self.append(spreadsheet_id, range, [row])
        self._write(spreadsheet_id, f"{sheet}!{first}{number}", [row])
        return number

    def read(self, spreadsheet_id: str, range: str) -> list[list[Any]]:  # noqa: A002
        """The cells of a range, without trailing empty ones."""
        query = {"majorDimension": "ROWS", "valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "FORMATTED_STRING"}
        return _read(Values, self._api.authorised("GET", _path(spreadsheet_id, range), query=query)).values

    def rebuild(self, spreadsheet_id: str, sheet: str, rows: Sequence[Sequence[Cell]]) -> int:
        """Make a sheet hold exactly `rows` from its first cell on; how many rows were written. Running it twice changes nothing."""
        standing = self.read(spreadsheet_id, _quoted(sheet))
        width = max((len(row) for row in [*standing, *rows]), default=0)
        wanted = [*rows, *([] for _ in standing[len(rows) :])]
        full = [[*("" if cell is None else cell for cell in row), *[""] * (width - len(row))] for row in wanted]
        for start in _starts(len(full)):
            self._write(spreadsheet_id, f"{_quoted(sheet)}!A{start + 1}", full[start : start + CHUNK])
        return len(rows)

    def _write(self, spreadsheet_id: str, range: str, rows: Sequence[Sequence[Cell]]) -> None:  # noqa: A002
        body = {"range": range, "majorDimension": "ROWS", "values": _cells(rows)}
        self._api.authorised("PUT", _path(spreadsheet_id, range), json=body, query={"valueInputOption": "RAW"})


def _starts(length: int) -> range:
    return range(0, length, CHUNK)


def _path(spreadsheet_id: str, range: str) -> str:  # noqa: A002
    return f"spreadsheets/{quote(spreadsheet_id, safe='')}/values/{quote(range, safe='')}"


def _quoted(sheet: str) -> str:
    """A sheet's name as a range begins with it."""
    return "'" + sheet.replace("'", "''") + "'"


def _cells(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    return [list(row) for row in rows]


def _read(model: type[M], reply: Reply) -> M:
    try:
        return model.model_validate(reply.data)
    except ValidationError:
        pass
    raise unreadable(model.__name__.lower())
