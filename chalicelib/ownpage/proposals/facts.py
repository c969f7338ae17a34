"""What the log says of proposals."""

from chalicelib.core import facts, storage
from chalicelib.core.facts import NOBODY, Fact, detailed
from chalicelib.ownpage.proposals.models import Proposal


@detailed
class ProposalAnswered(Fact):
    """The office accepted or rejected what was proposed of a specialist; `proposal` is what it was about."""

    proposal: str
    state: str
    specialist_id: str


def answered(tx: storage.Transaction, row: Proposal, state: str) -> None:
    """Add to a transaction what the office says to a proposal."""
    said = ProposalAnswered(
        subject=NOBODY, contour=row.contour, ref=row.proposal_id, proposal=row.kind, state=state, specialist_id=row.specialist_id
    )
    facts.record(tx, said)
