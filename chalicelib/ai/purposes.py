"""What models are asked for: each package that asks says how a question is made, and what counts of an answer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import BaseModel

from chalicelib.ai.evidence import Piece
from chalicelib.ai.masking import Mask
from chalicelib.ai.models import AiJob
from chalicelib.ai.rules import Purpose, State
from chalicelib.core import storage


class Withheld(Exception):
    """Nothing may be said to a model of this; `reason` is a code, for whoever asked."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Case:
    """What a model is told: the evidence by its numbers, what is wished of it, and the mask that hides both and reveals the answer.

    `kept` is what `read` needs beside them.
    """

    pieces: list[Piece]
    wishes: dict[str, Any]
    mask: Mask
    kept: Any = None


class Reading(NamedTuple):
    """What counts of an answer: how the job ends, and what it found."""

    state: State
    found: dict[str, Any]


class Answered(NamedTuple):
    """What a job found, and by which model."""

    state: State
    found: dict[str, Any]
    model: str
    tokens: int


Ask = Callable[[AiJob], Case]
Read = Callable[[Case, Any], Reading]
Keep = Callable[[storage.Transaction, AiJob, Answered], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job.

    `ask` reads what is known, and raises `Withheld`; `answer` is the form of an answer, `read` decides what counts of one; `keep` adds what
    follows to the transaction that ends the job, and gives what its asker reads; it is done anew where the commit raises one of `raced`.
    """

    name: str
    purpose: Purpose
    system: str
    answer: type[BaseModel]
    ask: Ask
    read: Read
    keep: Keep
    raced: tuple[type[Exception], ...] = ()


registry: dict[str, Kind] = {}
"""The kinds of this process: all where effects leave."""


def register(kind: Kind) -> None:
    """The one who knows a kind of job."""
    registry[kind.name] = kind


@dataclass(slots=True)
class Tellers:
    """Who tells the admin that a budget is used up, and that a vendor refuses us; a package above says how."""

    over_budget: list[Callable[[storage.Transaction, str], None]] = field(default_factory=list)
    refused: list[Callable[[storage.Transaction, str, str], None]] = field(default_factory=list)


tellers = Tellers()
