"""A company of UDS: its customers with their points and levels, and its operations as history."""

from collections import Counter
from collections.abc import Callable, Iterable, Set
from datetime import date
from typing import Any

from chalicelib.clients.service import person_from
from chalicelib.company import service as company
from chalicelib.company.repository import sign
from chalicelib.company.rules import Level
from chalicelib.core import storage
from chalicelib.loyalty.imports.rules import Newcomer, Past
from scripts.importing.old_values import amount, ident, moment, needed_moment, text
from scripts.importing.report import Outcome, Report, Said
from scripts.importing.table import BadCell
from scripts.importing.tills import Arrival, People, Row, compared, read_each, take_history
from scripts.importing.uds_client import UdsClient

Progress = Callable[[Iterable[Any], str], Iterable[Any]]

GENDERS = {"MALE": "male", "FEMALE": "female"}
SOLD, CANCELLED, BACK = "PURCHASE", "CANCELED", "REVERSAL"


def bring(api: UdsClient, *, dry_run: bool, progress: Progress) -> list[Report | Said]:
    """Everything that is taken, a report for each list. Raises VendorError, after which a repeat goes on."""
    people, customers, operations = People(dry_run), Report("customers"), Report("operations")
    levels = company.loyalty_of(storage.read(*company.keys())).levels
    arrivals = read_each(progress(api.customers(), "customers"), lambda line, row: _arrival(line, row, levels), customers)
    people.take(arrivals, customers)
    rows = list(progress(api.operations(), "operations"))
    cancelled = {ident(row, "id") for row in rows if _state(row) == CANCELLED}
    take_history(people, read_each(rows, lambda line, row: _past(line, row, cancelled), operations), operations)
    moved: Counter[str] = Counter()
    for row in rows:
        moved[_customer(row) or ""] += _points(row)
    return [customers, operations, Said([compared(people.points, {name: moved[name] for name in people.points})])]


def _arrival(line: int, row: Row, levels: tuple[Level, ...]) -> Arrival:
    """A customer as his row says. Raises BadCell."""
    participant = _part(row, "participant")
    name = ident(participant, "id")
    if name is None:
        raise BadCell("participant.id", "is empty")
    phone, email = text(row, "phone", 60), text(row, "email", 254)
    points = amount(participant, "points")
    if points < 0:
        raise BadCell("participant.points", "is below zero")
    person = person_from(phone=phone, email=email, name=text(row, "displayName"), external=("uds", name))
    level, note = _level(participant.get("membershipTier"), levels)
    said = {"level": level, "gender": GENDERS.get(str(row.get("gender")).upper()), **_birthday(row)}
    said["last_visit_at"] = moment(participant, "lastTransactionTime")
    kept = {name: value for name, value in said.items() if value is not None}
    one = Newcomer(source=f"uds#customer#{name}", person=person, points=points, said=kept)
    return Arrival(line, name, ident(participant, "inviterId"), one, note)


def _level(tier: Any, levels: tuple[Level, ...]) -> tuple[str | None, str]:
    """The level that is called so here, else the one that earns as much; and what is worth a look."""
    if not isinstance(tier, dict) or not (text(tier, "name") or tier.get("rate") is not None):
        return None, ""
    called = sign(text(tier, "name") or "")
    named = [level.code for level in levels if called and called in (sign(level.code), sign(level.title))]
    as_much = [level.code for level in levels if tier.get("rate") is not None and level.accrual == amount(tier, "rate")]
    found = next(iter([*named, *as_much]), None)
    return found, "" if found else "no level here is called as his, or earns as much: his purchases decide"


def _birthday(row: Row) -> dict[str, Any]:
    try:
        day = date.fromisoformat(str(row.get("birthDate"))[:10])
    except ValueError:
        return {}
    return {"birthday": day.isoformat(), "birth_year": day.year}


def _customer(row: Row) -> str | None:
    """Whose operation it is."""
    customer = _part(row, "customer")
    return ident(_part(customer, "participant"), "id") or ident(customer, "id")


def _part(row: Row, field: str) -> Row:
    """An object inside another, empty where there is none."""
    found = row.get(field)
    return found if isinstance(found, dict) else {}


def _points(row: Row) -> int:
    """By how much it changed what its customer has; 0 where that cannot be read."""
    try:
        return amount(row, "points")
    except BadCell:
        return 0


def _state(row: Row) -> str:
    return str(row.get("state")).upper()


def _past(line: int, row: Row, cancelled: Set[str | None]) -> tuple[int, str, Past] | Outcome:
    """An operation as it was, or why it is left out. Raises BadCell."""
    name, whose, state = ident(row, "id"), _customer(row), _state(row)
    if name is None:
        raise BadCell("id", "is empty")
    if whose is None:
        return Outcome("skipped", "customer", "it is nobody's")
    if state == CANCELLED:
        return Outcome("skipped", "state", "was cancelled there")
    origin = row.get("origin")
    if state == BACK and ident(origin if isinstance(origin, dict) else {"id": origin}, "id") in cancelled - {None}:
        return Outcome("skipped", "origin", "takes back what is left out, for it was cancelled")
    total, cash, points = (abs(amount(row, field)) for field in ("total", "cash", "points"))
    gives = amount(row, "points") > 0
    kind = _kind(str(row.get("action")).upper(), state, total, gives=gives)
    if kind is None:
        return Outcome("skipped", "action", "nobody here knows what it is")
    at = needed_moment(row, "dateCreated")
    about: dict[str, Any] = {"source": f"uds#operation#{name}", "at": at, "receipt_number": text(row, "receiptNumber", 64)}
    if kind in ("points_accrual", "points_writeoff"):
        return line, whose, Past(op_type=kind, earned=points if gives else 0, points=0 if gives else points, **about)
    if kind == "refund":
        return line, whose, _paid(kind, about, total, cash, points if gives else 0, 0)
    return line, whose, _paid(kind, about, total, cash, 0 if gives else points, points if gives else 0)


def _kind(action: str, state: str, total: int, *, gives: bool) -> str | None:
    if action == SOLD or state == BACK:
        return "refund" if state == BACK else "purchase"
    return None if total else "points_accrual" if gives else "points_writeoff"


def _paid(kind: str, about: dict[str, Any], total: int, cash: int, points: int, earned: int) -> Past:
    """A bill: what was paid neither in money nor by points was its discount."""
    return Past(op_type=kind, amount=total, discount=total - cash - points, points=points, earned=earned, **about)
