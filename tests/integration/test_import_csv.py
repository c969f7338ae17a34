"""Somebody's own tables come in: whole, once, and with a reason for each line that does not."""

from pathlib import Path

import pytest

from chalicelib.booking.sessions.models import Session
from chalicelib.booking.slots.models import Slot
from chalicelib.booking.specialists.models import Specialist
from chalicelib.clients.models import Client
from chalicelib.core import storage
from chalicelib.core.outbox import OutboxRow
from chalicelib.core.storage.counters import Counter
from chalicelib.messaging.models import MessageRow
from scripts import import_csv, stages
from scripts.importing import taking
from scripts.importing.table import BadCell, BadFile, Line, read
from tests.builders import SERVICE, client_row, ledger, slot, specialist, tomorrow
from tests.integration.booking.desk import ANNA, booked, session

SAMPLES = Path(__file__).parents[2] / "events" / "import"
NEW = "new"


def stored():
    """Everything that an import may write, as it stands."""
    models = (Specialist, Slot, Client, Session, Counter, MessageRow, OutboxRow)
    return {model.__name__: sorted(repr(row.attribute_values) for row in model.scan()) for model in models}


def counts(report):
    return {kind: number for kind, number in report.counts.items() if number}


@pytest.fixture
def bring(tables, tmp_path):
    """Import texts as files; one report each, for those given."""

    def run(specialists=None, slots=None, clients=None, **how):
        paths = []
        for name, text in (("specialists", specialists), ("slots", slots), ("clients", clients)):
            path = tmp_path / f"{name}.csv"
            if text is not None:
                path.write_bytes(text if isinstance(text, bytes) else text.encode())
            paths.append(path if text is not None else None)
        return import_csv.run(*paths, **how)

    return run


def day(hour=12, days=1):
    return f"{tomorrow(hour, days=days):%Y-%m-%d}"


# --- the samples ------------------------------------------------------------------------------------------------------


@pytest.fixture
def samples(tables):
    paths = [SAMPLES / f"{name}.csv" for name in ("specialists", "slots", "clients")]
    return lambda **how: import_csv.run(*paths, **how)


def test_the_samples_come_in_and_each_refused_line_says_why(samples):
    people, clients, slots = samples()
    assert counts(people) == {"new": 3}
    assert counts(clients) == {"new": 2, "refused": 1}
    assert [(line, field) for line, field, _ in clients.refused] == [(4, "phone")]
    assert counts(slots) == {"new": 3, "refused": 2}
    assert [(line, field) for line, field, _ in slots.refused] == [(5, "psychologist"), (6, "date")]


def test_money_comes_in_kopecks_and_people_as_they_are(samples):
    samples()
    (maria,) = storage.read(Specialist.at("p-101"))
    assert (maria.price_min, maria.price_max, maria.gender, maria.debt) == (300_000, 450_050, "female", 12)
    assert maria.specialisations == ["тревога", "сон"]
    anna = client_row("br0001")
    assert (anna.name, anna.phone, anna.email, anna.telegram_username) == (
        "Анна Лебедева",
        "+79045501567",
        "anna@example.org",
        "anna_lebed",
    )
    assert anna.first_utm == {"utm_source": "vk"}
    assert client_row("br0002").name == "Иванов, Пётр"


def test_a_taken_slot_of_a_client_is_his_session(samples):
    _, _, slots = samples()
    (made,) = Session.scan()
    assert (made.slot_id, made.client_id, made.status) == ("9002", client_row("br0001").client_id, "pending")
    assert [(line, one.why) for line, one in slots.told if one.kind == "new"] == [(3, "a session is made of it")]
    assert len(ledger(f"client#{made.client_id}", "client_session_booked")) == 1
    assert storage.read(Slot.at("9003"))[0].state == "taken"


def test_without_sessions_taken_slots_are_only_closed(samples):
    samples(sessions=False)
    assert list(Session.scan()) == [] and list(MessageRow.scan()) == []
    assert [storage.read(Slot.at(number))[0].state for number in ("9001", "9002", "9003")] == ["free", "taken", "taken"]


