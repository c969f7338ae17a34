"""Purchases and orders: one transaction of the bill, the account, the points, the goods, the certificate and what follows of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.catalogue.products.models import Product
from chalicelib.catalogue.stock import service as stock
from chalicelib.catalogue.stock.errors import ProductNotFound
from chalicelib.core import clock, facts, once, outbox, storage
from chalicelib.core.amounts import shown
from chalicelib.loyalty.accounts import repository as accounts
from chalicelib.loyalty.certificates import service as certificates
from chalicelib.loyalty.ledger import repository as ledger
from chalicelib.loyalty.ledger.models import Operation
from chalicelib.loyalty.operations import looking, repository, rules, telling
from chalicelib.loyalty.operations.errors import DiscountLimitExceeded, InsufficientPoints, Invalid, InvalidChecksum, TooManyItems
from chalicelib.loyalty.operations.looking import RACES, Seen
from chalicelib.loyalty.operations.rules import Bill, Item
from chalicelib.loyalty.operations.schemas import NewOperation
from chalicelib.loyalty.referrals import config as referrals

ACCRUE, REFERRAL = "accrue", "referral"


@dataclass(frozen=True, slots=True)
class Sale:
    """What was decided: the bill, its lines, and what it earns at once or later."""

    number: int
    bill: Bill
    items: list[Item]
    earned: int
    at: datetime
    method: str
    is_first: bool
    is_rewarded: bool
    later: datetime | None

    @property
    def day(self) -> str:
        """The business's day of it."""
        return facts.day_of(self.at)

    @property
    def at_once(self) -> int:
        """The points that the client has by this very operation."""
        return 0 if self.later else self.earned


@storage.again(*RACES)
def sell(body: NewOperation, *, actor: str, request: once.Request) -> Operation:
    """The purchase, or what the same request made before: three calls. Raises what forbids it, see `errors`."""
    seen = _look(body, request)
    if seen.made is not None:
        return seen.made
    products = dict(zip(_products(body), seen.rows["products"], strict=False))
    items = _items(body, products)
    location = stock.place_of(body.location_id, seen.rows["location"][0] if body.location_id else None, seen.loyalty)
    seen.refuse_blocked()
    if body.referral_discount_rub and not seen.account.referrer:
        raise Invalid.field("body", "referral_discount_rub", msg="expected nothing: nobody brought this client")
    tx, at = storage.Transaction(), clock.now()
    bill = _paid(tx, body, seen, _bill(body, items), at)
    sale = _sale(body, seen, bill, items, at)
    row = _write(tx, body, seen, sale, actor, location)
    _moved(tx, sale, products, location, actor)
    request.done(tx, str(sale.number))
    with stock.told():
        tx.commit()
    return row


def _products(body: NewOperation) -> list[int]:
    return list(dict.fromkeys(line.product_id for line in body.lines))


def _look(body: NewOperation, request: once.Request) -> Seen:
    keys = stock.keys(_products(body), body.location_id)
    goods = len(keys) - bool(body.location_id)
    code = certificates.keys(body.certificate_code) if body.certificate_code else []
    more = {"products": keys[:goods], "location": keys[goods:], "certificate": code, "referrals": referrals.keys()}
    return looking.look(body, request, **more)


def _items(body: NewOperation, products: dict[int, Product | None]) -> list[Item]:
    """The bill's lines by what the cards say. Raises ProductNotFound, TooManyItems, Invalid for one that is sold no more."""
    items = []
    for line in body.lines:
        card, field = products[line.product_id], "items" if body.product_id is None else "product_id"
        if card is None:
            raise ProductNotFound({"field": field})
        if not card.is_active:
            raise Invalid.field("body", field, msg=f"expected what is sold still: product {line.product_id} is archived")
        price = int(card.price) if line.price_rub is None else line.price_rub
        items.append(Item(line.product_id, card.name, line.quantity, price, int(card.cost), stock.is_tracked(card)))
    if len(rules.tracked(items)) > rules.MOST_TRACKED:
        raise TooManyItems.field("body", "items", msg=f"expected at most {rules.MOST_TRACKED} goods whose stock is kept")
    return items


def _bill(body: NewOperation, items: list[Item]) -> Bill:
    """What is to be paid. Raises InvalidChecksum where the amount is not that of its lines, Invalid where discounts are more than it."""
    amount = sum(one.amount for one in items) if items else body.amount_rub or 0
    if items and body.amount_rub not in (None, amount):
        raise InvalidChecksum.field("body", "amount_rub", msg="expected the sum of the items")
    bill = Bill(amount, body.discount_rub, body.referral_discount_rub)
    if bill.net < 0:
        raise Invalid.field("body", "discount_rub", msg="expected discounts that are no more than the amount")
    return bill


def _paid(tx: storage.Transaction, body: NewOperation, seen: Seen, bill: Bill, at: datetime) -> Bill:
    """The same bill with the points and the certificate that pay for it. Raises what forbids either, InvalidChecksum."""
    points, taken = _points(body.points or 0, seen, bill), 0
    if body.certificate_code:
        if (body.certificate_rub or 0) > bill.net - points:
            raise InvalidChecksum.field("body", "certificate_rub", msg="expected no more than there is to pay")
        asked = {"amount": body.certificate_rub, "most": bill.net - points}
        taken = certificates.redeem_in(tx, seen.rows["certificate"][0], client_place=seen.place, at=at, **asked)
    paid = Bill(bill.amount, bill.discount, bill.referral_discount, points, taken)
    if body.cash_rub not in (None, paid.cash):
        raise InvalidChecksum.field("body", "cash_rub", msg="expected the amount less discounts, points and certificate")
    return paid


