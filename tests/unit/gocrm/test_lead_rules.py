"""When two leads are one, what a birthday's text means, what operators read; and how any form is read."""

import json
from datetime import date, datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.sender import Sender
from chalicelib.gocrm.leads.rules import LONGEST_COMMENT, agreed, birthday_of, comment_of, funnels_of, key_of, objections, same, words_of
from chalicelib.gocrm.leads.schemas import NAMES, LeadForm, Said, read

MOSCOW = ZoneInfo("Europe/Moscow")
TODAY = date(2026, 12, 31)
NOW = datetime(2026, 12, 31, 23, 50, tzinfo=MOSCOW)
SAID = Said(name="Ася Орлова", phone="+79160001122", center_id="61")
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
keys = st.sampled_from([name for names in NAMES.values() for name in names] + ["form", "utm", "COOKIES", "given"]) | st.text(max_size=6)
objects = st.dictionaries(keys, values, max_size=8)


# --- birthdays --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2019-05-04",
        "2019-05-04T00:00:00Z",
        "2019-05-04 12:30",
        "2019-05-03T21:00:00.000Z",
        "2019-05-04T00:00:00+03:00",
        "2019-05-04T23:59:59",
        "2019/5/4",
        "04.05.2019",
        "4.5.2019",
        "04-05-2019",
        "04/05/2019",
        "4 5 2019",
        "04.05.19",
        "04.05.2019 г.",
        "4 мая 2019",
        " 4 Мая 2019 года ",
    ],
)
def test_a_birthday_is_read_as_it_is_written(text):
    assert birthday_of(text, NOW) == date(2019, 5, 4)


def test_the_month_comes_first_only_where_it_must():
    assert birthday_of("05/25/2019", NOW) == date(2019, 5, 25)
    assert birthday_of("12/11/2019", NOW) == date(2019, 11, 12)


def test_a_year_of_two_digits_is_the_last_such_year():
    assert birthday_of("31.12.26", NOW) == date(2026, 12, 31)
    assert birthday_of("01.01.27", NOW) == date(1927, 1, 1)
    assert birthday_of("05.06.99", NOW) == date(1999, 6, 5)


@pytest.mark.parametrize(
    "month", ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"]
)
def test_months_have_names(month):
    found = birthday_of(f"1 {month} 2019", NOW)
    assert found is not None and (found.day, found.year) == (1, 2019)
    assert sorted(birthday_of(f"1 {name} 2019", NOW).month for name in ("марта", "мая", "июня", "июля")) == [3, 5, 6, 7]


@pytest.mark.parametrize(
    "text", [None, "", "вчера", "29.02.2019", "32.01.2019", "01.01.2027", "04.05.1850", "0000-00-00", "5 лет", "1.1.1", "20190504"]
)
def test_what_is_no_birthday_is_none(text):
    assert birthday_of(text, NOW) is None


def test_today_is_a_birthday_and_tomorrow_is_not():
    assert birthday_of("31.12.2026", NOW) == TODAY
    assert birthday_of("01.01.2027", NOW) is None
    assert birthday_of("29.02.2020", NOW) == date(2020, 2, 29)


@given(st.text(max_size=40))
def test_any_text_is_a_day_of_the_past_or_none(text):
    found = birthday_of(text, NOW)
    assert found is None or TODAY - timedelta(days=366 * 110) < found <= TODAY


# --- repeats ----------------------------------------------------------------------------------------------------------


STRANGER, TILDA = Sender(visitor="one"), Sender("webhook")


@given(objects, st.binary(max_size=20), st.sampled_from([STRANGER, TILDA]))
def test_every_submission_has_one_key(fields, raw, sender):
    external_id, window = key_of(fields, raw, sender)
    assert external_id and key_of(fields, raw, sender) == (external_id, window)


def test_tildas_number_names_a_submission_of_a_sender_with_a_key_for_good():
    name, window = key_of({"tranid": " 7:1 ", "Name": "Анна"}, b"", TILDA)
    assert name.startswith("tran:") and window is None
    assert key_of({"tranid": "7:1", "Name": "Олег"}, b"", TILDA)[0] != name


def test_without_a_key_the_number_counts_only_with_what_was_said():
    one = key_of({"tranid": "7:1", "Name": "Анна"}, b"", STRANGER)
    assert one == key_of({"tranid": "7:1", "Name": "Анна"}, b"", Sender(visitor="two"))
    assert one != key_of({"tranid": "7:1", "Name": "Олег"}, b"", STRANGER)


@pytest.mark.parametrize("nothing", ["0", "null", "undefined", "test", "[object Object]"])
@pytest.mark.parametrize("sender", [STRANGER, TILDA])
def test_words_where_there_is_no_number_name_nobody(nothing, sender):
    assert key_of({"tranid": nothing, "Name": "Анна"}, b"", sender) != key_of({"tranid": nothing, "Name": "Олег"}, b"", sender)


def test_what_is_said_names_it_for_a_day_whatever_the_site_adds():
    one = key_of({"phone": "1", "name": "Анна"}, b"a", STRANGER)
    assert one[1] == timedelta(days=1)
    assert key_of({"name": "Анна", "phone": "1", "COOKIES": "x", "utm_source": "vk", "formid": "f"}, b"b", STRANGER) == one
    assert key_of({"name": "Яна", "phone": "1"}, b"a", STRANGER) != one
    assert key_of({"phone": "1", "name": "Анна"}, b"a", Sender(visitor="two")) != one


