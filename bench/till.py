"""What a purchase costs: three lines, points, a certificate, a client with a referrer; with few operations and with many."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import boto3

from bench import desk, operations
from bench.capacity import SIZES, Units, metered
from bench.operations import Request, World
from bench.wire import recorded
from chalicelib.catalogue.products.models import Product
from chalicelib.catalogue.stock.models import Stock
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import place
from chalicelib.company.models import Entry
from chalicelib.core import clock
from chalicelib.loyalty.accounts.models import Account, Lot
from chalicelib.loyalty.certificates.models import Certificate
from chalicelib.loyalty.ledger.models import Operation
from tests.builders import SERVICE

CODE, WHO = "ABCDEFGHJKMN", 100_722
GOODS = (7, 8, 9)
REQUEST = Request(
    "POST",
    "/api/v1/admin/operations",
    {
        "client_id": WHO,
        "op_type": "purchase",
        "items": [{"product_id": number, "quantity": 1} for number in GOODS],
        "points": 50,
        "certificate_code": CODE,
        "certificate_rub": 100,
        "receipt_number": "R-1",
    },
    headers={**SERVICE, "Idempotency-Key": "one"},
)
PROGRAMME = {"is_active": True, "unit": "points", "base": 1, "depth": 1, "rules": [[one, 1000, one == 1] for one in range(1, 7)]}


@dataclass(frozen=True)
class Purchase:
    """One purchase on a till that has seen so many operations of as many clients."""

    size: int
    calls: list[str]
    units: Units


def of_another(number: int) -> Request:
    """The same purchase of one of many clients, who has a certificate of his own."""
    own = {"client_id": WHO + number, "certificate_code": code_of(number), "receipt_number": f"R-{number}"}
    return replace(REQUEST, body={**REQUEST.body, **own}, headers={**SERVICE, "Idempotency-Key": f"one-{number}"})


def code_of(number: int) -> str:
    """The code of that client's certificate."""
    return f"{CODE[:6]}{number:06d}"


def _prepare(world: World) -> Request:
    _open()
    return REQUEST


PURCHASE = operations.Operation("a purchase", _prepare)
"""Beside the webhooks, which others count."""


def measure(sizes: Sequence[int] = SIZES) -> list[Purchase]:
    """On a till of each size."""
    return [_on(size) for size in sizes]


def _on(size: int) -> Purchase:
    with desk.opened() as world:
        _open()
        _fill(size)
        with recorded() as recorder, metered() as meter:
            REQUEST.send(world.front).ok()
        return Purchase(size, [call for call in recorder.operations if call != "GetItem"], meter.units)


def _open() -> None:
    """Goods, a certificate, the programme, and the client who buys."""
    at = clock.now()
    for number in GOODS:
        said: dict[str, Any] = {"item_type": "product", "name": f"Товар {number}", "by_name_at": f"товар#{number}", "by": "bench"}
        Product(place=f"{number:012d}", price=20_000, cost=9_000, stock=9_000, created_at=at, updated_at=at, **said).save()
        Stock(product=f"{number:012d}", location=f"{1:012d}", quantity=9_000).save()
    said = {"made": "1", "number": 1, "title": "Подарок", "issue_method": "manual", "status": "active", "actor": "bench"}
    Certificate(code=CODE, amount=50_000, balance=50_000, created_at=at, **said).save()
    Entry(directory="settings", place="referrals", said=PROGRAMME, by="bench", created_at=at, updated_at=at).save()
    _client(WHO).save()
    Account(place=place("live", WHO), balance=10_000, referrer=5).save()
    Lot(place=place("live", WHO), lot="9999-12-31#999999999999", amount=10_000, operation=1).save()


def _client(number: int) -> PersonRow:
    return PersonRow(place=place("live", number), client_id=f"client-{number}", lead_number=f"br{number}", created_at=clock.now())


def _fill(size: int) -> None:
    """A purchase of each of so many clients over the last months, and half of them again of the one who buys."""
    client, at = boto3.client("dynamodb"), clock.now()
    for start in range(1, size + 1, 12):
        numbers = range(start, min(start + 12, size + 1))
        made = [_operation(number, at - timedelta(minutes=5 * number)) for number in numbers]
        for model, rows in ((Operation, made), (PersonRow, [_client(number) for number in numbers])):
            puts = [{"PutRequest": {"Item": row.serialize()}} for row in rows]
            client.batch_write_item(RequestItems={model.Meta.table_name: puts})


def _operation(number: int, at: Any) -> Operation:
    who = place("live", WHO if number % 2 else number)
    own = f"{number + 1_000_000:012d}"  # the counter begins at one
    moment = f"{at.timestamp():017.6f}#{own}"
    base: dict[str, Any] = {"op_type": "purchase", "client": who, "made": moment, "year": f"live#{at:%Y}", "created_at": at}
    return Operation(place=own, lines=[], amount=1000, cash=1000, actor="bench", **base)
