"""Refunds: what a purchase was paid by comes back, what it earned is taken back, and any parts of it come to the same as one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.catalogue.stock import service as stock
from chalicelib.core import clock, facts, once, outbox, storage
from chalicelib.core.amounts import THOUSANDTHS, shown
from chalicelib.loyalty.accounts import repository as accounts
from chalicelib.loyalty.accounts.models import Lot
from chalicelib.loyalty.certificates import service as certificates
from chalicelib.loyalty.ledger import repository as ledger
from chalicelib.loyalty.ledger.models import Operation
from chalicelib.loyalty.ledger.rules import SALES, Line, turned
from chalicelib.loyalty.operations import finding, looking, repository, rules
from chalicelib.loyalty.operations.errors import Invalid, InvalidChecksum, NothingToRefund, ReferenceUnknown
from chalicelib.loyalty.operations.finding import left_of, sold_of
from chalicelib.loyalty.operations.looking import RACES, Seen
from chalicelib.loyalty.operations.rules import Item, Share
from chalicelib.loyalty.operations.schemas import NewOperation
from chalicelib.loyalty.operations.selling import REFERRAL

CERTIFICATE_SALE = "certificate_sale"


class Back(NamedTuple):
    """What stands where a refund gives back: the lot that the purchase filled, its certificate, its goods."""

    lot: Lot | None
    certificate: Any
    products: dict[int, Any]


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund of a purchase: what it gives back, and what of the earned points could be taken."""

    row: Operation
    number: int
    share: Share
    taken: int
    goods: dict[int, int]
    back: Back
    at: datetime
    method: str


@storage.again(*RACES)
def refund(body: NewOperation, *, actor: str, request: once.Request) -> Operation:
    """The refund, or what the same request made before. Raises what forbids it, see `errors`."""
    named = [repository.key(body.operation_id)] if body.operation_id else []
    seen = looking.look(body, request, purchase=named)
    if seen.made is not None:
        return seen.made
    row = finding.named(seen) if named else finding.chosen(seen, body.amount_rub)
    tx = storage.Transaction()
    if row.op_type == CERTIFICATE_SALE:
        made = _sale_taken_back(tx, body, seen, row, actor)
    else:
        made = _write(tx, body, seen, _decided(body, seen, row), actor)
    request.done(tx, str(made.number))
    tx.commit()
    return made


def _decided(body: NewOperation, seen: Seen, row: Operation) -> Refund:
    """What it gives back. Raises NothingToRefund, ReferenceUnknown, Invalid."""
    left = left_of(row)
    amount = _amount(body, row, left)
    if amount > left or not (amount or _may_be_for_nothing(row, left)):
        raise NothingToRefund({"left": shown(left)})
    share = rules.refund(sold_of(row), amount, seen.loyalty.step)
    _check_cash(body, share.cash)
    goods = _goods(body, row, full=share.full)
    if not (amount or goods):
        raise NothingToRefund({"left": shown(left)})
    if not amount:
        share = replace(share, full=share.full and rules.is_last(_items(row), _returned(row), goods))
    back = _back(row, seen.place, goods, certificate=share.certificate)
    taken = rules.takeable(share.excess, int(back.lot.amount), int(back.lot.expired)) if back.lot else share.excess
    return Refund(row, ledger.number(), share, taken, goods, back, clock.now(), body.payment_method or row.payment_method or "cash")


def _may_be_for_nothing(row: Operation, left: int) -> bool:
    """Whether goods come back for no money: what was given away, alone or beside what was paid for."""
    return row.op_type in SALES and not row.imported and (left > 0 or sold_of(row).bill.net == 0)


def _check_cash(body: NewOperation, cash: int) -> None:
    """Raises InvalidChecksum where the caller counted another sum than the till gives back."""
    if body.cash_rub not in (None, cash):
        raise InvalidChecksum.field("body", "cash_rub", msg=f"expected {shown(cash)}, which the till gives back")


