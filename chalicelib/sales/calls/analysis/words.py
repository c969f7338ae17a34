"""A segment as words with their places, and phrases of a list found among them. Pure.

What is looked for is a phrase of the list: words by their stems, or by their letters where the list says so (`=дорого`: by its stem it
would be a road). One word may stand between two of a phrase.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from chalicelib.core.patterns import pattern

LONGEST_STEMMED, MOST_STEMS = 40, 10_000
"""Letters of a word that has a stem, and words that are stemmed: half a second's work for whoever says nothing but new words."""

MOST_WORDS = 120_000
"""Words of a transcript that are looked at: twelve hours of talk."""

REACH = 3
"""Words before a phrase among which a negation of it stands."""

_WORD = pattern(r"\w+(?:['’.\-:]\w+)*")
_SENTENCE = re.compile(r"[.!?…\n]+(?=\s|$)|\n")
_BREAK = frozenset(',;:—–()"«»')


class Word(NamedTuple):
    """A word, folded, with its place in the segment; `breaks` says that something parts it from the word before, `sentence` where it is."""

    said: str
    start: int
    end: int
    breaks: bool
    sentence: int


class Hit(NamedTuple):
    """A phrase of a list: which list, its code there, and its words in the segment, the last one included."""

    kind: str
    code: str
    first: int
    last: int


@cache
def fold(word: str) -> str:
    """A word as lists have it."""
    return word.casefold().replace("ё", "е").replace("’", "'")


def split(text: str) -> list[Word]:
    """The words of a segment."""
    ends = [found.start() for found in _SENTENCE.finditer(text)]
    found: list[Word] = []
    before = 0
    for one in _WORD.finditer(text):
        between = text[before : one.start()]
        breaks = any(mark in _BREAK for mark in between) or bool(_SENTENCE.search(between))
        found.append(Word(_folded(one[0]), one.start(), one.end(), breaks, bisect_right(ends, one.start() - 1)))
        before = one.end()
    return found


def _folded(word: str) -> str:
    return fold(word) if len(word) <= LONGEST_STEMMED else word.casefold()


class Stems:
    """The stems of one language, each word's once, as long as there are not too many."""

    def __init__(self, language: str) -> None:
        self._known: dict[str, str] = {}
        self._stem = _stemmer(language)

    @property
    def is_full(self) -> bool:
        """Whether it knows as many as it may."""
        return len(self._known) >= MOST_STEMS

    def of(self, word: str) -> str:
        """A word's stem; the word itself where it is too long, or one too many."""
        known = self._known.get(word)
        if known is None:
            if len(word) > LONGEST_STEMMED or len(self._known) >= MOST_STEMS:
                return word
            known = self._known[word] = self._stem(word)
        return known


def _stemmer(language: str) -> Callable[[str], str]:
    # each from its own module: the package's first page would import thirty languages
    if language == "en":
        from snowballstemmer.english_stemmer import EnglishStemmer as Stemmer
    else:
        from snowballstemmer.russian_stemmer import RussianStemmer as Stemmer
    stem: Callable[[str], str] = Stemmer().stemWord
    return stem


Kind = tuple[str, str]
"""Which list a phrase is of, and its code there."""


class _Node:
    """How phrases go on after some words: `=word` by its letters, a bare one by its stem; `ends` are those that end here."""

    __slots__ = ("ends", "following")

    def __init__(self) -> None:
        self.following: dict[str, _Node] = {}
        self.ends: list[Kind] = []


class Phrases:
    """The phrases of all lists as one tree, so that a text is gone through once."""

    def __init__(self, lists: Mapping[Kind, Iterable[str]], stems: Stems) -> None:
        self._stems, self._root = stems, _Node()
        for kind, texts in lists.items():
            for text in texts:
                self._add(kind, text)

    def _add(self, kind: Kind, text: str) -> None:
        node, exact = self._root, text.startswith("=")
        for word in fold(text.removeprefix("=")).split():
            node = node.following.setdefault(f"={word}" if exact else self._stems.of(word), _Node())
        node.ends.append(kind)

    def within(self, words: Sequence[Word]) -> list[Hit]:
        """Where they stand, in order; of one code at one word the longest."""
        keys = [(f"={word.said}", self._stems.of(word.said)) for word in words]
        found: list[Hit] = []
        for at, starts in enumerate(keys):
            best: dict[Kind, int] = {}
            for key in starts:
                if (node := self._root.following.get(key)) is not None:
                    _walk(node, at, words, keys, best)
            found += [Hit(kind, code, at, last) for (kind, code), last in best.items()]
        return found


def _walk(node: _Node, at: int, words: Sequence[Word], keys: Sequence[tuple[str, str]], best: dict[Kind, int]) -> None:
    for kind in node.ends:
        best[kind] = max(at, best.get(kind, at))
    if not node.following:
        return
    for place in (at + 1, at + 2):
        if place < len(words) and words[place].sentence == words[at].sentence:
            for key in keys[place]:
                if (following := node.following.get(key)) is not None:
                    _walk(following, place, words, keys, best)


class Negations:
    """What turns a phrase into its opposite, and what only looks so."""

    def __init__(self, lists: Mapping[str, Any]) -> None:
        self._words: Final = frozenset(map(fold, lists["negations"]))
        self._harmless: Final = [tuple(fold(text).split()) for text in lists["no_negations"]]
        self._after: Final = [tuple(fold(text).split()) for text in lists["negated_after"]]

    def negate(self, words: Sequence[Word], hit: Hit) -> bool:
        """Whether a phrase is denied: by a word before it that nothing parts from it, or by what follows."""
        at = hit.first
        while at > max(hit.first - REACH, 0) and not words[at].breaks and words[at - 1].sentence == words[hit.first].sentence:
            at -= 1
            if words[at].said in self._words and not self._begins(words, at, self._harmless):
                return True
        follows = hit.last + 1
        return follows < len(words) and words[follows].sentence == words[hit.last].sentence and self._begins(words, follows, self._after)

    def _begins(self, words: Sequence[Word], at: int, texts: Sequence[tuple[str, ...]]) -> bool:
        return any(tuple(word.said for word in words[at : at + len(text)]) == text for text in texts)
