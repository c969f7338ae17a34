"""Reads and writes of proposals."""

from chalicelib.core import clock, storage
from chalicelib.ownpage.proposals.errors import ProposalDecided, ProposalNotFound, ProposalRaced, TooManyProposals
from chalicelib.ownpage.proposals.models import OpenProposals, Proposal

MOST_OPEN = 5
"""Proposals without a proof that one specialist may have open."""

AN_HOUR = 3600
OPEN, ACCEPTED, REJECTED = "open", "accepted", "rejected"
SPECIALIST, NOBODY = "specialist", "nobody"
"""Who says so: she whose secret was shown, or nobody knows who."""


def place(contour: str, state: str) -> str:
    """The key of a contour's proposals in a state."""
    return f"{contour}#{state}"


def get(proposal_id: str) -> Proposal:
    """One proposal. Raises ProposalNotFound."""
    (row,) = storage.read(Proposal.at(proposal_id))
    if row is None:
        raise ProposalNotFound
    return row


def add(tx: storage.Transaction, proposal: Proposal, state: str, seen: Proposal | None) -> None:
    """Write a proposal in place of what was read; the commit raises ProposalRaced where another stands."""
    proposal.state, proposal.state_in, proposal.made_at = state, place(proposal.contour, state), clock.wall()
    same = Proposal.proposal_id.does_not_exist() if seen is None else (Proposal.state == seen.state) & (Proposal.made_at == seen.made_at)
    tx.put(proposal, condition=same, otherwise=ProposalRaced())


def count_open(tx: storage.Transaction, proposal: Proposal) -> None:
    """One more that waits without a proof; the commit raises TooManyProposals where there are as many as may be."""
    room = OpenProposals.number.does_not_exist() | (OpenProposals.number < MOST_OPEN)
    more = [OpenProposals.number.add(1)]
    tx.put_or_update(OpenProposals.row(proposal.specialist_id), more, condition=room, otherwise=TooManyProposals(AN_HOUR))


def decide(tx: storage.Transaction, proposal: Proposal, state: str, by: str) -> None:
    """Write the office's word; the commit raises ProposalDecided where it has been said."""
    actions = [
        Proposal.state.set(state),
        Proposal.state_in.set(place(proposal.contour, state)),
        Proposal.decided_at.set(clock.wall()),
        Proposal.decided_by.set(by),
    ]
    tx.update(Proposal.row(proposal.proposal_id), actions, condition=Proposal.state == OPEN, otherwise=ProposalDecided())
    if proposal.by == NOBODY:
        tx.put_or_update(OpenProposals.row(proposal.specialist_id), [OpenProposals.number.add(-1)])


def listed(contour: str, state: str, *, limit: int, start: dict[str, object] | None = None) -> storage.Page:
    """A contour's proposals in a state, newest first: named by the index, read as they stand."""
    page = storage.query(Proposal.by_state, place(contour, state), newest_first=True, limit=limit, start=start)
    return storage.Page([row for row in storage.whole(page.rows) if row.state == state], page.next_key)