def test_running_it_again_changes_nothing(samples):
    samples()
    before = stored()
    again = samples()
    assert stored() == before
    assert all(not report.counts[kind] for report in again for kind in ("new", "changed"))
    assert [counts(report).get("unchanged") for report in again] == [3, 2, 3]


def test_a_dry_run_writes_nothing_and_foretells_the_run(samples):
    before = stored()
    foretold = samples(dry_run=True)
    assert stored() == before
    assert [report.counts for report in foretold] == [report.counts for report in samples()]


def test_the_report_reads_as_a_report(samples):
    lines = samples(dry_run=True)[2].lines()
    assert lines[0] == "slots.csv: 5 rows: 3 new, 0 changed, 2 refused"
    assert "  line 5, refused: psychologist: nobody has this id or name" in lines


# --- specialists ------------------------------------------------------------------------------------------------------


def test_a_changed_cell_changes_only_itself(bring):
    bring("id,name,age,price_min\np1,Мария Орлова,41,3000\n")
    (report,) = bring("id,name,price_min,age\np1,Мария Орлова,3500,\n")
    assert counts(report) == {"changed": 1}
    (maria,) = storage.read(Specialist.at("p1"))
    assert (maria.age, maria.price_min) == (41, 350_000)


def test_a_file_may_say_what_the_card_shows(bring):
    head = "id;Имя;Запросы;Работает с;Фото;Рука помощи;В сообществе;Возраст клиента от;telegram_page;Образование"
    said = "p1;Мария Орлова;сон, горе;пары;https://cdn.example/a.jpg;да;да;18;@maria_page;Гештальт; КПТ"
    line = said.replace("Гештальт; КПТ", '"Гештальт; КПТ"')
    assert counts(bring(f"{head}\n{line}\n")[0]) == {"new": 1}
    assert counts(bring(f"{head}\n{line}\n")[0]) == {"unchanged": 1}
    (maria,) = storage.read(Specialist.at("p1"))
    assert (maria.specialisations, maria.telegram_id) == (["сон", "горе", "пары"], None)
    assert maria.profile == {
        "queries": ["сон", "горе"],
        "works_with": ["пары"],
        "link_photo": "https://cdn.example/a.jpg",
        "help_hand": True,
        "in_community": True,
        "min_client_age": 18,
        "telegram": "https://t.me/maria_page",
        "education": [{"program_title": "Гештальт"}, {"program_title": "КПТ"}],
    }
    assert counts(bring("id;Имя;Фото;Описание\np1;Мария Орлова;;О себе\n")[0]) == {"changed": 1}
    (maria,) = storage.read(Specialist.at("p1"))
    assert (maria.profile["short_description"], maria.profile["link_photo"]) == ("О себе", "https://cdn.example/a.jpg")


@pytest.mark.parametrize(
    ("column", "cell", "field"),
    [
        ("Фото", "http://cdn.example/a.jpg", "link_photo"),
        ("В сообществе", "наверное", "in_community"),
        ("Возраст клиента от", "семь", "min_client_age"),
        ("Образование", "[{", "education"),
        ("Образование", "[1]", "0"),
    ],
)
def test_a_cell_that_no_card_can_hold_is_refused_by_its_name(bring, column, cell, field):
    (report,) = bring(f"Имя;{column}\nМария Орлова;{cell}\n")
    assert [(line, name) for line, name, _ in report.refused] == [(2, field)]
    assert list(Specialist.scan()) == []


def test_without_ids_people_are_known_by_their_names(bring):
    bring("Имя\nМария Орлова\n")
    (report,) = bring("Имя;Возраст\nорлова Мария;42\n")
    assert counts(report) == {"changed": 1}
    assert len(list(Specialist.scan())) == 1


def test_a_specialist_at_rest_is_kept_at_rest(bring):
    bring("name;active\nМария Орлова;нет\n")
    (report,) = bring("name;active\nМария Орлова;\n")
    assert counts(report) == {"unchanged": 1}
    assert next(iter(Specialist.scan())).active is False


