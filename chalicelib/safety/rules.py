"""Which words are alarming. Pure but for reading the shipped word list, whose own head says how it is written."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

LANGUAGE = "ru"
GAP = ".."
MOST_BETWEEN = 2
"""Words that a gap may hold."""

MOST_READ = 100_000
"""Characters of a form or a message that are looked at; people write a tenth."""

LONG = 6
"""Letters from which a word is told even where it is torn apart or grown together; shorter ones turn up in others."""

LOOKALIKES = str.maketrans("abcehkmoptuxy0346іё", "авсенкмортихуозчбие")
"""Letters and digits of other alphabets that are read as Cyrillic ones."""

_DATA = Path(__file__).parent / "data"
_SECTION = re.compile(r"\[(\w+)\]")
_WORD = re.compile(r"[^\W\d_]+")
_WORD_OR_STOP = re.compile(r"[^\W\d_]+|[.!?;,\n…]")
_UNSEEN = re.compile(r"[\u0300-\u036f\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
"""Stress marks and what takes no room."""

_DRAWN_OUT = re.compile(r"(\w)\1{2,}")
_INSIDE = re.compile(r"(?<=\w)[^\w\s]+(?=\w)|_+")
"""Marks between letters without a space: ``су*и-цид``."""

Words = Sequence[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The word list; phrases by how their first word begins. `torn` and `grown` are long ones as a single word."""

    phrases: Mapping[str, tuple[Words, ...]]
    exceptions: Mapping[str, tuple[Words, ...]]
    torn: Mapping[str, tuple[Words, ...]]
    grown: Mapping[str, tuple[Words, ...]]
    answers: frozenset[str]
    yes: frozenset[str]


@cache
def lexicon(language: str = LANGUAGE) -> Lexicon:
    """The word list of a language."""
    sections: dict[str, list[str]] = {}
    for line in (_DATA / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        said = fold_phrase(line.partition("#")[0])
        if match := _SECTION.fullmatch(line.strip()):
            section = sections.setdefault(match[1], [])
        elif said:
            section.append(said)
    phrases = [tuple(line.split()) for line in sections["phrases"]]
    return Lexicon(
        _indexed(phrases),
        _indexed([tuple(line.split()) for line in sections["exceptions"]]),
        _indexed(_as_one([phrase for phrase in phrases if len(phrase) == 1])),
        _indexed(_as_one([phrase for phrase in phrases if len(phrase) > 1])),
        frozenset(sections["answers"]),
        frozenset(sections["yes"]),
    )


def fold_phrase(line: str) -> str:
    """A line of the word list, folded as texts are; its own marks stay."""
    return " ".join(line.strip().casefold().translate(LOOKALIKES).split())


def _indexed(phrases: Sequence[Words]) -> dict[str, tuple[Words, ...]]:
    ordered = sorted(phrases, key=lambda phrase: _beginning(phrase[0]))
    return {key: tuple(group) for key, group in groupby(ordered, key=lambda phrase: _beginning(phrase[0]))}


def _beginning(word: str) -> str:
    return word.removesuffix("*")[:2]


def _as_one(phrases: Sequence[Words]) -> list[Words]:
    """Phrases as one word each, where that is long enough and no word in the middle is only a beginning."""
    solid = [phrase for phrase in phrases if not any(part.endswith("*") for part in phrase[:-1])]
    joined = ["".join(part for part in phrase if part != GAP) for phrase in solid]
    return [(word,) for word in joined if len(word.removesuffix("*")) >= LONG]


def fold(text: str) -> str:
    """A text as the word list is written: one case, one alphabet, no accents and nothing invisible, no drawn-out letters."""
    plain = unicodedata.normalize("NFKC", text).casefold()
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
        room -= len(question) + len(answer)
        phrase = _told_by(question, answer)
        if phrase or room < 0:
            return phrase
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
    """The first listed phrase that shares no word with an exception."""
    excused = {
        place
        for places in _places(text.words, lexicon().exceptions)
        if text.clauses[places[0]] == text.clauses[places[-1]]
        for place in range(places[0], places[-1] + 1)
    }
    for places in _places(text.words, lexicon().phrases):
        if excused.isdisjoint(places):
            return _quoted(text.words, places)
    return None


def _quoted(words: Words, places: Sequence[int]) -> str:
    """The words that matched, and a mark for those between that do not matter."""
    rest = [words[there] if here + 1 == there else f"… {words[there]}" for here, there in pairwise(places)]
    return " ".join((words[places[0]], *rest))


def _places(words: Words, phrases: Mapping[str, tuple[Words, ...]]) -> Iterator[tuple[int, ...]]:
    for at, word in enumerate(words):
        for phrase in phrases.get(word[:2], ()):
            places = _match(phrase, words, at)
            if places:
                yield places


def _match(phrase: Words, words: Words, at: int) -> tuple[int, ...] | None:
    """Where each word of a phrase stands, if it begins here."""
    if not phrase:
        return ()
    if phrase[0] == GAP:
        tries = (_match(phrase[1:], words, at + skipped) for skipped in range(MOST_BETWEEN + 1))
        return next((places for places in tries if places is not None), None)
    if at >= len(words) or not _fits(phrase[0], words[at]):
        return None
    rest = _match(phrase[1:], words, at + 1)
    return None if rest is None else (at, *rest)


def _fits(part: str, word: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part


def _hidden_in(words: Words) -> str | None:
    """A long phrase that is torn in two (``суи цид``), grown together (``нехочужить``) or spelled out (``с у и ц и д``)."""
    for one, other in pairwise(words):
        whole = one + other
        stems = lexicon().torn.get(whole[:2], ())
        if any(len(one) < len(stem.removesuffix("*")) and _fits(stem, whole) for (stem,) in stems):
            return whole
    places = next(_places(words, lexicon().grown), None)
    return words[places[0]] if places else _spelled_in(words)


def _spelled_in(words: Words) -> str | None:
    runs = ["".join(run) for alone, run in groupby(words, key=lambda word: len(word) == 1) if alone]
    long = [run for run in runs if len(run) >= LONG]
    solid = (group for index in (lexicon().torn, lexicon().grown) for group in index.values()) if long else ()
    return next((word for group in solid for (part,) in group if any((word := part.removesuffix("*")) in run for run in long)), None)
