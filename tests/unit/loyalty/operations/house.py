"""A till in memory: four clients, each brought by the one before him, whose books are moved by the rules that the store's are."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from chalicelib.company.rules import DEFAULT_LEVELS, level_of
from chalicelib.core.errors import AppError
from chalicelib.loyalty.certificates import rules as certificates
from chalicelib.loyalty.ledger import rules as ledger
from chalicelib.loyalty.operations import rules
from chalicelib.loyalty.operations.finding import left_of, sold_of
from chalicelib.loyalty.operations.rules import Bill
from chalicelib.loyalty.referrals import rules as rewards

CLIENTS, PERCENTS, TIMES = 4, {1: 1000, 2: 500, 3: 333}, 3
LEAST = ("refunded", "points_returned", "points_taken_back", "certificate_returned", "points", "certificate", "earned", "discount")


@dataclass
class Client:
    """One account with its lots."""

    place: str
    referrer: int | None
    blocked: bool = False
    balance: int = 0
    consumed: int = 0
    money: int = 0
    spent: int = 0
    first: int | None = None
    lots: dict[str, Any] = field(default_factory=dict)

    @property
    def number(self) -> int:
        return int(self.place.rpartition("#")[2])


class House:
    """What a till does at random for a while."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.step, self.life, self.delay = self.chance.choice((100, 1)), self.chance.choice((None, 3, 12)), self.chance.choice((0, 0, 5))
        self.unit = self.chance.choice(("points", "points", "money"))
        self.clients = [Client(f"live#{number:010d}", number - 1 or None) for number in range(1, CLIENTS + 1)]
        self.rows: list[Any] = []
        self.certificates: list[Any] = []
        self.waiting: list[Any] = []
        self.later: list[Any] = []
        self.shares: dict[int, list[Any]] = {}
        self.day = date(2026, 1, 1)

    def play(self, steps: int) -> Iterator[None]:
        doing = (self.buy, self.buy, self.buy, self.refund, self.refund, self.give, self.take, self.sell, self.cancel, self.pay)
        for _ in range(steps):
            self.day += timedelta(days=self.chance.choice((0, 0, 1, 9, 40)))
            self.effects()
            self.night()
            self.chance.choice(doing)(self.chance.choice(self.clients))
            yield
        self.effects(everything=True)
        yield

    @property
    def now(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC)

    def write(self, op_type: str, client: Client, lines: Any, told: dict[str, Any], **said: Any) -> Any:
        told = {"op_type": op_type, "number": client.number, "balance": ledger.of_clients(lines), **told}
        base = dict.fromkeys(LEAST, 0) | {"referral_state": None, "referral": None, "imported": None, "lot": None, "percent": 0}
        whose = {"place": f"{len(self.rows) + 1:012d}", "op_type": op_type, "client": client.place, "day": self.day.isoformat()}
        row = SimpleNamespace(**{**base, **whose, "lines": ledger.checked(lines), "counted": told, **said})
        self.rows.append(row)
        return row

    def lot(self, client: Client, amount: int, ends: str | None) -> str:
        name = f"{ends or '9999-12-31'}#{len(self.rows):012d}.{len(client.lots)}"
        client.lots[name] = SimpleNamespace(lot=name, amount=amount, expired=0, due_in=ends and ends[:7])
        return name

    def buy(self, client: Client) -> None:
        amount, level = self.chance.randint(1, 900_000), level_of(DEFAULT_LEVELS, client.spent)
        net = amount - (discount := self.chance.choice((0, 0, amount // 7)))
        wanted = self.chance.randrange(300_000), rules.most_points(net, level, self.step), max(client.balance, 0)
        points, certificate, taken = min(wanted) // self.step * self.step, None, 0
        if self.certificates and self.chance.random() < 0.5:
            certificate = self.chance.choice(self.certificates)
            with suppress(AppError):
                taken = certificates.taken(certificate, client=client.place, amount=None, most=net - points, at=self.now)
                certificate.balance -= taken
                certificate.status = "active" if certificate.balance else "redeemed"
        bill = Bill(amount, discount, 0, points, taken)
        earned, lot = rules.earned(bill.cash, level.accrual, self.step), None
        at_once = 0 if self.delay else earned
        if at_once:
            lot = self.lot(client, at_once, rules.ends_on(self.day.isoformat(), self.life))
        told = {"amount": amount, "net": net, "discount": discount, "points": points, "certificate": taken, "cash": bill.cash}
        said = {"amount": amount, "referral_discount": 0, "cash": bill.cash, "percent": level.accrual, "lot": lot, "bought": self.day}
        told |= {"earned": earned, "method": "cash", "level": level.code, "first": client.first is None}
        parts = {"discount": discount, "points": points, "certificate": taken, "earned": earned, "paid_by": taken and certificate}
        row = self.write("purchase", client, bill.lines(client.place, "cash", at_once), told, **said, **parts)
        client.first = client.first or int(row.place)
        client.balance, client.consumed, client.spent = (
            client.balance + at_once - points,
            client.consumed + points,
            client.spent + bill.cash,
        )
        if client.referrer and bill.cash > 0:
            row.referral_state = "pending"
            self.waiting.append(row)
        if earned and self.delay:
            self.later.append((self.day + timedelta(days=self.delay), row, client))

    def refund(self, client: Client) -> None:
        rows = [row for row in self.rows if row.client == client.place and left_of(row)]
        if not rows:
            return
        row = self.chance.choice(rows)
        amount = self.chance.choice((left_of(row), self.chance.randint(1, left_of(row)), min(self.chance.randint(1, 500), left_of(row))))
        share = rules.refund(sold_of(row), amount, self.step)
        lot = client.lots[row.lot] if row.lot else None
        taken = rules.takeable(share.excess, lot.amount, lot.expired) if lot else share.excess
        held = taken if lot else 0
        if lot:
            lot.amount -= held
        if share.points:
            self.lot(client, share.points, rules.returned_until(row.bought.isoformat(), self.day.isoformat(), self.life))
        row.refunded, row.points_returned = row.refunded + amount, row.points_returned + share.points
        row.certificate_returned, row.points_taken_back = row.certificate_returned + share.certificate, row.points_taken_back + taken
        if share.certificate:
            row.paid_by.balance, row.paid_by.status = row.paid_by.balance + share.certificate, "active"
        client.balance, client.spent = client.balance + share.points - held, client.spent - share.cash
        told = {"amount": amount, "net": amount, "discount": share.discounts, "points": share.points, "certificate": share.certificate}
        told |= {"cash": share.cash, "earned": taken, "full": share.full, "first": client.first == int(row.place), "method": "cash"}
        self.write("refund", client, share.lines(client.place, "cash", held), told, refund_of=row)
        self.shares.setdefault(int(row.place), []).append(share)
        if row.referral_state:
            self.waiting.append(row)

    def give(self, client: Client) -> None:
        points = self.chance.randint(1, 400) * self.step
        self.lot(client, points, rules.ends_on(self.day.isoformat(), self.life))
        client.balance += points
        self.write("points_accrual", client, ledger.moved(client.place, points, "points-issued"), {"earned": points})

    def take(self, client: Client) -> None:
        points = self.chance.randint(1, 200) * self.step
        if points <= client.balance:
            client.balance, client.consumed = client.balance - points, client.consumed + points
            self.write("points_writeoff", client, ledger.moved(client.place, -points, "points-spent"), {"points": points})

    def sell(self, client: Client) -> None:
        nominal, price = self.chance.randint(1, 300_000), self.chance.randint(1, 300_000)
        ends = self.now + timedelta(days=300)
        row = SimpleNamespace(client=None, amount=nominal, balance=nominal, status="active", expires_at=ends)
        lines = ledger.certificate("card", price=price, nominal=nominal)
        row.sale = self.write("certificate_sale", client, lines, {"amount": price, "cash": price, "method": "card"})
        self.certificates.append(row)

    def cancel(self, client: Client) -> None:
        row = self.chance.choice(self.certificates) if self.certificates else None
        if row is not None and row.status == "active" and row.balance == row.amount:
            row.status, row.balance = "cancelled", 0
            price = row.sale.counted["cash"]
            back = ledger.turned(ledger.Line(*line) for line in row.sale.lines)
            self.write("refund", client, back, {"amount": price, "cash": price, "method": "card"})

    def pay(self, client: Client) -> None:
        if client.money > 0:
            amount = self.chance.randint(1, client.money)
            client.money -= amount
            told = {"amount": amount, "cash": amount, "method": "cash"}
            self.write("reward_payout", client, rules.paid_out(client.place, "cash", amount), told)

    def night(self) -> None:
        for client in self.clients:
            over = [lot for name, lot in sorted(client.lots.items()) if name < self.day.isoformat()]
            ends = rules.due(over, client.consumed, 90)
            for name, amount in ends.items():
                client.lots[name].expired, client.lots[name].due_in = client.lots[name].expired + amount, None
            total = sum(ends.values())
            client.balance, client.consumed = client.balance - total, client.consumed + total
            if total:
                self.write("points_expiry", client, rules.expired(client.place, total), {"points": total})

    def effects(self, *, everything: bool = False) -> None:
        """What waits, or some of it, in any order, each as often as it may come."""
        self.chance.shuffle(self.waiting)
        while self.waiting and (everything or self.chance.random() < 0.6):
            row = self.waiting.pop()
            for _ in range(TIMES):
                self.settle(row)
        for due, row, client in self.later * TIMES:
            if due <= self.day or everything:
                self.accrue(row, client)
        self.later = [one for one in self.later if one[0] > self.day and not everything]

    def accrue(self, row: Any, client: Client) -> None:
        points = row.earned - row.points_taken_back
        if not row.lot and points > 0:
            row.lot = self.lot(client, points, rules.ends_on(row.day, self.life))
            client.balance += points
            self.write("points_accrual", client, ledger.moved(client.place, points, "points-issued"), {"earned": points})

    def settle(self, row: Any) -> None:
        cash = rewards.left(row)
        if row.referral_state == "done":
            for one in row.referral:
                self.claw(one, rewards.excess(one, cash))
            return
        above = list(enumerate(reversed(self.clients[: int(row.client[-10:]) - 1]), 1))
        row.referral_state, row.referral = "done", rewards.shares(above, PERCENTS, cash, self.unit, self.step)
        for one in row.referral:
            client = self.clients[one["client_id"] - 1]
            self.move(client, one["amount"])
            lines = rewards.lines(client.place, one["amount"], self.unit)
            told = {"earned" if self.unit == "points" else "amount": one["amount"]}
            self.write("referral_accrual", client, lines, told)
            ends = rules.ends_on(self.day.isoformat(), self.life)
            one["lot"] = self.lot(client, one["amount"], ends) if self.unit == "points" else None

    def claw(self, one: dict[str, Any], less: int) -> None:
        if not less:
            return
        client, real = self.clients[one["client_id"] - 1], less
        one["taken"] += less
        if self.unit == "points":
            lot = client.lots[one["lot"]]
            real = rules.takeable(less, lot.amount, lot.expired)
            lot.amount -= real
        if real:
            self.move(client, -real)
            lines = ledger.turned(rewards.lines(client.place, real, self.unit))
            self.write("referral_clawback", client, lines, {"earned" if self.unit == "points" else "amount": real})

    def move(self, client: Client, by: int) -> None:
        if self.unit == "points":
            client.balance += by
        else:
            client.money += by

    def kinds(self) -> Counter[str]:
        return Counter(row.op_type for row in self.rows)
