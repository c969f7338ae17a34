"""The old SQLite file comes in: once, with a reason for what does not, and nothing of it leaves us."""

import csv
import os
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.clients.models import Client, Identity
from chalicelib.core import clock
from chalicelib.core.outbox import OutboxRow
from chalicelib.core.storage.counters import Counter
from chalicelib.gocrm.directories.models import Mirror
from chalicelib.gocrm.leads.models import LeadRow
from chalicelib.messaging.models import MessageRow
from scripts import export_data, import_gocrm_db
from scripts.exporting.cells import read_text
from tests.builders import SERVICE, client_row

WRITTEN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SCHEMA = """
CREATE TABLE cities (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO cities VALUES (12, 'Уфа'), (13, 'Казань');
CREATE TABLE centers (id INTEGER, cityId INTEGER, address TEXT, phone TEXT, latitude TEXT, longitude TEXT, siteStatus INTEGER);
INSERT INTO centers VALUES (61, 12, 'ул. Мира, 5', '+73470000001', '54.73', '55.95', 1), (62, 13, 'Склад', NULL, NULL, NULL, 0);
CREATE TABLE users (id INTEGER, centerId INTEGER, displayName TEXT, position INTEGER, isDisplay INTEGER);
INSERT INTO users VALUES (301, 61, 'Ольга', 4, 1), (302, NULL, 'Ничья', 4, 1);
CREATE TABLE leads (id INTEGER, name TEXT, phone TEXT, comment TEXT, center_id INTEGER, birthday TEXT, created_at TEXT);
INSERT INTO leads VALUES
  (1, 'Ася', '8 916 000-11-22', 'в субботу', 61, '2019-05-04', '2025-12-31 23:30:00'),
  (2, 'Ева', '+79160001122', NULL, 61, NULL, '2026-01-01 00:10:00'),
  (3, 'Никто', NULL, NULL, 61, NULL, '2026-01-02 10:00:00'),
  (4, 'Лев', '12', NULL, 61, NULL, NULL);
CREATE TABLE parents (id INTEGER, fio TEXT, phone TEXT, mail TEXT);
INSERT INTO parents VALUES (7, 'Мария Орлова', '+7 916 000 11 22', 'maria@example.org'), (8, 'Без связи', NULL, NULL);
CREATE TABLE children (id INTEGER, parent_id INTEGER, name TEXT);
INSERT INTO children VALUES (21, 7, 'Ася'), (22, 7, 'Ева');
CREATE TABLE subscriptions (id INTEGER, numberExercise INTEGER, balance INTEGER);
INSERT INTO subscriptions VALUES (31, 8, 3);
CREATE TABLE payments (id INTEGER, amount REAL);
CREATE TABLE sync_log (id INTEGER, at TEXT);
INSERT INTO sync_log VALUES (1, 'x'), (2, 'y'), (3, 'z');
"""


def stored():
    """Everything that an import may write, as it stands."""
    models = (Mirror, LeadRow, Client, Identity, Counter, OutboxRow, MessageRow)
    return {model.__name__: sorted(repr(row.attribute_values) for row in model.scan()) for model in models}


@pytest.fixture
def file(tables, tmp_path):
    """A file of this schema, as of a moment."""

    def made(schema=SCHEMA, *, at=WRITTEN, name="planeta_gocrm.db"):
        path = tmp_path / name
        path.unlink(missing_ok=True)
        with sqlite3.connect(path) as connection:
            connection.executescript(schema)
        connection.close()
        os.utime(path, (at.timestamp(), at.timestamp()))
        return path

    return made


@pytest.fixture
def bring(file):
    return lambda schema=SCHEMA, *, at=WRITTEN, **how: reports(import_gocrm_db.run(file(schema, at=at), **how))


def reports(done):
    return {report.name: report for report in done}


def counts(report):
    return {kind: number for kind, number in report.counts.items() if number}


