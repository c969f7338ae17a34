"""What a till does with a certificate: it pays by one, puts back on it what is refunded, takes its sale back."""

from datetime import datetime

from chalicelib.core import facts, storage
from chalicelib.loyalty.certificates import repository, rules
from chalicelib.loyalty.certificates.errors import CertificateUsed
from chalicelib.loyalty.certificates.models import Certificate


def keys(code: str) -> list[storage.Key]:
    """Where the certificate of a code stands, as it was typed: one key, also for what can be no code."""
    return [Certificate.at(rules.code_of(code) or "-")]


def redeem_in(
    tx: storage.Transaction, row: Certificate | None, *, client_place: str, amount: int | None, at: datetime, most: int | None = None
) -> int:
    """How much a bill takes of the certificate at `keys`: `amount`, else all it has, `most` at most; taken by `tx`.

    Raises CertificateUnknown, CertificateNotYours, CertificateExpired, CertificateShort; the commit raises CertificateRaced where
    another bill was faster: read it again and decide anew.
    """
    taken = rules.taken(row, client=client_place, amount=amount, most=most, at=at)
    if row is not None and taken:
        repository.take(tx, row, taken, at)
    return taken


def give_back_in(tx: storage.Transaction, row: Certificate, amount: int, *, at: datetime) -> None:
    """Put back what a refund returns; a spent or expired one lives again, 30 days at least.

    The commit raises CertificateRaced for one whose sale was taken back.
    """
    if not amount:
        return
    day = facts.day_of(at + rules.REVIVED)
    soonest = facts.bounds(day, day)[1]
    until = max(row.expires_at, soonest) if row.expires_at else None
    repository.give_back(tx, row, amount, until)


def cancel_in(tx: storage.Transaction, row: Certificate) -> int:
    """What the certificate of a sale that is taken back was worth, its nominal. Raises CertificateUsed, by the commit too."""
    if row.status != "active" or row.balance != row.amount:
        raise CertificateUsed({"field": "operation_id"})
    repository.cancel(tx, row)
    return int(row.amount)