def test_what_nobody_can_read_is_named_by_its_bytes():
    assert key_of({}, b"{", STRANGER) == key_of({}, b"{", STRANGER) != key_of({}, b"[", STRANGER)


@pytest.mark.parametrize("other", [{"name": " АСЯ  орлова!"}, {"comment": "другое"}, {"center": "ул. Мира"}])
def test_the_same_lead_in_other_words(other):
    assert same(SAID.model_copy(update=other), "trial") == same(SAID, "trial")


MORE = [{"comment": "Другое"}, {"email": "a@example.org"}, {"center": "Центр"}, {"birthday": date(2019, 5, 4)}, {"birthday_text": "весной"}]


@pytest.mark.parametrize("other", MORE)
def test_without_a_key_all_that_was_said_must_be_equal(other):
    assert words_of(SAID.model_copy(update=other), None, ()) != words_of(SAID, None, ())


def test_equal_words_are_equal_however_they_were_typed_and_tagged():
    typed = SAID.model_copy(update={"name": " АСЯ  орлова!", "utm": {"utm_source": "vk"}})
    assert words_of(typed, "trial", [("personal_data", True, "form")]) == words_of(SAID, "trial", [("personal_data", True, "form")])
    assert words_of(SAID, None, [("personal_data", True, "form")]) != words_of(SAID, None, [("personal_data", False, "form")])


@pytest.mark.parametrize(
    "other", [{"name": "Ева"}, {"phone": "+79160001123"}, {"center_id": "62"}, {"parent_name": "Мария"}, {"birthday": date(2019, 5, 4)}]
)
def test_another_lead(other):
    assert same(SAID.model_copy(update=other), None) != same(SAID, None)


def test_another_funnel_is_another_lead():
    assert len({same(SAID, funnel) for funnel in (None, "trial", "camp")}) == 3


# --- what operators read ----------------------------------------------------------------------------------------------


def test_the_comment_begins_with_our_id_and_names_what_has_no_field():
    said = SAID.model_copy(update={"comment": "Вечером", "birthday_text": "5 лет", "utm": {"utm_source": "vk"}})
    assert comment_of("01AB", said, center="у парка").splitlines() == [
        "Заявка 01AB",
        "Филиал: у парка",
        "Дата рождения: 5 лет",
        "Метки: source=vk",
        "Вечером",
    ]
    assert comment_of("01AB", SAID, center=None) == "Заявка 01AB"


def test_a_long_comment_is_cut_at_its_end():
    text = comment_of("01AB", SAID.model_copy(update={"comment": "ж" * 5000, "birthday_text": "5 лет"}), center=None)
    assert len(text) == LONGEST_COMMENT and text.startswith("Заявка 01AB\nДата рождения: 5 лет\nж")


def test_objections_are_a_line_for_each_field():
    assert objections("not accepted", {"phone": "нужен", "birthday": ""}) == ["phone: нужен", "birthday"]
    assert objections("HTTP 404", {}) == ["HTTP 404"]


@pytest.mark.parametrize(("text", "given_"), [(None, None), ("yes", True), (" Да ", True), ("on", True), ("нет", False), ("0", False)])
def test_a_checkbox_says_yes_no_or_nothing(text, given_):
    assert agreed(text) is given_


@pytest.mark.parametrize("setting", [None, "", "x", "[]", "5", "null", '{"a": 5}', '{"a": " "}', "[" * 100_000])
def test_funnels_that_cannot_be_read_are_none(setting):
    assert funnels_of(setting) == {}


def test_funnels_have_names_and_links():
    assert funnels_of('{"trial": " https://x.example/1 ", "old": null}') == {"trial": "https://x.example/1"}


# --- forms ------------------------------------------------------------------------------------------------------------


@given(objects)
def test_any_object_is_read_and_what_was_said_is_kept(fields):
    form = LeadForm.model_validate(fields)
    assert form.given == fields
    assert all(value is None or len(value) <= 5000 for value in (form.name, form.phone, form.comment))
    json.dumps(form.model_dump(mode="json"))


@pytest.mark.parametrize(
    ("fields", "field", "value"),
    [
        ({"Phone": "1"}, "phone", "1"),
        ({"ТЕЛЕФОН": "1"}, "phone", "1"),
        ({"Ваш телефон": "1"}, "phone", "1"),
        ({"phone": 79160001122}, "phone", "79160001122"),
        ({"phone": ["", "1"]}, "phone", "1"),
        ({"phone": "null", "Телефон": "2"}, "phone", "2"),
        ({"phone": True}, "phone", "yes"),
        ({"Имя_ребёнка": "Ася", "Имя": "Мария"}, "child_name", "Ася"),
        ({"Дата рождения": "1"}, "birthday", "1"),
        ({"form": {"name": "Ася"}, "name": ""}, "name", "Ася"),
        ({"form": {"name": "Ася"}, "name": "Ева"}, "name", "Ева"),
        ({"center_id": 61}, "center_id", "61"),
        ({"Филиал": "Мира"}, "center", "Мира"),
        ({"comment": "ж" * 9000}, "comment", "ж" * 5000),
        ({"name": {"first": "Ася"}}, "name", None),
    ],
)
def test_fields_are_known_by_their_usual_names(fields, field, value):
    assert read(fields)[field] == value


def test_tags_come_from_fields_and_from_tildas_cookie():
    cookie = "a=1; TILDAUTM=" + quote("utm_source=yandex|||utm_medium=cpc|||")
    assert LeadForm.model_validate({"COOKIES": cookie, "utm_source": "vk"}).utm == {"utm_source": "vk", "utm_medium": "cpc"}