def test_each_table_is_taken_or_said_why_not(bring):
    done = bring()
    taken = {name: counts(report) for name, report in done.items() if hasattr(report, "counts")}
    assert taken == {
        "cities": {"new": 2},
        "centers": {"new": 2},
        "users": {"new": 1, "refused": 1},
        "parents": {"new": 1, "refused": 1},
        "leads": {"new": 3, "refused": 1},
    }
    left = {name: (report.rows, report.why) for name, report in done.items() if name not in taken}
    consent, unknown = "cabinet data is not brought without the client's consent", "nobody knows what it holds"
    assert left == {"children": (2, consent), "subscriptions": (1, consent), "payments": (0, consent), "sync_log": (3, unknown)}
    assert done["leads"].refused == [(3, "phone", "no contact is given")]
    assert "children: 2 rows: left out: cabinet" in "\n".join(done["children"].lines())


def test_lists_are_shown_as_of_the_files_time(bring, front):
    bring()
    cities = front.get("/gocrm/cities").ok()
    assert (cities["stale"], cities["as_of"], len(cities["cities"])) == (True, "2026-03-01T12:00:00Z", 2)
    (center,) = front.get("/gocrm/centers").ok()["centers"]
    assert (center["id"], center["city_id"], center["coordinates"]) == ("61", "12", {"lat": 54.73, "lng": 55.95})
    (person,) = front.get("/gocrm/staff", center_id="61").ok()["staff"]
    assert (person["name"], person["position"]) == ("Ольга", "Инструктор")


def test_leads_are_kept_with_their_client_and_sent_nowhere(bring, front):
    bring()
    assert list(OutboxRow.scan()) == list(MessageRow.scan()) == []
    kept = {one["name"]: one for one in front.get("/gocrm/deliveries", SERVICE, state="imported").ok()["deliveries"]}
    assert set(kept) == {"Ася", "Ева", "Лев"}
    asya = kept["Ася"]
    assert (asya["phone"], asya["birthday"], asya["remote_id"], asya["client_id"]) == ("+79160001122", "2019-05-04", "1", "br0001")
    assert (asya["created_at"], kept["Ева"]["created_at"]) == ("2025-12-31T20:30:00Z", "2025-12-31T21:10:00Z"), "Moscow's wall clock"
    assert (kept["Лев"]["phone"], kept["Лев"]["client_id"]) == ("12", None)
    assert front.post(f"/gocrm/deliveries/{asya['lead_id']}/replay", {}, SERVICE).body["error"] == "lead_not_refused"


def test_parents_and_leads_of_one_phone_are_one_client(bring):
    bring()
    (person,) = Client.scan()
    assert (person.name, person.phone, person.email) == ("Мария Орлова", "+79160001122", "maria@example.org")
    assert client_row("br0001").client_id == person.client_id


def test_nothing_of_a_cabinet_is_kept(bring):
    bring()
    assert "numberExercise" not in str(stored()) and "'21'" not in str(stored())


def test_running_it_again_changes_nothing(bring):
    bring()
    before = stored()
    again = bring()
    assert stored() == before
    assert not any(report.counts[kind] for report in again.values() if hasattr(report, "counts") for kind in ("new", "changed"))


def test_a_later_copy_of_the_file_adds_what_is_new(bring):
    bring()
    more = "INSERT INTO leads VALUES (5, 'Яна', '+79160001133', NULL, 61, NULL, '2026-03-02 10:00:00');"
    more += "UPDATE cities SET name = 'УФА' WHERE id = 12;"
    done = bring(SCHEMA + more, at=WRITTEN + timedelta(days=1))
    assert (counts(done["leads"]), counts(done["cities"])) == ({"new": 1, "unchanged": 3, "refused": 1}, {"changed": 1, "unchanged": 1})
    assert len(list(LeadRow.scan())) == 4


def test_a_dry_run_writes_nothing_and_foretells_the_run(bring):
    before = stored()
    foretold = bring(dry_run=True)
    assert stored() == before
    assert [report.lines() for report in foretold.values()] == [report.lines() for report in bring().values()]


def test_a_newer_copy_of_ours_is_left_alone(bring, front):
    Mirror(name="cities", rows=[{"id": "99", "name": "Наш"}], as_of=clock.wall()).save()
    done = bring()
    assert counts(done["cities"]) == {"skipped": 2} and "is newer" in done["cities"].told[0][1].why
    assert [city["name"] for city in front.get("/gocrm/cities").ok()["cities"]] == ["Наш"]
    assert counts(done["centers"]) == {"new": 2}


