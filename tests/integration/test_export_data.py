"""The whole way: rows that the desk wrote, as files that read back equal."""

import csv
import shutil
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from scripts import export_data
from scripts.exporting.cells import read_text
from scripts.exporting.writing import write
from tests.builders import apply_for, client_row, slot, specialist, tomorrow
from tests.integration import sheet

TRICKY = [
    "янв 5", "5 янв", "5 января", "янв.26", "янв-26", "январь 2026", "5 мая 2026", "май 5", "пн 5.1.2026", "янв", "5 сент. 2026 г.",
    "Jan 5", "5-Mar", "(5)", "(5,5)", "( 5 )", "5 ₽", "5₽", "5 руб.", "5 р.", "$5", "€5", "1/2", "1 1/2", "5%", "5 %", "1E5", "5e3",
    "5 PM", "10:00 pm", "TRUE", "False", "истина", "Ложь", "#Н/Д", "#N/A", "+5", "1 000", "5,5", "12.03", "2026-01-05T10:00:00Z",
    "=1+1", "'5", "Анна", "5 раз", "в мае", "май был тёплым", "Декабрина", "5 друзей",
]  # fmt: skip
"""What a spreadsheet program would take for a date, a number, a price or a formula, and what it would not."""


@pytest.fixture
def exported(front, tmp_path):
    person = specialist(front)
    slot(front, person, tomorrow(12))
    apply_for(front, tomorrow(12), name="=HYPERLINK(1)", request_text="Не сплю; плачу\nпо ночам")
    counts = export_data.run(tmp_path, [])
    return tmp_path, counts


def read(file: Path):
    with file.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text, delimiter=";"))


def test_a_client_reads_back_as_he_was_written(exported):
    folder, counts = exported
    (row,), stored = read(folder / "clients.csv"), client_row("br0001")
    assert counts["clients"] == 1
    assert row["name"] == "'=HYPERLINK(1)"
    assert {name: read_text(row[name]) for name in ("client_id", "name", "phone", "lead_number")} == {
        name: getattr(stored, name) for name in ("client_id", "name", "phone", "lead_number")
    }
    assert row["created_at"][2] == row["created_at"][5] == "."
    assert counts["slots"] == 1
    assert "outbox" not in counts


def test_only_what_is_named_is_written_and_again_makes_the_same(front, tmp_path):
    specialist(front)
    assert export_data.run(tmp_path, ["specialists"]) == {"specialists": 1}
    before = (tmp_path / "specialists.csv").read_bytes()
    export_data.run(tmp_path, ["specialists"])
    assert (tmp_path / "specialists.csv").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["specialists.csv"]


def test_an_empty_table_is_a_header(tables, tmp_path):
    assert export_data.run(tmp_path, ["tickets"]) == {"tickets": 0}
    assert (tmp_path / "tickets.csv").read_text("utf-8-sig").startswith("ticket_id;")


def test_a_wrong_name_and_a_stack_that_is_down_are_told(tables, tmp_path, monkeypatch, capsys):
    import scripts.stages

    monkeypatch.setattr(scripts.stages, "environment", lambda stage: {})
    assert export_data.main(["--tables", "nobody", "--out", str(tmp_path)]) == 2
    assert "there are" in capsys.readouterr().err
    monkeypatch.undo()
    monkeypatch.setattr(scripts.stages, "HOME", tmp_path / "nothing-runs-here")
    assert export_data.main(["--out", str(tmp_path)]) == 2
    assert "make run" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        export_data.run(tmp_path / "file", ["tickets"])


needs_libreoffice = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed here; csv reads the files above")


@needs_libreoffice
def test_a_russian_spreadsheet_program_reads_the_same(exported, tmp_path):
    folder, _ = exported
    table = sheet.read(folder / "clients.csv", tmp_path)
    (shown,) = read(folder / "clients.csv")
    assert table[0] == [*shown]
    told = dict(zip(table[0], table[1], strict=True))
    assert isinstance(told["created_at"], datetime) and f"{told['created_at']:%d.%m.%Y %H:%M:%S}" == shown["created_at"]
    truths = {("boolean", "TRUE"): "ИСТИНА", ("boolean", "FALSE"): "ЛОЖЬ"}
    assert {name: truths.get(value, value) for name, value in told.items() if name != "created_at"} == {
        name: value for name, value in shown.items() if name != "created_at"
    }


@needs_libreoffice
def test_what_people_write_stays_text_in_a_russian_spreadsheet_program(tmp_path):
    rows = [{"note": {"S": text}, "number": {"N": str(number)}} for number, text in enumerate(TRICKY)]
    write(tmp_path / "t.csv", ["note", "number"], {}, rows, ZoneInfo("Europe/Moscow"))
    table = sheet.read(tmp_path / "t.csv", tmp_path)[1:]
    assert [read_text(note) for note, _, _ in table] == TRICKY
    assert [number for _, number, _ in table] == list(range(len(TRICKY)))
