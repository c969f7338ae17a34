"""Contacts of clients whom the caller may not see: nobody gets a colleague's client by typing his phone into a lead of his own."""

from collections.abc import Sequence

from chalicelib.clients.index.rules import place_of
from chalicelib.clients.office import Owned
from chalicelib.core import storage
from chalicelib.sales.leads import access, repository, rules
from chalicelib.sales.leads.models import Lead
from chalicelib.staff.members import Member


def hidden(tx: storage.Transaction, held: Sequence[Owned], member: Member) -> Owned | None:
    """A contact of these that is a client's whose lead the caller does not see; a read where he does not see all, and there are any.

    Who seems to be nobody's, or no lead, must be so when it is written: the commit raises LeadRaced where a colleague got him meanwhile.
    """
    if not (held and access.is_narrowed(member)):
        return None
    places = [*dict.fromkeys(place_of(one.lead_number) for one in held)]
    found = dict(zip(places, storage.read(*map(Lead.at, places)), strict=True))
    for place, lead in found.items():
        repository.same(tx, place, lead)
    closed = {place for place, lead in found.items() if rules.stands(lead) and not access.sees(member, lead)}
    return next((one for one in held if place_of(one.lead_number) in closed), None)
