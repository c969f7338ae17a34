"""Words by which somebody is found, each of a class, and what of them a search means. Pure."""

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from chalicelib.core.patterns import pattern

Class = Literal["name", "company", "email", "phone", "handle", "text"]
CLASSES: dict[Class, str] = {"name": "n", "company": "c", "email": "e", "phone": "p", "handle": "h", "text": "t"}
"""What kind of word it is, and the letter that stands for it in the store: each list names the classes that it searches."""

LONGEST, MOST = 60, 40
"""Letters of a word that count, and words that somebody has: his row stays small whatever was typed."""

HEAD = 2
"""Letters by which words are kept together."""

_PARTS = pattern(r"[^\w]+|_")
_EDGES = " .,;:!?<>()[]{}\"'«»#"


_ALIKE = str.maketrans("ўғқҳ", "угкх", "'`´‘’ʻʼʹʽˈ‛′＇")
"""Letters that many write otherwise, and the apostrophes of Uzbek's Latin, each of which one types and another leaves out."""


def folded(text: str) -> str:
    """A text as it is compared, and as keys hold it: compatible forms are one, capitals are small, ё is е."""
    return unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")


def sought(text: str) -> str:
    """A text as it is looked for, by the words of rows and of searches alike: ў is у too, ғ г, қ к, ҳ х, and O‘g‘il is ogil."""
    return folded(text.translate(_ALIKE)).translate(_ALIKE)  # before too: of ´ the folding makes a space and a mark


def of_text(kind: Class, text: str | None) -> set[str]:
    """The words of a name: «Анна-Мария» is found by itself and by either part, and so is what an apostrophe parts."""
    found: set[str] = set()
    for word in folded(text or "").split():
        found |= {sought(part) for part in _PARTS.split(word)}
    for word in sought(text or "").split():
        whole = word.strip(_EDGES)
        found |= {whole, *_PARTS.split(whole)}
    return _marked(kind, found)


def of_email(address: str | None) -> set[str]:
    """An address whole, what stands before its @, and its domain with each part of it that has a dot."""
    local, _, domain = sought(address or "").strip().rpartition("@")
    labels = domain.split(".")
    domains = {".".join(labels[number:]) for number in range(len(labels) - 1)}
    return _marked("email", {f"{local}@{domain}", local, *domains} if local else domains)


def of_phone(phone: str | None, national: str | None = None) -> set[str]:
    """A number's digits, those without the country's code where they are known, the last seven and the last four."""
    digits = digits_of(phone)
    return _marked("phone", {digits, digits_of(national), digits[-7:], digits[-4:]})


def digits_of(text: str | None) -> str:
    """The digits of a text."""
    return "".join(mark for mark in text or "" if mark.isdigit())


def of_handle(name: str | None) -> set[str]:
    """A name that a person or a number has in some system, as one word."""
    return _marked("handle", {sought(name or "").strip().removeprefix("@")})


def _marked(kind: Class, words: Iterable[str]) -> set[str]:
    return {f"{CLASSES[kind]}#{word.replace('#', '')[:LONGEST]}" for word in words if word.replace("#", "")}


def fitting(words: Collection[str]) -> frozenset[str]:
    """As many words as somebody may have; the same ones each time."""
    return frozenset(sorted(words)[:MOST])


def first_of(kind: Class, *texts: str | None, most: int) -> frozenset[str]:
    """The words of longer texts, each once, in the order in which they stand there: `most` at most."""
    found: dict[str, None] = {}
    for text in texts:
        for word in (text or "").split():
            found |= dict.fromkeys(sorted(of_text(kind, word)))
            if len(found) >= most:
                return frozenset([*found][:most])
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A word of a search: the beginning of somebody's word of one of these classes; one letter is a whole word."""

    word: str
    classes: frozenset[Class] = frozenset(CLASSES)

    @classmethod
    def of(cls, text: str, *classes: Class) -> "Wanted":
        """What a person typed, folded; every class where none is named."""
        return cls(sought(text).strip(_EDGES)[:LONGEST], frozenset(classes or CLASSES))

    @property
    def head(self) -> str:
        """Where such words are kept."""
        return self.word[:HEAD]

    @property
    def beginning(self) -> str:
        """How the places of words that it means begin."""
        return self.word if len(self.word) >= HEAD else f"{self.word}#"

    @property
    def letters(self) -> frozenset[str]:
        """The marks of its classes."""
        return frozenset(CLASSES[kind] for kind in self.classes)

    def means(self, words: Iterable[str]) -> bool:
        """Whether one of somebody's words is meant."""
        beginnings = tuple(f"{letter}#{self.beginning}" for letter in self.letters)
        return any(f"{one}#".startswith(beginnings) for one in words)
