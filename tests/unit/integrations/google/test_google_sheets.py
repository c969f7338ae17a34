"""The sheets' client against a strict Google on loopback."""

import pytest

from chalicelib.core.settings import settings
from chalicelib.core.vendors import VendorBusy, VendorDown, VendorRefused
from chalicelib.integrations import tokens
from chalicelib.integrations.google.auth import BadServiceAccount
from chalicelib.integrations.google.schemas import Appended
from chalicelib.integrations.google.sheets import SheetsClient
from tests.standins.google import GoogleStandIn, error

BOOK = "1AbC_spreadsheet"


@pytest.fixture
def google():
    tokens.forget_all()
    with GoogleStandIn() as stand_in:
        stand_in.sheets[(BOOK, "Leads")] = [["№", "Имя", "Телефон"]]
        yield stand_in
        assert stand_in.wrong == []


@pytest.fixture
def sheets(google):
    return SheetsClient(google.key_file, google.sheets_url, timeout=(1, 5))


def test_rows_go_below_the_table_as_they_are(google, sheets):
    assert sheets.append(BOOK, "Leads!A:C", [[1, "Анна", "+79045501567"]]) == 2
    assert sheets.append(BOOK, "Leads!A:C", [[2, "=1+1", True], [3, "Борис", 2.5]]) == 3
    assert google.cells(BOOK, "Leads")[1:] == [[1, "Анна", "+79045501567"], [2, "=1+1", True], [3, "Борис", 2.5]]


def test_names_with_spaces_and_cyrillic_letters_are_encoded(google, sheets):
    google.sheets[(BOOK, "Мой лист")] = [["№"]]
    assert sheets.append(BOOK, "'Мой лист'!A:B", [[1, "Анна"]]) == 2
    assert sheets.read(BOOK, "'Мой лист'!A:B") == [["№"], [1, "Анна"]]


def test_a_row_with_the_same_first_cell_is_written_over(google, sheets):
    assert sheets.upsert(BOOK, "Leads!A:C", [7, "Анна", None]) == 2
    assert sheets.upsert(BOOK, "Leads!A:C", [8, "Борис", None]) == 3
    assert sheets.upsert(BOOK, "Leads!A:C", ["7", "Анна Л.", "+79045501567"]) == 2
    assert google.cells(BOOK, "Leads")[1:] == [["7", "Анна Л.", "+79045501567"], [8, "Борис"]]


def test_an_empty_range_has_no_rows(google, sheets):
    google.sheets[(BOOK, "Пусто")] = []
    assert sheets.read(BOOK, "'Пусто'!A:B") == []


def test_a_sheet_is_written_anew_and_twice_is_once(google, sheets):
    for number in range(5):
        sheets.append(BOOK, "Leads!A:C", [[number, "старое", "лишнее"]])
    for _ in range(2):
        assert sheets.rebuild(BOOK, "Leads", [["№", "Имя"], [1, "Анна"], [2, None]]) == 3
        assert google.cells(BOOK, "Leads") == [["№", "Имя"], [1, "Анна"], [2]]


def test_a_long_sheet_is_written_in_parts(google, sheets):
    rows = [[number, "x"] for number in range(1201)]
    sheets.rebuild(BOOK, "Leads", rows)
    assert google.cells(BOOK, "Leads") == rows
    assert len(google.calls("PUT")) == 3


def test_a_sheets_name_may_hold_a_quote(google, sheets):
    google.sheets[(BOOK, "Anna's")] = []
    sheets.rebuild(BOOK, "Anna's", [[1]])
    assert google.cells(BOOK, "Anna's") == [[1]]


@pytest.mark.parametrize(
    ("told", "row"),
    [("Leads!A42:H42", 42), ("'Мой лист'!A7:B9", 7), ("Leads!A3", 3), ("Leads!$B$11:C12", 11), ("Leads", None), ("'a!1'!A:B", None)],
)
def test_the_rows_number_is_read_from_the_range(told, row):
    assert Appended(updates={"updatedRange": told}).first_row == row


@pytest.mark.parametrize(
    ("status", "body", "raised"),
    [
        (429, error(429, "Quota exceeded", status="RESOURCE_EXHAUSTED"), VendorBusy),
        (403, error(403, "The caller does not have permission", status="PERMISSION_DENIED"), VendorRefused),
        (404, error(404, "Requested entity was not found.", status="NOT_FOUND"), VendorRefused),
        (503, error(503, "The service is currently unavailable.", status="UNAVAILABLE"), VendorDown),
        (200, {"updates": {}}, VendorDown),
        (200, None, VendorDown),
    ],
)
def test_every_other_answer_says_what_to_do_next(google, sheets, status, body, raised):
    google.fail_next(status, body, path="append")
    with pytest.raises(raised):
        sheets.append(BOOK, "Leads!A:C", [[1]])


def test_a_sheet_that_is_not_there_is_refused(google, sheets):
    with pytest.raises(VendorRefused, match="Unable to parse range"):
        sheets.rebuild(BOOK, "Nowhere", [[1]])


def test_what_is_no_key_file_is_refused():
    with pytest.raises(BadServiceAccount):
        SheetsClient("{}")


def test_the_settings_client_speaks_for_the_settings_account(google, monkeypatch):
    monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT", google.key_file)
    monkeypatch.setenv("GOOGLE_SHEETS_URL", google.sheets_url)
    settings.cache_clear()
    try:
        assert SheetsClient.configured().append(BOOK, "Leads!A:C", [[1]]) == 2
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_without_an_account_nobody_can_be_spoken_for():
    with pytest.raises(VendorRefused, match="GOOGLE_SERVICE_ACCOUNT"):
        SheetsClient.configured()
