"""A purchase in FastAPI: payload, arithmetic and answer are the desk's own; what it writes stands in `fastapi_till_writing`, one commit."""

import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header
from sqlalchemy import select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bench import fastapi_till_writing as writing
from bench.fastapi_base import Database, now
from bench.fastapi_till_models import (
    Account,
    Certificate,
    Entry,
    Operation,
    Person,
    Product,
    Receipt,
    RequestMade,
)
from bench.fastapi_till_writing import ACTOR, Raced, Sale, Seen
from chalicelib.catalogue.stock.errors import ProductNotFound
from chalicelib.catalogue.stock.rules import MAIN
from chalicelib.clients.index.rules import place
from chalicelib.company.errors import LocationClosed, LocationNotFound
from chalicelib.company.rules import Loyalty, loyalty
from chalicelib.core import once, storage
from chalicelib.core.amounts import shown
from chalicelib.core.errors import Invalid, Unauthorized
from chalicelib.core.settings import settings
from chalicelib.loyalty.certificates import rules as certificates
from chalicelib.loyalty.operations import listing, rules
from chalicelib.loyalty.operations.errors import (
    ClientBlocked,
    DiscountLimitExceeded,
    InsufficientPoints,
    InvalidChecksum,
    ReceiptKnown,
    ReferenceUnknown,
)
from chalicelib.loyalty.operations.rules import Bill, Item
from chalicelib.loyalty.operations.schemas import NewOperation, OperationShown
from chalicelib.loyalty.operations.service import OPERATION, check
from chalicelib.loyalty.referrals import config as referrals

PATH = "/api/v1/admin/operations"
SETTINGS = [("settings", "system"), ("settings", "referrals")]
router = APIRouter()


def service(x_api_key: Annotated[str, Header()]) -> str:
    key = settings().service_api_key
    if key is None or not hmac.compare_digest(x_api_key.encode(), key.get_secret_value().encode()):
        raise Unauthorized
    return ACTOR


@router.post(PATH)
def make_operation(
    body: NewOperation, db: Database, actor: Annotated[str, Depends(service)], idempotency_key: Annotated[str | None, Header()] = None
) -> OperationShown:
    check(body)
    return _made(db, body, once.request(actor, OPERATION, idempotency_key, body))


@storage.again(Raced, IntegrityError)
def _made(db: Session, body: NewOperation, request: once.Request) -> OperationShown:
    db.rollback()  # nothing stays of a round that lost
    row: Any = _before(db, body, request) or _sell(db, body, request)
    answer = listing.shown(row)
    db.commit()
    return answer


def _before(db: Session, body: NewOperation, request: once.Request) -> Operation | None:
    standing: list[Any] = [db.get(RequestMade, request.name)] if request.name else []
    receipt = db.get(Receipt, body.receipt_number) if body.receipt_number else None
    made = request.made(standing)
    if made is not None:
        return db.get_one(Operation, int(made))
    for over in filter(None, standing):
        db.delete(over)
    if receipt is None:
        return None
    row = db.get_one(Operation, receipt.operation)
    if (row.op_type, row.client) != (body.op_type, place("live", body.client_id)) or body.amount_rub not in (None, row.amount):
        raise ReceiptKnown({"field": "receipt_number"})
    return row


def _sell(db: Session, body: NewOperation, request: once.Request) -> Operation:
    seen, at = _look(db, body), now()
    items = _items(body, seen.products)
    if seen.account.blocked:
        raise ClientBlocked({"field": "client_id"})
    bill = _paid(body, seen, _bill(body, items), at)
    earned = rules.earned(bill.cash, seen.level.accrual, seen.loyalty.step)
    later = at + timedelta(days=seen.loyalty.delay) if earned and seen.loyalty.delay else None
    sale = Sale(bill, items, earned, at, body.payment_method or ("online" if body.op_type == "order" else "cash"), later)
    row = writing.write(db, body, seen, sale)
    writing.change_account(db, seen, sale, row)
    writing.take(db, seen.certificate, bill.certificate, at)
    writing.move(db, seen, sale, row)
    writing.follow(db, body, seen, sale, row)
    writing.remember(db, body, request, row)
    return row


