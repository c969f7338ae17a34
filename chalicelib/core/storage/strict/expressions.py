"""What an expression says: its paths, its values, its operators. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

_TOKEN = re.compile(r"(?P<name>#\w+)|(?P<value>:\w+)|(?P<word>[A-Za-z_]\w*)|(?P<number>\d+)|(?P<mark><>|<=|>=|\S)")
_KEYWORDS = {"AND", "OR", "NOT", "BETWEEN", "IN"}
_SECTIONS = {"SET", "REMOVE", "ADD", "DELETE"}
_COMPARISONS = {"=", "<>", "<", "<=", ">", ">=", "+", "-"}

Path = tuple[str, ...]


class Token(NamedTuple):
    """A piece of an expression; `function` where an opening bracket follows a word."""

    kind: str
    text: str


@lru_cache(4096)
def tokens(text: str) -> tuple[Token, ...]:
    """The pieces of an expression in order; a word before an opening bracket is a ``function``, a logical one a ``keyword``."""
    found = [Token(match.lastgroup or "", match.group()) for match in _TOKEN.finditer(text)]
    return tuple(_told_apart(token, found[place + 1 : place + 2]) for place, token in enumerate(found))


def _told_apart(token: Token, following: list[Token]) -> Token:
    if token.kind != "word":
        return token
    if token.text.upper() in _KEYWORDS:
        return Token("keyword", token.text.upper())
    return Token("function", token.text) if following and following[0].text == "(" else token


@dataclass(frozen=True, slots=True)
class Assignment:
    """One change of an update: ``SET path = …`` with the tokens of its right side."""

    section: str
    path: Path
    right: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression of a request, with what its placeholders stand for."""

    kind: str
    text: str
    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Its pieces in order."""
        return tokens(self.text)

    def paths(self) -> list[Path]:
        """Every document path in it, each part by its true name."""
        return list(self._paths(self.tokens))

    def attributes(self) -> set[str]:
        """The top-level attributes that it names."""
        return {path[0] for path in self.paths()}

    def operators(self) -> int:
        """How many operators and functions it has."""
        return sum(token.kind in ("function", "keyword") or token.text in _COMPARISONS for token in self.tokens)

    def bare_words(self) -> set[str]:
        """Attribute names that are written out."""
        words = {token.text for token in self.tokens if token.kind == "word"}
        return {word for word in words if not (self.kind == "UpdateExpression" and word in _SECTIONS)}

    def lists(self) -> Iterator[int]:
        """How many operands each ``IN`` has."""
        for place, token in enumerate(self.tokens):
            if token == Token("keyword", "IN"):
                rest = [piece.text for piece in self.tokens[place:]]
                yield rest[: rest.index(")")].count(",") + 1

    def ranges(self) -> Iterator[tuple[Any, Any]]:
        """The bounds of each ``BETWEEN`` of two values."""
        for place, token in enumerate(self.tokens):
            bounds = self.tokens[place + 1 : place + 4 : 2]
            if token == Token("keyword", "BETWEEN") and [bound.kind for bound in bounds] == ["value", "value"]:
                yield self.values.get(bounds[0].text), self.values.get(bounds[1].text)

    def assignments(self) -> list[Assignment]:
        """The changes of an update."""
        found, section = [], ""
        for piece in self._pieces():
            if piece and piece[0].kind == "word" and piece[0].text in _SECTIONS:
                section, piece = piece[0].text, piece[1:]
            path = next(self._paths(piece), None)
            if path:
                equals = next((place for place, token in enumerate(piece) if token.text == "="), None)
                found.append(Assignment(section, path, piece[equals + 1 :] if equals is not None else piece[1:]))
        return found

    def _pieces(self) -> Iterator[tuple[Token, ...]]:
        """Between commas outside brackets, and before each section's word."""
        piece: list[Token] = []
        depth = 0
        for token in self.tokens:
            depth += (token.text in "([") - (token.text in ")]")
            if depth == 0 and (token.text == "," or (token.kind == "word" and token.text in _SECTIONS)):
                yield tuple(piece)
                piece = []
            if token.text != "," or depth:
                piece.append(token)
        yield tuple(piece)

    def _paths(self, pieces: tuple[Token, ...]) -> Iterator[Path]:
        path: list[str] = []
        last = ""
        for token in pieces:
            part = self._part(token, inside=bool(path) and last == "[")
            if part is None and token.text not in (".", "[", "]") and path:
                yield tuple(path)
                path = []
            elif part is not None and path and last not in (".", "["):
                yield tuple(path)
                path = [part]
            elif part is not None:
                path.append(part)
            last = token.text
        if path:
            yield tuple(path)

    def _part(self, token: Token, *, inside: bool) -> str | None:
        if token.kind == "name":
            return self.names.get(token.text, token.text)
        if token.kind == "number":
            return f"[{token.text}]" if inside else None
        section = self.kind == "UpdateExpression" and token.text in _SECTIONS
        return token.text if token.kind == "word" and not section else None
