"""What a bill comes to, what it earns, and what a refund of it gives back. Pure; kopecks, hundredths of a point, thousandths of a piece."""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from chalicelib.company.rules import Level
from chalicelib.core.amounts import THOUSANDTHS, floor_step, half_up, share
from chalicelib.loyalty.ledger import rules as ledger
from chalicelib.loyalty.ledger.rules import PTS, RUB, Line

MOST_TRACKED: Final = 25
"""Distinct goods of one bill: each moves in three rows of its transaction, which has room for a hundred."""

CHOSEN_WITHIN: Final = 90
"""Days in which a purchase is found for a refund that names none."""

RETURNED_FOR: Final = 30
"""Days for which points that come back are good at least."""


class Item(NamedTuple):
    """One line of a bill."""

    product: int
    name: str
    quantity: int
    price: int
    cost: int = 0
    tracked: bool = False

    @property
    def amount(self) -> int:
        """What it costs the client."""
        return half_up(self.price * self.quantity, THOUSANDTHS)

    def kept(self) -> dict[str, Any]:
        """As a row keeps it."""
        return {**self._asdict(), "amount": self.amount}


def item(kept: Mapping[str, Any]) -> Item:
    """A line as a row has it."""
    return Item(**{name: kept[name] for name in Item._fields if name in kept})


def cost(items: Iterable[Item]) -> int:
    """What the goods of a bill had cost the house."""
    return sum(half_up(one.cost * one.quantity, THOUSANDTHS) for one in items)


def costed(items: Sequence[Item], net: int) -> int:
    """How much of what a bill came to was for goods whose cost is known, by their lines; rounded down."""
    whole = sum(one.amount for one in items)
    return net * sum(one.amount for one in items if one.cost) // whole if whole else 0


def tracked(items: Iterable[Item]) -> dict[int, int]:
    """How much of which goods leaves the shelf: lines of one product are one movement."""
    sums: dict[int, int] = {}
    for one in items:
        if one.tracked:
            sums[one.product] = sums.get(one.product, 0) + one.quantity
    return sums


@dataclass(frozen=True, slots=True)
class Bill:
    """What was bought and how it was paid. `net` is the bill after its discounts, `cash` what the till got of it."""

    amount: int
    discount: int = 0
    referral_discount: int = 0
    points: int = 0
    certificate: int = 0

    @property
    def net(self) -> int:
        """What had to be paid."""
        return self.amount - self.discount - self.referral_discount

    @property
    def cash(self) -> int:
        """What was paid in money: it alone earns points."""
        return self.net - self.points - self.certificate

    def lines(self, place: str, method: str, earned: int) -> list[Line]:
        """Who got what. A point that pays is a rouble of the bill and a point of the client."""
        paid = {"cash": self.cash, "certificate": self.certificate, "points": self.points}
        money = ledger.sold(method, discounts=self.discount + self.referral_discount, **paid)
        return [*money, *ledger.moved(place, -self.points, "points-spent"), *ledger.moved(place, earned, "points-issued")]


def most_points(net: int, level: Level, step: int) -> int:
    """How much of a bill may be paid by points."""
    return floor_step(share(net, level.most_writeoff), step)


def earned(cash: int, percent: int, step: int) -> int:
    """What money at the till earns."""
    return floor_step(share(max(cash, 0), percent), step)


@dataclass(frozen=True, slots=True)
class Sold:
    """A purchase as refunds find it: its bill, what it earned at which percent, and what came back of it until now."""

    bill: Bill
    earned: int
    percent: int
    refunded: int = 0
    points_back: int = 0
    certificate_back: int = 0
    taken_back: int = 0

    @property
    def left(self) -> int:
        """What may still be refunded."""
        return max(self.bill.net - self.refunded, 0)


@dataclass(frozen=True, slots=True)
class Share:
    """What one refund gives back: of `amount` so much in money, points and on the certificate.

    `excess` is what the purchase has earned too much then; `full` says that nothing is left of it.
    """

    amount: int
    cash: int
    points: int
    certificate: int
    discounts: int
    excess: int
    full: bool

    def lines(self, place: str, method: str, taken: int) -> list[Line]:
        """The sale's own lines backwards, of this share; `taken` is what its lot could give back."""
        paid = {"cash": self.cash, "certificate": self.certificate, "points": self.points}
        money = ledger.turned(ledger.sold(method, discounts=self.discounts, **paid))
        return [*money, *ledger.moved(place, self.points, "points-spent"), *ledger.moved(place, -taken, "points-issued")]


def refund(sold: Sold, amount: int, step: int) -> Share:
    """What a refund of so much gives back: the difference of two totals, so that any parts come to the same as one.

    Points come back in whole steps; where a part is smaller than a step, `cash` may be below zero: the client pays the step's rest.
    """
    total = sold.refunded + amount
    points, certificate, discounts = (_of_all(part, total, sold.bill) for part in _parts(sold.bill))
    whole = sold.bill.points if total == sold.bill.net else floor_step(points, step)
    points = max(whole, sold.points_back)  # the owner may have set a wider step since the last part
    before = _of_all(_parts(sold.bill)[2], sold.refunded, sold.bill)
    still = earned(sold.bill.cash - (total - points - certificate), sold.percent, step)
    points, certificate = points - sold.points_back, certificate - sold.certificate_back
    return Share(
        amount=amount,
        cash=amount - points - certificate,
        points=points,
        certificate=certificate,
        discounts=discounts - before,
        excess=sold.earned - sold.taken_back - still,
        full=total == sold.bill.net,
    )


