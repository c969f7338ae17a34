"""What the office reads of proposals, and what its word does: with the proposal, in one transaction."""

from collections.abc import Callable
from contextlib import suppress

from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import SessionNotFound, SessionRaced
from chalicelib.booking.specialists import service as specialists
from chalicelib.core import clock, ids, pagination, storage
from chalicelib.core.outbox import EPOCH
from chalicelib.core.schemas import utc_text, validated
from chalicelib.core.settings import settings
from chalicelib.messaging import service as messaging
from chalicelib.messaging.service import MessageRow
from chalicelib.ownpage.proposals import facts, making, repository
from chalicelib.ownpage.proposals.errors import ProposalDecided
from chalicelib.ownpage.proposals.models import Proposal
from chalicelib.ownpage.proposals.repository import ACCEPTED, OPEN, REJECTED
from chalicelib.ownpage.proposals.schemas import Anketa, Decided, ProposalsPage, ProposalsQuery, ProposalView
from chalicelib.staff.members import Member

LIVE = "live"
MORNING = 9
"""The hour of the business's day from which on the digest is said."""

NAMED = 20
"""How many of the open ones the digest names."""


def listed(query: ProposalsQuery) -> ProposalsPage:
    """Proposals in a state, newest first."""
    start = pagination.decode(query.cursor, "proposal_id", "state_in", "made_at")
    page = repository.listed(query.contour, query.state, limit=query.limit, start=start)
    return ProposalsPage(proposals=[_view(row) for row in page.rows], next_cursor=pagination.encode(page.next_key))


def _view(row: Proposal) -> ProposalView:
    return ProposalView(
        id=row.proposal_id,
        kind=row.kind,
        by=row.by,
        state=row.state,
        specialist_id=row.specialist_id,
        specialist_name=row.specialist_name,
        said=row.said,
        made_at=utc_text(row.made_at),
        decided_at=utc_text(row.decided_at) if row.decided_at else None,
        decided_by=row.decided_by,
        ticket_id=row.ticket_id,
        session_id=row.session_id,
    )


def accept(proposal_id: str, member: Member) -> Decided:
    """Do what is proposed. Raises ProposalNotFound, ProposalDecided, and whatever forbids what it wants."""
    return _decide(proposal_id, ACCEPTED, member)


def reject(proposal_id: str, member: Member) -> Decided:
    """Leave everything as it is. Raises ProposalNotFound, ProposalDecided."""
    return _decide(proposal_id, REJECTED, member)


@storage.again(SessionRaced, storage.ConditionFailed)
def _decide(proposal_id: str, state: str, member: Member) -> Decided:
    proposal = repository.get(proposal_id)
    if proposal.state != OPEN:
        raise ProposalDecided({"state": proposal.state})
    tx = storage.Transaction()
    repository.decide(tx, proposal, state, member.actor)
    facts.answered(tx, proposal, state)
    if state == ACCEPTED:
        WORK[proposal.kind](tx, proposal)
    tx.commit()
    return Decided(proposal=_view(repository.get(proposal_id)))


def _profile(tx: storage.Transaction, proposal: Proposal) -> None:
    anketa = validated(Anketa, proposal.said, "proposal", "anketa")
    making.change_in(tx, specialists.get(proposal.specialist_id), anketa)


def _words(tx: storage.Transaction, proposal: Proposal) -> None:
    """They are kept already."""


def _cancel(tx: storage.Transaction, proposal: Proposal) -> None:
    """Cancel the session, wherever it was moved to meanwhile."""
    (session,) = storage.read(sessions.by_key(proposal.ticket_id, proposal.session_id))
    if session is None:
        raise SessionNotFound
    sessions.cancel_in(tx, session, "specialist", cause="cancelled_by_specialist")


WORK: dict[str, Callable[[storage.Transaction, Proposal], None]] = {"profile": _profile, "words": _words, "cancel": _cancel}
"""What the office's yes does, by kind."""


def tell_of_open() -> int:
    """Tell the admin once a day, from the morning on, what waits for his word; how many digests were said."""
    now = clock.now().astimezone(settings().zone)
    message_id = ids.derived("proposals", LIVE, now.date().isoformat(), at=EPOCH)
    if now.hour < MORNING or storage.read(MessageRow.at(message_id))[0] is not None:
        return 0
    waiting = repository.listed(LIVE, OPEN, limit=storage.BATCH).rows
    if not waiting:
        return 0
    tx, names = storage.Transaction(), sorted({row.specialist_name for row in waiting})
    values = {"count": len(waiting), "names": ", ".join(names[:NAMED])}
    about = messaging.About("proposals", LIVE)
    messaging.tell_admin(tx, "admin_proposals", about, values, message_id=message_id)
    with suppress(storage.ConditionFailed):  # another tick of the same hour was faster
        tx.commit()
        return 1
    return 0
