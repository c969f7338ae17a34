"""Certificates as a panel makes and lists them, and a client's card with his last ones."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chalicelib.clients.index import repository as index
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import place
from chalicelib.company import facts as house
from chalicelib.core import clock, facts, once, paging, places, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.once import AskedAtOnce
from chalicelib.loyalty.accounts import cards
from chalicelib.loyalty.certificates import repository, rules
from chalicelib.loyalty.certificates.models import Certificate
from chalicelib.loyalty.certificates.schemas import Card, Certificates, CertificateShown, CertificatesQuery, NewCertificate, OperationLine
from chalicelib.loyalty.ledger import repository as ledger
from chalicelib.loyalty.ledger.models import Operation
from chalicelib.loyalty.ledger.rules import NOBODYS, certificate

LAST = 10


@storage.again(AskedAtOnce)
def make(body: NewCertificate, *, key: str | None, actor: str) -> CertificateShown:
    """A new certificate, with the sale that it was: one number, one read, one transaction. Raises ClientNotFound, Invalid, KeyReused."""
    request = once.request(actor, "POST /api/v1/admin/certificates", key, body)
    whose: list[storage.Key] = [PersonRow.at(place("live", body.client_id))] if body.client_id else []
    before, people = storage.read_lists(request.keys, whose)
    made = request.made(before)
    if made is not None:
        return shown(storage.read(Certificate.at(made))[0], clock.now())
    at, person = clock.now(), people[0] if people else None
    if whose:
        index.standing(person)
    until = _end(body.expires_at, at)
    number, code, tx = ledger.number(), rules.new_code(), storage.Transaction()
    row = _row(body, number, code, until, at, actor)
    tx.create(row)
    if body.price_rub:
        _sell(tx, row, person, at=at, actor=actor)
    else:
        house.made(tx, "certificate", number, person.client_id if person else None)
    request.done(tx, code)
    tx.commit()
    return shown(row, at)


def _end(said: datetime | None, at: datetime) -> datetime | None:
    """The end of the business's day on which it is valid last. Raises Invalid for a day that is over."""
    if said is None:
        return None
    end = facts.bounds(facts.day_of(said), facts.day_of(said))[1]
    if end <= at:
        raise Invalid.field("body", "expires_at", msg="expected a day that is not over")
    return end


def _row(body: NewCertificate, number: int, code: str, until: datetime | None, at: datetime, actor: str) -> Certificate:
    return Certificate(
        code=code,
        made=places.of_both(at, number),
        number=number,
        title=body.title,
        amount=body.amount_rub,
        balance=body.amount_rub,
        price=body.price_rub,
        payment_method=(body.payment_method or "cash") if body.price_rub else None,
        issue_method=body.issue_method,
        status="active",
        client=place("live", body.client_id) if body.client_id else None,
        expires_at=until,
        comment=body.comment or "",
        sold_by=number if body.price_rub else None,
        actor=actor,
        created_at=at,
    )


def _sell(tx: storage.Transaction, row: Certificate, person: PersonRow | None, *, at: datetime, actor: str) -> None:
    """The operation that sells it: its number is the certificate's. What it pays for later is no income; this is."""
    price, nominal, method = int(row.price), int(row.amount), str(row.payment_method)
    number, less = int(row.number), max(nominal - price, 0)
    lines = certificate(method, price=price, nominal=nominal)
    said: dict[str, Any] = {"amount": price + less, "discount": less, "cash": price}
    who: dict[str, Any] = {"subject": person.client_id if person else None, "actor": actor}
    told = {"net": price, "method": method, **said}
    beside: dict[str, Any] = {"payment_method": method, "certificate_code": row.code, "comment": row.comment}
    ledger.write(tx, number, "certificate_sale", row.client or NOBODYS, lines, at=at, told=told, **who, **said, **beside)


def shown(row: Certificate, at: datetime, *, whole: bool = True) -> CertificateShown:
    """A certificate as panels show it."""
    return CertificateShown(
        id=row.number,
        code=rules.written(row.code, whole=whole),
        title=row.title,
        amount_rub=row.amount,
        balance_rub=row.balance,
        price_rub=row.price,
        issue_method=row.issue_method,
        status=rules.status(row, at),
        client_id=int(row.client.rpartition("#")[2]) if row.client else None,
        expires_at=row.expires_at,
        comment=row.comment,
        created_at=row.created_at,
    )


def listed(query: CertificatesQuery, *, whole: bool) -> Certificates:
    """Certificates, the newest first: their index, and the rows of the page. `whole` codes are the owner's to read."""
    at, wanted = clock.now(), "active" if query.status == "in_progress" else query.status
    client = place("live", query.client_id) if query.client_id else None

    def rows(after: str | None) -> Iterator[Any]:
        found = repository.newest(after)
        return (row for row in found if (wanted in (None, rules.status(row, at))) and client in (None, row.client))

    page = paging.part(query, rows, lambda row: str(row.made))
    return Certificates(items=[shown(row, at, whole=whole) for row in storage.whole(page.rows)], **page.numbers)


def card(number: int, *, whole: bool) -> Card:
    """A client with his last operations and certificates. Raises ClientNotFound."""
    client, at = cards.one(number), clock.now()
    where = place("live", client.id)
    operations, certificates = ledger.of_client(where, LAST), repository.of_client(where, LAST)
    found = storage.whole([*operations, *certificates]) if operations or certificates else []
    return Card(
        **dict(client),
        operations=[_line(row) for row in found if isinstance(row, Operation)],
        certificates=[shown(row, at, whole=whole) for row in found if isinstance(row, Certificate)],
    )


def _line(row: Operation) -> OperationLine:
    return OperationLine(
        id=row.number,
        op_type=row.op_type,
        amount_rub=row.amount,
        cash_rub=row.cash,
        points_spent=row.points,
        points_earned=row.earned - row.points_taken_back,
        comment=row.comment,
        created_at=row.created_at,
    )
