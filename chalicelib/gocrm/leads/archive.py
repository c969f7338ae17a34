"""Leads of an older system: kept beside ours with their clients, and never sent anywhere."""

from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.clients import service as clients
from chalicelib.clients.service import IdentityRaced, Proof
from chalicelib.core import ids, storage
from chalicelib.gocrm.leads import service
from chalicelib.gocrm.leads.models import LeadRow
from chalicelib.gocrm.leads.schemas import LeadForm

UNDATED = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Old:
    """A lead as another system had it: `name` tells it from every other, `created_at` is None where nobody knows."""

    form: LeadForm
    name: str
    created_at: datetime | None = None
    remote_id: str | None = None

    @property
    def lead_id(self) -> str:
        """The same for the same lead, whenever it is brought."""
        return ids.derived("gocrm-archive", self.name, at=self.created_at or UNDATED)


@storage.again(IdentityRaced)
def bring(old: Old, *, dry_run: bool = False) -> bool:
    """Keep a lead; False where it is kept already. Somebody with no valid contact gets no place in the client base."""
    person, said = service.person_of(old.form), service.said_of(old.form)
    standing, *rows = storage.read(LeadRow.at(old.lead_id), *clients.keys(person, service.CONTOUR))
    if standing is not None or dry_run:
        return standing is None
    tx = storage.Transaction()
    known = service.joined(tx, person, rows, new_id=ids.new(), proof=Proof.RECORDED) if person.phone or person.email else None
    told = said.model_copy(update={"phone": person.phone or said.phone, "name": said.name or said.phone})
    row = service.row_of(old.lead_id, told, known, state="imported", created_at=old.created_at or UNDATED)
    row.funnel, row.remote_id = old.form.funnel, old.remote_id
    tx.create(row)
    tx.commit()
    return True
