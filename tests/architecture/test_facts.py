"""House rules of the log: what is recorded is listed, told in words, and nobody's personal data."""

from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import get_origin, get_type_hints

import app as composition  # noqa: F401  imports every kind
from chalicelib.analytics.counts import rules
from chalicelib.clients.timeline.rules import words
from chalicelib.core.facts import KINDS
from infra import factpage

ROOT = Path(__file__).parents[2]
PLAIN = {str, int, bool, datetime, type(None)}
PERSONAL = {"name", "phone", "email", "telegram", "text", "comment", "feedback", "contact", "username"}


def test_the_committed_page_is_the_generated_one():
    assert (ROOT / "docs" / "facts.md").read_text(encoding="utf-8") == factpage.page(), "run `make openapi` and commit it"


def test_every_kind_is_told_in_words():
    assert set(words()["what"]) == set(KINDS)


def test_counts_follow_kinds_that_there_are():
    assert set(rules._RULES) <= set(KINDS)


def test_a_fact_holds_plain_values_and_nothing_personal():
    for kind in KINDS.values():
        hints = get_type_hints(kind)
        said = [field.name for field in fields(kind) if field.name in kind.names()]
        assert [name for name in said if not _is_plain(hints[name])] == [], kind
        assert not PERSONAL & {part for name in said for part in name.split("_")}, kind


def _is_plain(hint):
    """A table of a fact is made by a function of its package, whose own test looks into it."""
    return get_origin(hint) is dict or {*getattr(hint, "__args__", (hint,))} <= PLAIN
