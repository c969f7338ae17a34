"""Writes of operations."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from chalicelib.core import facts, places, storage
from chalicelib.core.batches import batched
from chalicelib.core.places import of_number as place
from chalicelib.core.storage import next_number
from chalicelib.core.turns import Part
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
    subject: str | None,
    at: datetime,
    actor: str,
    told: Mapping[str, Any],
    **said: Any,
) -> Operation:
    """Add an operation and its fact to the transaction that moves what its lines say. Raises Unbalanced.

    `client` is his place in the people index and `subject` his id; `told` is what the fact says beside, `said` the row's other attributes.
    """
    contour, _, whose = client.partition("#")
    about: dict[str, Any] = {"subject": subject or facts.NOBODY, "contour": contour, "ref": str(number), "at": at}
    # what a purchase earns may come days after it
    fact = OperationMade(op_type=op_type, number=int(whose), balance=rules.of_clients(lines), **about, **told)
    row = Operation(
        place=place(number),
        op_type=op_type,
        client=client,
        made=places.of_both(at, number),
        year=f"{contour}#{facts.day_of(at)[:4]}",
        created_at=at,
        lines=rules.checked(lines),
        **{"actor": actor, "counted": fact.data(), **said},
    )
    tx.create(row)
    facts.record(tx, fact)
    return row


def made_on(contour: str, day: str) -> Part:
    """Where the operations of one of the business's days stand: a part of a tick's list."""
    begins, ends = (places.of_moment(at) for at in facts.bounds(day, day))
    return Part(Operation.by_year, f"{contour}#{day[:4]}", between=Operation.made.between(begins, ends))


def of_day(contour: str, day: str) -> Iterator[Operation]:
    """The same, as they stand."""
    part = made_on(contour, day)
    return _whole(storage.scroll(part.index, part.hash_key, between=part.between, size=storage.BATCH))


def every(place: str) -> Iterator[Operation]:
    """All operations of a client, as they stand."""
    return _whole(storage.scroll(Operation.by_client, place, size=storage.BATCH))


def _whole(found: Iterator[Any]) -> Iterator[Operation]:
    for some in batched(found, storage.BATCH):
        yield from storage.whole(some)


def of_client(place: str, most: int) -> list[Operation]:
    """A client's last operations, as their index names them."""
    return storage.query(Operation.by_client, place, newest_first=True, limit=most).rows
