"""What follows a purchase: those who brought its client are rewarded, and give back what a refund takes from it."""

from datetime import datetime
from typing import Any

from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import place
from chalicelib.company import service as company
from chalicelib.core import clock, facts, storage
from chalicelib.loyalty.accounts import repository as accounts
from chalicelib.loyalty.accounts import rules as lots
from chalicelib.loyalty.accounts.models import Lot
from chalicelib.loyalty.ledger import repository as ledger
from chalicelib.loyalty.ledger.models import Operation
from chalicelib.loyalty.ledger.rules import Line, turned
from chalicelib.loyalty.referrals import config, repository, rules, walking
from chalicelib.loyalty.referrals.errors import RewardRaced
from chalicelib.loyalty.referrals.walking import account as account_of

ACTOR = "system"


@storage.again(RewardRaced)
def settle(number: int) -> None:
    """Reward for a purchase once, and take back what refunds took since; a repeat finds nothing left to do.

    It pays on what is left of the purchase when it runs. What it writes is one transaction on the condition that the purchase's rewards
    are as they were read: that is what makes an effect that comes twice harmless.
    """
    tx = storage.Transaction()
    _decide(number, tx)
    tx.commit()


def _decide(number: int, tx: storage.Transaction) -> None:
    (row,), programme, system = storage.read_lists([Operation.at(ledger.place(number))], config.keys(), company.keys())
    if row is None:
        return None
    at, loyalty = clock.now(), company.loyalty_of(system)
    if row.referral_state == "done":
        return _take_back(tx, row, at)
    told = config.of(programme)
    parents = walking.up(row.client, max(told.percents, default=0))
    shares = rules.shares(parents, told.percents, rules.left(row), told.unit, loyalty.step)
    for one in shares:
        one["lot"] = _reward(tx, row, one, lots.expires_on(facts.day_of(at), loyalty.life), at)
    repository.settled(tx, row, shares, otherwise=RewardRaced())
    return None


def _reward(tx: storage.Transaction, row: Operation, one: dict[str, Any], ends: str | None, at: datetime) -> str | None:
    """One operation, lot and change of an account; the lot's name."""
    where, amount, unit = place("live", one["client_id"]), one["amount"], one["unit"]
    number = ledger.number()
    _write(tx, "referral_accrual", number, where, rules.lines(where, amount, unit), amount, unit, row, at)
    repository.rewarded(tx, where, unit, one["generation"], amount, balance=amount, otherwise=RewardRaced())
    return accounts.add_lot(tx, where, number, amount, ends) if unit == "points" else None


def _take_back(tx: storage.Transaction, row: Operation, at: datetime) -> None:
    """What refunds took of the shares: of points, what of their own lot is left; what was spent already is below zero of the balance."""
    shares, cash, changed = [dict(one) for one in row.referral or ()], rules.left(row), False
    for one in shares:
        less = rules.excess(one, cash)
        if less:
            changed, one["taken"] = True, one["taken"] + less
            _claw(tx, row, one, less, at)
    if changed:
        repository.settled(tx, row, shares, otherwise=RewardRaced())


def _claw(tx: storage.Transaction, row: Operation, one: dict[str, Any], less: int, at: datetime) -> None:
    now = account_of(place("live", one["client_id"]))  # whom he became, where he was merged: his lots are there too
    real, unit = less, one["unit"]
    if unit == "points":
        (lot,) = storage.read(Lot.at(now.place, one["lot"]))
        real = min(less, max(int(lot.amount) - int(lot.expired), 0)) if lot is not None else 0
        if real:
            repository.lower(tx, lot, real, otherwise=RewardRaced())
    if real:
        _write(tx, "referral_clawback", ledger.number(), now.place, turned(rules.lines(now.place, real, unit)), real, unit, row, at)
    repository.rewarded(tx, now.place, unit, one["generation"], -less, balance=-real, otherwise=RewardRaced())


def _write(
    tx: storage.Transaction, kind: str, number: int, where: str, lines: list[Line], amount: int, unit: str, row: Operation, at: datetime
) -> None:
    """An operation of a reward; it names the purchase."""
    (person,) = storage.read(PersonRow.at(where))
    told = {"earned": amount} if unit == "points" else {"amount": amount}
    said: dict[str, Any] = {**_said(kind, amount, unit), "refund_of": row.number}
    subject = person.client_id if person is not None else None
    ledger.write(tx, number, kind, where, lines, subject=subject, at=at, actor=ACTOR, told=told, **said)


def _said(kind: str, amount: int, unit: str) -> dict[str, int]:
    """What the row says: points that were got or taken back, or money, which is below zero where it was taken back."""
    if kind == "referral_accrual":
        return {"earned" if unit == "points" else "amount": amount}
    return {"points_taken_back": amount} if unit == "points" else {"amount": -amount}


def count_above(where: str, tx: storage.Transaction) -> None:
    """Count a client who was brought with those above the one who brought him; with him he is counted already."""
    for generation, account in walking.up(where):
        if generation > 1:
            accounts.brings(tx, account.place, generation=generation)
