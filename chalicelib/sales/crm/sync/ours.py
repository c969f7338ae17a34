"""A lead of ours by the fields that are kept in step, and how what they say is written into him."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.clients import service as clients
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import place_of
from chalicelib.clients.models import Client
from chalicelib.clients.service import Identity, Person, Proof
from chalicelib.core import clock, ids, storage
from chalicelib.core.settings import settings
from chalicelib.sales.crm.vendors.shape import Remote
from chalicelib.sales.leads import assigning, deciding, judging, service
from chalicelib.sales.leads.errors import LeadNotFound
from chalicelib.sales.leads.models import Lead

CONTOUR = "live"
SOURCE = ACTOR = "crm"
CARD, PROVEN = ("name", "phone", "email"), ("phone", "email")


@dataclass(frozen=True)
class Ours:
    """A lead with the rows that he consists of."""

    lead: Lead
    person: PersonRow
    client: Client

    @property
    def values(self) -> dict[str, Any]:
        """What he says of what is kept in step."""
        return values_of(self.lead, self.person)

    @property
    def changed_at(self) -> int:
        """When he was changed last, in whole seconds."""
        return int(self.lead.updated_at.timestamp())


def values_of(lead: Lead, person: PersonRow) -> dict[str, Any]:
    """What a lead and his card say of what is kept in step."""
    amount = int(lead.amount) if lead.amount else None
    owner = int(lead.assigned_to) if lead.assigned_to else None
    card = {name: getattr(person, name) for name in CARD}
    return {**card, "company": lead.company, "stage": lead.stage, "amount": amount, "assigned_to": owner}


def standing(number: int) -> Ours | None:
    """A lead as he stands, also where he became another; None where he is none any more: two reads."""
    try:
        lead, person = service.read(number)
    except LeadNotFound:
        return None
    (client,) = storage.read(Client.at(lead.client_id))
    return Ours(lead, person, client) if client is not None else None


def person_of(remote: Remote, fields: Mapping[str, Any] | None = None) -> Person:
    """Who somebody of theirs is: all that they say of him, or only these fields."""
    said = remote.values if fields is None else fields
    return Person(**{name: said[name] for name in CARD if said.get(name)})


def meant(remote: Remote) -> tuple[Person, list[Identity | None], Identity | None]:
    """Whom a lead of theirs means here, by his contacts: with what stands under these, and a sign of the client that he is."""
    person = person_of(remote)
    rows = storage.read(*clients.keys(person, CONTOUR))
    chosen = clients.pick(person, rows, CONTOUR)
    return person, rows, next((row for row in rows if row and row.client_id == chosen), None)


def open_in(tx: storage.Transaction, remote: Remote, person: Person, rows: list[Identity | None], crm_type: str, fields: Any) -> Lead:
    """Find or make the client, and open his lead, with what is said of it there."""
    who: dict[str, Any] = {"contour": CONTOUR, "new_id": ids.new(), "source": SOURCE, "proof": Proof.RECORDED}
    known = clients.find_or_create(tx, person=person, rows=rows, **who)
    before, row = storage.read(Lead.at(place_of(known.lead_number)), PersonRow.at(place_of(known.lead_number)))
    card = row or PersonRow(place=place_of(known.lead_number), client_id=known.client_id, lead_number=known.lead_number)
    for name in CARD:
        setattr(card, name, getattr(card, name) or getattr(person, name))
    said = _said({name: value for name, value in remote.values.items() if name in fields and name not in CARD and value is not None})
    owner = _may_have(said.pop("assigned_to", None)) or assigning.owner_of_new()
    said |= {"crm_id": remote.id, "crm_type": crm_type}
    where: dict[str, Any] = {"person": card, "client_id": known.client_id, "place": card.place, "before": before, "owner": owner}
    came: dict[str, Any] = {"source": SOURCE, "at": clock.now(), "by": ACTOR}
    return deciding.open_in(tx, **where, **came, said=said, events=() if known.is_new else judging.events(known.client_id))


def take_in(tx: storage.Transaction, ours: Ours, said: Mapping[str, Any], crm: Mapping[str, Any]) -> Ours:
    """The lead as he is with what they say. Contacts are typed words: none that is another's or proven is touched, and nobody is made."""
    card = {name: said[name] for name in CARD if said.get(name) and not (name in PROVEN and getattr(ours.client, f"{name}_proven"))}
    if card:
        person = Person(**card)
        rows = storage.read(*clients.keys(person, CONTOUR))
        foreign = {row.client_id for row in rows if row is not None} - {ours.lead.client_id}
        who: dict[str, Any] = {"contour": CONTOUR, "new_id": ids.new(), "source": SOURCE, "proof": Proof.RECORDED}
        clients.find_or_note(tx, person=person, rows=rows, named=ours.client, overwrite=True, rename=True, **who)
        for name, value in card.items():
            if name == "name" or not foreign:
                setattr(ours.person, name, value)
    deal = _said({name: value for name, value in said.items() if name not in CARD})
    if "assigned_to" in deal and _may_have(deal["assigned_to"]) is None:
        del deal["assigned_to"]
    deal |= {name: value for name, value in crm.items() if getattr(ours.lead, name) != value}
    events = judging.events(ours.lead.client_id) if card or deal else None
    lead = deciding.change_in(tx, ours.lead, ours.person, deal, by=ACTOR, at=clock.now(), events=events)
    return Ours(lead, ours.person, ours.client)


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as a lead keeps them."""
    said = dict(values)
    if said.get("amount") is not None:
        said["currency"] = settings().sales_currency
    return said


def _may_have(user: Any) -> int | None:
    return assigning.still(int(user)) if user else None


def card_of(lead: Lead, person: Person) -> PersonRow:
    """What the card of a new lead says."""
    card = PersonRow(place=lead.place, client_id=lead.client_id)
    for name in CARD:
        setattr(card, name, getattr(person, name))
    return card