OTHER = """
CREATE TABLE "Города" ("ID" INTEGER, "Название" TEXT);
INSERT INTO "Города" VALUES (12, 'Уфа');
CREATE TABLE gocrm_branches (id INTEGER, gocrm_id INTEGER, "Город" TEXT, "Название" TEXT, "Координаты" TEXT, raw_json TEXT);
INSERT INTO gocrm_branches VALUES (1, 61, 'уфа', 'Центр', '54.73, 55.95', '{"phone": "+73470000001", "siteStatus": 1}');
CREATE TABLE "Сотрудники" (id INTEGER, "Имя" TEXT, data TEXT);
INSERT INTO "Сотрудники" VALUES (5, 'Ольга', '{"centerId": 61, "isDisplay": true}');
CREATE TABLE clients (id INTEGER, name TEXT, parent_id INTEGER);
INSERT INTO clients VALUES (21, 'Ася', 7);
CREATE TABLE "Заявки" ("Имя" TEXT, "Телефон" TEXT, "Комментарий" TEXT, "Дата создания" TEXT, "Филиал" TEXT);
INSERT INTO "Заявки" VALUES
  ('Ася', '8 916 000 11 22', 'в субботу', '04.05.2025 10:00', 'Центр'),
  ('Ася', '+79160001122', '', '04.05.2025 10:00', 'Центр');
"""


def test_other_names_of_tables_and_columns_are_known_too(bring, front):
    done = bring(OTHER)
    assert done["clients"].why.startswith("cabinet data"), "Go-CRM calls children clients"
    (center,) = front.get("/gocrm/centers", city_id="12").ok()["centers"]
    assert (center["id"], center["name"], center["phone"], center["coordinates"]["lat"]) == ("61", "Центр", "+73470000001", 54.73)
    assert [one["name"] for one in front.get("/gocrm/staff", center_id="61").ok()["staff"]] == ["Ольга"]
    assert counts(done["Заявки"]) == {"new": 1, "unchanged": 1}, "without ids the same person is the same lead"
    (kept,) = LeadRow.scan()
    assert (kept.said["center"], kept.said["comment"]) == ("Центр", "в субботу")


def test_tables_that_hold_the_same_are_one_list(bring, front):
    two = "CREATE TABLE branch (id INTEGER, city_id INTEGER, name TEXT); INSERT INTO branch VALUES (61, 12, 'Повтор'), (70, 12, 'Новый');"
    done = bring(SCHEMA + two)
    assert (counts(done["branch"]), counts(done["centers"])) == ({"new": 2}, {"new": 1, "unchanged": 1})
    assert {one["id"] for one in front.get("/gocrm/centers").ok()["centers"]} == {"61", "70"}


HOSTILE = """
CREATE TABLE "leads" (id BLOB, name TEXT, phone, comment BLOB, created_at);
INSERT INTO leads VALUES (x'00ff', CAST(x'c0f1ff' AS TEXT), 79160001122, x'ff', 1e300), ('{', '{"a":', '+79160001133', '[[[', 'nonsense'),
  (1, NULL, NULL, NULL, NULL), (2, 'Яна', '', '', ''), (-1, '   ', 'null', NULL, 0);
CREATE TABLE "a""; DROP TABLE leads; --" (x INTEGER);
CREATE TABLE cities (id TEXT, name TEXT);
INSERT INTO cities VALUES ('', ''), (NULL, 'Без номера');
CREATE TABLE centers (nobody INTEGER);
INSERT INTO centers VALUES (1);
"""


def test_hostile_rows_are_refused_one_by_one(bring):
    done = bring(HOSTILE)
    assert counts(done["leads"]) == {"new": 2, "refused": 3}
    assert counts(done["cities"]) == {"refused": 2} and counts(done["centers"]) == {"refused": 1}
    assert 'a"; DROP TABLE leads; --' in done
    assert sorted(row.said["phone"] for row in LeadRow.scan()) == ["+79160001122", "+79160001133"]


def test_texts_of_an_old_program_are_cp1251(bring):
    bring("CREATE TABLE leads (id, name TEXT, phone TEXT); INSERT INTO leads VALUES (1, CAST(x'c0ede0' AS TEXT), '+79160001122');")
    (kept,) = LeadRow.scan()
    assert kept.said["name"] == "Ана"