def test_a_specialists_card_stays_as_it_is(bring, front):
    bring(specialists="id;name\n63;Ольга Белова\n")
    front.put("/specialists/63", {"name": "Ольга Белова", "profile": {"group": "Сообщество"}}, SERVICE).ok()
    assert counts(bring(specialists="id;name\n63;Ольга Белова\n")[0]) == {"unchanged": 1}
    bring(specialists="id;name;age\n63;Ольга Белова;40\n")
    said = front.get("/specialists/63", SERVICE).ok()["specialist"]
    assert (said["age"], said["profile"]["group"]) == (40, "Сообщество")


def test_two_of_one_name_need_an_id(bring, front):
    for _ in range(2):
        specialist(front)
    (report,) = bring("name\nМария Орлова\n")
    assert "Several specialists" in report.refused[0][2]


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ("Мария;семнадцать;;;", "age"),
        ("Мария;17;;;", "age"),
        ("Мария;41.5;;;", "age"),
        (";41;;;", "name"),
        ("Мария;;дорого;;", "price_min"),
        ("Мария;;10,005;;", "price_min"),
        ("Мария;;NaN;;", ""),
        ("Мария;;-5;;", "price_min"),
        ("Мария;;;кто-то;", "gender"),
        ("Мария;;;;может быть", "active"),
    ],
)
def test_a_cell_that_makes_no_sense_is_named(bring, cells, field):
    (report,) = bring(f"name;age;price_min;gender;active\n{cells}\n")
    assert [(line, name) for line, name, _ in report.refused] == ([(2, field)] if field else [])


def test_a_line_that_repeats_another_is_refused(bring):
    (report,) = bring("id;name\np1;Мария\np1;Мария\n;Мария\n")
    assert [(line, field, why) for line, field, why in report.refused] == [
        (3, "id", "repeats line 2"),
        (4, "name", "repeats line 2"),
    ]


# --- clients ----------------------------------------------------------------------------------------------------------


def test_somebody_known_stays_one_person_and_learns_what_is_new(bring, front):
    front.post("/client-registration", {"user_id": ANNA}, SERVICE).ok()
    (report,) = bring(clients=f"Имя;Телефон;Telegram\nАнна;+79045501567;{ANNA}\n")
    assert counts(report) == {"changed": 1}
    assert client_row("br0001").phone == "+79045501567"
    (report,) = bring(clients=f"Имя;Телефон;Telegram\nАнна Лебедева;8 904 550-15-67;{ANNA}\n")
    assert counts(report) == {"changed": 1}, "the phone as it was written is new"
    assert client_row("br0001").name == "Анна", "what is known is never wiped"
    assert len(list(Client.scan())) == 1
    assert client_row("br0001").phone_proven is None, "a file proves nothing: the phone is on the card, and no sign of hers"


def test_two_lines_of_one_person_are_one_person_in_a_dry_run_too(bring):
    text = "name;phone;email\nАнна;+79045501567;\nАнна;+7 904 550 15 67;\n"
    (foretold,) = bring(clients=text, dry_run=True)
    assert (foretold.counts["new"], foretold.counts["unchanged"]) == (1, 1)
    bring(clients=text)
    assert len(list(Client.scan())) == 1


def test_a_person_who_may_be_another_too_is_told_and_not_merged(bring):
    bring(clients="name;phone;email\nАнна;+79045501567;\nБорис;;boris@example.org\n")
    (report,) = bring(clients="name;phone;email\nАнна;+79045501567;boris@example.org\n")
    assert client_row("br0002").client_id in report.told[0][1].why
    assert len(list(Client.scan())) == 2
    before = stored()
    (again,) = bring(clients="name;phone;email\nАнна;+79045501567;boris@example.org\n")
    assert counts(again) == {"unchanged": 1} and stored() == before


@pytest.mark.parametrize(("phone", "email", "field"), [("12", "a@b.example", "phone"), ("+79045501567", "not-an-address", "email")])
def test_a_contact_that_makes_no_sense_is_kept_and_said(bring, phone, email, field):
    (report,) = bring(clients=f"name;phone;email\nАнна;{phone};{email}\n")
    assert counts(report) == {"new": 1}
    assert report.told[0][1].field == field
    assert {phone, email} <= client_row("br0001").raw_contacts


