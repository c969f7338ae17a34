"""Contacts as people type them, found in any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.clients.contacts import find, is_plain, profile_of
from chalicelib.clients.service import person_from

REGIONS = ["RU", "UZ", "KZ"]
anything = st.text(max_size=80) | st.from_regex(r"[+()@.,/ \w-]{0,40}", fullmatch=True)


@given(anything)
def test_no_text_breaks_the_reader(text):
    found = find(text, REGIONS)
    assert all(number.startswith("+") for number in found.phones)
    assert is_plain(text, REGIONS) in (True, False)


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ({"phone": "+7 904 550-15-61, +7 921 111-22-33"}, {"phone": "+79045501561"}),
        ({"phone": "89045501561 89211112233"}, {"phone": "+79045501561"}),
        ({"phone": "звонить: 8-904-550-15-61 (после 18)"}, {"phone": "+79045501561"}),
        ({"email": "anna@mail.ru,"}, {"email": "anna@mail.ru"}),
        ({"email": "<Anna@mail.ru>"}, {"email": "anna@mail.ru"}),
        ({"email": "почта: anna@mail.ru;"}, {"email": "anna@mail.ru"}),
        ({"email": "mailto:Anna@mail.ru"}, {"email": "anna@mail.ru"}),
        ({"email": "anna@mail.ru…"}, {"email": "anna@mail.ru"}),
        ({"email": "anna@mail.ru…жду"}, {"email": "anna@mail.ru"}),
        ({"email": "Анна <anna@mail.ru>"}, {"email": "anna@mail.ru"}),
        ({"email": "an\u200bna@mail.ru\ufeff"}, {"email": "anna@mail.ru"}),
        ({"email": "o'brien@mail.ru"}, {"email": "o'brien@mail.ru"}),
        ({"email": "anna@@mail.ru"}, {}),
        ({"telegram": "anna_m.t.me"}, {"telegram_username": "anna_m"}),
        ({"telegram": "https://anna_m.t.me/"}, {"telegram_username": "anna_m"}),
        ({"telegram": "tg: @anna_m"}, {"telegram_username": "anna_m"}),
        ({"telegram": "телеграм anna_m"}, {"telegram_username": "anna_m"}),
        ({"telegram": "@anna_m (лучше вечером)"}, {"telegram_username": "anna_m"}),
        (
            {"contact": "+79045501561 @anna_m anna@mail.ru"},
            {"phone": "+79045501561", "telegram_username": "anna_m", "email": "anna@mail.ru"},
        ),
        ({"contact": "@anna_m", "contact_type": "phone"}, {"telegram_username": "anna_m"}),
        ({"contact": "https://vk.com/id901234567"}, {"vk": "id901234567"}),
        ({"contact": "vk.com/Anna.M"}, {"vk": "anna.m"}),
        ({"contact": "id901234567", "contact_type": "VK"}, {"vk": "id901234567"}),
        ({"contact": "@id901234567", "contact_type": "VK"}, {"vk": "id901234567"}),
        ({"contact": "https://m.vk.com/profile.php?id=901234567", "contact_type": "VK"}, {"vk": "id901234567"}),
        ({"contact": "vk.com/write901234567", "contact_type": "VK"}, {"vk": "id901234567"}),
        ({"contact": "https://vk.me/anna.m?ref=1", "contact_type": "ВКонтакте"}, {"vk": "anna.m"}),
        ({"contact": "@Anna_M", "contact_type": "Max"}, {"max_name": "anna_m"}),
        ({"contact": "https://max.ru/u/f9LHodD0cOJ901234567890", "contact_type": "Max"}, {"max_name": "f9lhodd0coj901234567890"}),
        ({"contact": "t.me/anna_m", "contact_type": "VK"}, {"telegram_username": "anna_m"}),
        ({"contact": "anna_m", "contact_type": "Max"}, {"max_name": "anna_m"}),
        ({"contact": "https://max.ru/u/anna_m", "contact_type": "Max"}, {"max_name": "anna_m"}),
        ({"contact": "+7 904 550-15-61", "contact_type": "Max"}, {"phone": "+79045501561"}),
        ({"others": ["тел. 8 904 550-15-61 или tg @anna_m"]}, {"phone": "+79045501561", "telegram_username": "anna_m"}),
        ({"telegram": "7012345678"}, {"telegram_typed": "7012345678"}),
    ],
)
def test_a_contact_is_read_as_it_was_typed(said, who):
    person = person_from(**said)
    kinds = ("phone", "email", "telegram_username", "telegram_typed", "vk", "max_name")
    assert {kind: value for kind in kinds if (value := getattr(person, kind))} == who
    assert person.raw_contacts == tuple(said.get("others") or [text for name, text in said.items() if name != "contact_type"])


@pytest.mark.parametrize(
    "text", ["hello, please call", "не скажу", "vk.com/id79045501501/wall", "https://site.ru/79045501501", "27.11.2026 18:00", "12"]
)
def test_what_is_no_phone_is_nobodys(text):
    assert find(text, REGIONS).phones == []
    assert person_from(contact=text).telegram_username is None


@pytest.mark.parametrize(
    "page", ["club901234567", "public1", "im?sel=901234567", "wall-1_2", "feed", "profile.php", "id", "event79045501567"]
)
def test_a_page_of_a_network_is_nobody_s_profile(page):
    person = person_from(contact=f"https://vk.com/{page}", contact_type="VK")
    assert (person.vk, person.phone, person.telegram_username) == (None, None, None)


CONTACTS = """
+79045501518
8 904 550-15-18
89045501518
9045501518
@anna_m
tg: @anna_m
anna@mail.ru,
t.me/anna_m
vk.com/anna
+7 904 550-15-61, +7 921 111-22-33
+998 90 123-45-67
мой телефон +7 904 550-15-18
"""
OTHERS = """
Анна
35
5000
27.11 18:00
27.11.2026 18:00
2026-11-27T18:00
7707083893
1900000001
123456789012345
telegram
меня направила @maria_psy, она хорошая
https://site.ru/x
звоните +79045501518 после шести вечера
@
"""


@pytest.mark.parametrize("text", CONTACTS.strip().splitlines())
def test_a_value_that_is_a_contact_is_one_whatever_its_field_is_called(text):
    assert is_plain(text, REGIONS)


@pytest.mark.parametrize("text", [*OTHERS.strip().splitlines(), "", "x" * 600])
def test_a_value_that_says_more_or_something_else_is_none(text):
    assert not is_plain(text, REGIONS)


@pytest.mark.parametrize("text", [None, "", "wall", "a", "x" * 65, "анна иванова"])
def test_what_is_no_profile_is_none(text):
    assert profile_of(text) is None
