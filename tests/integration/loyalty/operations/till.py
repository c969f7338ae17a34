"""A till with its clients, goods and certificates, and what must be true of it whatever happened."""

from typing import Any

from chalicelib.catalogue.products.models import Product
from chalicelib.catalogue.stock import repository as shelves
from chalicelib.catalogue.stock.service import Move, moves_in
from chalicelib.clients.index import rules as people
from chalicelib.clients.index.models import PersonRow
from chalicelib.company.models import Entry
from chalicelib.core import clock, storage
from chalicelib.core.facts import FactRow
from chalicelib.loyalty.accounts.models import Account, Lot
from chalicelib.loyalty.certificates.models import Certificate
from chalicelib.loyalty.ledger import rules as ledger
from chalicelib.loyalty.ledger.models import Operation
from chalicelib.loyalty.operations.rules import points_of
from tests.builders import SERVICE, Answer, Front

OPERATIONS = "/api/v1/admin/operations"
PIECE = 1000


def place(number: int) -> str:
    return people.place("live", number)


def client(number: int = 722, **account: Any) -> int:
    """A client by his number, with what his account says."""
    at = clock.now()
    PersonRow(place=place(number), client_id=f"client-{number}", lead_number=f"br{number:04d}", created_at=at, name="Анна").save()
    if account:
        Account(place=place(number), **account).save()
    return number


def product(number: int = 7, *, price: int = 10_000, cost: int = 4_000, pieces: int = 0, **said: Any) -> int:
    """A product with its price in kopecks, and how many lie at the first location."""
    at = clock.now()
    base = {"item_type": "product", "name": f"Чай {number}", "by_name_at": f"чай#{number:012d}", "by": "test", **said}
    row = Product(place=shelves.place(number), price=price, cost=cost, created_at=at, updated_at=at, **base)
    row.save()
    if pieces:
        tx = storage.Transaction()
        moves_in(tx, [Move(row, 1, pieces * PIECE, "income")], operation=90_000 + number, actor="test", at=at)
        tx.commit()
    return number


def certificate(amount: int, code: str = "ABCDEFGHJKMN", **said: Any) -> str:
    """A certificate of so many kopecks; its code."""
    base = {"made": f"1#{code}", "number": 1, "title": "Подарок", "issue_method": "manual", "status": "active", "actor": "test"}
    Certificate(**{"code": code, "amount": amount, "balance": amount, "created_at": clock.now(), **base, **said}).save()
    return code


def settings(**loyalty: Any) -> None:
    """What the owner set of points."""
    at = clock.now()
    Entry(directory="settings", place="system", said={"loyalty": loyalty}, by="test", created_at=at, updated_at=at).save()


def referrals(*, is_active: bool = True, depth: int = 1) -> None:
    at = clock.now()
    said = {
        "is_active": is_active,
        "unit": "points",
        "base": 1,
        "depth": depth,
        "rules": [[one, 1000, one <= depth] for one in range(1, 7)],
    }
    Entry(directory="settings", place="referrals", said=said, by="test", created_at=at, updated_at=at).save()


def post(front: Front, headers: dict[str, str] | None = None, **said: Any) -> Answer:
    return front.post(OPERATIONS, {"client_id": 722, **said}, {**SERVICE, **(headers or {})})


def made(front: Front, **said: Any) -> Any:
    return post(front, **said).ok()


def refused(front: Front, **said: Any) -> tuple[int, str]:
    answer = post(front, **said)
    return answer.status, answer.body["error"]


def account(number: int = 722) -> Account:
    (row,) = storage.read(Account.at(place(number)))
    return row or Account(place=place(number))


def stock(number: int = 7) -> int:
    """How many pieces lie at the first location; the total must say the same."""
    shelf, row = storage.read(shelves.key(number, 1), Product.at(shelves.place(number)))
    assert int(shelf.quantity) == int(row.stock)
    return int(shelf.quantity) // PIECE


def operations(number: int = 722) -> list[Operation]:
    return storage.whole(storage.query(Operation.by_client, place(number)).rows)


def facts(number: int = 722) -> list[FactRow]:
    return storage.query(FactRow, f"client-{number}").rows


def is_sound(number: int = 722) -> bool:
    """What holds of a client always: his balance is what his lots hold less what was consumed, and what the ledger says."""
    rows, seen = operations(number), account(number)
    for row in rows:
        ledger.checked(ledger.Line(*line) for line in row.lines)
    lots = storage.query(Lot, place(number), consistent=True).rows
    assert all(0 <= int(lot.expired) <= int(lot.amount) for lot in lots)
    assert int(seen.balance) == sum(int(lot.amount) for lot in lots) - int(seen.consumed)
    assert int(seen.balance) == sum(points_of(row.lines, place(number)) for row in rows)
    till = sum(int(line[2]) for row in rows for line in row.lines if str(line[0]).startswith("till:"))
    assert int(seen.spent) == till
    return True
