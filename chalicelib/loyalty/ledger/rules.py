"""Double entry: what each kind of operation moves between which accounts. Pure; kopecks and hundredths of a point, signed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from chalicelib.clients.index.rules import place

RUB, PTS = "RUB", "PTS"
CONTOUR: Final = "live"
"""The till is the live contour's alone."""

NOBODYS: Final = place(CONTOUR, 0)
"""Where an operation says that it is whose who has a certificate that was sold to nobody."""

SALES: Final = ("purchase", "order")
OUT: Final = ("refund", "reward_payout")
"""Kinds whose money is what the till gives."""


class Line(NamedTuple):
    """So much more on an account."""

    account: str
    currency: str
    amount: int


class Unbalanced(Exception):
    """Lines that do not sum to zero: a fault of ours, which must never be written."""


def client(place: str) -> str:
    """A client's account, by his place in the people index."""
    return f"client:{place}"


def till(method: str) -> str:
    """Where money of a kind lies."""
    return f"till:{method}"


def checked(lines: Iterable[Line]) -> list[list[str | int]]:
    """Lines as a row keeps them, without those of nothing. Raises Unbalanced."""
    kept = [line for line in lines if line.amount]
    sums = _sums(kept)
    if any(sums.values()):
        raise Unbalanced(dict(sums))
    return [[*line] for line in kept]


def sold(method: str, *, cash: int, certificate: int, points: int, discounts: int) -> list[Line]:
    """A bill as it was paid; a refund's is the same with its signs turned."""
    paid = {till(method): cash, "certs": certificate, "points-spent": points, "discounts": discounts}
    return [*(Line(account, RUB, amount) for account, amount in paid.items()), Line("sales", RUB, -sum(paid.values()))]


def certificate(method: str, *, price: int, nominal: int) -> list[Line]:
    """What was got for a certificate, and what is owed by it."""
    return [Line(till(method), RUB, price), Line("discounts", RUB, nominal - price), Line("certs", RUB, -nominal)]


def moved(place: str, by: int, other: str) -> list[Line]:
    """Points that a client gets (or, below zero, gives) from an account, or to it."""
    return [Line(client(place), PTS, by), Line(other, PTS, -by)]


def turned(lines: Iterable[Line]) -> list[Line]:
    """The same backwards."""
    return [line._replace(amount=-line.amount) for line in lines]


def of_clients(lines: Iterable[Iterable[Any]]) -> int:
    """How many points lines move to clients' accounts, or, below zero, from them."""
    return _moved(lines, client(""), PTS)


def of_till(lines: Iterable[Iterable[Any]]) -> int:
    """How much money lines put into the till, or, below zero, take out of it."""
    return _moved(lines, till(""), RUB)


def _moved(lines: Iterable[Iterable[Any]], beginning: str, wanted: str) -> int:
    return sum(int(amount) for account, currency, amount in lines if currency == wanted and str(account).startswith(beginning))


def balances(rows: Iterable[Iterable[Iterable[str | int]]]) -> Mapping[tuple[str, str], int]:
    """What many operations' lines come to, by account and currency."""
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for lines in rows:
        for account, currency, amount in lines:
            sums[str(account), str(currency)] += int(amount)
    return sums


Differences = dict[str, list[int]]
"""What does not agree: what stands, and what it should be."""


def unbalanced(rows: Iterable[Iterable[Iterable[str | int]]]) -> Differences:
    """How many operations have lines that do not sum to zero in each currency."""
    wrong = sum(any(_sums(lines).values()) for lines in rows)
    return {"unbalanced": [wrong, 0]} if wrong else {}


def _sums(lines: Iterable[Iterable[str | int]]) -> Mapping[str, int]:
    sums: defaultdict[str, int] = defaultdict(int)
    for _, currency, amount in lines:
        sums[str(currency)] += int(amount)
    return sums


def differences(
    place: str, rows: Iterable[Iterable[Iterable[str | int]]], *, balance: int, consumed: int, money: int, lots: int
) -> Differences:
    """Where a client's account is not what his lots hold and what all his operations' lines say."""
    sums, account = balances(rows), client(place)
    pairs = {
        "lots": [balance, lots - consumed],
        "points": [balance, sums.get((account, PTS), 0)],
        "money": [money, -sums.get((account, RUB), 0)],
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
