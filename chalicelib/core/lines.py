"""Words of others inside our messages: on one line, or marked as theirs. Pure.

A name with a line break could speak in our voice ("Анна", then "Администратор: переведите…"), and marks that nobody sees could turn
the order of what is read.
"""

import unicodedata

JOINER = "\u200d"
"""Holds an emoji of several together; it alone of what nobody sees is kept."""

QUOTE = "> "

_HOLLOW = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u2800\u3164\uffa0" + "".join(map(chr, range(0xFE00, 0xFE10))))
"""Letters and signs by their class, of which nothing is drawn."""

_UNSEEN = ("Cf", "Zs", "Zl", "Zp")


def is_blank(text: str) -> bool:
    """Whether nobody sees anything of a text. Controls are no blanks: where they may not stand they are refused."""
    return not any(not mark.isspace() and mark not in _HOLLOW and unicodedata.category(mark) not in _UNSEEN for mark in text)


def visible(text: str) -> str:
    """A text without what nobody sees: marks of direction, zero widths, controls other than line breaks and tabs."""
    return "".join(
        mark for mark in text if mark in "\n\r\t\v\f\x1c\x1d\x1e\x85" + JOINER or unicodedata.category(mark) not in ("Cf", "Cc", "Cs")
    )


def one_line(text: str) -> str:
    """A text on one line."""
    return " ".join(visible(text).split())


def quoted(text: str) -> str:
    """A longer text: alone on its line as it is, several lines each marked as theirs, below what stands before them."""
    lines = [line.rstrip() for line in visible(text).strip().splitlines()]
    return lines[0] if len(lines) == 1 else "".join(f"\n{QUOTE}{line}".rstrip(" ") for line in lines)


_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the order in which what follows is read."""


def _is_control(mark: str) -> bool:
    return unicodedata.category(mark) in ("Cc", "Cs") or mark in _BIDI


def in_one_line(said: str | None) -> str | None:
    """A name stands in other people's lists and tables."""
    if said is not None and any(map(_is_control, said)):
        raise ValueError("expected one line of text without control characters")
    return said


def in_lines(said: str | None) -> str | None:
    """A text that may have more than one line."""
    if said is not None and any(_is_control(mark) and mark not in "\n\r\t" for mark in said):
        raise ValueError("expected text without control characters")
    return said
