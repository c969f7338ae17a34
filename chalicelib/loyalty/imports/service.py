"""What another till kept comes here: each thing once, however often and by whomever it is brought."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from chalicelib.clients import service as clients
from chalicelib.clients.errors import IdentityRaced
from chalicelib.clients.index.rules import number_of, place_of
from chalicelib.clients.service import Known, Proof
from chalicelib.company import service as company
from chalicelib.core import clock, facts, ids, storage
from chalicelib.core.errors import AppError
from chalicelib.loyalty.accounts import referrers
from chalicelib.loyalty.accounts import repository as accounts
from chalicelib.loyalty.accounts.errors import AccountRaced
from chalicelib.loyalty.accounts.models import Account
from chalicelib.loyalty.accounts.rules import expires_on
from chalicelib.loyalty.imports import repository, rules
from chalicelib.loyalty.imports.repository import BroughtMeanwhile
from chalicelib.loyalty.imports.rules import Newcomer, Past
from chalicelib.loyalty.ledger import repository as ledger
from chalicelib.loyalty.ledger.rules import SALES, moved

CONTOUR, SOURCE, ACTOR = "live", "import", "import"
OPENING = "import_opening"


@dataclass(frozen=True, slots=True)
class Brought:
    """Who somebody is here; None where only a dry run knows him. `unchanged` is who was brought before, `why` what was left out."""

    known: Known | None
    kind: Literal["new", "changed", "unchanged"]
    why: str = ""


@storage.again(IdentityRaced, AccountRaced, BroughtMeanwhile)
def bring(one: Newcomer, *, dry_run: bool = False) -> Brought:
    """Find or make the client, and give him what he has at the other till: one transaction, by whose mark a repeat changes nothing.

    Who is known here keeps what he says, and his answers: they are newer than the other till's.
    """
    mark, *rows = storage.read(repository.key(one.source), *clients.keys(one.person, CONTOUR))
    chosen = clients.pick(one.person, rows)
    standing = next((Known(row.client_id, row.lead_number) for row in rows if row and row.client_id == chosen), None)
    if mark is not None or dry_run:
        return Brought(standing, "unchanged" if mark is not None else "changed" if standing else "new")
    person = replace(one.person, consents=()) if chosen else one.person
    tx = storage.Transaction()
    said: dict[str, Any] = {"contour": CONTOUR, "new_id": ids.new(), "source": SOURCE, "proof": Proof.RECORDED}
    known = clients.find_or_create(tx, person=person, rows=rows, **said)
    why = _opened(tx, one, known)
    tx.commit()
    return Brought(known, "new" if known.is_new else "changed", why)


def _opened(tx: storage.Transaction, one: Newcomer, known: Known) -> str:
    """Add what he has to the transaction; what could not be said of who brought him."""
    place = place_of(known.lead_number)
    account, *rows = storage.read(Account.at(place), *company.keys(), *referrers.keys(one.referrer))
    said = {name: value for name, value in one.said.items() if not getattr(account, name, None)}
    why = _referred(one, known, account, rows[len(company.keys()) :])
    number = ledger.number() if one.points else 0
    condition, otherwise = None, None
    if one.referrer and why is None:
        said["referrer"] = one.referrer
        condition, otherwise = referrers.condition()
        referrers.brought_in(tx, place, one.referrer)
    if said or one.sums:
        accounts.change_card(tx, place, said, at=clock.now(), added=one.sums, condition=condition, otherwise=otherwise)
    if one.points:
        _points(tx, one, known, number, account, expires_on(facts.day_of(clock.now()), company.loyalty_of(rows).life))
    repository.mark(tx, one.source, number)
    return why or ""


def _referred(one: Newcomer, known: Known, account: Account | None, rows: list[Any]) -> str | None:
    """None where it may be said who brought him, or there is nothing to say; else why not."""
    if one.referrer is None:
        return None
    try:
        new = referrers.check(number_of(known.lead_number), account, one.referrer, rows)
    except AppError as error:
        return error.text
    return None if new else "who brought him is known here"


def _points(tx: storage.Transaction, one: Newcomer, known: Known, number: int, account: Account | None, end: str | None) -> None:
    """Add the one operation that gives him the points that he has there, and their lot."""
    place, at = place_of(known.lead_number), clock.now()
    lot = accounts.add_lot(tx, place, number, one.points, end)
    after = int(getattr(account, "balance", 0)) + one.points
    said: dict[str, Any] = {"earned": one.points, "lot": lot, "balance_after": after, "imported": True}
    lines = moved(place, one.points, rules.ACCOUNT)
    told = {"earned": one.points, "imported": True}
    ledger.write(tx, number, OPENING, place, lines, subject=known.client_id, at=at, actor=ACTOR, told=told, **said)


@storage.again(AccountRaced, BroughtMeanwhile)
def past(known: Known, some: Sequence[Past], *, dry_run: bool = False) -> list[bool]:
    """Write operations of a client, in the order of their moments and at most TOGETHER, as history; which of them are new.

    They move no balance and reward nobody. But his first purchase is his first: who bought there for years is no new buyer here.
    """
    place = place_of(known.lead_number)
    account, *marks = storage.read(Account.at(place), *(repository.key(one.source) for one in some))
    new = [one for one, mark in zip(some, marks, strict=True) if mark is None]
    if new and not dry_run:
        tx, numbers = storage.Transaction(), ledger.numbers(len(new))
        sales = [(number, facts.day_of(one.at)) for number, one in zip(numbers, new, strict=True) if one.op_type in SALES]
        said = rules.first_and_last(sales, getattr(account, "first_purchase", None), getattr(account, "last_purchase", None))
        repository.learn(tx, place, account, said)
        first = said.get("first_purchase", {}).get("operation")
        for number, one in zip(numbers, new, strict=True):
            _written(tx, known, number, one, channel=getattr(account, "channel", None), first=number == first)
            repository.mark(tx, one.source, number)
        tx.commit()
    return [mark is None for mark in marks]


def _written(tx: storage.Transaction, known: Known, number: int, one: Past, *, channel: int | None, first: bool) -> None:
    """Add the operation as a row of its own day, and its fact of that day."""
    place, amounts = place_of(known.lead_number), dict[str, Any](one.amounts)
    told: dict[str, Any] = {"net": one.net, "channel": channel, "first": first or None, "imported": True, **amounts}
    said: dict[str, Any] = {"imported": True, "comment": one.comment, "receipt_number": one.receipt_number, **amounts}
    who: dict[str, Any] = {"subject": known.client_id, "actor": ACTOR}
    ledger.write(tx, number, one.op_type, place, one.lines, at=one.at, told=told, **who, **said)
