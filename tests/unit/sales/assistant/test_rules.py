"""Letters by rules say what is known and nothing else."""

from itertools import product
from typing import get_args

import pytest

from chalicelib.ai.evidence import unsupported
from chalicelib.sales.assistant import rules
from chalicelib.sales.assistant.rules import Language, Template, Tone
from chalicelib.sales.scoring import explanation

FACTS = {
    "name": "Анна {company}",
    "company": "Лотос {name} {0.__class__}",
    "industry": "красота",
    "position": "директор",
    "city": "Тверь",
    "amount": "45 000 ₽",
    "opened_on": "20.11.2026",
    "last_contacted_on": "22.11.2026",
    "follow_up_on": "27.11.2026",
    "expected_on": "30.12.2026",
    "manager": "Мария Ким",
}
ALL = [*product(get_args(Template), get_args(Tone), get_args(Language))]


@pytest.mark.parametrize(("template", "tone", "language"), ALL)
def test_a_letter_says_what_is_known_letter_by_letter_and_nothing_else(template, tone, language):
    made = rules.letter(template, tone, language, FACTS)
    assert all((made.subject, made.body, made.alternative_subject, made.alternative_body))
    assert made.body != made.alternative_body
    said = f"{made.subject}\n{made.body}\n{made.alternative_subject}\n{made.alternative_body}"
    assert not unsupported(said, [*FACTS.values(), "Hello Hi"])
    assert "\n" not in made.subject + made.alternative_subject
    assert set(made.used) <= set(FACTS)


@pytest.mark.parametrize(("template", "tone", "language"), ALL)
def test_without_facts_the_sentences_that_need_them_are_not_there(template, tone, language):
    made = rules.letter(template, tone, language, {})
    said = "\n".join(made[:4])
    assert made.subject and made.body
    assert made.used == []
    assert "{" not in said
    assert not any(mark.isdigit() for mark in said)


def test_each_fact_is_said_somewhere():
    for name, value in FACTS.items():
        letters = [
            rules.letter(template, tone, "ru", {"company": "Лотос", name: value}) for template, tone, language in ALL if language == "ru"
        ]
        assert any(value in "\n".join(made[:4]) for made in letters), name


def test_a_short_letter_is_shorter():
    assert len(rules.letter("follow_up", "short", "ru", FACTS).body) < len(rules.letter("follow_up", "friendly", "ru", FACTS).body)


def judgement(**said):
    reason = {"code": "session_booked", "ref": "s1", "at": "2026-11-20T10:00:00Z", "points": 40}
    return {"score_category": "hot", "reasons": [reason], "counter_reasons": [], "explanation": None, **said}


def test_an_explanation_stays_while_what_it_rests_on_stays():
    before = judgement(explanation="Записался.")
    faded = judgement(reasons=[{**before["reasons"][0], "points": 12}])
    assert explanation.carried(before, faded)["explanation"] == "Записался."
    for other in (judgement(score_category="warm"), judgement(reasons=[]), judgement(reasons=[{**before["reasons"][0], "ref": "s2"}])):
        assert explanation.carried(before, other)["explanation"] is None
    assert explanation.carried(None, faded)["explanation"] is None
