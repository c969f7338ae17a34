"""The word lists of a language, read once a process. Pure."""

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.sales.calls.analysis.words import Negations, Phrases, Stems

LANGUAGES = ("ru", "en")


class Lists(NamedTuple):
    """What is looked for, and how it is called."""

    stems: Stems
    negations: Negations
    phrases: Phrases
    stop: frozenset[str]
    texts: dict[str, Any]


def of(language: str) -> Lists:
    """The lists of a language; those of Russian for one that has none. Stems are forgotten where they have become many."""
    code = language if language in LANGUAGES else "ru"
    found = _read(code)
    if found.stems.is_full:
        _read.cache_clear()
        found = _read(code)
    return found


@cache
def _read(language: str) -> Lists:
    said, stems = _file(f"{language}.json"), Stems(language)
    listed = {(kind, code): texts for kind in ("topics", "objections") for code, texts in said[kind].items()}
    listed |= {(whose, code): texts[whose] for code, texts in said["steps"].items() for whose in ("ours", "asked")}
    listed |= {("moods", mood): said[mood] for mood in ("positive", "negative")} | {("urgent", "urgent"): said["urgent"]}
    return Lists(
        stems=stems,
        negations=Negations(said),
        phrases=Phrases(listed, stems),
        stop=frozenset(said["stop"]),
        texts=_file(f"texts.{language}.json"),
    )


def _file(name: str) -> dict[str, Any]:
    return dict(json.loads((Path(__file__).parent / "data" / name).read_text(encoding="utf-8")))
