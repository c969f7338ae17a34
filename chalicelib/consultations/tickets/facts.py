"""What the log says of consultations; `ref` is our id of one."""

from chalicelib.consultations.tickets.models import Consultation
from chalicelib.core import facts, storage
from chalicelib.core.facts import Fact, detailed


@detailed
class ConsultationAsked(Fact):
    """A question was taken; `source` is whose it is: the site's, or another system's."""

    source: str


def asked(tx: storage.Transaction, row: Consultation) -> None:
    """Add to a transaction that a question is taken."""
    facts.record(tx, ConsultationAsked(subject=row.client_id, contour="live", ref=row.consultation_id, source=row.source[:40]))
