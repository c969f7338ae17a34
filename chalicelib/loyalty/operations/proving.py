"""Each night it is proved that books agree: of everybody whose account moved the day before, and of what did not agree before.

Each operation's lines sum to zero a currency; points are what the lots hold less what was consumed, and what the lines say; money is
what the lines say.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from chalicelib.analytics.counts import repository as counts
from chalicelib.core import clock, facts, storage, troubles, turns
from chalicelib.core.observability import count, logger
from chalicelib.core.settings import settings
from chalicelib.loyalty.accounts import repository as accounts
from chalicelib.loyalty.ledger import repository as ledger
from chalicelib.loyalty.ledger import rules
from chalicelib.loyalty.ledger.rules import NOBODYS
from chalicelib.loyalty.operations import repository

NAME: Final = "ledger"
TROUBLE: Final = "ledger_drift"
NIGHT: Final = (1, 3)
"""Hours of the business in which it is proved: twice, for what changes while it is read looks like a difference."""

_OPERATION: Final = "operation."


def is_night() -> bool:
    """Whether it is proved now."""
    return NIGHT[0] <= clock.now().astimezone(settings().zone).hour < NIGHT[1]


def prove() -> int:
    """Of how many clients, and operations that are nobody's, the books do not agree for sure: as they did not an hour ago.

    They are kept until they agree; the trouble ends with the last of them.
    """
    seen = {str(row.place): row.differs for row in counts.drifts(NAME)}
    found: dict[str, rules.Differences] = {}
    for name in _names(seen):
        if name not in found:
            found[name] = _compared(name)
    drifted = [name for name, differs in found.items() if differs and differs == seen.get(name)]
    if drifted:
        logger.error("the ledger's books do not agree", extra={"places": drifted})
        count("LedgerDrifted", len(drifted))
        troubles.meet(NAME, TROUBLE)
    elif seen and not any(found.get(name, seen[name]) for name in seen):
        troubles.end(NAME)
    return len(drifted)


def _names(seen: dict[str, rules.Differences]) -> Iterator[str]:
    """What did not agree, then whose operations were made yesterday, while there is time."""
    for name in seen:
        if turns.is_over():
            return
        yield name
    day = facts.day_of(clock.now() - timedelta(days=1))
    for row in turns.walk(NAME, [ledger.made_on(rules.CONTOUR, day)]):
        yield f"{rules.CONTOUR}#{_OPERATION}{row.place}" if row.client == NOBODYS else str(row.client)


def _compared(name: str) -> rules.Differences:
    """Where the books differ; written down until they do not."""
    contour, _, what = name.partition("#")
    found = _of_operation(what.removeprefix(_OPERATION)) if what.startswith(_OPERATION) else _of_client(name)
    if found:
        counts.suspect(contour, what, found, NAME)
    else:
        counts.clear(contour, what, NAME)
    return found


def _of_operation(number: str) -> rules.Differences:
    (row,) = storage.read(repository.key(int(number)))
    return rules.unbalanced([row.lines] if row is not None else [])


def _of_client(place: str) -> rules.Differences:
    """Of who was merged all was passed on, by an operation of whom he became."""
    (account,) = storage.read(*accounts.keys(place))
    if account is not None and account.merged_into:
        return {}
    lots = sum(int(lot.amount) for lot in repository.lots_before(place, "~"))
    lines = [row.lines for row in ledger.every(place)]
    kept = {name: int(getattr(account, name, 0)) for name in ("balance", "consumed", "money")}
    return rules.unbalanced(lines) | rules.differences(place, lines, lots=lots, **kept)
