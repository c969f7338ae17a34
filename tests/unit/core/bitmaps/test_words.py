"""Words of names and contacts, and what a search means by one."""

import pytest

from chalicelib.core.bitmaps import Wanted, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Анна  Фёдорова", {"анна", "федорова"}),
        ("Анна-Мария (Лис),", {"анна-мария", "анна", "мария", "лис"}),
        ("ＡＮＮＡ", {"anna"}),
        ("O‘gʻil Gʼani-zoda", {"ogil", "o", "gil", "gani-zoda", "gani", "zoda"}),
        ("Ўғил Қодиров Ҳасан", {"угил", "кодиров", "хасан"}),
        ("", set()),
        (None, set()),
        ("# ## ,", set()),
    ],
)
def test_a_name_is_its_words(text, found):
    assert words.of_text("name", text) == {f"n#{word}" for word in found}


def test_an_address_is_found_whole_by_its_owner_and_by_its_domains():
    assert words.of_email("Anna@mail.Lotos.ru") == {"e#anna@mail.lotos.ru", "e#anna", "e#mail.lotos.ru", "e#lotos.ru"}
    assert words.of_email(None) == set()


def test_a_phone_is_its_digits_with_and_without_the_country_and_its_ends():
    assert words.of_phone("+79045501567") == {"p#79045501567", "p#5501567", "p#1567"}
    assert words.of_phone("+998901234567", "901234567") == {"p#998901234567", "p#901234567", "p#1234567", "p#4567"}
    assert words.of_phone(None) == set()


@pytest.mark.parametrize(
    ("typed", "means"),
    [("Фёд", True), ("федорова", True), ("федоровая", False), ("едор", False), ("ф", False), ("я", True), ("«Федо»", True), ("ў", False)],
)
def test_a_word_means_what_begins_so_and_a_letter_a_whole_word(typed, means):
    assert Wanted.of(typed).means({"n#федорова", "n#я"}) is means


def test_a_list_searches_the_classes_that_it_names():
    assert Wanted.of("anna", "handle").means({"n#anna"}) is False
    assert Wanted.of("anna", "handle", "name").means({"n#anna"}) is True


def test_however_much_was_typed_a_row_stays_small():
    many = words.of_text("name", " ".join(f"слово{number}" * 30 for number in range(200)))
    kept = words.fitting(many)
    assert len(kept) == words.MOST
    assert max(map(len, kept)) <= words.LONGEST + 2
    assert words.fitting(sorted(many, reverse=True)) == kept


@pytest.mark.parametrize("typed", ["O'gil", "Oʻgʻil", "o‘g’il", "O`g´il", "ogil"])
def test_an_apostrophe_is_typed_or_left_out(typed):
    assert Wanted.of(typed).means(words.of_text("name", "Oʻgʻil")) and Wanted.of(typed).means(words.of_text("name", "Ogil"))


def test_of_longer_texts_the_first_words_count_each_once_the_subject_before_the_body():
    kept = words.first_of("text", "Ваша запись", "Ваша запись ждёт, Анна-Мария " + "и ещё слова " * 50, most=6)
    assert kept == {"t#ваша", "t#запись", "t#ждет", "t#анна", "t#анна-мария", "t#мария"}
    assert len(words.first_of("text", None, " ".join(f"w{number}" for number in range(300)), most=120)) == 120
