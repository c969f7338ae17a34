"""What an operation looks at before it decides: the client, his account and what else it names, in one read."""

from dataclasses import dataclass, replace
from typing import Any

from chalicelib.clients.index import rules as people
from chalicelib.clients.index.models import PersonRow
from chalicelib.company import service as company
from chalicelib.company.rules import Level, Loyalty, level_of
from chalicelib.core import facts, once, storage
from chalicelib.loyalty.accounts import repository as accounts
from chalicelib.loyalty.accounts.models import Account
from chalicelib.loyalty.certificates.errors import CertificateRaced
from chalicelib.loyalty.ledger.models import Operation
from chalicelib.loyalty.ledger.rules import CONTOUR, NOBODYS
from chalicelib.loyalty.operations import repository
from chalicelib.loyalty.operations.errors import AccountRaced, ClientBlocked, ReceiptKnown, ReceiptRaced, ReferenceUnknown, RefundRaced
from chalicelib.loyalty.operations.schemas import NewOperation

RACES = (once.AskedAtOnce, AccountRaced, CertificateRaced, ReceiptRaced, RefundRaced)
"""What has an operation look anew."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What stood there. `rows` are those that the operation asked for beside, by the names under which it did."""

    place: str
    person: PersonRow
    account: Account
    loyalty: Loyalty
    rows: dict[str, list[Any]]
    made: Operation | None = None

    @property
    def level(self) -> Level:
        """The client's level before this operation."""
        return level_of(self.loyalty.levels, int(self.account.spent), self.account.level)

    def of_nobody(self) -> "Seen":
        """The same of an operation that is no client's."""
        return replace(self, place=NOBODYS, person=_nobody(), account=Account(place=NOBODYS))

    def refuse_blocked(self) -> None:
        """Raises ClientBlocked for one who neither earns nor spends."""
        if self.account.blocked:
            raise ClientBlocked({"field": "client_id"})


def look(body: NewOperation, request: once.Request, **more: list[storage.Key]) -> Seen:
    """One read of all that the operation needs; `made` is what the same request, or the same receipt, made before.

    Raises ReferenceUnknown for a client who is none or became another, KeyReused, ReceiptKnown.
    """
    place = people.place(CONTOUR, body.client_id)
    receipt = [repository.receipt_key(body.receipt_number)] if body.receipt_number else []
    keys = {"once": request.keys, "person": [PersonRow.at(place)], "account": accounts.keys(place), "house": company.keys()}
    rows = together({**keys, "receipt": receipt, **more})
    person = rows["person"][0] if body.client_id else _nobody()
    made = _made(body, request, rows, place)
    if person is None or not person.client_id or person.merged_into:
        raise ReferenceUnknown({"field": "client_id"})
    return Seen(place, person, rows["account"][0] or Account(place=place), company.loyalty_of(rows["house"]), rows, made)


def _nobody() -> PersonRow:
    return PersonRow(place=NOBODYS, client_id=facts.NOBODY)


def together(keys: dict[str, list[storage.Key]]) -> dict[str, list[Any]]:
    """What several packages ask for, by the names under which they do: one read."""
    return dict(zip(keys, storage.read_lists(*keys.values()), strict=True))


def _made(body: NewOperation, request: once.Request, rows: dict[str, list[Any]], place: str) -> Operation | None:
    before, receipt = request.made(rows["once"]), rows["receipt"]
    if before is not None:
        return _operation(int(before))
    if not receipt or receipt[0] is None:
        return None
    made = _operation(int(receipt[0].operation))
    same = made is not None and made.op_type == body.op_type and made.client in (place, NOBODYS) and body.amount_rub in (None, made.amount)
    if not same:
        raise ReceiptKnown({"field": "receipt_number"})
    return made


def _operation(number: int) -> Operation | None:
    (row,) = storage.read(repository.key(number))
    return row
