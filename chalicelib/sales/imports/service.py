"""Leads that somebody kept elsewhere become leads here: each once, however often he is brought."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from chalicelib.clients import service as clients
from chalicelib.clients.errors import IdentityRaced
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import number_of, place_of
from chalicelib.clients.service import Identity, Person, Proof
from chalicelib.core import clock, ids, storage
from chalicelib.core.errors import Invalid
from chalicelib.sales.leads import deciding, judging, saying, service
from chalicelib.sales.leads.errors import LeadRaced
from chalicelib.sales.leads.models import Lead
from chalicelib.sales.leads.rules import Unclear, stands
from chalicelib.sales.leads.schemas import NewLead
from chalicelib.staff import repository as staff

CONTOUR: Final = "live"
SOURCE = ACTOR = "import"
NOBODYS: Final = "br0000"
"""The number of who has none yet."""

_OF_THE_DEAL: Final = ("stage", "status", "outcome", "amount")
"""What moves on here: a file that says it otherwise is told so."""


@dataclass(frozen=True, slots=True)
class Brought:
    """Which lead somebody is here, where he has a number; `why` is worth a look."""

    number: int | None
    kind: Literal["made", "known"]
    why: str = ""


@storage.again(IdentityRaced, LeadRaced)
def bring(body: NewLead, *, dry_run: bool = False) -> Brought:
    """Find or make the person, and open his lead: one transaction. Who is a lead, or was one and was removed, stays as he is.

    A file's word is only recorded: it proves nothing, and takes no contact from anybody. Raises Invalid for what cannot be kept.
    """
    person = saying.person(saying.card(body))
    if not person.phone and not person.email and not person.telegram_username:
        raise Invalid.field("body", "phone", msg="expected a phone, an e-mail or a Telegram name, or the next import makes him anew")
    owner, *rows = storage.read(staff.key(body.assigned_to or 0), *clients.keys(person, CONTOUR))
    if body.assigned_to:
        saying.check_owner(owner)
    standing = _standing(person, rows)
    lead, row = storage.read(*service.keys(place_of(standing.lead_number))) if standing else (None, None)
    if lead is not None:
        return Brought(lead.number, "known", _kept(body, lead) if stands(lead) else "was removed here, and stays so")
    return _foreseen(body, person, standing, row) if dry_run else _made(body, person, rows, row)


def _standing(person: Person, rows: Sequence[Identity | None]) -> Identity | None:
    """A sign of the client that he is here; None where he is nobody yet."""
    chosen = clients.pick(person, rows, CONTOUR)
    return next((row for row in rows if row and row.client_id == chosen), None)


def _kept(body: NewLead, lead: Lead) -> str:
    """What the file says otherwise than the lead stands: nobody should take it for done."""
    said = {name: getattr(body, name) for name in _OF_THE_DEAL if getattr(body, name) is not None}
    kept = [name for name, value in said.items() if value != getattr(lead, name)]
    return f"not changed: {', '.join(kept)}" if kept else ""


def _foreseen(body: NewLead, person: Person, standing: Identity | None, row: PersonRow | None) -> Brought:
    """What would be made, by the same decision; nothing is written."""
    _open(storage.Transaction(), body, row or _card(NOBODYS, "-", person), ())
    return Brought(number_of(standing.lead_number) if standing else None, "made")


def _made(body: NewLead, person: Person, rows: Sequence[Identity | None], row: PersonRow | None) -> Brought:
    tx = storage.Transaction()
    who: dict[str, Any] = {"contour": CONTOUR, "new_id": ids.new(), "source": SOURCE, "proof": Proof.RECORDED}
    known = clients.find_or_create(tx, person=person, rows=rows, **who)
    card = row or _card(known.lead_number, known.client_id, person)
    lead = _open(tx, body, card, () if known.is_new else judging.events(known.client_id))
    tx.commit()
    return Brought(lead.number, "made", f"may be the same person as {', '.join(sorted(known.duplicates))}" if known.duplicates else "")


def _card(number: str, client_id: str, person: Person) -> PersonRow:
    """What his card will say."""
    card = PersonRow(place=place_of(number), client_id=client_id, lead_number=number, name=person.name)
    card.phone, card.email, card.telegram_username = person.phone, person.email, person.telegram_username
    return card


def _open(tx: storage.Transaction, body: NewLead, card: PersonRow, events: Sequence[Any]) -> Lead:
    """Add his lead to the transaction. Raises Invalid for what does not go together."""
    came: dict[str, Any] = {"source": body.source, "source_data": body.source_data, "owner": body.assigned_to}
    who: dict[str, Any] = {"person": card, "client_id": card.client_id, "place": card.place}
    try:
        return deciding.open_in(tx, **who, **came, said=saying.of_new(body), events=events, at=clock.now(), by=ACTOR)
    except Unclear as unclear:
        raise saying.refused(unclear) from unclear
