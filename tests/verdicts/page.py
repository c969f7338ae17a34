"""`docs/verdicts.md`: read, compared with the source, and written anew with what people wrote in it."""

import re
from typing import NamedTuple

from tests.verdicts.finder import ROOT, Place, places

PAGE = ROOT / "docs" / "verdicts.md"
HEAD = "| where | what came | what becomes of it | who sees it |\n|---|---|---|---|"
_ROW = re.compile(r"^\| `(?P<key>[^`]+)` \| (?P<came>.*?) \|(?P<becomes>.*?)\|(?P<seen>.*?)\|$")
_VERDICT = re.compile(r"^- \*\*(?P<word>[a-z ]+)\*\*", re.MULTILINE)


class Row(NamedTuple):
    """What people wrote of a place; the verdict is the first word of what becomes of it."""

    came: str = ""
    becomes: str = ""
    seen: str = ""


def rows() -> dict[str, Row]:
    """The page's rows by the place's key."""
    found = (_ROW.match(line) for line in PAGE.read_text(encoding="utf-8").splitlines())
    return {one["key"]: Row(*(one[name].strip() for name in ("came", "becomes", "seen"))) for one in found if one}


def verdicts() -> set[str]:
    """The words that the page's head explains: a row's verdict is one of them."""
    return set(_VERDICT.findall(_intro()))


def _intro() -> str:
    return PAGE.read_text(encoding="utf-8").partition("\n## ")[0].rstrip()


def text() -> str:
    """The page for the source as it stands: new places with nothing said of them, gone ones left out."""
    known, found, parts = rows(), places(), [_intro()]
    for package in dict.fromkeys(place.module.partition(".")[0] for place in found):
        lines = [_line(place, known.get(place.key, Row())) for place in found if place.module.partition(".")[0] == package]
        parts.append("\n".join([f"## {package}", "", HEAD, *lines]))
    return "\n\n".join(parts) + "\n"


def _line(place: Place, row: Row) -> str:
    return f"| `{place.key}` | {row.came} | {row.becomes} | {row.seen} |"
