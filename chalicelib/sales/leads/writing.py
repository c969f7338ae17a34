"""One of the staff changes a lead, or removes him."""

from datetime import datetime
from typing import Any

from chalicelib.clients import facts as told
from chalicelib.clients import office
from chalicelib.clients.errors import ContactTaken, IdentityRaced
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.models import Client
from chalicelib.core import clock, storage
from chalicelib.sales.leads import deciding, guarding, judging, rules, saying, service, showing
from chalicelib.sales.leads.errors import LeadRaced
from chalicelib.sales.leads.models import Lead
from chalicelib.sales.leads.rules import Unclear
from chalicelib.sales.leads.schemas import LeadCard, LeadPatch
from chalicelib.staff.errors import ChangedMeanwhile
from chalicelib.staff.members import Member
from chalicelib.staff.models import StaffUser
from chalicelib.staff.rules import may_have_leads


@storage.again(IdentityRaced, LeadRaced)
def change(number: int, body: LeadPatch, member: Member) -> LeadCard:
    """Change what is said of a lead and his card: two reads, what he did, a transaction.

    Raises LeadNotFound, ChangedMeanwhile, ContactTaken, Invalid.
    """
    lead, person = service.read(number, member)
    if body.version not in (None, int(lead.version)):
        raise ChangedMeanwhile({"version": int(lead.version)})
    saying.check_computed(body, lead)
    card = {name: value for name, value in saying.card(body).items() if value != getattr(person, name)}
    contacts, said = saying.person({**card, "name": None}), saying.own(body)
    owner = said.get("assigned_to", lead.assigned_to)
    own: list[storage.Key] = [Client.at(lead.client_id)]
    asked = [own, office.keys(contacts), office.old_keys(person, card), showing.users(owner)]
    (client,), new, old, user = storage.read_lists(*asked)
    if owner and owner != lead.assigned_to:
        saying.check_owner(user[0])
    if owned := office.owner(contacts, new, lead.client_id):
        raise ContactTaken({"contact": owned.by})
    tx, at = storage.Transaction(), clock.now()
    if foreign := guarding.hidden(tx, office.held(contacts, new, lead.client_id), member):
        raise ContactTaken({"contact": foreign.by})
    if card:
        _correct(tx, client, person, office.Correction(client, card, old, new))
        said["updated_at"] = at
    changed = {name: value for name, value in said.items() if value != getattr(lead, name)}
    if changed:
        lead = _changed(tx, lead, person, changed, next(iter(user), None), by=member.actor, at=at)
    tx.commit()
    return showing.card(lead, person, next((one for one in user if lead.assigned_to), None), client)


def _changed(
    tx: storage.Transaction, lead: Lead, person: PersonRow, said: dict[str, Any], user: StaffUser | None, *, by: str, at: datetime
) -> Lead:
    """The lead with what is said of him. A deal that is opened again of somebody whose leads may not be any more is nobody's.

    Raises Invalid for what does not go together.
    """
    events = judging.events(lead.client_id)
    try:
        if user is not None and rules.reopens(lead, rules.target(lead, said)) and not may_have_leads(user):
            said = {**said, "assigned_to": None}
        return deciding.change_in(tx, lead, person, said, by=by, at=at, events=events)
    except Unclear as unclear:
        raise saying.refused(unclear) from unclear


def _correct(tx: storage.Transaction, client: Client | None, person: PersonRow, correction: office.Correction) -> None:
    """Have his card say it; what his row in lists had of him must be what the card has."""
    if client is None or any(getattr(client, name) != getattr(person, name) for name in office.CONTACTS):
        raise IdentityRaced
    office.correct_in(tx, correction)
    told.rewritten(tx, client.client_id, client.lead_number, correction.said)
    for name, value in correction.said.items():
        setattr(person, name, value)
        if name in ("phone", "email"):
            setattr(client, f"{name}_proven", bool(value))


@storage.again(LeadRaced)
def remove(number: int, member: Member) -> None:
    """Take a lead out of lists and figures; the person stays, with all that he booked. Raises LeadNotFound."""
    lead, _ = service.read(number, member)
    tx = storage.Transaction()
    deciding.remove_in(tx, lead, by=member.actor, at=clock.now())
    tx.commit()
