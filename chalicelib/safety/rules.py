"""Which words of a text or a form are alarming. Pure."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from chalicelib.core.patterns import pattern
from chalicelib.safety.lexicon import LONG, LOOKALIKES, Words, fits, lexicon, places_of

MOST_READ = 60_000
"""Characters of a form or a message that are looked at; people write a tenth."""

EACH_COSTS = 40
"""Characters that an answer counts for besides its own: a hundred thousand empty ones are work, too."""

_WORD = pattern(r"[^\W\d_]+")
_WORD_OR_STOP = pattern(r"[^\W\d_]+|[.!?;,\n…]")
_UNSEEN = pattern(r"[\u0300-\u036f\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
"""Stress marks and what takes no room."""

_DRAWN_OUT = pattern(r"(\w)\1{2,}")
_INSIDE = pattern(r"(?<=\w)[^\w\s]+(?=\w)|_+")
"""Marks between letters without a space: ``су*и-цид``."""

_MARKS = pattern(r"([^\w\s\x00-\x7f…]{8})[^\w\s\x00-\x7f…]+")
"""More marks in a row than any writing has: bringing ten thousand accents of one letter into order takes seconds."""


def fold(text: str) -> str:
    """A text as the word list is written: one case, one alphabet, no accents and nothing invisible, no drawn-out letters."""
    plain = unicodedata.normalize("NFKC", _MARKS.sub(r"\1", text))[:MOST_READ].casefold()
    return _DRAWN_OUT.sub(r"\1", _UNSEEN.sub("", plain).translate(LOOKALIKES))


@dataclass(frozen=True, slots=True)
class Reading:
    """A text's words, and in which clause each stands: what excuses a phrase stands in the same one."""

    words: Words
    clauses: Sequence[int]


def _read(folded: str) -> Reading:
    words: list[str] = []
    clauses: list[int] = []
    clause = 0
    for mark in _WORD_OR_STOP.findall(folded):
        if mark[0].isalpha():
            words.append(mark)
            clauses.append(clause)
        else:
            clause += 1
    return Reading(words, clauses)


def found(text: str) -> str | None:
    """The first alarming phrase of a text, in the text's own words; None where there is none."""
    folded = fold(text[:MOST_READ])
    readings = [_read(version) for version in dict.fromkeys((folded, _INSIDE.sub("", folded)))]
    shown = next((phrase for reading in readings if (phrase := _phrase_in(reading))), None)
    return shown or next((phrase for reading in readings if (phrase := _hidden_in(reading.words))), None)


def found_in(answers: Any) -> str | None:
    """The first alarming phrase among a form's answers: free texts, chosen options, and questions answered with a yes."""
    room = MOST_READ
    for question, answer in _said(answers):
        if phrase := _told_by(question[:room], answer[:room]):
            return phrase
        room -= len(question) + len(answer) + EACH_COSTS
        if room < 0:
            return None
    return None


def _told_by(question: str, answer: str) -> str | None:
    words = _WORD.findall(fold(answer))
    if " ".join(words) in lexicon().answers:
        return " ".join(words)
    agreed = found(question) if words and words[0] in lexicon().yes else None
    return agreed or found(answer)


def _said(answers: Any) -> Iterator[tuple[str, str]]:
    """Every text of a form with its question. What marketing and the browser add is nobody's words."""
    waiting: list[tuple[str, Any]] = [("", answers)]
    while waiting:
        question, value = waiting.pop()
        if isinstance(value, Mapping):
            waiting.extend((str(name), part) for name, part in value.items() if not str(name).startswith("utm"))
        elif isinstance(value, list | tuple):
            waiting.extend((question, part) for part in value)
        elif isinstance(value, str | bool):
            yield question, str(value)


def _phrase_in(text: Reading) -> str | None:
    """The first listed phrase that shares no word with an exception; exceptions are looked for where there is a phrase."""
    excused: set[int] | None = None
    for places in places_of(text.words, lexicon().phrases):
        excused = _excused(text) if excused is None else excused
        if excused.isdisjoint(places):
            return _quoted(text.words, places)
    return None


def _excused(text: Reading) -> set[int]:
    spans = (places for places in places_of(text.words, lexicon().exceptions) if text.clauses[places[0]] == text.clauses[places[-1]])
    return {place for places in spans for place in range(places[0], places[-1] + 1)}


def _quoted(words: Words, places: Sequence[int]) -> str:
    """The words that matched, and a mark for those between that do not matter."""
    rest = [words[there] if here + 1 == there else f"… {words[there]}" for here, there in pairwise(places)]
    return " ".join((words[places[0]], *rest))


def _hidden_in(words: Words) -> str | None:
    """A long phrase that is torn in two (``суи цид``), grown together (``нехочужить``) or spelled out (``с у и ц и д``)."""
    torn = lexicon().torn
    for one, other in pairwise(words):
        if len(one) + len(other) >= LONG and (stems := torn.parts.get((one + other)[:2])):
            whole = one + other
            if any(len(one) < len(stem.removesuffix("*")) and fits(stem, whole) for stem in stems):
                return whole
    places = next(places_of(words, lexicon().grown), None)
    return words[places[0]] if places else _spelled_in(words)


def _spelled_in(words: Words) -> str | None:
    runs = ("".join(run) for alone, run in groupby(words, key=lambda word: len(word) == 1) if alone)
    spelled = " ".join(run for run in runs if len(run) >= LONG)
    solid = (word for index in (lexicon().torn, lexicon().grown) for (word,) in index.phrases) if spelled else ()
    return next((stem for word in solid if (stem := word.removesuffix("*")) in spelled), None)
