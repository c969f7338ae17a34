"""What a purchase writes in FastAPI and SQLAlchemy: the rows that the desk's transaction has.

What may race stands in the `WHERE` of its `UPDATE`, and goods are changed by one statement for all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, bindparam, or_, select, update
from sqlalchemy.orm import Session

from bench.fastapi_base import now, say, send
from bench.fastapi_till_models import (
    Account,
    Certificate,
    FactMade,
    Lot,
    Movement,
    Operation,
    Person,
    Product,
    Receipt,
    RequestMade,
    Stock,
)
from chalicelib.catalogue.stock.errors import OutOfStock
from chalicelib.company.rules import Level, Loyalty, level_of
from chalicelib.core import facts, ids, once
from chalicelib.core.amounts import THOUSANDTHS, shown
from chalicelib.core.errors import Busy
from chalicelib.loyalty.ledger import rules as ledger
from chalicelib.loyalty.ledger.facts import OperationMade
from chalicelib.loyalty.operations import rules, telling
from chalicelib.loyalty.operations.rules import Bill, Item
from chalicelib.loyalty.operations.schemas import NewOperation
from chalicelib.loyalty.referrals import config as referrals

ACTOR = "service"
LESS_ON_THE_SHELF = (
    update(Stock)
    .where(Stock.product == bindparam("of"), Stock.location == bindparam("at"), Stock.quantity >= bindparam("taken"))
    .values(quantity=Stock.quantity - bindparam("taken"))
)
LESS_IN_ALL = (
    update(Product)
    .where(Product.number == bindparam("of"), Product.item_type == "product")
    .values(stock=Product.stock - bindparam("taken"))
)


class Raced(Busy):
    """A row is not what was seen."""


@dataclass(frozen=True, slots=True)
class Seen:
    person: Person
    account: Account
    loyalty: Loyalty
    programme: referrals.Config
    location: int
    products: Mapping[int, Product]
    certificate: Certificate | None

    @property
    def level(self) -> Level:
        return level_of(self.loyalty.levels, self.account.spent, self.account.level)


@dataclass(frozen=True, slots=True)
class Sale:
    bill: Bill
    items: list[Item]
    earned: int
    at: datetime
    method: str
    later: datetime | None

    @property
    def at_once(self) -> int:
        return 0 if self.later else self.earned


def write(db: Session, body: NewOperation, seen: Seen, sale: Sale) -> Operation:
    """The operation's row, flushed for its number, and its fact."""
    bill, account = sale.bill, seen.account
    lines = bill.lines(seen.person.place, sale.method, sale.at_once)
    said = replace(_fact(body, seen, sale), balance=ledger.of_clients(lines))
    row = Operation(
        op_type=body.op_type,
        client=seen.person.place,
        created_at=sale.at,
        lines=ledger.checked(lines),
        amount=bill.amount,
        discount=bill.discount,
        referral_discount=bill.referral_discount,
        cash=bill.cash,
        points=bill.points,
        earned=sale.earned,
        certificate=bill.certificate,
        certificate_code=seen.certificate.code if seen.certificate and bill.certificate else None,
        payment_method=sale.method,
        items=[one.kept() for one in sale.items] or None,
        location=seen.location if sale.items or body.location_id else None,
        employee=body.employee_id,
        appointment=body.appointment_id,
        receipt_number=body.receipt_number,
        level=seen.level.code,
        percent=seen.level.accrual,
        balance_after=account.balance + sale.at_once - bill.points,
        comment=body.comment or "",
        referral_state="pending" if _is_rewarded(seen, sale) else None,
        actor=ACTOR,
        counted=said.data(),
    )
    db.add(row)
    db.flush()
    about = {"subject": said.subject, "contour": said.contour, "kind": said.kind, "data": said.data()}
    db.add(FactMade(fact_id=ids.new(), happened_at=sale.at, day=facts.day_of(sale.at), ref=str(row.number), actor="office", **about))
    return row


def _is_rewarded(seen: Seen, sale: Sale) -> bool:
    return bool(seen.account.referrer and seen.programme.is_active and sale.bill.cash > 0)


def _fact(body: NewOperation, seen: Seen, sale: Sale) -> OperationMade:
    bill = sale.bill
    return OperationMade(
        subject=seen.person.client_id,
        contour="live",
        ref="",
        at=sale.at,
        op_type=body.op_type,
        number=body.client_id,
        amount=bill.amount,
        net=bill.net,
        discount=bill.discount,
        referral_discount=bill.referral_discount,
        points=bill.points,
        certificate=bill.certificate,
        cash=bill.cash,
        earned=sale.earned,
        cost=rules.cost(sale.items),
        method=sale.method,
        level=seen.level.code,
        channel=seen.account.channel,
        first=seen.account.first_purchase is None,
    )


