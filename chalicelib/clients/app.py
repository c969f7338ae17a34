"""Who opens the Mini App: the client whom Telegram vouches for, or whom his token names."""

from collections.abc import Sequence
from typing import Any

from chalicelib.clients.errors import ClientNotFound
from chalicelib.clients.joining import Known
from chalicelib.clients.rules import Person, Proof, contour_of
from chalicelib.clients.service import IdentityRaced, by_reference, find, find_or_create, keys, pick, reference_keys, username_of
from chalicelib.core import ids, storage
from chalicelib.core.errors import Unauthorized
from chalicelib.core.security import Caller

LIVE = "live"


@storage.again(IdentityRaced)
def of_account(telegram_id: str, username: str | None, name: str | None = None) -> Known:
    """The one client of a Telegram account, made where there was none."""
    person = Person(name=name, telegram_id=telegram_id, telegram_username=username_of(username))
    rows, tx = storage.read(*keys(person, LIVE)), storage.Transaction()
    known = find_or_create(tx, person=person, rows=rows, contour=LIVE, new_id=ids.new(), source="telegram_app", proof=Proof.TELEGRAM)
    tx.commit()
    return known


def of_caller(caller: Caller) -> Known:
    """The client who calls, by a policy of clients: whoever Telegram vouches for becomes one.

    Raises Unauthorized for who is none, and for a client of the test contour, whose number is a live client's too.
    """
    if caller.account:
        return of_account(caller.account, caller.username, caller.name)
    try:
        known = find(caller.client_id or "")
    except ClientNotFound as error:
        raise Unauthorized("the token names nobody") from error
    if contour_of(known.lead_number) != LIVE:
        raise Unauthorized("the token names nobody here")
    return known


def keys_of(caller: Caller) -> list[storage.Key]:
    """What to read for `standing`."""
    return keys(_person(caller), LIVE) if caller.account else reference_keys(caller.client_id or "", LIVE)


def standing(caller: Caller, rows: Sequence[Any]) -> str | None:
    """The id of the client who calls, by the rows at `keys_of`; None for whom `of_caller` would make one, or who is none."""
    if caller.account:
        return pick(_person(caller), rows, LIVE)
    try:
        known = by_reference(rows)
    except ClientNotFound:
        return None
    return known.client_id if contour_of(known.lead_number) == LIVE else None


def _person(caller: Caller) -> Person:
    return Person(telegram_id=caller.account, telegram_username=username_of(caller.username))