def test_an_empty_file_has_nothing_to_say(bring):
    assert bring("") == {}


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be looked at" * 30, b"SQLite format 3\x00" + b"\xff" * 2000])
def test_what_is_no_database_stops_before_anything_is_written(tables, tmp_path, content):
    path = tmp_path / "broken.db"
    path.write_bytes(content)
    with pytest.raises(RuntimeError, match=r"broken\.db"):
        import_gocrm_db.run(path)


def test_a_file_that_is_not_there_is_named_and_not_made(tables, tmp_path):
    with pytest.raises(RuntimeError, match="no such file"):
        import_gocrm_db.run(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


def test_the_file_itself_is_never_written_to(file):
    path = file()
    before = path.read_bytes()
    import_gocrm_db.run(path)
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(("schema", "code"), [("CREATE TABLE cities (id, name); INSERT INTO cities VALUES (1, 'Уфа');", 0), (SCHEMA, 1)])
def test_the_exit_code_says_whether_all_was_taken(file, monkeypatch, capsys, schema, code):
    monkeypatch.setattr(import_gocrm_db, "environment", lambda stage: {})
    assert import_gocrm_db.main([str(file(schema)), "--dry-run"]) == code
    out = capsys.readouterr().out
    assert "cities:" in out and "Nothing was written." in out


def test_a_broken_file_is_told_and_ends_with_two(tables, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(import_gocrm_db, "environment", lambda stage: {})
    assert import_gocrm_db.main([str(tmp_path / "none.db")]) == 2
    assert "no such file" in capsys.readouterr().err


def test_a_long_table_shows_its_progress(bring, capfd):
    rows = ", ".join(f"({number}, 'Имя', '{number}')" for number in range(import_gocrm_db.LONG))
    bring(f"CREATE TABLE leads (id, name, phone); INSERT INTO leads VALUES {rows};", dry_run=True)
    assert "leads" in capfd.readouterr().err


def test_what_came_in_goes_out_as_spreadsheets_a_column_each(bring, tmp_path):
    bring()
    counted = export_data.run(tmp_path / "out", ["gocrm-mirror", "gocrm-leads"])
    assert counted == {"gocrm-cities": 2, "gocrm-centers": 2, "gocrm-staff": 1, "gocrm-leads": 3}
    center = opened(tmp_path / "out" / "gocrm-centers.csv")["61"]
    assert (center["address"], read_text(center["phone"]), center["latitude"], center["longitude"]) == (
        "ул. Мира, 5",
        "+73470000001",
        "54,73",
        "55,95",
    )
    assert opened(tmp_path / "out" / "gocrm-staff.csv")["301"]["name"] == "Ольга"
    leads = opened(tmp_path / "out" / "gocrm-leads.csv", by="name")
    assert {name: leads["Ася"][name] for name in ("state", "birthday", "center_id", "comment")} == {
        "state": "imported",
        "birthday": "'2019-05-04",
        "center_id": "'61",
        "comment": "в субботу",
    }


def lists():
    return {row.name: row.rows for row in Mirror.scan()}


def leads():
    return sorted((str(row.said), row.created_at, row.state) for row in LeadRow.scan())


def test_the_spreadsheets_come_back_to_where_they_were_and_to_an_empty_store(bring, tmp_path):
    bring()
    before = lists(), leads()
    export_data.run(tmp_path / "out", ["gocrm-mirror", "gocrm-leads"])
    again = reports(import_gocrm_db.run(tmp_path / "out"))
    assert {name: counts(report) for name, report in again.items()} == {
        "cities": {"unchanged": 2},
        "centers": {"unchanged": 2},
        "staff": {"unchanged": 1},
        "leads": {"unchanged": 3},
    }
    for row in (*Mirror.scan(), *LeadRow.scan()):
        row.delete()
    new = reports(import_gocrm_db.run(tmp_path / "out"))
    assert all(set(counts(report)) == {"new"} for report in new.values())
    assert (lists(), leads()) == before


def opened(file, *, by="id"):
    with file.open(encoding="utf-8-sig", newline="") as text:
        return {read_text(row[by]): row for row in csv.DictReader(text, delimiter=";")}
