"""One of the staff writes a lead down: the person is found or made in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.clients import facts as told
from chalicelib.clients import joining, office
from chalicelib.clients import rules as clients
from chalicelib.clients.errors import IdentityRaced
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import number_of, place_of
from chalicelib.clients.models import Client, Identity
from chalicelib.clients.rules import Person, Proof
from chalicelib.core import clock, ids, once, storage
from chalicelib.core.once import AskedAtOnce
from chalicelib.sales.leads import access, assigning, deciding, guarding, judging, rules, saying, service, showing
from chalicelib.sales.leads.errors import LeadExists, LeadRaced
from chalicelib.sales.leads.models import Lead
from chalicelib.sales.leads.rules import Unclear
from chalicelib.sales.leads.schemas import LeadCard, NewLead
from chalicelib.staff.members import Member

PLACE = "/api/v1/leads"


@dataclass(frozen=True)
class Found:
    """Whom contacts point at: his rows, as far as there are any. `several` says that they point at others too."""

    client: Client | None = None
    row: PersonRow | None = None
    lead: Lead | None = None
    several: bool = False


@storage.again(AskedAtOnce, IdentityRaced, LeadRaced)
def create(body: NewLead, member: Member, key: str | None) -> LeadCard:
    """A new lead: two reads, what he did, his number, a transaction. Raises LeadExists, Invalid, KeyReused."""
    person, owner = saying.person(saying.card(body)), _owner(body, member)
    request = once.request(member.actor, f"POST {PLACE}", key, body)
    before, signs, user = storage.read_lists(request.keys, office.keys(person), showing.users(owner))
    if made := request.made(before):
        return _again(int(made), member)
    if body.assigned_to:
        saying.check_owner(user[0])
    found = _found(person, signs)
    if rules.stands(found.lead):
        raise _exists(found, member)
    tx = storage.Transaction()
    if guarding.hidden(tx, office.held(person, signs, found.client.client_id if found.client else None), member):
        raise LeadExists
    row = _join(tx, person, signs, found)
    lead = _open(tx, row, body, found, owner, member)
    request.done(tx, str(row.number))
    tx.commit()
    return _at(lead, row, next(iter(user), None), found, person)


def _owner(body: NewLead, member: Member) -> int | None:
    """Whose he is: whom the body names, else the manager's who writes him down, else as the house assigns."""
    if "assigned_to" in body.model_fields_set:
        return body.assigned_to
    return member.user_id if member.role in rules.NARROWED else assigning.owner_of_new()


def _found(person: Person, rows: Sequence[Identity | None]) -> Found:
    """Whom the contacts point at: of several the one whose they are proven to be, else the oldest."""
    signs = clients.signs(person)
    owned = clients.look(signs, rows, "live").owners
    known = [(sign, row) for sign, row in zip(signs, rows, strict=True) if row is not None and sign in owned]
    pairs = [pair for pair in known if not pair[0].weak] or known
    if not pairs:
        return Found()
    _, chosen = min(pairs, key=lambda pair: (clients.standing(*pair) != "proven", number_of(pair[1].lead_number)))
    where = place_of(chosen.lead_number)
    client, row, lead = storage.read(Client.at(chosen.client_id), PersonRow.at(where), Lead.at(where))
    if client is None or row is None or client.merged_into:
        raise IdentityRaced
    return Found(client, row, lead, several=len({row.client_id for _, row in pairs}) > 1)


def _exists(found: Found, member: Member) -> LeadExists:
    if found.lead is None or not access.sees(member, found.lead):
        return LeadExists()
    number = found.lead.number
    return LeadExists({"lead_id": number}, headers={"Location": f"{PLACE}/{number}"})


def _join(tx: storage.Transaction, person: Person, signs: list[Identity | None], found: Found) -> PersonRow:
    """The person's row as it will be; what is typed is the office's word, but a contact that is proven of another stays his."""
    words = joining.Words(person, signs, "live", office.SOURCE, Proof.OFFICE)
    known = joining.meant(words, found.client)
    if known is None:
        known = joining.first(tx, words, ids.new())
    else:
        joining.own(tx, words, known, client=found.client, overwrite=True)
    if found.row is None:
        told.made(tx, known.client_id, known.lead_number)
        row = PersonRow(place=place_of(known.lead_number), client_id=known.client_id, lead_number=known.lead_number, created_at=clock.now())
        row.others, row.consents = {}, {}
    else:
        row = found.row
    foreign = _foreign(person, signs, known.client_id)
    row.name = row.name or person.name
    row.telegram_username = row.telegram_username or person.telegram_username
    for kind in {"phone", "email"} - foreign:
        setattr(row, kind, getattr(person, kind) or getattr(row, kind))
    return row


def _foreign(person: Person, signs: list[Identity | None], client_id: str) -> set[str]:
    """Which of the contacts stay another's."""
    pairs = zip(clients.signs(person), signs, strict=True)
    return {sign.kind for sign, row in pairs if row is not None and row.client_id != client_id and clients.standing(sign, row) == "proven"}


def _open(tx: storage.Transaction, row: PersonRow, body: NewLead, found: Found, owner: int | None, member: Member) -> Lead:
    """The lead, with what is said of him. Raises Invalid for what does not go together."""
    client_id = str(row.client_id)
    where: dict[str, Any] = {"person": row, "client_id": client_id, "place": row.place, "before": found.lead, "owner": owner}
    came: dict[str, Any] = {"source": body.source, "source_data": body.source_data, "at": clock.now(), "by": member.actor}
    try:
        return deciding.open_in(tx, **where, **came, said=saying.of_new(body), events=judging.events(client_id) if found.client else ())
    except Unclear as unclear:
        raise saying.refused(unclear) from unclear


def _at(lead: Lead, row: PersonRow, user: Any, found: Found, person: Person) -> LeadCard:
    warnings = [f"The contacts are those of more than one client: the lead is {row.lead_number}"] if found.several else []
    proven = found.client or Client(client_id=str(row.client_id))
    for kind in ("phone", "email"):
        if getattr(person, kind) and getattr(row, kind) == getattr(person, kind):
            setattr(proven, f"{kind}_proven", True)
    return showing.card(lead, row, user, proven, warnings).saying(Location=f"{PLACE}/{lead.number}")


def _again(number: int, member: Member) -> LeadCard:
    """What the same request made."""
    lead, person = service.read(number, member)
    client, *user = storage.read(Client.at(lead.client_id), *showing.users(lead.assigned_to))
    return showing.card(lead, person, next(iter(user), None), client).saying(Location=f"{PLACE}/{number}")
