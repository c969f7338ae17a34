"""Words that name a moment name it from the call on, in the business's zone; words that name none name none."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.sales.calls.analysis import dates
from chalicelib.sales.calls.analysis import words as reading

MOSCOW = ZoneInfo("Europe/Moscow")
CALL = datetime(2026, 11, 26, 15, 20, 7, tzinfo=MOSCOW)  # a Thursday


def told(text, language="ru", call=CALL):
    found = dates.named([word.said for word in reading.split(text)], call, language)
    return found and found.strftime("%d.%m.%Y %H:%M")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("перезвоните завтра", "27.11.2026 10:00"),
        ("Завтра в 15:00 наберите", "27.11.2026 15:00"),
        ("завтра в 15.30", "27.11.2026 15:30"),
        ("послезавтра в три часа", "28.11.2026 15:00"),
        ("завтра в 9 утра", "27.11.2026 09:00"),
        ("завтра в семь вечера", "27.11.2026 19:00"),
        ("в 11 утра завтра", "27.11.2026 11:00"),
        ("в понедельник", "30.11.2026 10:00"),
        ("давайте в четверг", "03.12.2026 10:00"),
        ("во вторник в 12:00", "01.12.2026 12:00"),
        ("в следующую пятницу", "04.12.2026 10:00"),
        ("12 марта в 15:00", "12.03.2027 15:00"),
        ("двенадцатого марта", "12.03.2027 10:00"),
        ("30 ноября", "30.11.2026 10:00"),
        ("12 марта 2028 года", None),
        ("к 5 числа", "05.12.2026 10:00"),
        ("27 числа", "27.11.2026 10:00"),
        ("01.12 в 14:00", "01.12.2026 14:00"),
        ("через два дня", "28.11.2026 10:00"),
        ("через неделю", "03.12.2026 10:00"),
        ("через полчаса", "26.11.2026 15:50"),
        ("через час", "26.11.2026 16:20"),
        ("через 40 минут", "26.11.2026 16:00"),
        ("сегодня", "26.11.2026 16:20"),
        ("сегодня в 18:00", "26.11.2026 18:00"),
        ("30 февраля", None),
        ("понедельник у нас выходной", None),
        ("занятие стоит 5000", None),
        ("ребёнку 7 лет", None),
        ("как-нибудь потом", None),
        ("через дорогу", None),
        ("", None),
    ],
)
def test_in_russian(text, moment):
    assert told(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("call me tomorrow", "27.11.2026 10:00"),
        ("call me tomorrow at 3 pm", "27.11.2026 15:00"),
        ("tomorrow at 3pm", "27.11.2026 15:00"),
        ("the day after tomorrow at 15:30", "28.11.2026 15:30"),
        ("next Friday", "04.12.2026 10:00"),
        ("on Friday at noon", "27.11.2026 12:00"),
        ("in two days", "28.11.2026 10:00"),
        ("in an hour", "26.11.2026 16:20"),
        ("in a couple of days", "28.11.2026 10:00"),
        ("in a week", "03.12.2026 10:00"),
        ("on March 12 at 9 am", "12.03.2027 09:00"),
        ("the 12th of March", "12.03.2027 10:00"),
        ("you may call", None),
        ("it is in the building", None),
        ("she is 7", None),
    ],
)
def test_in_english(text, moment):
    assert told(text, "en") == moment


def test_midnight_and_the_year_s_end():
    late = datetime(2026, 12, 31, 23, 50, tzinfo=MOSCOW)
    assert [told(text, call=late) for text in ("завтра", "через час", "сегодня", "1 января", "31 числа", "в четверг")] == [
        "01.01.2027 10:00",
        "01.01.2027 00:50",
        "01.01.2027 00:50",
        "01.01.2027 10:00",
        "01.01.2027 00:50",
        "07.01.2027 10:00",
    ]


@pytest.mark.parametrize(
    "hostile", ["через 99999 лет", "через 9999 недель", "в 99:99", "1.1.1.1", "00.00", "в 24:00 завтра", "12 марта 9999"]
)
def test_what_is_out_of_every_calendar_breaks_nothing(hostile):
    told(hostile)
    told(hostile, "en")