def _amount(body: NewOperation, row: Operation, left: int) -> int:
    """How much is given back: what is said, else what the goods that come back are worth, else all that is left.

    Raises Invalid where goods are named of a bill that had none or nothing of one that was not given away, and what `_goods` does.
    """
    if body.amount_rub == 0 and sold_of(row).bill.net:
        raise Invalid.field("body", "amount_rub", msg="expected more than 0", kind="greater_than")
    if body.amount_rub is not None:
        return body.amount_rub
    if not body.lines or not left:
        return left
    if not row.items:
        raise Invalid.field("body", "amount_rub", msg="expected an amount: this purchase says no items", kind="missing")
    return rules.worth_of(sold_of(row), _items(row), _returned(row), _goods(body, row, full=False))


def _returned(row: Operation) -> dict[int, int]:
    """How much of which goods came back until now."""
    return {int(product): int(quantity) for product, quantity in (row.returned or {}).items()}


def _items(row: Operation) -> list[Item]:
    return [rules.item(one) for one in row.items or []]


def _goods(body: NewOperation, row: Operation, *, full: bool) -> dict[int, int]:
    """Which goods come back: those that are named, else all where nothing is left of the purchase."""
    asked: dict[int, int] = {}
    for line in body.lines:
        asked[line.product_id] = asked.get(line.product_id, 0) + line.quantity
    if not asked and not full:
        return {}
    sold = {one.product for one in _items(row)}
    if not asked.keys() <= sold:
        raise ReferenceUnknown({"field": "items"})
    before = _returned(row)
    goods = rules.comes_back(_items(row), before, asked or None)
    if goods is None:
        left = rules.comes_back(_items(row), before, None) or {}
        raise NothingToRefund({"field": "items", "left": {str(one): shown(left.get(one, 0), THOUSANDTHS) for one in asked}})
    return goods


def _back(row: Operation, place: str, goods: dict[int, int], *, certificate: int) -> Back:
    """What must be read before anything is given back, of a purchase that is known only now."""
    code = certificates.keys(row.certificate_code) if certificate and row.certificate_code else []
    keys = {"lot": repository.lot_key(row, place), "certificate": code, "products": stock.keys(goods, None)}
    rows = looking.together(keys)
    products = {number: card for number, card in zip(goods, rows["products"], strict=True) if card is not None}
    return Back(rows["lot"][0] if rows["lot"] else None, rows["certificate"][0] if rows["certificate"] else None, products)


def _write(tx: storage.Transaction, body: NewOperation, seen: Seen, one: Refund, actor: str) -> Operation:
    """The refund's row with all that it changes."""
    share, row, held = one.share, one.row, one.taken if one.back.lot else 0
    returned = {**(row.returned or {})}
    for product, quantity in one.goods.items():
        returned[str(product)] = int(returned.get(str(product), 0)) + quantity
    parts = {"points": share.points, "certificate": share.certificate, "taken": one.taken}
    repository.give_back(tx, row, amount=share.amount, goods=returned if one.goods else None, **parts)
    if held and one.back.lot:
        repository.take_back(tx, one.back.lot, held)
    lot = _returned_points(tx, seen, one)
    repository.refunded(tx, seen.place, balance=share.points - held, cash=share.cash, at=one.at)
    accounts.note_purchase_in(tx, seen.place, -share.cash)
    repository.claim_receipt(tx, body.receipt_number, one.number)
    if one.back.certificate is not None:
        certificates.give_back_in(tx, one.back.certificate, share.certificate, at=one.at)
    _goods_back(tx, one, actor)
    if row.referral_state not in (None, "none"):
        outbox.send(tx, REFERRAL, {"operation": row.number}, lane=f"{REFERRAL}#{row.place}", rank=outbox.SOON)
    said: dict[str, Any] = {
        "points_returned": share.points,
        "points_taken_back": one.taken,
        "lot": lot,
        "level": row.level,
        "percent": row.percent,
    }
    said |= {"certificate": share.certificate, "certificate_code": row.certificate_code if share.certificate else None}
    said |= {"items": _shown(one), "location": row.location, "balance_after": int(seen.account.balance) + share.points - held}
    lines = share.lines(seen.place, one.method, held)
    return _refund_row(tx, body, seen, one.number, lines, _told(seen, one), row, share.amount, share.cash, one.at, actor, **said)


