"""Typed texts are parts, each somebody's, whatever was typed."""

import time

import pytest

from chalicelib.sales.calls.transcripts import rules
from chalicelib.sales.calls.transcripts.rules import Segment

SAID = """[00:01] Менеджер: Добрый день!
[00:04] Клиент: Здравствуйте,
сколько стоит занятие?
Клиент [01:10]: И когда?
[1:02:03] Agent: Tomorrow: at ten."""


def test_lines_that_name_who_or_when_begin_a_part_and_others_go_on_with_it():
    assert rules.of_text(SAID) == [
        Segment(1.0, 4.0, "agent", "Добрый день!"),
        Segment(4.0, 70.0, "client", "Здравствуйте,\nсколько стоит занятие?"),
        Segment(70.0, 3723.0, "client", "И когда?"),
        Segment(3723.0, 3723.0, "agent", "Tomorrow: at ten."),
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Просто слова.\nИ ещё.", [Segment(None, None, "other", "Просто слова.\nИ ещё.")]),
        ("Цена: 5000\nКЛИЕНТ: да", [Segment(None, None, "other", "Цена: 5000"), Segment(None, None, "client", "да")]),
        ("Клиент:\n\nда", [Segment(None, None, "client", "да")]),
        ("[00:10] Клиент: поздно\n[00:05] Агент: рано", [Segment(None, None, "client", "поздно"), Segment(None, None, "agent", "рано")]),
        ("[00:75] Клиент: да", [Segment(None, None, "other", "[00:75] Клиент: да")]),
        (" \n\n", []),
    ],
)
def test_what_says_less(text, parts):
    assert rules.of_text(text) == parts


def test_a_language_is_told_by_letters_and_a_transcript_by_all_that_it_says():
    assert [rules.language_of(text) for text in ("Добрый день, Zoom", "Hello, Анна, how are you", "", "١٢٣")] == ["ru", "en", "ru", "ru"]
    one, other = rules.of_text("Клиент: да"), rules.of_text("Агент: да")
    assert (
        rules.digest("ru", one)
        == rules.digest("ru", rules.of_text("Клиент:  да "))
        != rules.digest("ru", other)
        != rules.digest("en", other)
    )


@pytest.mark.parametrize("hostile", ["[" * 200_000, "а" * 200_000, "Клиент: " * 25_000, "\n" * 50_000, "[00:01]" * 30_000, " :" * 100_000])
def test_nothing_that_is_typed_takes_long(hostile):
    began = time.process_time()
    rules.of_text(hostile)
    assert time.process_time() - began < 1