def _look(db: Session, body: NewOperation) -> Seen:
    who = place("live", body.client_id)
    found = db.execute(select(Person, Account).outerjoin(Account, Account.place == Person.place).where(Person.place == who)).first()
    if found is None or found.Person.merged_into:
        raise ReferenceUnknown({"field": "client_id"})
    named = [*SETTINGS, *([("locations", str(body.location_id))] if body.location_id else [])]
    said = {row.place: row for row in db.scalars(select(Entry).where(tuple_(Entry.directory, Entry.place).in_(named)))}
    house = loyalty(said["system"].said.get("loyalty") if "system" in said else None)
    numbers = {line.product_id for line in body.lines}
    products = {row.number: row for row in db.scalars(select(Product).where(Product.number.in_(numbers)))} if numbers else {}
    code = certificates.code_of(body.certificate_code) if body.certificate_code else None
    return Seen(
        person=found.Person,
        account=found.Account or _opened(db, who),
        loyalty=house,
        programme=referrals.of([said.get("referrals")]),
        location=_location(body, said, house),
        products=products,
        certificate=db.get(Certificate, code) if code else None,
    )


def _opened(db: Session, who: str) -> Account:
    row = Account(place=who)
    db.add(row)
    db.flush()
    return row


def _location(body: NewOperation, said: Mapping[str, Entry], house: Loyalty) -> int:
    if body.location_id is None:
        return house.location or MAIN
    entry = said.get(str(body.location_id))
    if entry is None:
        raise LocationNotFound({"field": "location_id"})
    if not entry.said["is_active"]:
        raise LocationClosed({"field": "location_id"})
    return body.location_id


def _items(body: NewOperation, products: Mapping[int, Product]) -> list[Item]:
    items = []
    for line in body.lines:
        card = products.get(line.product_id)
        if card is None:
            raise ProductNotFound({"field": "items"})
        price = card.price if line.price_rub is None else line.price_rub
        is_tracked = card.item_type == "product" and card.track_inventory
        items.append(Item(line.product_id, card.name, line.quantity, price, card.cost, is_tracked))
    return items


def _bill(body: NewOperation, items: list[Item]) -> Bill:
    amount = sum(one.amount for one in items) if items else body.amount_rub or 0
    if items and body.amount_rub not in (None, amount):
        raise InvalidChecksum.field("body", "amount_rub", msg="expected the sum of the items")
    bill = Bill(amount, body.discount_rub, body.referral_discount_rub)
    if bill.net < 0:
        raise Invalid.field("body", "discount_rub", msg="expected discounts that are no more than the amount")
    return bill


def _paid(body: NewOperation, seen: Seen, bill: Bill, at: datetime) -> Bill:
    points, taken = _points(body.points or 0, seen, bill), 0
    if body.certificate_code:
        if (body.certificate_rub or 0) > bill.net - points:
            raise InvalidChecksum.field("body", "certificate_rub", msg="expected no more than there is to pay")
        who, most = seen.person.place, bill.net - points
        taken = certificates.taken(seen.certificate, client=who, amount=body.certificate_rub, most=most, at=at)
    paid = replace(bill, points=points, certificate=taken)
    if body.cash_rub not in (None, paid.cash):
        raise InvalidChecksum.field("body", "cash_rub", msg="expected the amount less discounts, points and certificate")
    return paid


def _points(points: int, seen: Seen, bill: Bill) -> int:
    if points % seen.loyalty.step:
        raise Invalid.field("body", "points", msg=f"expected a multiple of {shown(seen.loyalty.step)}")
    if points > max(seen.account.balance, 0):
        raise InsufficientPoints({"field": "points", "available": shown(seen.account.balance)})
    most = rules.most_points(bill.net, seen.level, seen.loyalty.step)
    if points > most:
        raise DiscountLimitExceeded({"field": "points", "max_points": shown(most)})
    return points