@pytest.mark.parametrize("cells", ["Анна;;;", "Анна;12;;", "Анна;;x;"])
def test_nobody_is_made_of_no_contact(bring, cells):
    (report,) = bring(clients=f"name;phone;email;telegram\n{cells}\n")
    assert counts(report) == {"refused": 1}
    assert list(Client.scan()) == []


# --- slots ------------------------------------------------------------------------------------------------------------


def test_slots_without_ids_are_the_back_offices_own(bring, front):
    person = specialist(front)
    made = slot(front, person, tomorrow(12))
    (report,) = bring(slots=f"specialist,start_at\n{person},{day()} 12:00\n{person},{day()} 15:00\n")
    assert counts(report) == {"unchanged": 1, "new": 1}
    assert made in {row.slot_id for row in Slot.scan()} and len(list(Slot.scan())) == 2


@pytest.mark.parametrize(("state", "kind"), [("Свободно", "free"), ("free", "free"), ("", "free"), ("Занято", "taken")])
def test_states_are_read_as_people_write_them(bring, front, state, kind):
    specialist(front)
    bring(slots=f"id;specialist;date;time;state\n1;Мария Орлова;{day()};12:00;{state}\n")
    assert storage.read(Slot.at("1"))[0].state == kind


def test_a_free_slot_moves_and_a_freed_one_is_free(bring, front):
    specialist(front)
    table = "id;specialist;date;time;state\n1;Мария Орлова;{};{};{}\n"
    bring(slots=table.format(day(), "12:00", "Свободен"))
    assert counts(bring(slots=table.format(day(), "14:00", "Свободен"))[0]) == {"changed": 1}
    assert storage.read(Slot.at("1"))[0].start_at == tomorrow(14)
    assert counts(bring(slots=table.format(day(), "14:00", "Занят"))[0]) == {"new": 1}
    assert counts(bring(slots=table.format(day(), "14:00", "Свободен"))[0]) == {"changed": 1}
    assert storage.read(Slot.at("1"))[0].state == "free"


def test_a_booking_made_here_is_never_overwritten(bring, front):
    specialist(front)
    table = "id;specialist;date;time;state;client\n1;Мария Орлова;{};12:00;{}\n"
    bring(slots=table.format(day(), "Свободен;"))
    ticket_id = booked(front, "1")
    assert counts(bring(slots=table.format(day(), "Свободен;"))[0]) == {"unchanged": 1}
    bring(clients="id;phone\nc-9;+79213332211\n")
    (foretold,) = bring(slots=table.format(day(), "Занят;c-9"), dry_run=True)
    (report,) = bring(slots=table.format(day(), "Занят;c-9"))
    assert foretold.refused == report.refused == [(2, "state", "contradicts what was booked here; nothing was changed")]
    assert session(ticket_id).status == "pending"


def test_slots_that_overlap_are_refused(bring, front):
    person = specialist(front)
    standing = slot(front, person, tomorrow(12), minutes=60)
    table = f"id;specialist;date;time;minutes\n1;{person};{day()};12:30;60\n2;{person};{day()};13:00;60\n3;{person};{day()};13:30;60\n"
    for how in ({"dry_run": True}, {}):
        (report,) = bring(slots=table, **how)
        assert [(line, why) for line, _, why in report.refused] == [
            (2, f"the specialist has slot {standing} at that time"),
            (4, "the specialist has slot 2 at that time"),
        ]


def test_past_slots_are_left_out(bring, front):
    specialist(front)
    (report,) = bring(slots=f"id;specialist;date;time\n1;Мария Орлова;{day(days=-3)};12:00\n")
    assert counts(report) == {"skipped": 1}
    assert list(Slot.scan()) == []


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ("1;;{day};12:00;;;", "psychologist"),
        ("1;Никто;{day};12:00;;;", "psychologist"),
        ("1;Мария Орлова;;12:00;;;", "date"),
        ("1;Мария Орлова;{day};;;;", "time"),
        ("1;Мария Орлова;{day};25:00;;;", "date"),
        ("1;Мария Орлова;{day};12:00;1,5;;", "minutes"),
        ("1;Мария Орлова;{day};12:00;;Занят;nobody", "client_id"),
    ],
)
def test_a_slots_cell_that_makes_no_sense_is_named(bring, front, cells, field):
    specialist(front)
    (report,) = bring(slots=f"id;specialist;date;time;minutes;state;client\n{cells.format(day=day())}\n")
    assert [(line, name) for line, name, _ in report.refused] == [(2, field)]
    assert list(Slot.scan()) == []


