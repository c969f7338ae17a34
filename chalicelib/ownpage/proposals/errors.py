"""What can go wrong with a proposal."""

from chalicelib.core.errors import Busy, Conflict, NotFound, TooMany


class ProposalNotFound(NotFound):
    code = "proposal_not_found"
    message = "No proposal is known by this id."


class ProposalDecided(Conflict):
    code = "proposal_decided"
    message = "The proposal was accepted or rejected before."


class TooManyProposals(TooMany):
    code = "too_many_proposals"
    message = "Too much is proposed already; please repeat later."


class ProposalRaced(Busy):
    """Another request made or decided a proposal meanwhile: look again."""
