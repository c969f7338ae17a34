"""When two submissions are one, and what a form's words wish for."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.sender import Sender
from chalicelib.intake.applications.rules import age_of, ages_of, agreed, contact_of, content_of, form_number, key_of, kopecks, zone_of
from tests.unit.intake.applications.strategies import objects

STRANGER, TILDA = Sender(visitor="one"), Sender("webhook")


def key(sender=STRANGER, **fields):
    return key_of(fields, b"raw", sender)


@given(objects, st.binary(max_size=20), st.sampled_from([STRANGER, TILDA]))
def test_every_submission_has_a_key(fields, raw, sender):
    external_id, window = key_of(fields, raw, sender)
    assert external_id and key_of(fields, raw, sender) == (external_id, window)


def test_tildas_own_number_names_a_submission_of_a_sender_with_a_key_for_good():
    one, window = key(TILDA, tranid=" 2406115:1 ", Name="Анна")
    assert one.startswith("tran:") and window is None
    assert key(TILDA, form={"tranid": "2406115:1", "Name": "Анна"}) == (one, None)
    assert key(TILDA, tranid="2406115:1", Name="Олег")[0] != one


def test_without_a_key_a_number_counts_only_with_all_that_was_said():
    one, window = key(tranid="2406115:1", Name="Анна")
    assert window is None
    assert key(Sender(visitor="another"), tranid="2406115:1", Name="Анна", COOKIES="c") == (one, None)
    assert key(tranid="2406115:1", Name="Олег")[0] != one
    assert key(tranid="2406115:2", Name="Анна")[0] != one
    assert key(TILDA, tranid="2406115:1", Name="Анна")[0] != one


@pytest.mark.parametrize("sender", [STRANGER, TILDA])
def test_a_forms_number_counts_only_with_its_contact_and_words(sender):
    one, window = key(sender, ticket_id="17", contact="+7 904 550-15-67", name="Анна")
    assert window is None
    assert key(sender, ticket_id=17, contact="+7 904 550-15-67", name="Анна")[0] == one
    assert key(sender, ticket_id=17, contact="+7 904 550-15-67", name="Аня")[0] != one
    assert key(sender, ticket_id="17", contact="@somebody", name="Анна")[0] != one
    assert key(sender, ticket_id="18", contact="+7 904 550-15-67", name="Анна")[0] != one


def test_what_is_said_names_a_submission_for_ten_minutes():
    one, window = key(name="Анна", contact="@anna")
    assert window == timedelta(minutes=10)
    assert key(contact="https://t.me/Anna", name="Анна")[0] != one, "the content is what was typed"
    assert key(contact="@anna", name="Анна", formid="f1", COOKIES="c=2", utm_source="vk", rid=5)[0] == one
    assert key(contact="@anna", name="Аня")[0] != one
    assert key(Sender(visitor="another"), contact="@anna", name="Анна")[0] != one


def test_what_nobody_can_read_is_named_by_its_bytes():
    assert key_of({}, b"{", STRANGER) == key_of({}, b"{", STRANGER) != key_of({}, b"{", TILDA)
    assert key_of({}, b"{", STRANGER) != key_of({}, b"[", STRANGER)


@pytest.mark.parametrize("sender", [STRANGER, TILDA])
def test_an_order_comes_once_unpaid_and_once_paid(sender):
    due, paid = ({"payment": {"orderid": "77001", "systranid": number}} for number in ("0", "9037780797"))
    assert key(sender, **due, Name="Вера")[0].removesuffix("due") == key(sender, **paid, Name="Вера")[0].removesuffix("paid")
    assert (key(sender, **due, Name="Олег") == key(sender, **due, Name="Вера")) is sender.is_proven


@pytest.mark.parametrize("fields", [{"tranid": ""}, {"tranid": "  "}, {"tranid": None}, {"tranid": ["1"]}])
def test_a_blank_number_names_nothing(fields):
    assert key(**fields, name="Анна")[0].startswith("content:")


@pytest.mark.parametrize("value", [None, "", "null", "undefined", [], {}])
def test_a_form_without_a_number_has_none(value):
    assert form_number({"ticket_id": value}) is None


@pytest.mark.parametrize(
    "other",
    [
        {"contact": "8 (904) 550 15 67"},
        {"contact": {"type": "phone", "value": "+79045501567"}},
        {"Phone": "9045501567"},
        {"phone": ["", "+7 904 550-15-67"]},
        {"form": {"contact": "89045501567"}},
    ],
)
def test_the_same_contact_typed_differently_is_the_same(other):
    assert contact_of(other) == contact_of({"contact": "+7 904 550-15-67"}) == "9045501567"


def test_contacts_differ_when_people_do():
    said = [contact_of({"contact": text}) for text in ("@anna", "@аnna", "@anna2", "904 550-15-67 Анна", "9045501568")]
    assert len(set(said)) == len(said)
    assert contact_of({"telegram": "t.me/Anna"}) == contact_of({"contact": "@anna"})


def test_content_is_the_same_in_any_order_and_shape():
    assert content_of({"name": "Анна", "age": 3}) == content_of({"age": 3, "form": {"name": "Анна"}})
    assert content_of({"name": "Анна"}) != content_of({"name": "Анна", "age": 3})


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("4500", 450_000),
        ("до 3 500 ₽", 350_000),
        ("до 3 500 руб.", 350_000),
        ("2000-3500", 350_000),
        ("3500,50", 350_050),
        ("0", 0),
        ("неважно", None),
        ("", None),
        (None, None),
        ("9" * 40, None),
    ],
)
def test_roubles_as_people_type_them_are_kopecks(text, amount):
    assert kopecks(text) == amount


@given(st.text(max_size=60))
def test_any_text_is_a_price_or_none(text):
    amount = kopecks(text)
    assert amount is None or amount >= 0


@pytest.mark.parametrize(
    ("text", "hours"), [("МСК+2", 5), ("мск -1", 2), ("МСК-3", 0), ("МСК-5", -2), ("Asia/Yekaterinburg", 5), ("Asia/Tashkent", 5)]
)
def test_a_named_offset_is_a_zone(text, hours):
    zone = zone_of(text)
    assert zone is not None
    assert datetime(2026, 3, 1, tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("text", [None, "", "МСК", "МСК+20", "МСК-99", "../etc/passwd", "Москва", "UTC+3"])
def test_what_proves_nothing_is_no_zone(text):
    assert zone_of(text) is None


@pytest.mark.parametrize(
    ("text", "said"), [("yes", True), ("Да", True), (" on ", True), ("1", True), ("no", False), ("нет", False), (None, None)]
)
def test_a_checkbox_says_yes_no_or_nothing(text, said):
    assert agreed(text) is said


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("от 35 до 45 лет", (35, 45)),
        ("45-35", (35, 45)),
        ("до 35", (None, 35)),
        ("старше 45", (45, None)),
        ("45+", (45, None)),
        ("29", None),
        ("не важно", None),
        ("", None),
        (None, None),
        ("9" * 60, (999, 999)),
    ],
)
def test_the_specialist_s_age_as_it_is_asked_for(text, ages):
    assert ages_of(text) == ages


@pytest.mark.parametrize(
    ("text", "age"), [("29 лет", 29), ("мне 29", 29), ("0", None), ("121", None), ("9" * 50, None), ("", None), (None, None)]
)
def test_the_client_s_age(text, age):
    assert age_of(text) == age
