"""Who brought whom: said once, never round in a circle, whoever says it at the same moment."""

from chalicelib.clients.errors import ClientNotFound
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import place
from chalicelib.core import outbox, storage
from chalicelib.loyalty.accounts import repository
from chalicelib.loyalty.accounts.errors import AccountRaced, ReferralCycle, ReferralSelf, ReferrerFixed
from chalicelib.loyalty.accounts.models import Account

FIELD = "referrer_client_id"
EFFECT = "referral_brought"
"""What the outbox counts afterwards: generations above the one who brought him."""

HIGHEST = 64
"""How far up a circle is looked for."""


def keys(number: int | None) -> list[storage.Key]:
    """What to read of whoever is said to have brought somebody."""
    return [PersonRow.at(place("live", number)), Account.at(place("live", number))] if number else []


def check(number: int, account: Account | None, referrer: int, rows: list[PersonRow | None]) -> bool:
    """Whether something changes by saying it. Raises ClientNotFound, ReferralSelf, ReferralCycle, ReferrerFixed."""
    if referrer == number:
        raise ReferralSelf({"field": FIELD})
    if rows[0] is None or not rows[0].created_at or rows[0].merged_into:
        raise ClientNotFound({"field": FIELD})
    if account is not None and account.referrer == referrer:
        return False
    if account is not None and account.brought() and _is_above(number, referrer):
        raise ReferralCycle({"field": FIELD})
    if account is not None and (account.referrer or account.first_purchase or account.brought()):
        raise ReferrerFixed({"field": FIELD})
    return True


def _is_above(number: int, referrer: int | None) -> bool:
    """Whether a client is met on the way up from another. Each step is a read: only who brought others may be in a circle."""
    for _ in range(HIGHEST):
        if referrer is None or referrer == number:
            return referrer == number
        (account,) = storage.read(Account.at(place("live", referrer)))
        referrer = account and account.referrer
    return False


def brought_in(tx: storage.Transaction, whose: str, referrer: int) -> None:
    """Count him with whoever brought him, in the transaction that says so, and above afterwards.

    His own account is written under the condition that he brought nobody, and this counts for that of the other: of two clients who
    name each other at once, one is too late, so that no circle can come to be.
    """
    repository.brings(tx, place("live", referrer))
    outbox.send(tx, EFFECT, {"place": whose}, lane=f"referral#{whose}")


def condition() -> tuple[object, Exception]:
    """Under which condition an account is told who brought its client, and what its failure means."""
    return repository.untouched(), AccountRaced()
