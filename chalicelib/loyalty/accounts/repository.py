"""Writes of accounts and lots: amounts are added, never set, so that parallel operations of one client do not wait for each other."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pynamodb.expressions.operand import Path

from chalicelib.clients.index import repository as people
from chalicelib.core import places, storage
from chalicelib.loyalty.accounts.errors import AccountRaced
from chalicelib.loyalty.accounts.models import Account, Lot

FOR_EVER = "9999-12-31"


def keys(place: str) -> list[storage.Key]:
    """What to read of a client's account."""
    return [Account.at(place)]


def change(tx: storage.Transaction, place: str, actions: list[Any], *, condition: Any = None, otherwise: Exception | None = None) -> None:
    """Change a client's account, making it where nothing was kept of him yet."""
    tx.put_or_update(Account.row(place), actions, condition=condition, otherwise=otherwise)


def add_lot(tx: storage.Transaction, place: str, operation: int, amount: int, expires_on: str | None) -> str:
    """Points that an operation gives: the lot's name. The balance is the account's, written beside it."""
    name = f"{expires_on or FOR_EVER}#{places.of_number(operation)}"
    tx.create(
        Lot(place=place, lot=name, amount=amount, operation=operation, expires_on=expires_on, due_in=expires_on[:7] if expires_on else None)
    )
    return name


def note_purchase_in(tx: storage.Transaction, place: str, cash: int, day: str | None = None, *, visits: int | None = None) -> None:
    """Have lists of clients say that one spent so much more (less, by a refund), and on which day he came.

    A refund says no day. `visits` is how many more visits there were: one where there is a day.
    """
    came = (1 if day else 0) if visits is None else visits
    said = [Path(["loyalty_spent"]).add(cash), Path(["loyalty_visits"]).add(came)]
    people.note_in(tx, place, [*said, Path(["loyalty_last"]).set(day)] if day else said)


ATTRIBUTES = {
    "level": "loyalty_level",
    "channel": "loyalty_channel",
    "gender": "loyalty_gender",
    "birth_year": "loyalty_birth_year",
    "birthday": "loyalty_birthday",
    "tags": "loyalty_tags",
    "blocked": "loyalty_status",
    "referrer": "loyalty_referrer",
}
"""What a person's row says of his account, but for what is added up: by the account's attribute."""


def shown(name: str, value: Any) -> Any:
    """An account's attribute as a person's row has it; None for what it does not say."""
    if name == "blocked":
        return "blocked" if value else None
    if name == "tags":
        return set(value) if value else None
    return None if value is None else str(value)


def change_card(
    tx: storage.Transaction,
    place: str,
    said: Mapping[str, Any],
    *,
    at: datetime,
    more: Sequence[Any] = (),
    added: Mapping[str, int] | None = None,
    condition: Any = None,
    otherwise: Exception | None = None,
) -> None:
    """Say this of a client's account (None clears), and in his row where lists show or find it; `added` is how much more he has of what.

    `more` are other changes of what is added up.
    """
    actions = [getattr(Account, name).remove() if value is None else getattr(Account, name).set(value) for name, value in said.items()]
    actions += [getattr(Account, name).add(by) for name, by in (added or {}).items()]
    change(tx, place, [*actions, *more, Account.updated_at.set(at)], condition=condition, otherwise=otherwise)
    mirrored = [_told(ATTRIBUTES[name], shown(name, value)) for name, value in said.items() if name in ATTRIBUTES]
    if mirrored:
        people.note_in(tx, place, mirrored)
    if added and added.keys() & {"spent", "visits"}:
        note_purchase_in(tx, place, added.get("spent", 0), visits=added.get("visits", 0))


def _told(name: str, value: Any) -> Any:
    if value is None:
        return Path([name]).remove()
    return Path([name]).set({"SS": sorted(value)} if isinstance(value, set) else value)


def mirrored(account: Account | None, said: Mapping[str, Any]) -> list[Any]:
    """What a person's row must be told that says this, so that it says what his account does."""
    wanted = {ATTRIBUTES[name]: shown(name, getattr(account, name, None)) for name in ATTRIBUTES}
    wanted |= {"loyalty_spent": getattr(account, "spent", 0), "loyalty_visits": getattr(account, "visits", 0)}
    wanted["loyalty_last"] = ((account and account.last_purchase) or {}).get("day")
    return [_told(name, value or None) for name, value in wanted.items() if (value or None) != (said.get(name) or None)]


def untouched() -> Any:
    """Of a client it may still be said who brought him: nobody is known to, he brought nobody and bought nothing."""
    alone = Path(["brought_1"]).does_not_exist() | (Path(["brought_1"]) == 0)
    return Account.referrer.does_not_exist() & Account.first_purchase.does_not_exist() & alone


def brings(tx: storage.Transaction, place: str, by: int = 1, generation: int = 1) -> None:
    """One more client was brought by whoever has this account."""
    change(tx, place, [Path([f"brought_{generation}"]).add(by)], condition=Account.merged_into.does_not_exist(), otherwise=AccountRaced())


def lots(place: str) -> list[Lot]:
    """A client's points by their ends: one query."""
    return storage.query(Lot, place).rows
