"""What evidence holds of a model's words."""

import pytest

from chalicelib.ai.evidence import numbered, own_letters, unsupported, verified

PIECES = numbered(["Сказала: «Ёлка — дорого, 1 000 ₽»", "Записана на 12 марта в 15:00 к Сергею Орлову"])


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("елка  -  ДОРОГО", "Ёлка — дорого"),
        ("1 000 ₽", "1 000 ₽"),
        ("ёлка дёшево", None),
        ("", None),
        ("   ", None),
        (None, None),
        (7, None),
    ],
)
def test_a_quote_is_found_in_its_own_letters(quote, found):
    text = PIECES[0].text
    assert own_letters(quote, text) == found


def test_claims_stand_by_their_quotes_and_the_others_are_counted():
    claims = [
        {"text": "Ей дорого.", "evidence": "E1", "quote": "ёлка — дорого"},
        {"text": "Ей дорого.", "evidence": "E2", "quote": "Ёлка — дорого"},
        {"text": "Готова платить 5 000.", "evidence": "E1", "quote": "дорого"},
        {"text": "Нет такого.", "evidence": "E9", "quote": "дорого"},
        {"text": "Пусто.", "evidence": "E1"},
    ]
    kept, dropped = verified(claims, PIECES)
    assert ([one["quote"] for one in kept], dropped) == (["Ёлка — дорого"], 4)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Ждём вас 12 марта в 15:00 у Сергея Орлова за 1000 рублей.", []),
        ("Ждём вас 13 марта.", ["13"]),
        ("Ждём вас 12 апреля.", ["апреля"]),
        ("Скидка 20%.", ["20"]),
        ("Вас ждёт Сергей Орлов, передайте Сергею.", []),
        ("Вас ждёт Сергина.", ["Сергина"]),
        ("Вас ждёт Мария.", ["Мария"]),
        ("Мария, добрый день!", ["Мария"]),
        ("Здравствуйте, Виктор!", ["Виктор"]),
        ("Приходите завтра.", ["завтра"]),
        ("Стоит 1 000 или 1000,00.", []),
        ("Стоит 10 000.", ["10000"]),
        ("Добрый день, [NAME_3]!", ["NAME", "3", "[…]"]),
        ("Здравствуйте! Мы рады вам. Ответьте, пожалуйста, на письмо.", []),
        ("Оплатите на http://evil.example/pay.", ["http://evil.example/pay"]),
        ("Подробности на evil.RU!", ["evil.RU", "RU"]),
        ("Подробности на сбербанк.онлайн", ["сбербанк.онлайн"]),
        ("Пишите на boss@evil.example.", ["boss@evil.example"]),
        ("Пишите в телеграм: @evil_bot", ["@evil_bot"]),
        ("Скидка пятьдесят процентов.", ["пятьдесят", "процентов"]),
        ("Стоит сто тысяч.", ["сто", "тысяч"]),
        ("Half a million, ten percent off.", ["million", "ten", "percent"]),
        ("Скидка ½ цены.", ["½"]),
        ("Итак, т.е. всё в силе. Ждём вас, и т.п.", []),
    ],
)
def test_numbers_dates_and_names_must_be_written_somewhere(text, wrong):
    assert sorted(unsupported(text, [piece.text for piece in PIECES])) == sorted(wrong)


def test_addresses_that_are_written_somewhere_may_be_said():
    known = ["Наш сайт https://www.lotus.example/price/, почта Info@Lotus.example, бот @lotus_bot, телефон есть на lotus.ru."]
    assert unsupported("Смотрите lotus.example/price, пишите info@lotus.example или @Lotus_bot; ещё LOTUS.ru", known) == []
    assert unsupported("Смотрите https://lotus.example/pay и evil-lotus.ru", known) == ["https://lotus.example/pay", "evil-lotus.ru"]
