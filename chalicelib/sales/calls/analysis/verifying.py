"""A claim stands by its quote: what does not stand in its segment is no claim. Pure.

A quote is found as people read: whatever the case, the kind of dash, ё or е, and however many blanks. What is kept then are the
transcript's own letters.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from chalicelib.sales.calls.transcripts.rules import Segment

LONGEST_QUOTE = 1_000
_DASHES = frozenset("-‐‑‒–—―−")


def verified(claims: Iterable[Mapping[str, Any]], segments: Sequence[Segment]) -> tuple[list[dict[str, Any]], int]:
    """The claims whose `quote` stands in the segment that they name (`segment`, from 0), each with the transcript's own letters, its times
    and its speaker; and how many were dropped."""
    kept: list[dict[str, Any]] = []
    dropped = 0
    for claim in claims:
        number = claim.get("segment")
        quote = _own_letters(claim.get("quote"), segments, number)
        if quote is None or not isinstance(number, int):
            dropped += 1
            continue
        whose = segments[number]
        kept.append({**claim, "quote": quote, "start": whose.start, "end": whose.end, "speaker": whose.speaker})
    return kept, dropped


def _own_letters(quote: Any, segments: Sequence[Segment], number: Any) -> str | None:
    """The quote as its segment has it; None where it has no such thing."""
    if not isinstance(quote, str) or isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(segments):
        return None
    if len(quote) > LONGEST_QUOTE:
        return None
    wanted, _ = folded(quote)
    wanted = wanted.strip()
    text = segments[number].text
    within, places = folded(text)
    at = within.find(wanted) if wanted else -1
    return None if at < 0 else text[places[at] : places[at + len(wanted) - 1] + 1]


@lru_cache(maxsize=64)
def folded(text: str) -> tuple[str, Sequence[int]]:
    """A text as quotes are compared, and of each of its letters the place that it has in the text."""
    letters: list[str] = []
    places: list[int] = []
    for place, mark in enumerate(text):
        for letter in _letters(mark):
            if letter == " " and (not letters or letters[-1] == " "):
                continue
            letters.append(letter)
            places.append(place)
    return "".join(letters), places


@lru_cache(maxsize=4_096)
def _letters(mark: str) -> str:
    if mark.isspace():
        return " "
    if mark in _DASHES:
        return "-"
    return unicodedata.normalize("NFKC", mark).casefold().replace("ё", "е")
