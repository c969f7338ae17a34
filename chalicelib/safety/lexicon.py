"""The word list as a tree that a text is gone through with. Only the shipped list is read: its own head says how it is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Self

from chalicelib.core.patterns import pattern

LANGUAGE = "ru"
GAP = ".."
MOST_BETWEEN = 2
"""Words that a gap may hold."""

LONG = 6
"""Letters from which a word is told even where it is torn apart or grown together; shorter ones turn up in others."""

LOOKALIKES = str.maketrans("abcehkmoptuxy0346іё", "авсенкмортихуозчбие")
"""Letters and digits of other alphabets that are read as Cyrillic ones."""

_DATA = Path(__file__).parent / "data"
_SECTION = pattern(r"\[(\w+)\]")

Words = Sequence[str]


@dataclass(slots=True)
class Node:
    """A place among phrases that begin alike: what may come next, and the number of the phrase that is whole here."""

    after: dict[str, "Node"] = field(default_factory=dict)
    whole: int | None = None


@dataclass(frozen=True, slots=True)
class Index:
    """Phrases as a tree of their parts, so that a text is gone through once, however many phrases begin with the same word."""

    phrases: tuple[Words, ...]
    root: Node
    parts: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, phrases: Sequence[Words]) -> Self:
        """The tree of these phrases; the earlier one wins where two match at one place."""
        root, parts = Node(), sorted({part for phrase in phrases for part in phrase if part != GAP}, key=_beginning)
        for number, phrase in enumerate(phrases):
            node = root
            for part in phrase:
                node = node.after.setdefault(part, Node())
            node.whole = number if node.whole is None else node.whole
        return cls(tuple(phrases), root, {key: tuple(group) for key, group in groupby(parts, key=_beginning)})

    def meant(self, words: Words) -> dict[str, tuple[str, ...]]:
        """Each word of a text with the parts that it fits; most fit none and are left out."""
        told: dict[str, tuple[str, ...]] = {}
        for word in set(words):
            fitting = tuple(part for part in self.parts.get(word[:2], ()) if fits(part, word))
            if fitting:
                told[word] = fitting
        return told


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The word list. `torn` and `grown` are long phrases as a single word."""

    phrases: Index
    exceptions: Index
    torn: Index
    grown: Index
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
        Index.of(phrases),
        Index.of([tuple(line.split()) for line in sections["exceptions"]]),
        Index.of(_as_one([phrase for phrase in phrases if len(phrase) == 1])),
        Index.of(_as_one([phrase for phrase in phrases if len(phrase) > 1])),
        frozenset(sections["answers"]),
        frozenset(sections["yes"]),
    )


def fold_phrase(line: str) -> str:
    """A line of the word list, folded as texts are; its own marks stay."""
    return " ".join(line.strip().casefold().translate(LOOKALIKES).split())


def _beginning(word: str) -> str:
    return word.removesuffix("*")[:2]


def _as_one(phrases: Sequence[Words]) -> list[Words]:
    """Phrases as one word each, where that is long enough and no word in the middle is only a beginning."""
    solid = [phrase for phrase in phrases if not any(part.endswith("*") for part in phrase[:-1])]
    joined = ["".join(part for part in phrase if part != GAP) for phrase in solid]
    return [(word,) for word in joined if len(word.removesuffix("*")) >= LONG]


def places_of(words: Words, index: Index) -> Iterator[tuple[int, ...]]:
    """Where the words of each phrase stand, place after place. The work grows with the text alone: a place costs a few steps."""
    told = index.meant(words)
    if not told:
        return
    parts = [told.get(word, ()) for word in words]
    for at, fitting in enumerate(parts):
        begun = [node for part in fitting if (node := index.root.after.get(part))]
        if begun:
            here: dict[int, tuple[int, ...]] = {}
            for node in begun:
                _follow(node, parts, (at,), at + 1, here)
            yield from (here[number] for number in sorted(here))


def _follow(node: Node, parts: Sequence[Sequence[str]], places: tuple[int, ...], at: int, found: dict[int, tuple[int, ...]]) -> None:
    """Note the phrases that are whole on the way from `node`, each as it is first met: with the shortest gaps."""
    if node.whole is not None:
        found.setdefault(node.whole, places)
    if not node.after or at >= len(parts):
        return
    for part in parts[at]:
        if following := node.after.get(part):
            _follow(following, parts, (*places, at), at + 1, found)
    if between := node.after.get(GAP):
        for skipped in range(MOST_BETWEEN + 1):
            _follow(between, parts, places, at + skipped, found)


def fits(part: str, word: str) -> bool:
    """Whether a word is this part of a phrase, or begins with it."""
    return word.startswith(part[:-1]) if part.endswith("*") else word == part
