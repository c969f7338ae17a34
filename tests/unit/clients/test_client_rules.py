"""Which signs a person gives, and whom they point at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.clients.index import rules as index_rules
from chalicelib.clients.rules import Person, Sign, email_of, lead_number, phone_of, pick, signs, telegram_id_of, username_of
from chalicelib.core.bitmaps import Wanted

REGIONS = ["RU", "UZ", "KZ"]
anything = st.text() | st.from_regex(r"[+()\- \d]{0,30}", fullmatch=True) | st.from_regex(r"@?[\w.]{0,40}", fullmatch=True)


@given(anything)
def test_no_text_breaks_a_reader(text):
    phone, email, username, telegram_id = phone_of(text, REGIONS), email_of(text), username_of(text), telegram_id_of(text)
    assert phone is None or (phone.startswith("+") and phone[1:].isdigit())
    assert email is None or "@" in email
    assert username is None or username.isascii()
    assert telegram_id is None or telegram_id.isdigit()


@given(anything)
def test_what_was_read_reads_as_itself(text):
    phone, email, username, telegram_id = phone_of(text, REGIONS), email_of(text), username_of(text), telegram_id_of(text)
    assert phone is None or phone_of(phone, REGIONS) == phone
    assert email is None or email_of(email) == email
    assert username is None or username_of(username) == username
    assert telegram_id is None or telegram_id_of(telegram_id) == telegram_id


@pytest.mark.parametrize("text", [None, "", "   ", "\x00", "💬"])
def test_nothing_said_is_nobodys_sign(text):
    assert phone_of(text, REGIONS) is email_of(text) is username_of(text) is telegram_id_of(text) is None


@pytest.mark.parametrize(
    "text",
    ["8 (999) 123-45-67", "+7 999 123 45 67", "+8 999 123-45-67", "89991234567", "7 999 1234567", "тел. 8-999-123-45-67", "9991234567"],
)
def test_a_russian_phone_is_one_number_however_it_is_typed(text):
    assert phone_of(text, REGIONS) == "+79991234567"


@pytest.mark.parametrize("text", ["998 90 123-45-67", "+998901234567", "998901234567", "90 123 45 67"])
def test_an_uzbek_phone_is_read_with_and_without_its_code(text):
    assert phone_of(text, REGIONS) == "+998901234567"


@pytest.mark.parametrize("text", ["12", "112", "0000000000", "+7 000 000 00 00", "1" * 61, "8 999 123-45", "@anna"])
def test_what_nobody_can_be_called_by_is_no_phone(text):
    assert phone_of(text, REGIONS) is None


def test_regions_are_tried_in_the_tenants_order():
    assert phone_of("8 701 234 56 78", ["KZ"]) == "+77012345678"
    assert phone_of("90 123 45 67", ["RU"]) is None


@pytest.mark.parametrize(
    "text", ["@Anna_Leb", "anna_leb", "https://t.me/anna_leb", "t.me/Anna_Leb/", "http://telegram.me/anna_leb?start=1"]
)
def test_a_username_is_one_however_it_is_given(text):
    assert username_of(text) == "anna_leb"


@pytest.mark.parametrize("text", ["@аnna_leb", "@1anna", "@ann", "anna leb", "@" + "a" * 33, "anna@example.org", "79991234567"])
def test_what_telegram_would_not_take_is_no_username(text):
    assert username_of(text) is None


@pytest.mark.parametrize(("text", "found"), [("7012345678", "7012345678"), (" 10500 ", "10500"), ("5" * 15, "5" * 15)])
def test_a_telegram_id_is_digits(text, found):
    assert telegram_id_of(text) == found


@pytest.mark.parametrize(
    "text", ["79045501567", "89045501567", "998901234567", "0123456", "1234", "5" * 16, "-100500", "7012345678.0", "٧٠١٢٣٤٥"]
)
def test_a_phone_in_the_wrong_field_is_no_telegram_id(text):
    assert telegram_id_of(text) is None


@pytest.mark.parametrize(("text", "found"), [(" Anna@Example.ORG ", "anna@example.org"), ("анна@почта.рф", "анна@почта.рф")])
def test_an_address_is_folded(text, found):
    assert email_of(text) == found


@pytest.mark.parametrize("text", ["anna@", "@example.org", "anna@example", "a b@example.org", "a@b@example.org", "a" * 65 + "@example.org"])
def test_what_no_letter_reaches_is_no_address(text):
    assert email_of(text) is None


def test_the_surest_sign_comes_first_and_a_firms_inn_counts_only_with_a_contact():
    person = Person(
        telegram_id="7012345678",
        phone="+79991234567",
        email="anna@example.org",
        telegram_username="anna_leb",
        external=("crm", "17"),
        inn="7707083893",
    )
    assert [sign.key("live") for sign in signs(person)] == [
        "telegram#7012345678",
        "external#crm#17",
        "inn#7707083893#+79991234567",
        "inn#7707083893#anna@example.org",
        "phone#+79991234567",
        "email#anna@example.org",
        "username#anna_leb",
    ]
    assert [sign.weak for sign in signs(person)] == [False] * 6 + [True]
    assert signs(Person(inn="7707083893")) == []


def test_the_test_contours_people_are_nobody_in_the_live_one():
    assert Sign("phone", "+79991234567").key("test") == "test:phone#+79991234567"


PHONE, EMAIL, USERNAME = Sign("phone", "+7"), Sign("email", "a@b.c"), Sign("username", "anna", weak=True)


@pytest.mark.parametrize(
    ("owners", "chosen", "duplicates"),
    [
        ({}, None, set()),
        ({PHONE: "a"}, "a", set()),
        ({PHONE: "a", EMAIL: "a"}, "a", set()),
        ({PHONE: "a", EMAIL: "b"}, "a", {"b"}),
        ({EMAIL: "b", USERNAME: "c"}, "b", set()),
        ({USERNAME: "c"}, "c", set()),
    ],
)
def test_the_surest_known_sign_decides_and_strong_ones_that_differ_are_reported(owners, chosen, duplicates):
    assert pick([PHONE, EMAIL, USERNAME], owners) == (chosen, duplicates)


def test_lead_numbers_read_as_people_write_them():
    assert [lead_number(1, "live"), lead_number(722, "live"), lead_number(10000, "live"), lead_number(1, "test")] == [
        "br0001",
        "br0722",
        "br10000",
        "tbr0001",
    ]


def test_a_merged_clients_address_and_name_are_words_and_a_link_to_a_number_is_the_number():
    assert index_rules._before({"email#anna@lotos.ru", "username#anna_lis", "lead#br0001"}) == {
        "e#anna@lotos.ru",
        "e#anna",
        "e#lotos.ru",
        "h#anna_lis",
        "h#br0001",
    }
    for search in ("t.me/+998901234567", "https://t.me/998901234567/", "t.me/+998 90 123-45-67"):
        assert index_rules.wanted(search, ("RU", "UZ")) == [Wanted.of("998901234567", "phone")], search
    assert index_rules.wanted("+998-901-23", ("RU", "UZ")) == [Wanted.of("99890123", "phone")], "an 8 within a number is its own"
