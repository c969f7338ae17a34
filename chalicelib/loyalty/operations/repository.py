"""Conditions of the till: who may spend what, and that a purchase stands as it was seen."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from chalicelib.clients.index import rules as people
from chalicelib.clients.index.models import PersonRow
from chalicelib.core import storage
from chalicelib.core.turns import Part
from chalicelib.loyalty.accounts import repository as accounts
from chalicelib.loyalty.accounts.models import Account, Lot
from chalicelib.loyalty.ledger import repository as ledger
from chalicelib.loyalty.ledger.models import Operation, Receipt
from chalicelib.loyalty.operations.errors import AccountRaced, ReceiptRaced, RefundRaced

PAGE = 200
_MERGES = 20
_LEAD = "lead#"


def key(number: int) -> storage.Key:
    """An operation's address."""
    return Operation.at(ledger.place(number))


def receipt_key(receipt: str) -> storage.Key:
    """Where a receipt's number says whose it is."""
    return Receipt.at(receipt)


def claim_receipt(tx: storage.Transaction, receipt: str | None, number: int) -> None:
    """Make a receipt's number this operation's; the commit raises ReceiptRaced where it is another's."""
    if receipt:
        tx.create(Receipt(receipt_number=receipt, operation=number), otherwise=ReceiptRaced())


def _not_blocked() -> Any:
    allowed = Account.blocked.does_not_exist() | (Account.blocked == False)  # noqa: E712  a condition of the store
    return allowed & _his_own()


def _his_own() -> Any:
    """Nothing is written to an account that was passed on: it would be nobody's."""
    return Account.merged_into.does_not_exist()


def heir(place: str) -> str:
    """Where the account stands that has what a client had: his own, or of whom he became."""
    for _ in range(_MERGES):
        (row,) = storage.read(Account.at(place))
        if row is None or not row.merged_into:
            break
        place = people.place(people.contour(place), int(row.merged_into))
    return place


def merged(person: PersonRow) -> list[str]:
    """Places of all who became a client."""
    return sorted(people.place_of(sign.removeprefix(_LEAD)) for sign in person.was or () if sign.startswith(_LEAD))


def bought(
    tx: storage.Transaction,
    place: str,
    *,
    balance: int,
    spent_points: int,
    cash: int,
    purchase: Mapping[str, Any],
    is_first: bool,
    at: datetime,
) -> None:
    """Change the account of who bought. The commit raises AccountRaced where he is blocked, has fewer points, or bought first meanwhile.

    Nothing else is compared, so that parallel purchases of one client do not wait for each other.
    """
    allowed = _not_blocked()
    if spent_points:
        allowed = allowed & (Account.balance >= spent_points)
    if is_first:
        allowed = allowed & Account.first_purchase.does_not_exist()
    sums = [Account.balance.add(balance), Account.consumed.add(spent_points), Account.spent.add(cash), Account.visits.add(1)]
    first = [Account.first_purchase.set(dict(purchase))] if is_first else []
    moments = [Account.last_purchase.set(dict(purchase)), Account.last_visit_at.set(at), Account.updated_at.set(at)]
    accounts.change(tx, place, [*sums, *first, *moments], condition=allowed, otherwise=AccountRaced())


def by_hand(tx: storage.Transaction, place: str, *, points: int = 0, money: int = 0, at: datetime) -> None:
    """Give points, or below zero take points or money that he has. The commit raises AccountRaced where he is blocked or has less."""
    allowed, sums = _not_blocked(), [Account.balance.add(points), Account.consumed.add(max(-points, 0)), Account.money.add(money)]
    if points < 0:
        allowed = allowed & (Account.balance >= -points)
    if money < 0:
        allowed = allowed & (Account.money >= -money)
    accounts.change(tx, place, [*sums, Account.updated_at.set(at)], condition=allowed, otherwise=AccountRaced())


def refunded(tx: storage.Transaction, place: str, *, balance: int, cash: int, at: datetime) -> None:
    """Change the account of who gave something back: it may fall below zero, and a blocked client's too."""
    sums = [Account.balance.add(balance), Account.spent.add(-cash), Account.updated_at.set(at)]
    accounts.change(tx, place, sums, condition=_his_own(), otherwise=AccountRaced())


def accrued(tx: storage.Transaction, place: str, *, balance: int, at: datetime) -> None:
    """Give points that were earned before."""
    accounts.change(tx, place, [Account.balance.add(balance), Account.updated_at.set(at)], condition=_his_own(), otherwise=AccountRaced())


