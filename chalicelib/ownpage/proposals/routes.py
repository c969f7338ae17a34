"""The doors to what asks for the office's word, and to giving it."""

from chalicelib.booking.sessions.errors import SessionEnded, SessionNotFound, SessionPast
from chalicelib.booking.slots.errors import SlotInUse, SlotNotFound, SlotPast
from chalicelib.booking.specialists.errors import NameAmbiguous, SpecialistNotFound, TooManySecrets
from chalicelib.booking.specialists.schemas import Unauthored
from chalicelib.core.http import Api
from chalicelib.core.sender import Sender
from chalicelib.ownpage.door import KEYED, SecretQuery, hers
from chalicelib.ownpage.proposals import making, service
from chalicelib.ownpage.proposals.errors import ProposalDecided, ProposalNotFound, TooManyProposals
from chalicelib.ownpage.proposals.schemas import (
    Cancelled,
    CancelQuery,
    CardInput,
    Decided,
    ProposalsPage,
    ProposalsQuery,
    Taken,
    WordsInput,
)
from chalicelib.staff import policies
from chalicelib.staff.members import Member

api = Api("ownpage.proposals")


@api.get("/cancel-slot", auth=KEYED, site=True, errors=[TooManySecrets, SlotNotFound, SlotInUse, SlotPast])
def cancel_slot(query: CancelQuery, sender: Sender) -> Cancelled | Unauthored:
    """Withdraw a free hour; a client's session is cancelled by the office, who is asked."""
    return hers(query.secret, sender, lambda her: making.cancel(her, query))


@api.post("/psy-os", auth=KEYED, site=True, errors=[TooManySecrets, SpecialistNotFound, NameAmbiguous, TooManyProposals])
def psy_os(body: WordsInput, query: SecretQuery, sender: Sender) -> Taken | Unauthored:
    """A specialist's words after a session."""
    given = body.secret or query.secret
    return hers(given, sender, lambda her: making.words(her, body)) if given else making.propose_words(body, sender)


@api.post("/update-psychologists", auth=KEYED, site=True, errors=[TooManySecrets, SpecialistNotFound, NameAmbiguous, TooManyProposals])
def update_psychologists(body: CardInput, query: SecretQuery, sender: Sender) -> Taken | Unauthored:
    """What a specialist changes of her card; without her secret the office decides."""
    given = body.secret or query.secret
    return hers(given, sender, lambda her: making.profile(her, body)) if given else making.propose_profile(body, sender)


@api.get("/proposals", auth=policies.ADMIN)
def list_proposals(query: ProposalsQuery) -> ProposalsPage:
    """What waits for the office's word, or was decided; newest first."""
    return service.listed(query)


@api.post(
    "/proposals/{proposal_id}/accept",
    auth=policies.ADMIN,
    errors=[ProposalNotFound, ProposalDecided, SpecialistNotFound, SessionNotFound, SessionEnded, SessionPast],
)
def accept_proposal(proposal_id: str, caller: Member) -> Decided:
    """Do what is proposed."""
    return service.accept(proposal_id, caller)


@api.post("/proposals/{proposal_id}/reject", auth=policies.ADMIN, errors=[ProposalNotFound, ProposalDecided])
def reject_proposal(proposal_id: str, caller: Member) -> Decided:
    """Leave everything as it is."""
    return service.reject(proposal_id, caller)
