import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.messaging import rules
from chalicelib.messaging.rules import Telling, moment, render

FOLDER = Path(rules.__file__).parent / "templates"
TEMPLATES = sorted((path.parent.name, path.stem) for path in FOLDER.glob("*/*.txt"))
KEYED = "01M7XKJPGZ8BVT1FJ02AZ7ZMWB:01M7XKJPK93DTK76TTM9AM60RB"

NOON = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY = {"ru": "22 ноября", "uz": "22-noyabr"}
LATE = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)


def test_there_are_templates_to_render():
    assert len(TEMPLATES) >= 30


@pytest.mark.parametrize(("language", "name"), TEMPLATES)
def test_a_message_is_never_lost_to_a_missing_value(language, name):
    shown = render(name, language, {})
    assert shown.text.strip()
    assert not re.search(r"[{}]|None", shown.text)


@pytest.mark.parametrize(("language", "name"), TEMPLATES)
def test_every_value_a_template_names_is_shown(language, name):
    raw = (FOLDER / language / f"{name}.txt").read_text("utf-8")
    names = set(re.findall(r"{(\w+)}", raw.partition("\n---\n")[0]))
    values = {key: NOON.isoformat() if key.endswith("_at") else f"<{key}>" for key in names}
    text = render(name, language, values).text
    for key in names:
        assert (DAY[language] if key.endswith("_at") else f"<{key}>") in text


@pytest.mark.parametrize(("language", "name"), TEMPLATES)
def test_every_button_fits_telegrams_64_bytes_and_names_its_session(language, name):
    for row in render(name, language, {"ref": KEYED}).buttons:
        for label, action in row:
            assert label and action.endswith(f":{KEYED}")
            assert len(action.encode()) <= 64


@pytest.mark.parametrize("value", ["{client_name}", "{0.__class__}", "{", "%s", "a }{ b"])
def test_what_a_client_typed_is_text_and_not_a_template(value):
    assert value in render("admin_application", "ru", {"client_name": value}).text


@pytest.mark.parametrize("name", ["client_name", "specialist_name", "contact"])
def test_a_name_adds_no_lines_to_what_the_admin_reads(name):
    typed = "Анна\r\n\nАдминистратор:\u2028переведите на карту"
    template = "admin_low_mark" if name == "specialist_name" else "admin_application"
    assert "Анна Администратор: переведите на карту" in render(template, "ru", {name: typed}).text


def test_nothing_unseen_turns_the_words_of_a_client_round():
    words = "Первая\nвторая 👩‍👩‍👧\u202eтретья\u2066\x00"
    assert "> Первая\n> вторая 👩‍👩‍👧третья\n" in render("admin_application", "ru", {"request_text": words}).text


@pytest.mark.parametrize("blank", ["", None])
def test_a_blank_value_reads_as_a_dash(blank):
    assert render("admin_link_not_followed", "ru", {"client_name": blank}).text.count("—") == 4


def test_a_list_is_shown_line_by_line():
    assert "1. Мария\n2. Пётр" in render("admin_application", "ru", {"matches": ["1. Мария", "2. Пётр"]}).text


def test_a_zero_is_a_value():
    assert "входящие: 0" in render("admin_inbox_digest", "ru", {"count": 0}).text


def test_further_buttons_come_after_the_templates_own():
    shown = render("client_session_booked", "ru", {"ref": "t:s"}, extra=[[("22.11 12:00", "to:x:t:s")]])
    assert [[label for label, _ in row] for row in shown.buttons] == [["Подтвердить"], ["Перенести", "Отменить"], ["22.11 12:00"]]


def test_a_template_that_is_not_there_is_our_mistake():
    with pytest.raises(FileNotFoundError):
        render("no_such_template", "ru", {})


# --- moments ----------------------------------------------------------------------------------------------------------


def test_a_moment_is_moscows():
    assert moment(NOON) == "22 ноября (вс) в 12:00 МСК"


@pytest.mark.parametrize("zone", ["Europe/Moscow", "Europe/Minsk", "Etc/GMT-3"])
def test_a_zone_that_reads_the_same_is_not_shown_twice(zone):
    assert moment(NOON, Telling(own=zone)) == "22 ноября (вс) в 12:00 МСК"


@pytest.mark.parametrize(
    ("at", "zone", "own"),
    [
        (NOON, "Asia/Yekaterinburg", "14:00"),
        (NOON, "Europe/Kaliningrad", "11:00"),
        (NOON, "Asia/Kolkata", "14:30"),
        (LATE, "Asia/Vladivostok", "23 ноября (пн) в 06:30"),
        (LATE, "Asia/Tashkent", "23 ноября (пн) в 01:30"),
        (datetime(2026, 11, 21, 21, 15, tzinfo=UTC), "Europe/Berlin", "21 ноября (сб) в 22:15"),
        (datetime(2026, 12, 31, 20, 0, tzinfo=UTC), "Asia/Omsk", "1 января (пт) в 02:00"),
    ],
)
def test_the_clients_own_zone_is_shown_with_its_day_where_that_differs(at, zone, own):
    assert moment(at, Telling(own=zone)).endswith(f"МСК (у вас {own})")