def test_a_slot_named_twice_is_refused(bring, front):
    specialist(front)
    (report,) = bring(slots=f"id;specialist;date;time\n1;Мария Орлова;{day()};12:00\n1;Мария Орлова;{day()};15:00\n")
    assert report.refused == [(3, "id", "repeats line 2")]


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_files_are_read_as_programs_write_them(bring, encoding, mark):
    text = f'Имя{mark}Запросы\r\n"Сёмина {mark} Алёна"{mark}"тревога; сон"\r\n'
    (report,) = bring(text.encode(encoding))
    assert counts(report) == {"new": 1}
    (person,) = Specialist.scan()
    assert (person.name, person.specialisations) == (f"Сёмина {mark} Алёна", ["тревога", "сон"])


def test_lines_are_counted_as_an_editor_counts_them(bring):
    (report,) = bring('name;age\n"Мария\nОрлова";41\n\nОлег;сто\n')
    assert [(line, field) for line, field, _ in report.refused] == [(5, "age")]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "no column for name"),
        (b"age\n41\n", "no column for name"),
        ("имя;фио\nа;б\n".encode(), "columns that mean the same: name"),
        (b'name\n"open\n', "line 2"),
        (b"name\n\x98\xff", "neither"),
    ],
)
def test_a_file_that_is_no_table_stops_before_anything_is_written(bring, raw, why):
    with pytest.raises(RuntimeError, match=why):
        bring(raw, clients="name;phone\nАнна;+79045501567\n")
    assert list(Client.scan()) == []


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadFile, match="No such file"):
        read(tmp_path / "none.csv", {}, ())


@pytest.mark.parametrize(
    ("text", "kopecks"),
    [("3000", 300_000), ("3 000,50", 300_050), ("3\u00a0500 руб.", 350_000), ("2500р", 250_000), ("1 200 ₽", 120_000), ("0.01", 1)],
)
def test_roubles_become_kopecks(text, kopecks):
    assert Line(2, {"price": text}).kopecks("price") == kopecks


@pytest.mark.parametrize("text", ["дорого", "1e999999999", "Infinity", "10 000,001"])
def test_what_is_no_money_is_refused(text):
    with pytest.raises(BadCell):
        Line(2, {"price": text}).kopecks("price")


def test_a_long_file_shows_its_progress(bring, capfd):
    bring("name\n" + "\n".join(f"Имя{number}" for number in range(taking.LONG)), dry_run=True)
    assert "specialists.csv" in capfd.readouterr().err


def test_the_local_stack_must_be_up(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(stages, "HOME", tmp_path)
    assert import_csv.main(["-", "-", "-"]) == 2
    assert "make run" in capsys.readouterr().err


def test_another_stage_is_amazons(monkeypatch):
    told = stages.environment("prod")
    assert (told["TABLE_PREFIX"], told["SETTINGS_PATH"], told["AWS_DEFAULT_REGION"]) == ("frontdesk-prod-", "/frontdesk/prod/", "us-east-1")
    assert "STORE_ENDPOINT" not in told
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    with pytest.raises(RuntimeError, match="region"):
        stages.environment("prod")


@pytest.mark.parametrize(("name", "code"), [("specialists", 0), ("clients", 1)])
def test_the_exit_code_says_whether_all_was_taken(tables, monkeypatch, capsys, name, code):
    monkeypatch.setattr(stages, "environment", lambda stage: {})
    files = ["-", "-", "-"]
    files[("specialists", "slots", "clients").index(name)] = str(SAMPLES / f"{name}.csv")
    assert import_csv.main([*files, "--dry-run"]) == code
    out = capsys.readouterr().out
    assert f"{name}.csv:" in out and "Nothing was written." in out
