"""A judgement in words: reasons one by one, and in a sentence. The words are files."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("ru", "en")
IN_A_SENTENCE = 3
"""Reasons that a sentence names."""


@cache
def words(language: str) -> dict[str, str]:
    """The words of a language; Russian where there is none for it."""
    known = language if language in LANGUAGES else "ru"
    text = (Path(__file__).parent / "data" / f"texts.{known}.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def text(reason: Mapping[str, Any], language: str) -> str:
    """One reason in words."""
    known = words(language)
    of = known.get(f"of.{reason['ref']}") or known.get(str(reason["ref"]), "")
    said = known[reason["code"]].format(of=of[:1].lower() + of[1:])
    return known["times"].format(text=said, count=reason["count"]) if reason["count"] > 1 else said


def worded(said: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A judgement with its reasons in a language."""
    lists = {name: [{**reason, "text": text(reason, language)} for reason in said[name]] for name in ("reasons", "counter_reasons")}
    return {**said, **lists}


def reasoning(said: Mapping[str, Any], language: str) -> str:
    """The same in a few sentences: how high, what for, what against, what to ask."""
    known = words(language)
    head = known["reasoning" if said["score"] is not None else "reasoning.unknown"]
    numbers = {name: said[name] for name in ("score", "fit", "engagement")}
    asked = [known[f"missing.{name}"] for name in said["missing"][:IN_A_SENTENCE]]
    parts = [
        head.format(category=known[said["score_category"]], **numbers),
        _named(known["for"], [reason for reason in said["reasons"] if reason["points"] > 0], language),
        _named(known["against"], said["counter_reasons"], language),
        known["ask"].format(missing=", ".join(asked)) if asked else "",
    ]
    return " ".join(part for part in parts if part)


def _named(template: str, reasons: Sequence[Mapping[str, Any]], language: str) -> str:
    said = [text(reason, language) for reason in reasons[:IN_A_SENTENCE]]
    return template.format(reasons=", ".join(one[:1].lower() + one[1:] for one in said)) if said else ""
