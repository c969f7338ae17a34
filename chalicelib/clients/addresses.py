"""One e-mail address as people and programs write it: the one reader of every door. Pure."""

import unicodedata
from typing import Final

from chalicelib.core.patterns import pattern

LONGEST: Final = 254
_LONGEST_TEXT: Final = 500
"""Characters in which an address is looked for, with a name before it."""

_MARKS: Final = " \t\r\n.,;:!?<>()[]{}\"'`«»“”„‘’|/"
"""What stands around an address: quotes, brackets, the end of a sentence."""

_SCHEME: Final = pattern(r"mailto:(?://)?([^?]*)(?:\?.*)?")
_NAMED: Final = pattern(r"[^<>@]*<([^<>]+)>[^<>@\w]*")
"""A name and its address as mail programs show them: Иван <ivan@example.org>."""

_ADDRESS: Final = pattern(r"[^@\s,;:<>()\[\]\"«»“”„|\\]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_](?:[\w-]{0,61}[^\W_])?")


def address_of(text: str | None) -> str | None:
    """The address without what was put around it, folded: two ways of writing one are one. None for what is none."""
    said = bare(text or "")
    for wrapping in (_SCHEME, _NAMED, _SCHEME):
        said = found[1].strip(_MARKS) if (found := wrapping.fullmatch(said)) else said
    said = said.strip(_MARKS)
    return said if len(said) <= LONGEST and said.isprintable() and _ADDRESS.fullmatch(said) else None


def bare(text: str) -> str:
    """A text in small letters, compatible forms being one, without marks that have no width: they come along when one copies."""
    whole = unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]).casefold()
    return "".join(mark for mark in whole if unicodedata.category(mark) != "Cf").strip()
