"""What messages follow: whose a lead is, for lists show a manager the messages of his; and what has left, for that is a contact.

A message's owner is set to what its lead says whenever a fact tells of a change, as often as it is told: the last to write says what
stands. That a lead was spoken to is added to him, so it is taken once. It is no part of the transaction that settles the letter: that
one may not fail once something has been said, and a lead who is changed at that moment would have it fail.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from chalicelib.clients.index.rules import place as place_of
from chalicelib.clients.index.rules import place_of as place_of_person
from chalicelib.clients.joining import Known
from chalicelib.clients.models import Client
from chalicelib.core import storage
from chalicelib.core.facts import FactRow, followers
from chalicelib.core.facts.actors import PERSON
from chalicelib.core.facts.followers import FactTaken
from chalicelib.intake.merging import service as merging
from chalicelib.messaging.models import MessageRow
from chalicelib.sales.leads import deciding
from chalicelib.sales.leads import rules as deals
from chalicelib.sales.leads import service as leads
from chalicelib.sales.leads.errors import LeadNotFound, LeadRaced
from chalicelib.sales.leads.models import Lead
from chalicelib.sales.messages import repository
from chalicelib.sales.messages.errors import MessageRaced
from chalicelib.sales.messages.models import SalesMessage
from chalicelib.sales.messages.sending import KEEPER, TEMPLATE

NAME = "sales-messages"


def follow(found: Sequence[FactRow]) -> None:
    """Take what concerns messages, however often it comes."""
    for where in dict.fromkeys(place_of(fact.contour, int(fact.ref)) for fact in found if _moves(fact)):
        tell_whose(where)
    sent = [fact for fact in found if fact.kind == "message_sent" and fact.data.get("template") == TEMPLATE]
    letters = storage.read(*(MessageRow.at(fact.ref) for fact in sent)) if sent else []
    ours = {fact.fact_id: letter for fact, letter in zip(sent, letters, strict=True) if _is_ours(letter)}
    for fact in followers.untaken(NAME, [fact for fact in sent if fact.fact_id in ours]):
        with suppress(FactTaken):  # another worker noted it meanwhile
            _note(fact, ours[fact.fact_id])


followers.follow(NAME, follow)


def _moves(fact: FactRow) -> bool:
    """Whether a lead is another's, gone, or here again."""
    if fact.kind == "lead_changed":
        return bool(fact.data["was"].get("owner") != fact.data["now"].get("owner"))
    return fact.kind == "lead_removed" or (fact.kind == "lead_opened" and fact.data["deal"] > 1)


@storage.again(MessageRaced)
def tell_whose(where: str) -> int:
    """Have a lead's messages say what he says; how many said something else."""
    (lead,) = storage.read(Lead.at(where))
    return sum(_said(row, lead) for row in repository.of_lead(where))


def _said(row: SalesMessage, lead: Lead | None, more: Mapping[str, str] | None = None) -> bool:
    gone = None if lead is not None and deals.stands(lead) else True
    said = {"owner": lead.assigned_to if lead is not None else None, "lead_removed": gone, **(more or {})}
    if all(getattr(row, name) == value for name, value in said.items()):
        return False
    if not repository.of_whom(row, said):
        raise MessageRaced
    return True


def _is_ours(letter: MessageRow | None) -> bool:
    return letter is not None and (letter.kept_by or {}).get("kind") == KEEPER


@storage.again(LeadRaced)
def _note(fact: FactRow, letter: MessageRow) -> None:
    """A lead was spoken to; of one who is no lead any more nothing is noted. Raises FactTaken."""
    (row,) = storage.read(SalesMessage.at(letter.kept_by["place"]))
    lead, person = storage.read(*leads.keys(row.lead))
    tx = storage.Transaction()
    with suppress(LeadNotFound):
        lead, person = leads.checked(lead, person)
        by = f"{PERSON}{int(row.created_by)}" if row.created_by else "service"
        deciding.note_contact_in(tx, lead, person, by=by, at=letter.sent_at or fact.happened_at)
    followers.once(tx, NAME, [fact])
    tx.commit()


@storage.again(MessageRaced)
def pass_on(source_id: str, known: Known, *, limit: int) -> int:
    """Give a merged client's messages to whom he became, `limit` at most; how many were found."""
    (source,) = storage.read(Client.at(source_id))
    mine, theirs = place_of_person(source.lead_number), place_of_person(known.lead_number)
    (lead,) = storage.read(Lead.at(theirs))
    rows = repository.of_lead(mine, limit)
    return sum(_said(row, lead, {"lead": theirs, "client_id": known.client_id}) for row in rows)


merging.OTHERS.append(pass_on)
