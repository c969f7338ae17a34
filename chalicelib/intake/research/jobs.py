"""The questionnaire's mirror in Google Sheets."""

from chalicelib.core import outbox, storage
from chalicelib.core.settings import settings
from chalicelib.core.vendors import VendorBusy, VendorDown, VendorRefused
from chalicelib.intake.research import repository
from chalicelib.intake.research.rules import sheet_row


@outbox.handles("research_sheet")
def copy(effect: outbox.Effect, tx: storage.Transaction) -> None:
    """Append a row to the sheet, or write it over where the sheet has it; a retry finds the row by its number."""
    from chalicelib.integrations.google.sheets import SheetsClient  # only this effect speaks to Google

    row = repository.get(effect.payload["number"])
    if row is None or not settings().research_sheet_id:
        return
    told = sheet_row(row.number, row.created_at, row.name, row.contact, row.answers or {})
    try:
        SheetsClient.configured().upsert(str(settings().research_sheet_id), settings().research_sheet_range, told)
    except (VendorBusy, VendorDown) as error:
        raise outbox.Retry("Google Sheets cannot now") from error
    except VendorRefused as refusal:
        raise outbox.Refused(refusal.reason) from refusal
