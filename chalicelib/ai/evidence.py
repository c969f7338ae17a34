"""Numbered evidence, and what of a model's words it holds. Pure.

A claim stands by its quote: it names a piece of evidence, and words that are written there. What a text says of numbers, dates, names
and addresses must be written somewhere, too.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from chalicelib.ai.masking import holds_marks
from chalicelib.core.patterns import pattern

_DASHES: Final = frozenset("-‐‑‒–—―−")
_NUMBER = pattern(r"\d+(?:[.,:/]\d+)*")
_SPACED = pattern(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}(?!\d))")
_WORD = pattern(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_ADDRESS = pattern(
    r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w.-]{1,255}|@\w{2,64}|(?<!\w)\w{1,20}://[^\s<>\"'«»]{1,2000}|"
    r"(?<![\w-])(?:[\w-]{2,63}\.){1,10}[^\W\d_]{2,63}(?!\w)(?:/[^\s<>\"'«»]{0,2000})?"
)
"""A mail, an account, a link: a word with a point inside that no blank follows is one, too. Each part is
bounded: of a long text without a blank none is looked at from each of its letters to its end."""

_SENTENCE = pattern(r"(?:^|[.!?…\n:;]|\s[-–—])[\s\"«“(]*$")


class Piece(NamedTuple):
    """One piece of evidence: `E1`, and its words."""

    id: str
    text: str


def numbered(texts: Iterable[str]) -> list[Piece]:
    """Evidence by its numbers."""
    return [Piece(f"E{number}", text) for number, text in enumerate(texts, 1)]


def verified(claims: Iterable[Mapping[str, Any]], pieces: Sequence[Piece]) -> tuple[list[dict[str, Any]], int]:
    """The claims whose `quote` is written in the piece that `evidence` names, each with that piece's own letters, and whose `text` says no
    number, date or name that is written nowhere; and how many were dropped."""
    known = {piece.id: piece.text for piece in pieces}
    kept: list[dict[str, Any]] = []
    dropped = 0
    for claim in claims:
        quote = own_letters(claim.get("quote"), known.get(str(claim.get("evidence")), ""))
        if quote is None or unsupported(str(claim.get("text", "")), known.values()):
            dropped += 1
        else:
            kept.append({**claim, "quote": quote})
    return kept, dropped


def own_letters(quote: Any, text: str) -> str | None:
    """A quote as the text has it, whatever the case, the kind of dash, ё or е, and however many blanks; None where it has no such thing."""
    if not isinstance(quote, str):
        return None
    wanted, (within, places) = folded(quote)[0].strip(), folded(text)
    at = within.find(wanted) if wanted else -1
    return None if at < 0 else text[places[at] : places[at + len(wanted) - 1] + 1]


def folded(text: str) -> tuple[str, list[int]]:
    """A text as quotes are compared, and of each of its letters the place that it has in the text."""
    letters: list[str] = []
    places: list[int] = []
    for place, mark in enumerate(text):
        for letter in _letters(mark):
            if letter != " " or (letters and letters[-1] != " "):
                letters.append(letter)
                places.append(place)
    return "".join(letters), places


def _letters(mark: str) -> str:
    if mark.isspace():
        return " "
    return "-" if mark in _DASHES else unicodedata.normalize("NFKC", mark).casefold().replace("ё", "е")


@cache
def words() -> dict[str, Any]:
    """Words of dates, and of greetings that are no names."""
    return dict(json.loads((Path(__file__).parent / "data" / "words.json").read_text(encoding="utf-8")))


def unsupported(text: str, sources: Iterable[str]) -> list[str]:
    """The addresses, numbers, words of numbers and dates, and names of a text that are written in none of the sources, each once, as the
    text says them."""
    known = _written("\n".join(sources))
    found = [address for address, one in _addresses(text) if one not in known.addresses]
    found += [number for number in _NUMBER.findall(_SPACED.sub("", text)) if _number(number) not in known.numbers]
    found += [mark for mark in text if unicodedata.category(mark) in ("No", "Nl") and mark not in known.marks]
    found += [word for word, is_name in _telling(text) if (is_name or _is_told(word)) and not _stems(word) & known.stems]
    return [*dict.fromkeys([*found, *(["[…]"] if holds_marks(text) else [])])]


class _Written(NamedTuple):
    """What sources say, as it is compared."""

    addresses: frozenset[str]
    numbers: frozenset[str]
    stems: frozenset[str]
    marks: frozenset[str]


@lru_cache(maxsize=2)
def _written(said: str) -> _Written:
    """What is written in a text: read once, for many claims rest on the same."""
    stems = frozenset(stem for word in {*_WORD.findall(said)} for stem in _stems(word))
    return _Written(frozenset(one for _, one in _addresses(said)), frozenset(_numbers(said)), stems, frozenset(said))


def _addresses(text: str) -> Iterator[tuple[str, str]]:
    """Mails, accounts and links of a text, and each as it is compared."""
    for found in _ADDRESS.findall(text):
        address = found.rstrip(".,;:!?)…")
        yield address, address.casefold().rpartition("://")[2].removeprefix("www.").rstrip("/")


def _numbers(text: str) -> set[str]:
    return {_number(found) for found in _NUMBER.findall(_SPACED.sub("", text))}


def _number(text: str) -> str:
    """A number as it is compared: 1 000,50 and 1000.5 are one."""
    whole, _, rest = text.replace(",", ".").partition(".")
    if ":" in text or "/" in text or "." in rest:
        return text
    rest = rest.rstrip("0")
    return f"{whole.lstrip('0') or '0'}{'.' if rest else ''}{rest}"


_BEFORE: Final = 8
"""Letters before a word by which one sees whether it begins a sentence."""


def _telling(text: str) -> Iterable[tuple[str, bool]]:
    """The words of a text, and whether each is a name: one with a capital that no sentence begins with, or by which somebody is called."""
    for found in _WORD.finditer(text):
        word = found.group()
        begins = _SENTENCE.search(text[max(found.start() - _BEFORE, 0) : found.start()]) is not None
        is_called = begins and text[found.end() : found.end() + 1] in (",", "!") and not _opens(word)
        yield word, word[0].isupper() and _fold(word) not in words()["capitals"] and (not begins or is_called)


def _opens(word: str) -> bool:
    """Whether a word with a comma behind it is no name: a greeting, or what somebody is asked to do."""
    return _fold(word) in words()["openings"] or _fold(word).endswith(tuple(words()["asks"]))


def _is_told(word: str) -> bool:
    """Whether a word names a date, or says a number: ten and more, for of few and first everybody speaks."""
    plain = _fold(word)
    return plain in words()["numbers"] or (
        any(plain.startswith(begins) for begins in (*words()["dates"], *words()["great_numbers"])) and plain not in words()["not_dates"]
    )


def _fold(word: str) -> str:
    return word.casefold().replace("ё", "е")


LEAST: Final = 3
"""Letters that a stem has at least, where the word has as many."""


def _stems(word: str) -> set[str]:
    """A word without each case's ending that it may have: two words that share one of these are forms of one."""
    plain = _fold(word)
    least = min(LEAST, max(len(plain) - 1, 1))
    return {plain[:end] for end in range(max(least, len(plain) - 4), len(plain) + 1) if plain[end:] in _endings()}


@cache
def _endings() -> frozenset[str]:
    return frozenset(words()["endings"])
