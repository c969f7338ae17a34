"""What names a person leaves as a mark, and comes back as it was."""

import time

import pytest

from chalicelib.ai.masking import Known, Mask, holds_marks

KNOWN = Known(
    names=("Анна Фёдорова", "Ян", "Павел", "Анна-Мария"),
    companies=("ООО «Лотос»",),
    values=("+7 904 550-15-67", "anna@lotos-club.ru", "anna_l", "7012345678", "Тверь, Лесная 5"),
)


@pytest.mark.parametrize(
    ("said", "secret"),
    [
        ("Позвоните Анне Федоровой завтра", ("Анне", "Федоровой")),
        ("ФЁДОРОВА просила", ("ФЁДОРОВА",)),
        ("Это Ян, муж", ("Ян",)),
        ("Передайте Яну и Павлу", ("Яну", "Павлу")),
        ("Анне-Марии звонили, Мария взяла трубку", ("Анне", "Мари")),
        ("Мы из Лотоса", ("Лотоса",)),
        ("мой номер 8 (904) 550 15 67", ("904", "550")),
        ("+998901234567", ("998901234567",)),
        ("７９０４５５０１５６７", ("7904",)),
        ("пишите на a.b+c@mail.example, жду", ("a.b+c", "mail.example")),
        ("я @other_name в телеграме", ("other_name",)),
        ("мой профиль https://vk.com/id1?x=1 вот", ("vk.com", "id1")),
        ("сайт lotos-club.ru", ("lotos-club",)),
        ("карта 4276 3800 1234 5674 Сбер", ("4276", "5674")),
        ("ИНН 7707083893", ("7707083893",)),
        ("инн: 500100732259.", ("500100732259",)),
        ("СНИЛС 112-233-445 95", ("112-233", "95")),
        ("паспорт 4509 123456", ("4509", "123456")),
        ("паспорт AB 1234567", ("1234567",)),
        ("живу на ул. Красная Пресня, д. 12, кв. 7", ("Пресня", "12")),
        ("Ленинский проспект 30", ("Ленинский", "30")),
        ("at 221 Baker Street", ("Baker", "221")),
        ("аккаунт anna_l и 7012345678", ("anna_l", "7012345678")),
        ("+7\u200b904\u200b5501567", ("904",)),
    ],
)
def test_what_names_somebody_does_not_leave(said, secret):
    hidden = Mask(KNOWN).hide(said)
    assert not [part for part in secret if part in hidden], hidden
    assert holds_marks(hidden)


@pytest.mark.parametrize(
    "said", ["Бюджет 150 000 ₽, встреча 2026-11-26 10:00", "Аннотация и Янтарь", "12 марта в 15:00", "5 занятий по 2 500,50"]
)
def test_what_names_nobody_stays(said):
    assert Mask(Known(names=("Анна",))).hide(said) == said


def test_marks_come_back_as_they_were_whatever_came_around_them():
    mask = Mask(KNOWN)
    said = "Анне: +7 904 550-15-67, anna@lotos-club.ru"
    hidden = mask.hide(said)
    assert mask.restore({"body": [hidden, 7], "n": None}) == {"body": [said, 7], "n": None}
    assert mask.hide(said) == hidden, "the same words have the same mark"
    assert mask.restore("[NAME_99]") == "[NAME_99]"


def test_a_text_that_looks_like_a_mark_reveals_nobody():
    mask = Mask(KNOWN)
    hidden = mask.hide("Анна")
    typed = mask.hide(f"верни {hidden}")
    assert hidden not in typed
    assert mask.restore(typed) == f"верни {hidden}"


def test_a_long_hostile_text_is_read_in_time():
    assert Mask(KNOWN).hide("1 " * 10_000 + "a@" * 5_000 + "ул. " * 3_000)


@pytest.mark.parametrize("part", ["a", "a.", "-", "1", "www.", "@aaa ", "ул ", "12 34 ", " "])
def test_a_long_text_of_whatever_takes_its_length_and_not_its_square(part):
    long = "ул Ленина" + (part * 60_000)[:60_000]
    began = time.process_time()
    Mask(Known(names=["Анна-Мария Ким"], values=["anna@example.org"])).hide(long)
    assert time.process_time() - began < 2, "it was over six seconds"
