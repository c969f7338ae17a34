"""Questionnaires. A row is given in the answer to the POST and bound to that submission.

Today's site ignores that answer and asks for "the next free row" with nothing to say who it is, before or after it
posts. So a visitor (address and agent, kept as a keyed hash for some minutes) is given one row, whichever call comes first.
"""

import hashlib
import hmac

from chalicelib.core import clock, outbox, storage, tally
from chalicelib.core.errors import TooMany
from chalicelib.core.inbox import Receipt
from chalicelib.core.sender import Sender
from chalicelib.core.settings import settings
from chalicelib.intake.research import repository, rules
from chalicelib.intake.research.errors import RowRaced
from chalicelib.intake.research.models import ResearchRow, Visit
from chalicelib.intake.research.schemas import Questionnaire, RowNumber

SOURCE = "research"
MOST_UNPROVEN = 20
"""How many strangers' contacts are kept beside one row."""

MOST_AN_HOUR = 60
"""Rows that one address may have reserved in an hour: each stays taken."""


@storage.again(RowRaced)
def save(body: Questionnaire, *, receipt: Receipt, visitor: str, contour: str = "live") -> RowNumber:
    """Keep a questionnaire in a row of its own: the one this visitor was given, else the next."""
    who = _visitor(visitor, contour)
    given = repository.visit(who)
    waiting = repository.get(given.number) if given else None
    reserved = waiting is not None and waiting.state == "reserved"
    number = waiting.number if waiting is not None and reserved else repository.next_number(contour)
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
def number_for(visitor: str, *, sender: Sender, contour: str = "live") -> RowNumber:
    """The row of this visitor's own last submission, else a row that is his from now on. Raises TooMany for an address that took many."""
    who = _visitor(visitor, contour)
    given = repository.visit(who)
    if given:
        return RowNumber.of(given.number)
    now = clock.wall()
    if sender.address and not tally.add("research-row", f"{now:%Y-%m-%dT%H}", sender.address, most=MOST_AN_HOUR):
        raise TooMany(3600 - now.minute * 60 - now.second)
    return RowNumber.of(_reserve(who, given, contour))


def _reserve(who: str | None, given: Visit | None, contour: str) -> str:
    """The next row, the visitor's from now on."""
    number, tx = repository.next_number(contour), storage.Transaction()
    repository.reserve(tx, number, who)
    if who:
        repository.give(tx, who, number, instead_of=given)
    tx.commit()
    return number


@storage.again(RowRaced)
def update_contacts(body: Questionnaire, visitor: str, *, sender: Sender, contour: str = "live") -> RowNumber:
    """Write the contacts into the visitor's own row; a sender with a key may name any.

    A row number is guessable: a stranger's contacts are set aside beside a row that has some, and get a row of their own, which names
    the other, where it has none yet. Else whoever counts on would be first, and the owner on another device the stranger.
    """
    who = _visitor(visitor, contour)
    given = repository.visit(who)
    row = repository.get(_number(body.rid, contour) or (given.number if given else None))
    if row is None:
        return _written(body, _reserve(who, given, contour))
    if sender.is_proven or (who == row.visitor and (who or not row.contact)):
        return _written(body, row.number)
    if not row.contact:
        return _written(body, given.number) if given else _beside(body, row.number, who, contour)
    if (body.name, body.contact) != (row.name, row.contact):
        tx = storage.Transaction()
        said = [*(row.unproven or []), {"name": body.name, "contact": body.contact}]
        repository.set_aside(tx, row, said[-MOST_UNPROVEN:])
        tx.commit()
    return RowNumber.of(row.number)


def _written(body: Questionnaire, number: str) -> RowNumber:
    tx = storage.Transaction()
    repository.contacts(tx, number, name=body.name, contact=body.contact)
    mirror(tx, number)
    tx.commit()
    return RowNumber.of(number)


def _beside(body: Questionnaire, other: str, who: str | None, contour: str) -> RowNumber:
    """Contacts of who knows the number of a row that is not his: a row of their own, and his from now on."""
    number, at, tx = repository.next_number(contour), clock.now(), storage.Transaction()
    row = ResearchRow(number=number, state="filled", visitor=who, name=body.name, contact=body.contact, created_at=at, updated_at=at)
    row.answers = {"rid": other}
    repository.fill(tx, row, reserved=False)
    if who:
        repository.give(tx, who, number, instead_of=None)
    mirror(tx, number)
    tx.commit()
    return RowNumber.of(number)


def _number(text: str | None, contour: str) -> str | None:
    return rules.number_in(text, contour) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _visitor(visitor: str, contour: str) -> str | None:
    """A keyed hash of address and agent: the address itself is never stored. Without a key nobody is known again."""
    key = settings().service_api_key
    if key is None or not visitor.strip("|"):
        return None
    return rules.number_in(hmac.new(key.get_secret_value().encode(), f"visitor|{visitor}".encode(), hashlib.sha256).hexdigest(), contour)


def mirror(tx: storage.Transaction, number: str) -> None:
    """Have a row copied into the sheet, where one is configured and the row is no trial; our table stays the truth."""
    if settings().research_sheet_id and rules.is_live(number):
        outbox.send(tx, "research_sheet", {"number": number}, lane="research-sheet")
