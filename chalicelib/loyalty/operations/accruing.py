"""Points that a purchase earns some days later: an operation of their own on the day when they come."""

from typing import Any

from chalicelib.clients.index.models import PersonRow
from chalicelib.company import service as company
from chalicelib.core import clock, facts, storage
from chalicelib.loyalty.accounts import repository as accounts
from chalicelib.loyalty.accounts.models import Account
from chalicelib.loyalty.ledger import repository as ledger
from chalicelib.loyalty.ledger.models import Operation
from chalicelib.loyalty.ledger.rules import moved
from chalicelib.loyalty.operations import looking, repository, rules


def accrue(tx: storage.Transaction, number: int) -> None:
    """Add to the transaction the points that a purchase earned, less what refunds took back meanwhile; nothing where there are none left.

    The commit raises RefundRaced where a refund came first, or the points are there already.
    """
    (row,) = storage.read(repository.key(number))
    points = int(row.earned) - int(row.points_taken_back) if row is not None else 0
    if row is None or row.lot or points <= 0:
        return
    place = repository.heir(row.client)
    keys = {"person": [PersonRow.at(place)], "account": accounts.keys(place), "house": company.keys()}
    rows = looking.together(keys)
    life = company.loyalty_of(rows["house"]).life
    lot = accounts.add_lot(tx, place, number, points, rules.ends_on(facts.day_of(row.created_at), life))
    repository.give_lot(tx, row, lot)
    repository.accrued(tx, place, balance=points, at=clock.now())
    _write(tx, row, place, rows["person"][0], rows["account"][0], points)


def _write(tx: storage.Transaction, row: Operation, place: str, person: PersonRow, account: Account | None, points: int) -> None:
    number, at = ledger.number(), clock.now()
    said: dict[str, Any] = {"earned": points, "level": row.level, "percent": row.percent, "receipt_number": row.receipt_number}
    said["balance_after"] = (int(account.balance) if account else 0) + points
    lines = moved(place, points, "points-issued")
    told = {"earned": points, "level": row.level}
    ledger.write(tx, number, "points_accrual", place, lines, subject=person.client_id, at=at, actor="system", told=told, **said)
