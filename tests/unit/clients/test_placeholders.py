"""What is typed to fill a field is nobody's sign, and a real contact is never taken for it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.clients import placeholders
from chalicelib.clients.rules import email_of, phone_of, telegram_id_of, username_of
from chalicelib.clients.service import person_from

REGIONS = ["RU", "UZ", "KZ"]


@pytest.mark.parametrize(
    "text", ["telegram", "@Telegram", "@username", "whatsapp", "WhatsApp", "instagram", "https://t.me/username", "нет", "-", "aaaa", "test"]
)
def test_a_word_of_the_field_is_nobodys_username(text):
    assert username_of(text) is None


@pytest.mark.parametrize(
    "text", ["+7 (999) 999-99-99", "89999999999", "+7 900 000-00-00", "1234567890", "0000000000", "+998 99 999 99 99", "8 777 777 77 77"]
)
def test_a_number_typed_to_fill_the_field_is_nobodys_phone(text):
    assert phone_of(text, REGIONS) is None


@pytest.mark.parametrize(
    "text", ["no@no.ru", "Test@Test.ru", "a@a.a", "нет@нет.рф", "mail@mail.ru", "test@mail.ru", "no@gmail.com", "x@y.z"]
)
def test_an_address_typed_to_fill_the_field_is_nobodys(text):
    assert email_of(text) is None


@pytest.mark.parametrize("text", ["123456789", "12345", "987654321"])
def test_a_number_that_only_counts_is_nobodys_account(text):
    assert telegram_id_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "https://vk.com/id79045501501",
        "vk.com/id79045501501",
        "id79045501501",
        "www.example.org/89045501501",
        "instagram.com/anna_79045501501",
        "https://vk.com/id79045501501?w=wall9045501501",
        "anna_9045501501",
    ],
)
def test_digits_of_a_link_or_a_name_are_no_phone(text):
    assert phone_of(text, REGIONS) is None
    assert person_from(contact=text, contact_type="phone", regions=REGIONS).phone is None


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("тел. 8-904-550-15-67", "+79045501567"),
        ("tel:+79045501567", "+79045501567"),
        ("WhatsApp: +7 904 550-15-67", "+79045501567"),
        ("т.89045501567", "+79045501567"),
    ],
)
def test_a_phone_with_a_word_beside_it_is_still_one(text, phone):
    assert phone_of(text, REGIONS) == phone


@pytest.mark.parametrize("text", ["anna@example.org", "ivanov@ivanov.ru", "info@test.ru", "mailer@mail.ru", "noel@mail.ru"])
def test_a_real_address_is_kept(text):
    assert email_of(text) == text


@settings(deadline=None)  # the first phone loads the library
@given(st.from_regex(r"9[0-9]{9}", fullmatch=True))
def test_every_other_number_is_somebodys(digits):
    expected = None if len(set(digits)) == 1 or digits.endswith("0000000") or placeholders.is_run(digits) else digits
    found = phone_of(f"+7{digits}", REGIONS)
    assert found in (None, f"+7{digits}")
    assert not (expected is None and found), "a filler became a phone"


@given(st.text(max_size=60))
def test_no_text_breaks_the_list(text):
    for asked in (placeholders.is_phone, placeholders.is_email, placeholders.is_username, placeholders.hides_digits, placeholders.is_run):
        assert asked(text) in (True, False)


def test_what_was_typed_is_kept_as_text_all_the_same():
    person = person_from(phone="+7 999 999-99-99", email="no@no.ru", telegram="telegram", regions=REGIONS)
    assert (person.phone, person.email, person.telegram_username) == (None, None, None)
    assert person.raw_contacts == ("telegram", "+7 999 999-99-99", "no@no.ru")
