"""The whole way: rows that the desk wrote, as files that read back equal."""

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts import export_data
from scripts.exporting.cells import read_text
from tests.builders import apply_for, client_row, slot, specialist, tomorrow


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
    import scripts.import_csv

    monkeypatch.setattr(scripts.import_csv, "environment", lambda stage: {})
    assert export_data.main(["--tables", "nobody", "--out", str(tmp_path)]) == 2
    assert "there are" in capsys.readouterr().err
    monkeypatch.undo()
    monkeypatch.setattr(scripts.import_csv, "HOME", tmp_path / "nothing-runs-here")
    assert export_data.main(["--out", str(tmp_path)]) == 2
    assert "make run" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        export_data.run(tmp_path / "file", ["tickets"])


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed here; the same file is read by csv above")
def test_libreoffice_reads_the_same(exported, tmp_path):
    folder, _ = exported
    kind = "csv:Text - txt - csv (StarCalc):59,34,76,1,,1049,false,true,false"
    command = ["soffice", "--headless", "--infilter=Text - txt - csv (StarCalc):59,34,76,1,,1049", "--convert-to", kind]
    subprocess.run([*command, "--outdir", str(tmp_path / "out"), str(folder / "clients.csv")], check=True, capture_output=True)
    assert read(tmp_path / "out" / "clients.csv") == read(folder / "clients.csv")