def _parts(bill: Bill) -> tuple[int, int, int]:
    return bill.points, bill.certificate, bill.discount + bill.referral_discount


def _of_all(part: int, refunded: int, bill: Bill) -> int:
    """How much of a part belongs to what was refunded in all, rounded down."""
    return part * refunded // bill.net if bill.net else part


def takeable(excess: int, amount: int, expired: int) -> int:
    """What a lot can give back: what has ended in it is gone already."""
    return min(excess, amount - expired)


def ends_on(day: str, life: int | None) -> str | None:
    """The last day of points that are given on a day, for so many months; None: they do not end."""
    if life is None:
        return None
    said = date.fromisoformat(day)
    year, month = divmod(said.year * 12 + said.month - 1 + life, 12)
    return date(year, month + 1, min(said.day, calendar.monthrange(year, month + 1)[1])).isoformat()


def returned_until(bought: str, today: str, life: int | None) -> str | None:
    """The last day of points that a refund gives back: the purchase's own, but not before a month is over."""
    until = ends_on(bought, life)
    return until and max(until, (date.fromisoformat(today) + timedelta(days=RETURNED_FOR)).isoformat())


def comes_back(items: Iterable[Item], before: Mapping[int, int], asked: Mapping[int, int] | None) -> dict[int, int] | None:
    """How much of which goods a refund brings back: what is asked for, else all that has not come back; None for more than is left."""
    left: dict[int, int] = {}
    for one in items:
        left[one.product] = left.get(one.product, 0) + one.quantity
    left = {product: quantity - before.get(product, 0) for product, quantity in left.items()}
    if asked is None:
        return {product: quantity for product, quantity in left.items() if quantity > 0}
    return dict(asked) if all(quantity <= left.get(product, 0) for product, quantity in asked.items()) else None


def _together(before: Mapping[int, int], goods: Mapping[int, int]) -> dict[int, int]:
    return {product: before.get(product, 0) + goods.get(product, 0) for product in {*before, *goods}}


def is_last(items: Iterable[Item], before: Mapping[int, int], goods: Mapping[int, int]) -> bool:
    """Whether nothing of a bill's goods is left once these came back."""
    return not comes_back(items, _together(before, goods), None)


def worth(items: Iterable[Item], product: int, quantity: int) -> int:
    """What so much of a product costs by the bill's own lines, the cheapest of its lines first."""
    found = 0
    for one in sorted((one for one in items if one.product == product), key=lambda one: one.price):
        part = min(quantity, one.quantity)
        found, quantity = found + one._replace(quantity=part).amount, quantity - part
    return found


def worth_of(sold: Sold, items: Sequence[Item], before: Mapping[int, int], goods: Mapping[int, int]) -> int:
    """What a refund gives back of the bill for goods that come back: their lines' share of what it came to after its discounts.

    Lines of one product with different prices come back cheapest first, whatever came back before. Rounded down to the kopeck; who
    brings the last of the goods gets all that is left of the bill, and nobody more than that.
    """
    if is_last(items, before, goods):
        return sold.left
    after = _together(before, goods)
    lines = sum(one.amount for one in items)
    come = sum(worth(items, product, after[product]) - worth(items, product, before.get(product, 0)) for product in goods)
    return min(sold.bill.net * come // lines if lines else 0, sold.left)


class Ending(NamedTuple):
    """What ends of one lot."""

    lot: str
    amount: int


def ended(lots: Sequence[Any], consumed: int) -> list[Ending]:
    """What ends of lots that are due, earliest first: what was consumed until now came out of the earliest.

    Where nothing of a lot is left, nothing of it ends. In all, max(0, what they held - consumed).
    """
    found, held = [], 0
    for lot in lots:
        spent = min(max(consumed - held, 0), int(lot.amount))
        held += int(lot.amount)
        found.append(Ending(lot.lot, min(int(lot.amount) - spent, int(lot.amount) - int(lot.expired))))
    return found


def due(lots: Sequence[Any], consumed: int, most: int) -> dict[str, int]:
    """What ends of the first `most` lots that wait for their end, by lot; `lots` are all whose day is over, the earliest first."""
    waiting = [lot for lot in lots if lot.due_in][:most]
    until = lots.index(waiting[-1]) + 1 if waiting else 0
    amounts = {ending.lot: ending.amount for ending in ended(lots[:until], consumed)}
    return {lot.lot: amounts[lot.lot] for lot in waiting}


def expired(place: str, amount: int) -> list[Line]:
    """Points that ended."""
    return ledger.moved(place, -amount, "points-expired")


def paid_out(place: str, method: str, amount: int) -> list[Line]:
    """Money that a client earned by whom he brought, given to him."""
    return [Line(ledger.client(place), RUB, amount), Line(ledger.till(method), RUB, -amount)]


def points_of(lines: Iterable[Iterable[Any]], place: str) -> int:
    """What lines say of a client's points."""
    return sum(int(amount) for account, currency, amount in lines if (account, currency) == (ledger.client(place), PTS))
