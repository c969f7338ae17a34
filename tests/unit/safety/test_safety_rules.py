"""Which words raise an alarm, however they are written, and which must not."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.safety import lexicon, rules
from tests.proofs import size

ALARMING = [
    "Я не хочу больше жить",
    "не хочу жить",
    "СУИЦИДАЛЬНЫЕ мысли",
    "Думаю о том, чтобы покончить с собой.",
    "муж меня постоянно бьёт",
    "Муж меня бьет, когда выпьет",
    "иногда режу себя",
    "Смысла нет. Суицид — выход",
    "хочу умереть, не хочу жить с ним",
    "что-то с собой сделаю",
    "он говорит, что меня убьёт",
    "я убью его",
]
HIDDEN = [
    "суи-цид",
    "су*иц*ид",
    "с у и ц и д",
    "с.у.и.ц.и.д",
    "я с у и ц и д н ы й",
    "суи цид",
    "само убийство",
    "само_убийство",
    "нехочужить",
    "суици\u0301д",
    "су\u00adи\u200bцид",
    "сууууицид",
    "cуицид",
    "yбью себя",
    "сyицид",
]
QUIET = [
    "",
    "Тревога, сон, выгорание",
    "не хочу жить с мамой",
    "не хочу так жить",
    "убить время",
    "покончить с этим переездом",
    "хочу умереть от смеха",
    "боюсь умереть, панические атаки",
    "суицидальных мыслей нет",
    "Нет суицидальных мыслей",
    "суицидальные мысли: нет",
    "думаю о смерти папы",
    "по весу всё хорошо",
    "порезала палец",
    "повесть о любви, режим дня, сам себе психолог",
    "Мария Орлова; Павел Громов",
]
STEMS = ["суицид", "самоубийство", "селфхарм", "самоповреждение", "повешусь", "застрелюсь"]
TWINS = {"а": "a@", "с": "c", "е": "e", "о": "o0", "р": "p", "у": "y", "х": "x", "к": "k", "м": "m", "т": "t", "в": "b", "и": "u"}


@pytest.mark.parametrize("text", [*ALARMING, *HIDDEN])
def test_an_alarming_text_is_found(text):
    assert rules.found(text)


@pytest.mark.parametrize("text", QUIET)
def test_an_ordinary_text_is_not(text):
    assert rules.found(text) is None


def test_only_the_matched_words_are_quoted():
    assert rules.found("Живу с мужем в Твери, он меня сильно бьёт по выходным") == "меня … бьет"
    assert rules.found("Мне 34, хочу умереть, диагноз F32") == "хочу умереть"


def test_an_exception_excuses_its_own_clause_only():
    assert rules.found("суицидальных мыслей нет") is None
    assert rules.found("друзей нет, суицид — единственное, о чём думаю") == "суицид"
    assert rules.found("не хочу жить с мужем, поэтому хочу умереть") == "хочу умереть"


@pytest.mark.parametrize(
    ("answers", "phrase"),
    [
        ({"Бывают ли суицидальные мысли?": "Да, иногда"}, "суицидальные"),
        ({"Бывают ли суицидальные мысли?": True}, "суицидальные"),
        ({"form": {"clientStates": ["Усталость", "Самоповреждение"]}}, "самоповреждение"),
        ({"traumaticEvents": ["Развод", " домашнее  насилие "]}, "домашнее насилие"),
        (["привет", {"a": [{"b": "хочу умереть"}]}], "хочу умереть"),
        ("хочу умереть", "хочу умереть"),
        ({"Бывают ли суицидальные мысли?": "Нет"}, None),
        ({"Бывают ли суицидальные мысли?": False}, None),
        ({"utm_term": "суицид помощь", "utm": {"campaign": "бережно"}}, None),
        ({"age": 34, "price": 3500.5, "nothing": None}, None),
        (None, None),
    ],
)
def test_a_form_is_read_answer_by_answer(answers, phrase):
    assert rules.found_in(answers) == phrase


def test_every_line_of_the_list_is_found_by_its_own_words():
    for phrase in lexicon.lexicon().phrases.phrases:
        said = " ".join(part.removesuffix("*") for part in phrase if part != lexicon.GAP)
        assert rules.found(said) or said in {"он меня убьет", "муж меня убьет"}, said


def test_the_list_has_every_section_and_no_word_too_short_to_mean_anything():
    words = lexicon.lexicon()
    assert all(index.phrases for index in (words.phrases, words.exceptions, words.torn, words.grown))
    assert words.answers
    assert words.yes
    stems = [phrase for phrase in words.phrases.phrases if len(phrase) == 1]
    assert all(len(stem.removesuffix("*")) >= 6 for (stem,) in stems)


@given(st.sampled_from(STEMS), st.data())
def test_lookalike_letters_do_not_hide_a_word(word, data):
    typed = "".join(data.draw(st.sampled_from([letter, *TWINS.get(letter, "").replace("@", "")])) for letter in word)
    assert rules.found(f"мысли: {typed}, помогите")


@given(st.sampled_from(STEMS), st.sampled_from(" .-*_·~"), st.sampled_from(["", "я ", "Привет! "]))
def test_a_word_spelled_out_is_still_that_word(word, mark, before):
    assert rules.found(before + mark.join(word))


@given(st.text(max_size=300))
@settings(max_examples=size(60, full=200))
def test_no_text_breaks_the_matcher(text):
    phrase = rules.found(text)
    assert phrase is None or phrase


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=20),
        lambda part: st.lists(part) | st.dictionaries(st.text(max_size=8), part),
    )
)
@settings(max_examples=size(40, full=100))
def test_no_form_breaks_the_matcher(answers):
    phrase = rules.found_in(answers)
    assert phrase is None or phrase


@given(st.text(alphabet="бвгджзлнфцчшщэюяъ \n.,", max_size=200))
def test_letters_that_make_no_listed_word_raise_no_alarm(text):
    assert rules.found(text) is None


HOSTILE = {
    "digits that are read as letters": "10:" * 83_000,
    "one letter": "о " * 125_000,
    "how many phrases begin": "не хочу так больше " * 13_000,
    "all of a phrase in a wrong order": "жить не хочу больше смысла нет мысл о с не " * 5_000,
    "nearly every phrase": "меня муж бь не меня он " * 10_000,
    "what is excused": "суицидальных мыслей нет " * 10_000,
    "halves of a word": "суи " * 62_000,
    "letters that spell nothing": "с у и ц и х слово " * 14_000,
    "ever another word": " ".join(f"не{chr(1072 + n % 32)}{chr(1072 + n // 32 % 32)}{chr(1072 + n // 1024)}" for n in range(30_000)),
    "a sign that means eighteen": "\ufdfa" * 83_000,
    "accents out of order": "а" + "\u05b0\u05b1\u05bb\u0591" * 31_000,
    "marks": "а!" * 125_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_the_longest_text_is_read_in_no_time(text):
    """A message costs a stranger nothing, and us a Lambda's ten seconds if it may."""
    lexicon.lexicon()
    assert min(_seconds(rules.found, text) for _ in range(3)) < 0.2


@pytest.mark.parametrize(
    "answers", [[""] * 80_000, ["да"] * 50_000, [{"не": "да"}] * 20_000, {"не " * 30_000 + str(n): "да" for n in range(3)}]
)
def test_many_answers_cost_no_more_than_one(answers):
    assert min(_seconds(rules.found_in, answers) for _ in range(3)) < 0.25


def _seconds(reading, said):
    began = time.process_time()
    assert reading(said) is None
    return time.process_time() - began


def test_of_two_phrases_at_one_place_the_earlier_line_is_told_with_the_shortest_gap():
    assert rules.found("не хочу больше жить жить") == "не хочу … жить"


def test_accents_without_end_hide_no_word():
    assert rules.found("су" + "\u0301\u0323" * 20 + "ицид") == "суицид"