def _points(points: int, seen: Seen, bill: Bill) -> int:
    """Points that may pay for it. Raises Invalid, InsufficientPoints, DiscountLimitExceeded."""
    if points % seen.loyalty.step:
        raise Invalid.field("body", "points", msg=f"expected a multiple of {shown(seen.loyalty.step)}")
    if points > max(int(seen.account.balance), 0):
        raise InsufficientPoints({"field": "points", "available": shown(int(seen.account.balance))})
    most = rules.most_points(bill.net, seen.level, seen.loyalty.step)
    if points > most:
        raise DiscountLimitExceeded({"field": "points", "max_points": shown(most)})
    return points


def _sale(body: NewOperation, seen: Seen, bill: Bill, items: list[Item], at: datetime) -> Sale:
    earned = rules.earned(bill.cash, seen.level.accrual, seen.loyalty.step)
    delay = seen.loyalty.delay if earned else 0
    programme = referrals.of(seen.rows["referrals"])
    return Sale(
        number=ledger.number(),
        bill=bill,
        items=items,
        earned=earned,
        at=at,
        method=body.payment_method or ("online" if body.op_type == "order" else "cash"),
        is_first=seen.account.first_purchase is None,
        is_rewarded=bool(seen.account.referrer and programme.is_active and bill.cash > 0),
        later=at + timedelta(days=delay) if delay else None,
    )


def _write(tx: storage.Transaction, body: NewOperation, seen: Seen, sale: Sale, actor: str, location: int) -> Operation:
    """The operation's row with what it changes of the account, and what follows of it."""
    bill, lot = sale.bill, None
    if sale.at_once:
        lot = accounts.add_lot(tx, seen.place, sale.number, sale.at_once, rules.ends_on(sale.day, seen.loyalty.life))
    purchase = {"operation": sale.number, "day": sale.day}
    owns: dict[str, Any] = {"spent_points": bill.points, "cash": bill.cash, "purchase": purchase, "is_first": sale.is_first}
    repository.bought(tx, seen.place, at=sale.at, balance=sale.at_once - bill.points, **owns)
    accounts.note_purchase_in(tx, seen.place, bill.cash, sale.day)
    repository.claim_receipt(tx, body.receipt_number, sale.number)
    said = {**_paid_by(seen, sale), **_named(body, seen, sale), "lot": lot}
    said["location"] = str(location) if sale.items or body.location_id else None
    who: dict[str, Any] = {"subject": seen.person.client_id, "actor": actor}
    lines = bill.lines(seen.place, sale.method, sale.at_once)
    row = ledger.write(tx, sale.number, body.op_type, seen.place, lines, at=sale.at, told=_told(seen, sale), **who, **said)
    _follow(tx, body, seen, sale, row)
    return row


def _paid_by(seen: Seen, sale: Sale) -> dict[str, Any]:
    """The amounts of the row."""
    bill = sale.bill
    paid = {"cash": bill.cash, "points": bill.points, "certificate": bill.certificate, "earned": sale.earned}
    code = seen.rows["certificate"][0].code if bill.certificate else None
    balance = int(seen.account.balance) + sale.at_once - bill.points
    bound = {"amount": bill.amount, "discount": bill.discount, "referral_discount": bill.referral_discount, **paid}
    return {**bound, "certificate_code": code, "balance_after": balance, "percent": seen.level.accrual, "level": seen.level.code}


def _named(body: NewOperation, seen: Seen, sale: Sale) -> dict[str, Any]:
    """What else the row says."""
    said = {"employee": body.employee_id, "appointment": body.appointment_id, "receipt_number": body.receipt_number}
    items = [one.kept() for one in sale.items] or None
    state = "pending" if sale.is_rewarded else None
    return {**said, "payment_method": sale.method, "items": items, "comment": body.comment or "", "referral_state": state}


def _told(seen: Seen, sale: Sale) -> dict[str, Any]:
    """What its fact says."""
    bill = sale.bill
    return {
        "amount": bill.amount,
        "net": bill.net,
        "discount": bill.discount,
        "referral_discount": bill.referral_discount,
        "points": bill.points,
        "certificate": bill.certificate,
        "cash": bill.cash,
        "earned": sale.earned,
        "cost": rules.cost(sale.items),
        "costed": rules.costed(sale.items, bill.net),
        "method": sale.method,
        "level": seen.level.code,
        "channel": int(seen.account.channel) if seen.account.channel else None,
        "first": sale.is_first,
    }


def _moved(tx: storage.Transaction, sale: Sale, products: dict[int, Any], location: int, actor: str) -> None:
    sold = rules.tracked(sale.items)
    moves = [stock.Move(products[number], location, -quantity, "sale") for number, quantity in sold.items()]
    stock.moves_in(tx, moves, operation=sale.number, actor=actor, at=sale.at)


def _follow(tx: storage.Transaction, body: NewOperation, seen: Seen, sale: Sale, row: Operation) -> None:
    """What leaves or happens later because of it."""
    payload = {"operation": sale.number}
    if sale.later:
        outbox.send(tx, ACCRUE, payload, lane=f"{ACCRUE}#{row.place}", due_at=sale.later, rank=outbox.SOON)
    if sale.is_rewarded:
        outbox.send(tx, REFERRAL, payload, lane=f"{REFERRAL}#{row.place}", rank=outbox.SOON)
    if body.notify:
        telling.receipt(tx, seen.person.client_id, row)