def _refund_row(
    tx: storage.Transaction,
    body: NewOperation,
    seen: Seen,
    number: int,
    lines: list[Line],
    told: Mapping[str, Any],
    of: Operation,
    amount: int,
    cash: int,
    at: datetime,
    actor: str,
    **said: Any,
) -> Operation:
    method = body.payment_method or of.payment_method or "cash"
    said |= {"amount": amount, "cash": cash, "payment_method": method, "refund_of": of.number, "comment": body.comment or ""}
    said |= {"employee": body.employee_id, "appointment": of.appointment, "receipt_number": body.receipt_number}
    channel = int(seen.account.channel) if seen.account.channel else None
    told = {**told, "channel": channel, "refund_of": int(of.number)}
    return ledger.write(tx, number, "refund", seen.place, lines, subject=seen.person.client_id, at=at, actor=actor, told=told, **said)


def _returned_points(tx: storage.Transaction, seen: Seen, one: Refund) -> str | None:
    """A new lot of the points that paid for it."""
    if not one.share.points:
        return None
    bought, today = facts.day_of(one.row.created_at), facts.day_of(one.at)
    until = rules.returned_until(bought, today, seen.loyalty.life)
    return accounts.add_lot(tx, seen.place, one.number, one.share.points, until)


def _goods_back(tx: storage.Transaction, one: Refund, actor: str) -> None:
    """Goods lie again where they were taken from, at what they had cost."""
    costs = {item.product: item.cost for item in _items(one.row) if item.tracked}
    location = int(one.row.location or 0)
    moves = [
        stock.Move(one.back.products[product], location, quantity, "income", f"refund of {one.row.number}", costs[product])
        for product, quantity in one.goods.items()
        if product in costs and product in one.back.products
    ]
    stock.moves_in(tx, moves, operation=one.number, actor=actor, at=one.at)


def _shown(one: Refund) -> list[dict[str, Any]] | None:
    by_product = {item.product: item for item in _items(one.row)}
    return [by_product[product]._replace(quantity=quantity).kept() for product, quantity in one.goods.items()] or None


def _told(seen: Seen, one: Refund) -> dict[str, Any]:
    """What its fact says."""
    first, share, row = seen.account.first_purchase or {}, one.share, one.row
    cost = rules.cost(rules.item(item) for item in _shown(one) or [])
    parts = {"points": share.points, "certificate": share.certificate, "cash": share.cash, "earned": one.taken, "cost": cost}
    parts |= {"costed": rules.costed(_items(row), share.amount)}
    money: dict[str, Any] = {"amount": share.amount, "net": share.amount, "discount": share.discounts, **parts}
    return {**money, "method": one.method, "level": row.level, "full": share.full, "first": first.get("operation") == row.number}


def _sale_taken_back(tx: storage.Transaction, body: NewOperation, seen: Seen, row: Operation, actor: str) -> Operation:
    """The refund of a certificate's sale: whole, once, while nothing of it was spent. Raises CertificateUsed, NothingToRefund, Invalid."""
    if body.lines:
        raise Invalid.field("body", "items", msg="expected nothing here: a certificate's sale has no goods")
    price = int(row.cash)
    left = 0 if int(row.refunded) or not row.certificate_code else price
    if not left or body.amount_rub not in (None, price):
        raise NothingToRefund({"left": shown(left)})
    _check_cash(body, price)
    (certificate,) = storage.read(*certificates.keys(str(row.certificate_code)))
    certificates.cancel_in(tx, certificate)
    number, at = ledger.number(), clock.now()
    repository.claim_receipt(tx, body.receipt_number, number)
    repository.give_back(tx, row, amount=price, points=0, certificate=0, taken=0, goods=None)
    lines = turned(Line(*line) for line in row.lines)
    told = {"amount": price, "cash": price, "method": row.payment_method}  # it was no bill, and this is no bill's end
    seen = seen.of_nobody() if row.client == looking.NOBODYS else seen
    said = {"certificate_code": row.certificate_code, "balance_after": int(seen.account.balance)}
    return _refund_row(tx, body, seen, number, lines, told, row, price, price, at, actor, **said)
