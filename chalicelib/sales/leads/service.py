"""Leads as the rooms above read them."""

from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import place, place_of
from chalicelib.clients.models import Client
from chalicelib.core import storage
from chalicelib.sales.leads import access, rules
from chalicelib.sales.leads.errors import LeadNotFound
from chalicelib.sales.leads.models import Lead
from chalicelib.staff.members import Member


def keys(where: str) -> list[storage.Key]:
    """What to read of a lead: his row and his person's."""
    return [Lead.at(where), PersonRow.at(where)]


def read(number: int, member: Member | None = None) -> tuple[Lead, PersonRow]:
    """A lead and his person, as `member` may see them: a read. By the number of one who was merged, whom he became: two more.

    Raises LeadNotFound.
    """
    lead, person = storage.read(*keys(place("live", number)))
    return checked(lead, person, member)


def checked(lead: Lead | None, person: PersonRow | None, member: Member | None = None) -> tuple[Lead, PersonRow]:
    """The same by rows that were read at `keys`."""
    if person is not None and person.merged_into:
        lead, person = _became(str(person.merged_into))
    if lead is None or person is None or not person.created_at or not rules.stands(lead):
        raise LeadNotFound
    if member is not None and not access.sees(member, lead):
        raise LeadNotFound
    return lead, person


def _became(client_id: str) -> tuple[Lead | None, PersonRow | None]:
    (card,) = storage.read(Client.at(client_id))
    if card is None or card.merged_into:
        return None, None
    lead, person = storage.read(*keys(place_of(card.lead_number)))
    return lead, person
