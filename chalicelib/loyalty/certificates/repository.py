"""Reads and writes of certificates: what is taken of one is what it still has."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.core import storage
from chalicelib.loyalty.certificates.errors import CertificateRaced, CertificateUsed
from chalicelib.loyalty.certificates.models import Certificate


def take(tx: storage.Transaction, row: Certificate, amount: int, at: datetime) -> None:
    """Take a part of one, or all that was seen on it; the commit raises CertificateRaced where it has changed so that this is not so."""
    lives = (Certificate.status == "active") & (Certificate.expires_at.does_not_exist() | (Certificate.expires_at > at))
    less: list[Any] = [Certificate.balance.add(-amount)]
    enough: Condition = Certificate.balance > amount
    if amount == row.balance:
        less, enough = [*less, Certificate.status.set("redeemed")], Certificate.balance == amount
    tx.update(Certificate.row(row.code), less, condition=lives & enough, otherwise=CertificateRaced())


def give_back(tx: storage.Transaction, row: Certificate, amount: int, expires_at: datetime | None) -> None:
    """Put a part back on it, and have it live until then."""
    until = [Certificate.expires_at.set(expires_at)] if expires_at else []
    more = [Certificate.balance.add(amount), Certificate.status.set("active"), *until]
    tx.update(Certificate.row(row.code), more, condition=Certificate.status != "cancelled", otherwise=CertificateRaced())


def cancel(tx: storage.Transaction, row: Certificate) -> None:
    """Nobody pays by it any more; the commit raises CertificateUsed where something of it was spent."""
    untouched = (Certificate.status == "active") & (Certificate.balance == row.amount)
    gone = [Certificate.status.set("cancelled"), Certificate.balance.set(0)]
    tx.update(Certificate.row(row.code), gone, condition=untouched, otherwise=CertificateUsed({"field": "operation_id"}))


PAGE = 200


def newest(after: str | None) -> Iterator[Certificate]:
    """Certificates as their index has them, the newest first, from behind a place on."""
    between = Certificate.made < after if after else None
    return storage.scroll(Certificate.by_made, "live", between=between, size=PAGE * 11, newest_first=True)


def of_client(place: str, most: int) -> list[Certificate]:
    """The newest of those that are one client's alone, as their index names them."""
    return storage.query(Certificate.by_client, place, newest_first=True, limit=most).rows


def pass_on(row: Certificate, place: str) -> None:
    """It is another's, whom its client became."""
    storage.change(Certificate.row(row.code), [Certificate.client.set(place)], condition=Certificate.client == row.client)