def test_summer_time_is_the_zones_own():
    assert moment(datetime(2026, 7, 1, 9, 0, tzinfo=UTC), Telling(own="Europe/Berlin")).endswith("(у вас 11:00)")
    assert moment(datetime(2026, 1, 1, 9, 0, tzinfo=UTC), Telling(own="Europe/Berlin")).endswith("(у вас 10:00)")


def test_a_moment_written_in_another_offset_is_the_same_moment():
    assert moment(datetime.fromisoformat("2026-11-22T04:00:00-05:00")) == moment(NOON)


def test_a_rendered_moment_takes_the_clients_zone():
    shown = render("client_session_reminder", "ru", {"start_at": LATE.isoformat()}, "Asia/Tashkent")
    assert "22 ноября (вс) в 23:30 МСК (у вас 23 ноября (пн) в 01:30)" in shown.text


@pytest.mark.parametrize(
    ("telling", "text"),
    [
        (Telling("uz", "Asia/Tashkent"), "22-noyabr (yak) soat 14:00 Toshkent vaqti"),
        (Telling("ru", "Asia/Tashkent"), "22 ноября (вс) в 14:00 по Ташкенту"),
        (Telling("uz", "Asia/Tashkent", "Europe/Moscow"), "22-noyabr (yak) soat 14:00 Toshkent vaqti (sizda 12:00)"),
        (Telling("ru", "Asia/Samarkand"), "22 ноября (вс) в 14:00 UTC+5"),
        (Telling("ru", "Asia/Yekaterinburg"), "22 ноября (вс) в 14:00 МСК+2"),
        (Telling("ru", "Europe/Kaliningrad"), "22 ноября (вс) в 11:00 МСК-1"),
        (Telling("ru", "Asia/Kolkata"), "22 ноября (вс) в 14:30 UTC+5:30"),
    ],
)
def test_a_moment_is_told_in_the_readers_language_and_the_businesss_zone(telling, text):
    assert moment(NOON, telling) == text


def test_a_message_names_its_own_zone():
    values = {"comment": "Savol", "scheduled_at": "2026-12-31T20:30:00+00:00", "zone": "Asia/Tashkent"}
    assert "1-yanvar (ju) soat 01:30 Toshkent vaqti" in render("client_consultation_received", "uz", values).text
    assert "1 января (пт) в 01:30 по Ташкенту" in render("client_consultation_received", "ru", values).text


def test_the_business_zone_is_every_moments_and_lists_say_its_name():
    at = {"start_at": NOON.isoformat(), "slots": ["22.11 14:00"]}
    shown = render("client_reassigned", "ru", at, business="Asia/Yekaterinburg", said_at=NOON).text
    assert "в 14:00 МСК+2" in shown and "(время МСК+2):" in shown
    assert "МСК" not in render("client_reassigned", "ru", at, business="Europe/Berlin", said_at=NOON).text


# --- words of others --------------------------------------------------------------------------------------------------

FORGED = "Анна\n\nАдминистратор: переведите деньги"


@pytest.mark.parametrize("mark", ["\n", "\r\n", "\u2028", "\x85", "\v"])
def test_a_name_stays_on_its_line(mark):
    text = render("admin_link_not_followed", "ru", {"client_name": f"Анна{mark}Администратор: всё", "lead_number": "br0001"}).text
    assert "Клиент: Анна Администратор: всё (br0001)" in text.splitlines()


def test_marks_that_nobody_sees_are_gone_and_an_emoji_is_whole():
    name = "Ан\u202eна\u200b\u2066 \u00adЛ\U000e0041 👩‍💻\x00"
    assert "Клиент: Анна Л 👩‍💻 (br0001)" in render("admin_link_not_followed", "ru", {"client_name": name, "lead_number": "br0001"}).text


def test_every_line_of_a_longer_text_is_marked_as_theirs():
    text = render("admin_application", "ru", {"client_name": "Анна", "request_text": FORGED}).text
    assert "Запрос:\n> Анна\n>\n> Администратор: переведите деньги\n" in text
    assert "Запрос: не сплю\n" in render("admin_application", "ru", {"request_text": "не сплю\n"}).text


def test_lines_of_a_list_are_ours_and_its_parts_are_not():
    assert (
        "1. Мария Администратор: всё\n2. Пётр"
        in render("admin_application", "ru", {"matches": ["1. Мария\nАдминистратор: всё", "2. Пётр"]}).text
    )


def test_what_an_employee_wrote_is_said_as_he_wrote_it():
    assert render("client_words_of_staff", "ru", {"text": "Добрый день!\n\nЖдём вас."}).text == "Добрый день!\n\nЖдём вас."
