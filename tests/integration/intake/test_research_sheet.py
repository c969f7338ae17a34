"""The questionnaires' mirror: it follows our table, survives Google, and can be made anew."""

from datetime import timedelta

import pytest
import time_machine

from chalicelib.core import clock
from chalicelib.core.settings import settings
from chalicelib.integrations import tokens
from scripts import rebuild_sheet
from tests.standins.google import GoogleStandIn

BOOK, SHEET = "1AbC_spreadsheet", "Research"
HEADER = ["row", "created_at", "name", "contact", "answers"]
ANNA = {"User-Agent": "Firefox of Anna"}


@pytest.fixture
def google(monkeypatch):
    tokens.forget_all()
    with GoogleStandIn() as stand_in:
        stand_in.sheets[(BOOK, SHEET)] = [HEADER]
        for name, value in {
            "GOOGLE_SERVICE_ACCOUNT": stand_in.key_file,
            "GOOGLE_SHEETS_URL": stand_in.sheets_url,
            "RESEARCH_SHEET_ID": BOOK,
        }.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        yield stand_in
        assert stand_in.wrong == []


def send(front, name, contact):
    return front.post("/research-tilda-zayavka", {"name": name, "contact": contact}, ANNA).ok()["row"]


def people(google):
    return [(row[0], row[2], row[3]) for row in google.cells(BOOK, SHEET)[1:]]


def later(tick):
    with time_machine.travel(clock.wall() + timedelta(minutes=30)):
        tick("sweep")


def test_a_questionnaire_is_copied_and_its_new_contacts_are_written_over(front, tick, google):
    row = send(front, "Анна", "@anna_l")
    tick("sweep")
    assert people(google) == [(1, "Анна", "@anna_l")]
    front.put("/update-contacts-stb", {"rid": row, "contact": "=1+1"}, ANNA).ok()
    tick("sweep")
    assert people(google) == [(1, "Анна", "=1+1")], "RAW: nothing that was typed is a formula"


def test_while_google_is_away_nothing_is_lost(front, tick, google):
    google.fail_next(503, path="spreadsheets")
    send(front, "Анна", "@anna_l")
    tick("sweep")
    assert people(google) == []
    later(tick)
    assert people(google) == [(1, "Анна", "@anna_l")]


def test_a_sheet_that_is_closed_to_us_is_shown_and_written_when_it_opens(front, tick, google):
    google.fail_next(403, path="spreadsheets")
    send(front, "Анна", "@anna_l")
    tick("sweep")
    assert [one["what"] for one in front.get("/health").ok()["troubles"]] == ["google_sheet"]
    later(tick)
    assert people(google) == [(1, "Анна", "@anna_l")]
    assert front.get("/health").ok()["troubles"] == []


def test_a_row_whose_answer_was_lost_is_not_copied_twice(front, tick, google):
    google.drop_next(path=":append")
    send(front, "Анна", "@anna_l")
    tick("sweep")
    later(tick)
    assert len(google.calls("POST", ":append")) == 1
    assert people(google) == [(1, "Анна", "@anna_l")]


def test_the_sheet_is_made_anew_from_the_table(front, tick, google, capsys):
    send(front, "Анна", "@anna_l")
    front.get("/get-sheets-row-number", {"User-Agent": "only looks"}).ok()
    send(front, "Борис", "@boris_b")
    google.sheets[(BOOK, SHEET)] = [["spoiled"], [7, "x", "y", "z"], [], ["left over"], ["and over"]]
    for _ in range(2):
        assert rebuild_sheet.rebuild() == 0
        cells = [row for row in google.cells(BOOK, SHEET) if any(row)]
        assert cells[0] == HEADER
        assert [(row[0], row[2], row[3]) for row in cells[1:]] == [(1, "Анна", "@anna_l"), (3, "Борис", "@boris_b")]
    assert "2 questionnaires" in capsys.readouterr().out


def test_without_a_sheet_the_script_says_so(tables):
    with pytest.raises(RuntimeError, match="RESEARCH_SHEET_ID"):
        rebuild_sheet.rebuild()
