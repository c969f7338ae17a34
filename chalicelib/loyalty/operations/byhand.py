"""Points that the office gives or takes by hand, and money rewards that it pays out."""

from typing import Any

from chalicelib.core import clock, facts, once, storage
from chalicelib.core.amounts import shown
from chalicelib.loyalty.accounts import repository as accounts
from chalicelib.loyalty.ledger import repository as ledger
from chalicelib.loyalty.ledger.models import Operation
from chalicelib.loyalty.ledger.rules import Line, moved
from chalicelib.loyalty.operations import looking, repository, rules
from chalicelib.loyalty.operations.errors import InsufficientPoints
from chalicelib.loyalty.operations.looking import RACES, Seen
from chalicelib.loyalty.operations.schemas import NewOperation


@storage.again(*RACES)
def accrue(body: NewOperation, *, actor: str, request: once.Request) -> Operation:
    """Points given. Raises ClientBlocked."""
    seen = looking.look(body, request)
    if seen.made is not None:
        return seen.made
    seen.refuse_blocked()
    points, number, tx = body.points or 0, ledger.number(), storage.Transaction()
    lot = accounts.add_lot(tx, seen.place, number, points, rules.ends_on(facts.day_of(clock.now()), seen.loyalty.life))
    repository.by_hand(tx, seen.place, points=points, at=clock.now())
    lines = moved(seen.place, points, "points-issued")
    said = {"earned": points, "lot": lot, "balance_after": int(seen.account.balance) + points}
    return _written(tx, body, seen, number, lines, actor, request, said, earned=points)


@storage.again(*RACES)
def write_off(body: NewOperation, *, actor: str, request: once.Request) -> Operation:
    """Points taken. Raises ClientBlocked, InsufficientPoints."""
    seen = looking.look(body, request)
    if seen.made is not None:
        return seen.made
    seen.refuse_blocked()
    points = body.points or 0
    _enough(points, int(seen.account.balance), "points")
    number, tx = ledger.number(), storage.Transaction()
    repository.by_hand(tx, seen.place, points=-points, at=clock.now())
    said = {"points": points, "balance_after": int(seen.account.balance) - points}
    return _written(tx, body, seen, number, moved(seen.place, -points, "points-spent"), actor, request, said, points=points)


@storage.again(*RACES)
def pay_out(body: NewOperation, *, actor: str, request: once.Request) -> Operation:
    """Money rewards given to the client. Raises ClientBlocked, InsufficientPoints."""
    seen = looking.look(body, request)
    if seen.made is not None:
        return seen.made
    seen.refuse_blocked()
    amount, method = body.amount_rub or 0, body.payment_method or "cash"
    _enough(amount, int(seen.account.money), "amount_rub")
    number, tx = ledger.number(), storage.Transaction()
    repository.by_hand(tx, seen.place, money=-amount, at=clock.now())
    said = {"amount": amount, "cash": amount, "payment_method": method, "balance_after": int(seen.account.balance)}
    lines = rules.paid_out(seen.place, method, amount)
    return _written(tx, body, seen, number, lines, actor, request, said, amount=amount, net=amount, cash=amount, method=method)


def _enough(wanted: int, available: int, field: str) -> None:
    if wanted > available:
        raise InsufficientPoints({"field": field, "available": shown(available)})


def _written(
    tx: storage.Transaction,
    body: NewOperation,
    seen: Seen,
    number: int,
    lines: list[Line],
    actor: str,
    request: once.Request,
    said: dict[str, Any],
    **told: Any,
) -> Operation:
    repository.claim_receipt(tx, body.receipt_number, number)
    said |= {"comment": body.comment or "", "employee": body.employee_id, "receipt_number": body.receipt_number}
    who: dict[str, Any] = {"subject": seen.person.client_id, "actor": actor}
    row = ledger.write(tx, number, body.op_type, seen.place, lines, at=clock.now(), told=told, **who, **said)
    request.done(tx, str(number))
    tx.commit()
    return row
