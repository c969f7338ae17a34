"""Whose call it is: whom the caller names, or whom the other party's number means."""

from typing import Any, NamedTuple

from chalicelib.clients import office
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import place as place_of
from chalicelib.clients.index.rules import place_of as place_of_number
from chalicelib.clients.models import Identity
from chalicelib.clients.rules import Person, phone_of
from chalicelib.core import storage
from chalicelib.core.settings import settings
from chalicelib.sales.leads import access
from chalicelib.sales.leads import service as leads
from chalicelib.sales.leads.errors import LeadNotFound
from chalicelib.sales.leads.models import Lead
from chalicelib.staff.members import Member


class Whose(NamedTuple):
    """A client, and his lead where he is one."""

    client_id: str
    place: str
    name: str | None
    lead: Lead | None = None
    person: PersonRow | None = None

    @property
    def said(self) -> dict[str, Any]:
        """What a call says of him."""
        owner = self.lead.assigned_to if self.lead is not None else None
        stands = True if self.lead is not None else None
        return {"client_id": self.client_id, "lead": self.place, "who": self.name, "owner": owner, "lead_stands": stands}


def number_of(said: str) -> str:
    """A number in E.164 where it is one of a person's, else as it was said: an extension, a short number."""
    return phone_of(said, settings().regions) or said


def keys(lead_id: int | None) -> list[storage.Key]:
    """What to read of the lead that is named."""
    return leads.keys(place_of("live", lead_id)) if lead_id else []


def named(rows: list[Any], member: Member) -> Whose | None:
    """Who was named, by the rows at `keys`; None where nobody was. Raises LeadNotFound that names the field."""
    if not rows:
        return None
    try:
        lead, person = rows
        lead, person = leads.checked(lead, person, member)
    except LeadNotFound:
        raise LeadNotFound({"field": "lead_id"}) from None
    return Whose(str(lead.client_id), str(lead.place), person.name, lead, person)


def identities(number: str) -> list[storage.Key]:
    """Where it stands whose number it is."""
    return office.keys(Person(phone=number)) if number.startswith("+") else []


def meant(number: str, rows: list[Identity | None], member: Member) -> Whose | None:
    """Whose number it is; a read where it is somebody's.

    Nobody's to who may not see him: a manager who types a colleague's client is told nothing of him, and the call is nobody's.
    """
    held = office.held(Person(phone=number), rows) if rows else []
    if not held:
        return None
    lead, person = storage.read(*leads.keys(place_of_number(held[0].lead_number)))
    try:
        lead, person = leads.checked(lead, person)
    except LeadNotFound:
        return None if person is None or person.merged_into else Whose(str(person.client_id), str(person.place), person.name)
    return Whose(str(lead.client_id), str(lead.place), person.name, lead, person) if access.sees(member, lead) else None
