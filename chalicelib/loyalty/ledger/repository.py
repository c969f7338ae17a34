"""Writes of operations."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.core import facts, places, storage
from chalicelib.core.batches import batched
from chalicelib.core.places import of_number as place
from chalicelib.core.storage import next_number
from chalicelib.loyalty.ledger import rules
from chalicelib.loyalty.ledger.facts import OperationMade
from chalicelib.loyalty.ledger.models import Operation
from chalicelib.loyalty.ledger.rules import Line

COUNTER = "crm-operation"


def number() -> int:
    """A number that no operation has: one call. Gaps may happen, repeats may not."""
    return next_number(COUNTER)


def numbers(many: int) -> range:
    """So many of them in a row: one call."""
    return storage.next_numbers(COUNTER, many)


def write(
    tx: storage.Transaction,
    number: int,
    op_type: str,
    client: str,
    lines: list[Line],
    *,
    at: datetime,
    day: str,
    actor: str,
    fact: OperationMade,
    otherwise: Exception | None = None,
    **said: Any,
) -> Operation:
    """Add an operation and its fact to the transaction that moves what its lines say. Raises Unbalanced.

    `client` is his place in the people index, `day` the business's day of it, `said` the row's other attributes.
    """
    told = replace(fact, balance=rules.of_clients(lines))  # what a purchase earns may come days after it
    row = Operation(
        place=place(number),
        op_type=op_type,
        client=client,
        made=places.of_both(at, number),
        year=f"{client.partition('#')[0]}#{day[:4]}",
        created_at=at,
        lines=rules.checked(lines),
        **{"actor": actor, "counted": told.data(), **said},
    )
    tx.create(row, otherwise=otherwise)
    facts.record(tx, told)
    return row


def of_day(contour: str, day: str) -> Iterator[Operation]:
    """The operations of one of the business's days, as they stand."""
    begins, ends = (places.of_moment(at) for at in facts.bounds(day, day))
    found = storage.scroll(Operation.by_year, f"{contour}#{day[:4]}", between=Operation.made.between(begins, ends), size=storage.BATCH)
    for some in batched(found, storage.BATCH):
        yield from storage.whole(some)


def of_client(place: str, most: int) -> list[Operation]:
    """A client's last operations, as their index names them."""
    return storage.query(Operation.by_client, place, newest_first=True, limit=most).rows
