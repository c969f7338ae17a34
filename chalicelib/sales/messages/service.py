"""Messages written, changed, deleted and found: of leads whom the caller sees, and of no others."""

from typing import Any

from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import place as place_of
from chalicelib.core import clock, once, storage
from chalicelib.core.bitmaps import Question, Term, finding, of_days
from chalicelib.core.errors import Invalid
from chalicelib.core.once import AskedAtOnce
from chalicelib.messaging import service as messaging
from chalicelib.sales.leads import access
from chalicelib.sales.leads import service as leads
from chalicelib.sales.leads.errors import LeadNotFound
from chalicelib.sales.leads.models import Lead
from chalicelib.sales.messages import index, repository, rules, showing
from chalicelib.sales.messages.errors import MessageNotFound, MessageRaced, MessageSent
from chalicelib.sales.messages.models import SalesMessage
from chalicelib.sales.messages.repository import LIVE
from chalicelib.sales.messages.schemas import MessageChange, Messages, MessageShown, MessagesQuery, NewMessage
from chalicelib.staff.errors import ChangedMeanwhile
from chalicelib.staff.members import Member

PLACE = "/api/v1/messages"
TAKEN_BACK = "taken back before it left"
LEAVING = "The message is leaving at this moment and cannot be taken back."


def listed(query: MessagesQuery, member: Member) -> Messages:
    """The messages that a list asks for, with how many there are: what is pending, a call a filter or word, the rows."""
    question = Question(
        terms=[*_terms(query), *access.terms(member, rules.OWNER)],
        words=rules.wanted(query.search) if query.search else (),
        newest_first=query.sort == "desc",
        skip=query.passed_over,
        limit=query.most,
    )
    found = finding.find(index.MESSAGES, LIVE, question)
    return Messages(items=[showing.shown(row) for row in found.rows], total_is_exact=found.is_exact, **query.numbers(found.total))


def _terms(query: MessagesQuery) -> list[Term]:
    """Each filter as a facet; days of writing are one range of a facet. Two authors are nobody."""
    asked = [
        (rules.LEAD, query.lead_id),
        (rules.TYPE, query.message_type),
        (rules.STATUS, query.status),
        (rules.AUTHOR, query.assigned_to),
        (rules.AUTHOR, query.created_by),
    ]
    terms = [Term(facet, str(value)) for facet, value in asked if value is not None]
    return terms + of_days(rules.CREATED, query.date_from, query.date_to)


def one(number: int, member: Member) -> MessageShown:
    """A message. Raises MessageNotFound, also where its lead is another's."""
    return showing.shown(seen(number, member)[0])


def seen(number: int, member: Member) -> tuple[SalesMessage, Lead]:
    """A message and its lead, as he may see them: two reads. Raises MessageNotFound."""
    (row,) = storage.read(repository.key(LIVE, number))
    if row is None or row.removed_at:
        raise MessageNotFound
    lead, person = storage.read(*leads.keys(row.lead))
    try:
        lead, person = leads.checked(lead, person, member)
    except LeadNotFound:
        raise MessageNotFound from None
    return row, lead


@storage.again(AskedAtOnce)
def create(body: NewMessage, member: Member, key: str | None) -> MessageShown:
    """A draft; a repeat under the same Idempotency-Key gives the one that it made. Raises LeadNotFound, KeyReused."""
    request = once.request(member.actor, f"POST {PLACE}", key, body)
    before, theirs = storage.read_lists(request.keys, leads.keys(place_of(LIVE, body.lead_id)))
    made = request.made(before)
    if made is not None:
        return _at(one(int(made), member))
    tx = storage.Transaction()
    row = draft_in(tx, body, _lead(theirs, member), member)
    request.done(tx, str(row.number))
    tx.commit()
    return _at(showing.shown(row))


def _lead(rows: list[Any], member: Member) -> Lead:
    lead: Lead | None
    person: PersonRow | None
    lead, person = rows
    try:
        return leads.checked(lead, person, member)[0]
    except LeadNotFound:
        raise LeadNotFound({"field": "lead_id"}) from None


def draft_in(tx: storage.Transaction, body: NewMessage, lead: Lead, member: Member) -> SalesMessage:
    """Add a draft to a lead."""
    number = storage.next_number(repository.COUNTER)
    whose: dict[str, Any] = {"lead": lead.place, "client_id": lead.client_id, "owner": lead.assigned_to, "created_by": member.user_id}
    said = {name: value for name, value in body.model_dump(exclude={"lead_id"}).items() if value is not None}
    row = SalesMessage(place=place_of(LIVE, number), created_at=clock.now(), **whose, **said)
    repository.create(tx, row)
    return row


def _at(shown: MessageShown) -> MessageShown:
    return shown.saying(Location=f"{PLACE}/{shown.id}")


@storage.again(MessageRaced)
def change(number: int, body: MessageChange, member: Member) -> MessageShown:
    """Change a draft, or one that failed. Raises MessageNotFound, MessageSent, ChangedMeanwhile, Invalid."""
    row, _ = seen(number, member)
    if "lead_id" in body.model_fields_set and body.lead_id != showing.number_of(str(row.lead)):
        raise Invalid.field("body", "lead_id", msg="expected the lead as it stands")
    if body.status not in (None, row.status):
        raise Invalid.field("body", "status", msg="expected the status as it stands")
    if row.status not in rules.OPEN:
        raise MessageSent({"status": row.status})
    if body.version not in (None, int(row.version)):
        raise ChangedMeanwhile({"version": int(row.version)})
    said = {name: value for name, value in body.said.items() if value != getattr(row, name)}
    if said:
        write(row, said | {"updated_at": clock.now()})
    return showing.shown(row)


def write(row: SalesMessage, said: dict[str, Any], tx: storage.Transaction | None = None) -> None:
    """Say this of a message as it was read, and commit; the row says it too then. Raises MessageRaced."""
    tx = tx or storage.Transaction()
    repository.change(tx, row, said)
    tx.commit()
    for name, value in said.items():
        setattr(row, name, value)
    row.version += 1


@storage.again(MessageRaced)
def delete(number: int, member: Member) -> str:
    """What became of it, in words: a draft, or one that failed, is gone; one that waits is taken back, and stays as cancelled.

    Raises MessageNotFound, MessageSent where it has left, or leaves at this moment.
    """
    row, lead = seen(number, member)
    if row.status in rules.OPEN:
        write(row, {"removed_at": clock.now(), "lead": None})
        return "Сообщение удалено."
    if row.status == "queued" and not messaging.take_back(messaging.client(lead.client_id), str(row.ledger_id), TAKEN_BACK):
        row, _ = seen(number, member)
        _not_taken_back(row)
    elif row.status not in ("queued", "cancelled"):
        raise MessageSent({"status": row.status})
    return "Отправка отменена."


def _not_taken_back(row: SalesMessage) -> None:
    """Nothing where another has taken back what we could not. Raises MessageSent; MessageRaced where it has failed and may be deleted."""
    if row.status in rules.OPEN:
        raise MessageRaced
    if row.status == "queued":
        raise MessageSent({"status": row.status}, message=LEAVING)
    if row.status != "cancelled":
        raise MessageSent({"status": row.status})
