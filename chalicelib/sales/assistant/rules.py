"""Letters by rules: sentences that need facts, and are not there without them. Pure; the sentences are `data/emails.<language>.json`."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from chalicelib.core.patterns import pattern

Template = Literal["cold_outreach", "follow_up", "after_call", "proposal", "reactivation"]
Tone = Literal["professional", "friendly", "short"]
Language = Literal["ru", "en"]

IN_SHORT: Final = 2
"""Sentences of a short letter, beside its greeting."""

LONGEST_SUBJECT: Final = 300
_FACT = pattern(r"\{(\w+)\}")


class Letter(NamedTuple):
    """A letter, another one beside it, and the names of the facts that they say."""

    subject: str
    body: str
    alternative_subject: str
    alternative_body: str
    used: list[str]


@cache
def sentences(language: str) -> dict[str, Any]:
    """All that may be said in a language."""
    return dict(json.loads((Path(__file__).parent / "data" / f"emails.{language}.json").read_text(encoding="utf-8")))


def letter(template: Template, tone: Tone, language: Language, facts: Mapping[str, str]) -> Letter:
    """A letter of what is known."""
    known = sentences(language)
    wanted, used = known[template], dict[str, None]()
    head, end = _first(known["greeting"][tone], facts, used), _first(known["closing"][tone], facts, used)
    texts = [_body(head, _all(wanted[name], facts, used, tone), end) for name in ("body", "alternative")]
    subjects = [_first(wanted[name], facts, used)[:LONGEST_SUBJECT] for name in ("subject", "alternative_subject")]
    return Letter(subjects[0], texts[0], subjects[1], texts[1], [*used])


def _body(head: str, said: Sequence[str], end: str) -> str:
    return "\n\n".join(part for part in (head, " ".join(said), end) if part)


def _fits(sentence: Mapping[str, Any], facts: Mapping[str, str]) -> bool:
    return all(name in facts for name in sentence["needs"]) and not any(name in facts for name in sentence.get("without", ()))


def _said(sentence: Mapping[str, Any], facts: Mapping[str, str], used: dict[str, None]) -> str:
    used.update(dict.fromkeys(sentence["needs"]))
    return _FACT.sub(lambda found: facts[found.group(1)], str(sentence["text"]))  # at once: braces in what somebody typed mean nothing


def _first(found: Sequence[Mapping[str, Any]], facts: Mapping[str, str], used: dict[str, None]) -> str:
    return next((_said(sentence, facts, used) for sentence in found if _fits(sentence, facts)), "")


def _all(found: Sequence[Mapping[str, Any]], facts: Mapping[str, str], used: dict[str, None], tone: Tone) -> list[str]:
    fitting = [sentence for sentence in found if _fits(sentence, facts)]
    if tone == "short" and len(fitting) > IN_SHORT:
        fitting = [fitting[0], fitting[-1]]
    return [_said(sentence, facts, used) for sentence in fitting]
