"""The questionnaire's mirror in Google Sheets: our table is the truth, the sheet can be made anew from it."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from chalicelib.core import outbox, storage
from chalicelib.core.settings import settings
from chalicelib.core.vendors import VendorBusy, VendorDown, VendorRefused
from chalicelib.intake.research import repository
from chalicelib.intake.research.models import ResearchRow
from chalicelib.intake.research.rules import HEADER, sheet_row

if TYPE_CHECKING:
    from chalicelib.integrations.google.sheets import SheetsClient


NO_SUCH_SHEET = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
"""Refusals of the whole sheet, not of a row."""


@outbox.handles("research_sheet")
def copy(effect: outbox.Effect, tx: storage.Transaction) -> None:
    """Append a row to the sheet, or write it over where the sheet has it; a retry finds the row by its number."""
    row = repository.get(effect.payload["number"])
    if row is None or not settings().research_sheet_id:
        return
    try:
        _sheets().upsert(str(settings().research_sheet_id), settings().research_sheet_range, _told(row))
    except (VendorBusy, VendorDown) as error:
        raise outbox.Retry("Google Sheets cannot now", for_all=True) from error
    except VendorRefused as refusal:
        if refusal.status in NO_SUCH_SHEET:
            raise outbox.Retry(refusal.reason, ours="google_sheet") from refusal
        raise outbox.Refused(refusal.reason) from refusal


def rebuild() -> int:
    """Make the sheet hold exactly what the table does, under its header; how many questionnaires. Raises the vendor's errors."""
    rows = [_told(row) for row in repository.all_rows() if row.state == "filled" or row.contact]
    sheet = settings().research_sheet_range.partition("!")[0].strip("'")
    _sheets().rebuild(str(settings().research_sheet_id), sheet, [HEADER, *rows])
    return len(rows)


def _sheets() -> "SheetsClient":
    from chalicelib.integrations.google.sheets import SheetsClient  # only the mirror speaks to Google

    return SheetsClient.configured()


def _told(row: ResearchRow) -> list[Any]:
    return sheet_row(row.number, row.created_at, row.name, row.contact, row.answers or {})