def _surely(db: Session, statement: Any, rows: list[dict[str, Any]] | None = None) -> bool:
    """Whether a statement changed each row that it names; past the session, which has nothing left to compare."""
    done: CursorResult[Any] = db.connection().execute(statement, rows)
    return done.rowcount == (1 if rows is None else len(rows))


def change_account(db: Session, seen: Seen, sale: Sale, row: Operation) -> None:
    """Sums are added under the condition that he may spend: of the account, and of the client as lists show him."""
    bill, account, day = sale.bill, seen.account, facts.day_of(sale.at)
    bought = {"operation": row.number, "day": day}
    allowed = [Account.place == account.place, Account.blocked.is_(False), Account.merged_into.is_(None), Account.balance >= bill.points]
    first: dict[str, Any] = {}
    if account.first_purchase is None:
        allowed, first = [*allowed, Account.first_purchase.is_(None)], {"first_purchase": bought}
    sums = {
        "balance": Account.balance + sale.at_once - bill.points,
        "consumed": Account.consumed + bill.points,
        "spent": Account.spent + bill.cash,
        "visits": Account.visits + 1,
    }
    values = {**sums, **first, "last_purchase": bought, "last_visit_at": sale.at, "updated_at": sale.at}
    if not _surely(db, update(Account).where(*allowed).values(values)):
        raise Raced
    listed = {"loyalty_spent": Person.loyalty_spent + bill.cash, "loyalty_visits": Person.loyalty_visits + 1, "loyalty_last": day}
    _surely(db, update(Person).where(Person.place == account.place).values(listed))


def take(db: Session, row: Certificate | None, taken: int, at: datetime) -> None:
    if row is None or not taken:
        return
    lives = [
        Certificate.code == row.code,
        Certificate.status == "active",
        or_(Certificate.expires_at.is_(None), Certificate.expires_at > at),
    ]
    less: dict[str, Any] = {"balance": Certificate.balance - taken}
    enough = Certificate.balance > taken
    if taken == row.balance:
        less, enough = {**less, "status": "redeemed"}, Certificate.balance == taken
    if not _surely(db, update(Certificate).where(*lives, enough).values(less)):
        raise Raced


def move(db: Session, seen: Seen, sale: Sale, row: Operation) -> None:
    sold = rules.tracked(sale.items)
    if not sold:
        return
    if not _surely(db, LESS_ON_THE_SHELF, [{"of": number, "at": seen.location, "taken": quantity} for number, quantity in sold.items()]):
        raise _short(db, sold, seen.location)
    if not _surely(db, LESS_IN_ALL, [{"of": number, "taken": quantity} for number, quantity in sold.items()]):
        raise Raced
    for order, (number, quantity) in enumerate(sold.items()):
        card = seen.products[number]
        about = {"product": number, "product_name": card.name, "quantity": quantity, "delta": -quantity, "unit_cost": card.cost}
        own = {"number": row.number * 100 + order, "movement_type": "sale", "location": seen.location, "operation": row.number}
        db.add(Movement(**about, **own, created_at=sale.at, actor=ACTOR))


def _short(db: Session, sold: Mapping[int, int], location: int) -> OutOfStock:
    db.rollback()
    lies = {row.product: row.quantity for row in db.scalars(select(Stock).where(Stock.product.in_(sold), Stock.location == location))}
    number = next((number for number, quantity in sold.items() if lies.get(number, 0) < quantity), next(iter(sold)))
    return OutOfStock({"product_id": number, "available": shown(lies.get(number, 0), THOUSANDTHS)})


def follow(db: Session, body: NewOperation, seen: Seen, sale: Sale, row: Operation) -> None:
    """Its points, its receipt, and what leaves or happens later because of it."""
    if sale.at_once:
        until = rules.ends_on(facts.day_of(sale.at), seen.loyalty.life)
        name = f"{until or '9999-12-31'}#{row.number:012d}"
        db.add(Lot(place=seen.person.place, lot=name, amount=sale.at_once, operation=row.number, expires_on=until))
    if sale.later:
        send(db, f"accrue#{row.number}", "accrue", {"operation": row.number}, due_at=sale.later)
    if _is_rewarded(seen, sale):
        send(db, f"referral#{row.number}", "referral", {"operation": row.number})
    if body.notify:
        values = {"amount": telling.said(row.amount), "cash": telling.said(row.cash), "balance": telling.said(row.balance_after or 0)}
        say(db, f"client#{seen.person.client_id}", "client_receipt", "operation_made", "", values)


def remember(db: Session, body: NewOperation, request: once.Request, row: Operation) -> None:
    if body.receipt_number:
        db.add(Receipt(receipt_number=body.receipt_number, operation=row.number))
    if request.name:
        db.add(RequestMade(name=request.name, said=request.said, made=str(row.number), expires_at=now() + once.REMEMBERED))
