"""Reads and writes of questionnaires and of the rows that visitors were given."""

from collections.abc import Iterator
from datetime import timedelta

from chalicelib.core import clock, storage
from chalicelib.intake.research import rules
from chalicelib.intake.research.errors import RowRaced
from chalicelib.intake.research.models import ResearchRow, Visit

COUNTER = "research-rows"
FOR_A_WHILE = timedelta(minutes=15)
"""How long an address and an agent still mean the same visitor."""


def next_number(contour: str) -> str:
    """A row nobody has; what is tried out is counted by itself."""
    return rules.number_in(str(storage.next_number(COUNTER if contour == "live" else f"{COUNTER}-{contour}")), contour)


def visit(visitor: str | None) -> Visit | None:
    """What a visitor was given a moment ago."""
    (given,) = storage.read(Visit.at(visitor)) if visitor else (None,)
    return given if given is not None and given.given_at >= clock.wall() - FOR_A_WHILE else None


def get(number: str | None) -> ResearchRow | None:
    """One questionnaire, or None."""
    (row,) = storage.read(ResearchRow.at(number)) if number else (None,)
    return row


def give(tx: storage.Transaction, visitor: str, number: str, *, instead_of: Visit | None) -> None:
    """Remember which row a visitor was given; the commit raises RowRaced when he was just given another."""
    at = clock.wall()
    fresh = Visit(visitor=visitor, number=number, given_at=at, expires_at=at + FOR_A_WHILE)
    past = Visit.visitor.does_not_exist() | (Visit.given_at < at - FOR_A_WHILE)
    tx.put(fresh, condition=past if instead_of is None else Visit.number == instead_of.number, otherwise=RowRaced())


def reserve(tx: storage.Transaction, number: str, visitor: str | None) -> None:
    """Take a number for a questionnaire that is still to come."""
    at = clock.wall()
    tx.create(ResearchRow(number=number, state="reserved", visitor=visitor, created_at=at, updated_at=at), otherwise=RowRaced())


def fill(tx: storage.Transaction, row: ResearchRow, *, reserved: bool) -> None:
    """Write a questionnaire, into its reserved row where it has one."""
    free = ResearchRow.state == "reserved" if reserved else ResearchRow.number.does_not_exist()
    tx.put(row, condition=free, otherwise=RowRaced())


def contacts(tx: storage.Transaction, number: str, *, name: str | None, contact: str | None) -> None:
    """Write a questionnaire's contacts; what is empty wipes nothing."""
    told = [attribute.set(value) for attribute, value in ((ResearchRow.name, name), (ResearchRow.contact, contact)) if value]
    tx.update(ResearchRow.row(number), [*told, ResearchRow.updated_at.set(clock.wall())])


def set_aside(tx: storage.Transaction, row: ResearchRow, said: list[dict[str, str | None]]) -> None:
    """Keep contacts that a stranger sent for a row beside it: a person decides."""
    seen = ResearchRow.unproven.does_not_exist() if row.unproven is None else ResearchRow.unproven == row.unproven
    tx.update(ResearchRow.row(row.number), [ResearchRow.unproven.set(said)], condition=seen, otherwise=RowRaced())


def all_rows() -> Iterator[ResearchRow]:
    """Every questionnaire, in order: for rebuilding the mirror."""
    last = storage.last_number(COUNTER)
    for first in range(1, last + 1, storage.BATCH):
        numbers = range(first, min(first + storage.BATCH, last + 1))
        yield from (row for row in storage.read(*(ResearchRow.at(str(number)) for number in numbers)) if row is not None)
