"""Points end with the day of their lot: each night what was not spent of it is taken off, and a few days before its owner is told."""

from datetime import timedelta
from typing import Any, Final

from chalicelib.clients.index.models import PersonRow
from chalicelib.core import clock, facts, storage, turns
from chalicelib.core.settings import settings
from chalicelib.loyalty.accounts import repository as accounts
from chalicelib.loyalty.accounts.models import Account, Lot
from chalicelib.loyalty.ledger import repository as ledger
from chalicelib.loyalty.operations import repository, rules, telling
from chalicelib.loyalty.operations.errors import AccountRaced

NAME: Final = "points_expiry"
MONTHS: Final = 3
"""How many months a lot may wait for its end, where no tick ran."""

TOGETHER: Final = 90
"""Lots that end in one transaction."""


WARNED: Final = "points_warned"
AHEAD: Final = (3, 14)
"""How many days before the end of a lot its owner is told."""

NOON: Final = (12, 15)
"""Hours of the business in which warnings are written: a tick that was cut short goes on in the next."""


def is_noon() -> bool:
    """Whether warnings are written now."""
    return NOON[0] <= clock.now().astimezone(settings().zone).hour < NOON[1]


def today() -> str:
    """The business's day."""
    return facts.day_of(clock.now())


def months(day: str) -> list[str]:
    """A day's month and those before it, the oldest first."""
    year, month = (int(part) for part in day.split("-")[:2])
    counted = year * 12 + month - 1
    return [f"{one // 12:04d}-{one % 12 + 1:02d}" for one in range(counted - MONTHS + 1, counted + 1)]


def end_due() -> int:
    """Take off what ended before today; from how many clients."""
    day, seen = today(), set[str]()
    return turns.tried(turns.walk(NAME, repository.due_parts(months(day), day)), lambda row: _end_once(row, day, seen))


def _end_once(row: Lot, day: str, seen: set[str]) -> bool:
    """A client whose lots stand one after another is looked at once a tick."""
    if row.place in seen:
        return False
    seen.add(row.place)
    return end(row.place, day)


@storage.again(AccountRaced)
def end(place: str, day: str) -> bool:
    """Whether something of a client's points ended before a day: taken off his account, on its lots, as one operation."""
    account, person = storage.read(*accounts.keys(place), PersonRow.at(place))
    lots = repository.lots_before(place, day)
    account = account or Account(place=place)
    ends = rules.due(lots, int(account.consumed), TOGETHER)
    if not ends:
        return False
    tx, total = storage.Transaction(), sum(ends.values())
    for lot in lots:
        if lot.lot in ends:
            repository.end(tx, lot, ends[lot.lot])
    repository.consume(tx, place, total, int(account.consumed), clock.now())
    if total:
        _write(tx, account, person, total)
    tx.commit()
    return bool(total)


def _write(tx: storage.Transaction, account: Account, person: PersonRow, total: int) -> None:
    number, at, place = ledger.number(), clock.now(), str(account.place)
    said: dict[str, Any] = {"points": total, "balance_after": int(account.balance) - total}
    who: dict[str, Any] = {"subject": person.client_id, "actor": "system"}
    ledger.write(tx, number, NAME, place, rules.expired(place, total), at=at, told={"points": total}, **who, **said)


def warn() -> int:
    """Tell those whose points end in three or fourteen days; how many are told."""
    days = [facts.day_of(clock.now() + timedelta(days=ahead)) for ahead in AHEAD]
    return sum(turns.tried(turns.walk(f"{WARNED}#{day}", repository.ending_on([day])), _warned) for day in days)


def _warned(row: Lot) -> bool:
    """Whether the owner of a lot is told now: once for each day, and only of what would end on it."""
    day, warning = str(row.expires_on), telling.warning_of(row.place, str(row.expires_on), today())
    account, person, told = storage.read(*accounts.keys(row.place), PersonRow.at(row.place), warning.key)
    if told is not None or account is None or not person.client_id or person.merged_into:
        return False
    lots = repository.lots_before(row.place, f"{day}~")
    waiting = {lot.lot for lot in lots if lot.expires_on == day}
    points = sum(ending.amount for ending in rules.ended(lots, int(account.consumed)) if ending.lot in waiting)
    if not points:
        return False
    tx = storage.Transaction()
    telling.points_end(tx, person.client_id, warning, points, day)
    try:
        tx.commit()
    except storage.ConditionFailed:  # another tick was faster
        return False
    return True
