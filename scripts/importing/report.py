"""What became of each line."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from chalicelib.core.errors import AppError
from scripts.importing.table import BadCell

Kind = Literal["new", "changed", "unchanged", "skipped", "refused"]
KINDS: tuple[Kind, ...] = ("new", "changed", "unchanged", "skipped", "refused")


@dataclass(frozen=True)
class Outcome:
    """One line's: for a refused one which field and why, for others what is worth a look."""

    kind: Kind
    field: str = ""
    why: str = ""


@dataclass
class Report:
    """One file's."""

    name: str
    counts: Counter[Kind] = field(default_factory=Counter)
    told: list[tuple[int, Outcome]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What there is to say of the file as a whole."""

    def add(self, line: int, outcome: Outcome) -> None:
        """Count a line, and keep what there is to say of it."""
        self.counts[outcome.kind] += 1
        if outcome.why:
            self.told.append((line, outcome))

    @property
    def refused(self) -> list[tuple[int, str, str]]:
        """Line, field and reason of each line that was not taken."""
        return [(line, one.field, one.why) for line, one in self.told if one.kind == "refused"]

    def lines(self) -> list[str]:
        """The report as a person reads it."""
        counts = ", ".join(f"{self.counts[kind]} {kind}" for kind in KINDS if self.counts[kind] or kind in ("new", "changed", "refused"))
        head = f"{self.name}: {self.counts.total()} rows: {counts}"
        told = [f"  line {line}, {one.kind}: {one.field + ': ' if one.field else ''}{one.why}" for line, one in self.told]
        return [head, *(f"  {note}" for note in self.notes), *told]


@dataclass
class LeftOut:
    """A table of which nothing was taken, and why."""

    name: str
    rows: int
    why: str
    refused: list[tuple[int, str, str]] = field(default_factory=list)

    def lines(self) -> list[str]:
        """As a person reads it."""
        return [f"{self.name}: {self.rows} rows: left out: {self.why}"]


@dataclass
class Said:
    """What else there is to say when all is read."""

    told: list[str]
    refused: list[tuple[int, str, str]] = field(default_factory=list)

    def lines(self) -> list[str]:
        """As a person reads it."""
        return self.told


def refusal(error: AppError | BadCell) -> Outcome:
    """Why a line is not taken."""
    if isinstance(error, BadCell):
        return Outcome("refused", error.field, error.why)
    if isinstance(error.detail, list) and error.detail:
        first = error.detail[0]
        return Outcome("refused", str(first["loc"][-1]) if first["loc"] else "", first["msg"].removeprefix("Value error, "))
    return Outcome("refused", "", error.text)
