"""Questionnaires. A row is given in the answer to the POST and bound to that submission.

Today's site ignores that answer and asks for "the next free row" with nothing to say who it is, before or after it
posts. So a visitor (address and agent, kept as a keyed hash for some minutes) is given one row, whichever call comes first.
"""

import hashlib
import hmac

from chalicelib.core import outbox, storage
from chalicelib.core.inbox import Receipt
from chalicelib.core.settings import settings
from chalicelib.intake.research import repository
from chalicelib.intake.research.errors import RowRaced
from chalicelib.intake.research.models import ResearchRow, Visit
from chalicelib.intake.research.schemas import Questionnaire, RowNumber

SOURCE = "research"
MOST_UNPROVEN = 20
"""How many strangers' contacts are kept beside one row."""


@storage.again(RowRaced)
def save(body: Questionnaire, *, receipt: Receipt, visitor: str) -> RowNumber:
    """Keep a questionnaire in a row of its own: the one this visitor was given, else the next."""
    who = _visitor(visitor)
    given = repository.visit(who)
    waiting = repository.get(given.number) if given else None
    reserved = waiting is not None and waiting.state == "reserved"
    number = waiting.number if waiting is not None and reserved else repository.next_number()
    tx = storage.Transaction()
    row = ResearchRow(
        number=number,
        state="filled",
        visitor=who,
        name=body.name,
        contact=body.contact,
        answers=body.answers or None,
        created_at=receipt.received_at,
        updated_at=receipt.received_at,
    )
    repository.fill(tx, row, reserved=reserved)
    if who and not reserved:
        repository.give(tx, who, number, instead_of=given)
    mirror(tx, number)
    answer = RowNumber.of(number)
    receipt.complete(tx, answer)
    tx.commit()
    return answer


@storage.again(RowRaced)
def number_for(visitor: str) -> RowNumber:
    """The row of this visitor's own last submission, else a row that is his from now on."""
    who = _visitor(visitor)
    given = repository.visit(who)
    if given:
        return RowNumber.of(given.number)
    return RowNumber.of(_reserve(who, given))


def _reserve(who: str | None, given: Visit | None) -> str:
    """The next row, the visitor's from now on."""
    number, tx = repository.next_number(), storage.Transaction()
    repository.reserve(tx, number, who)
    if who:
        repository.give(tx, who, number, instead_of=given)
    tx.commit()
    return number


@storage.again(RowRaced)
def update_contacts(body: Questionnaire, visitor: str) -> RowNumber:
    """Write the contacts into the visitor's own row. A row number is guessable: a stranger's contacts are set aside beside it."""
    who = _visitor(visitor)
    given = repository.visit(who)
    row = repository.get(_number(body.rid) or (given.number if given else None))
    if row is None:
        return _late_row(body, who, given)
    tx = storage.Transaction()
    if not row.contact or (who and who == row.visitor):
        repository.contacts(tx, row, name=body.name, contact=body.contact)
        mirror(tx, row.number)
    elif (body.name, body.contact) != (row.name, row.contact):
        said = [*(row.unproven or []), {"name": body.name, "contact": body.contact}]
        repository.set_aside(tx, row, said[-MOST_UNPROVEN:])
    tx.commit()
    return RowNumber.of(row.number)


def _late_row(body: Questionnaire, who: str | None, given: Visit | None) -> RowNumber:
    """Contacts whose questionnaire never came: they get a row of their own, nothing is lost."""
    return update_contacts(body.model_copy(update={"rid": _reserve(who, given)}), visitor="")


def _number(text: str | None) -> str | None:
    return text if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _visitor(visitor: str) -> str | None:
    """A keyed hash of address and agent: the address itself is never stored. Without a key nobody is known again."""
    key = settings().service_api_key
    if key is None or not visitor.strip("|"):
        return None
    return hmac.new(key.get_secret_value().encode(), f"visitor|{visitor}".encode(), hashlib.sha256).hexdigest()


def mirror(tx: storage.Transaction, number: str) -> None:
    """Have a row copied into the sheet, where one is configured; our table stays the truth."""
    if settings().research_sheet_id:
        outbox.send(tx, "research_sheet", {"number": number}, lane="research-sheet")