def _as_seen(row: Operation) -> Any:
    same = (Operation.refunded == row.refunded) & (Operation.points_taken_back == row.points_taken_back)
    return same & (Operation.lot.does_not_exist() if row.lot is None else Operation.lot == row.lot)


def give_back(tx: storage.Transaction, row: Operation, *, amount: int, points: int, certificate: int, taken: int, goods: Any) -> None:
    """Write on a purchase what a refund gave back of it. The commit raises RefundRaced where it is not as it was seen."""
    sums = [Operation.refunded.add(amount), Operation.points_returned.add(points), Operation.certificate_returned.add(certificate)]
    came = [Operation.points_taken_back.add(taken), *([Operation.returned.set(goods)] if goods else [])]
    same = _as_seen(row)
    if not amount:  # nothing else tells one refund of what was given away from another
        same &= Operation.returned.does_not_exist() if row.returned is None else Operation.returned == row.returned
    tx.update(Operation.row(row.place), [*sums, *came], condition=same, otherwise=RefundRaced())


def give_lot(tx: storage.Transaction, row: Operation, lot: str) -> None:
    """Write on a purchase where the points are that it earned. The commit raises RefundRaced where it is not as it was seen."""
    tx.update(Operation.row(row.place), [Operation.lot.set(lot)], condition=_as_seen(row), otherwise=RefundRaced())


def lot_key(row: Operation, place: str) -> list[storage.Key]:
    """Where the points are that a purchase earned, at the account that has them now."""
    return [Lot.at(place, row.lot)] if row.lot else []


def take_back(tx: storage.Transaction, lot: Lot, taken: int) -> None:
    """Lower a lot. The commit raises AccountRaced where it is not as it was seen."""
    seen = (Lot.amount == lot.amount) & (Lot.expired == lot.expired)
    tx.update(Lot.row(lot.place, lot.lot), [Lot.amount.add(-taken)], condition=seen, otherwise=AccountRaced())


def lots_before(place: str, day: str) -> list[Lot]:
    """Every lot of a client that ended before a day, earliest first."""
    return storage.query(Lot, place, between=Lot.lot < day, consistent=True).rows


def end(tx: storage.Transaction, lot: Lot, amount: int) -> None:
    """Write on a lot what of it ended: nothing more of it will. The commit raises AccountRaced where it is not as it was seen."""
    seen = (Lot.amount == lot.amount) & (Lot.expired == lot.expired)
    tx.update(Lot.row(lot.place, lot.lot), [Lot.expired.add(amount), Lot.due_in.remove()], condition=seen, otherwise=AccountRaced())


def consume(tx: storage.Transaction, place: str, ended: int, seen: int, at: datetime) -> None:
    """Take ended points off an account. The commit raises AccountRaced where something was spent meanwhile."""
    same = Account.consumed == seen
    same = same | Account.consumed.does_not_exist() if seen == 0 else same
    actions = [Account.consumed.add(ended), Account.balance.add(-ended), Account.updated_at.set(at)]
    accounts.change(tx, place, actions, condition=same & _his_own(), otherwise=AccountRaced())


def due_parts(months: Iterable[str], day: str) -> list[Part]:
    """Where lots stand of which something may end, and whose day is before `day`: parts of a tick's list, of keys alone."""
    return [Part(Lot.by_due, month, between=Lot.expires_on < day, whole=True) for month in months]


def ending_on(days: Iterable[str]) -> list[Part]:
    """The same for lots that end on one of these days."""
    return [Part(Lot.by_due, day[:7], between=Lot.expires_on == day, whole=True) for day in days]


def of_client(place: str, first: str, last: str) -> Iterator[Any]:
    """A client's operations between two places of the order, newest first, as the index has them."""
    return _scrolled(Operation.by_client, place, first, last)


def of_years(contour: str, years: Iterable[int], first: str, last: str) -> Iterator[Any]:
    """Everybody's, year by year."""
    for year in years:
        yield from _scrolled(Operation.by_year, f"{contour}#{year}", first, last)


def _scrolled(index: Any, key: str, first: str, last: str) -> Iterator[Any]:
    if first > last:  # the store refuses such a range
        return iter(())
    return storage.scroll(index, key, between=Operation.made.between(first, last), size=PAGE, newest_first=True)
