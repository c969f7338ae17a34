"""What comes in: with her secret it takes effect, without it waits for the office; a session is never cancelled by a link alone."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.booking.slots import own
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.errors import SlotInUse, SlotPast
from chalicelib.booking.slots.service import Slot
from chalicelib.booking.specialists import changing
from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.service import Specialist, name_key
from chalicelib.core import clock, ids, storage, tally
from chalicelib.core.errors import Invalid
from chalicelib.core.schemas import utc_text
from chalicelib.core.sender import Sender
from chalicelib.messaging import service as messaging
from chalicelib.ownpage.door import moment
from chalicelib.ownpage.proposals import repository
from chalicelib.ownpage.proposals.errors import ProposalRaced, TooManyProposals
from chalicelib.ownpage.proposals.models import Proposal
from chalicelib.ownpage.proposals.repository import ACCEPTED, NOBODY, OPEN, SPECIALIST
from chalicelib.ownpage.proposals.schemas import Anketa, Cancelled, CancelQuery, CardInput, Taken, WordsInput

LIVE = "live"
A_DAY = 3
"""Proposals without a proof that one address may make in a day."""

WORDS_A_DAY = 50
"""How often a specialist may say something of sessions in a day: each is told to the admin."""

WAITS = Taken(applied=False, message="Спасибо! Изменения вступят в силу, когда их подтвердит администратор.")
DONE = Taken(applied=True, message="Изменения сохранены.")
HEARD = Taken(applied=True, message="Спасибо! Ваши слова переданы администратору.")
WITHDRAWN = Cancelled(cancelled=True, message="Время снято с записи.")
ASKED = Cancelled(cancelled=False, message="Просьба отменить встречу передана администратору.")


def profile(her: Specialist, body: CardInput) -> Taken:
    """Change her card as she says. Raises Invalid."""
    _check(her, body)
    _change(her.specialist_id, body.anketa)
    return DONE


@storage.again(storage.ConditionFailed)
def _change(specialist_id: str, anketa: Anketa) -> None:
    tx = storage.Transaction()
    change_in(tx, specialists.get(specialist_id), anketa)
    tx.commit()


def change_in(tx: storage.Transaction, old: Specialist, anketa: Anketa) -> None:
    """Write what a form changes of a card; the commit raises ConditionFailed where somebody wrote him meanwhile."""
    lowest, highest = (price * 100 if price is not None else None for price in (anketa.minPrice, anketa.maxPrice))
    changing.change_profile_in(tx, old, anketa.changes, price_min=lowest, price_max=highest, loc=("body", "anketa"))


def propose_profile(body: CardInput, sender: Sender) -> Taken:
    """Keep it for the office. Raises SpecialistNotFound, NameAmbiguous, TooManyProposals."""
    whose = _named(body.psychologist_id or body.anketa.name, "psychologist_id")
    _check(whose, body)
    return _propose(whose, "profile", body.anketa.model_dump(exclude_none=True), sender)


def _check(whose: Specialist, body: CardInput) -> None:
    """Raises Invalid for a name that the card has not, and for nothing to change: whoever sent it would read that it is saved."""
    name = body.anketa.name
    if name and name != whose.specialist_id and name_key(name, whose.contour) != name_key(whose.name, whose.contour):
        raise Invalid.field("body", "anketa", "name", msg="expected the name that the card has: the office alone changes it")
    if body.anketa.says_nothing:
        raise Invalid.field("body", "anketa", msg="nothing to change: expected minPrice, maxPrice, queries, helpHandMode or education")


def propose_words(body: WordsInput, sender: Sender) -> Taken:
    """The same for words after a session."""
    return _propose(_named(body.psychologist_name, "psychologist_name"), "words", _words(body), sender)


def _named(reference: str | None, field: str) -> Specialist:
    if reference is None:
        raise Invalid.field("body", field, msg="expected whose it is, or the secret of the page", kind="missing")
    rows = storage.read(*specialists.reference_keys(reference, LIVE))
    return rows[0] or specialists.get(specialists.resolve(rows))


def _words(body: WordsInput) -> dict[str, Any]:
    """What is kept of them. Raises Invalid for a date that is none."""
    if day := body.feedback_date:
        moment(day if ":" in day else f"{day} 00:00", "body", "feedback_date")
    return {"anketa": body.anketa, "feedback_date": body.feedback_date}


@storage.again(ProposalRaced)
def _propose(whose: Specialist, kind: str, said: Mapping[str, Any], sender: Sender) -> Taken:
    """The same that waits already is the same proposal."""
    proposal = _proposal(whose, kind, NOBODY, said, json.dumps(said, sort_keys=True, ensure_ascii=False))
    (standing,) = storage.read(Proposal.at(proposal.proposal_id))
    if standing is not None and standing.state == OPEN:
        return WAITS
    tx, day = storage.Transaction(), clock.wall().date().isoformat()
    tally.add_in(tx, "proposal", sender.address or "", day, most=A_DAY, otherwise=TooManyProposals(tally.until_tomorrow(clock.wall())))
    repository.count_open(tx, proposal)
    repository.add(tx, proposal, OPEN, standing)
    tx.commit()
    return WAITS


def _proposal(whose: Specialist, kind: str, by: str, said: Mapping[str, Any], named_by: str) -> Proposal:
    return Proposal(
        proposal_id=ids.fingerprint("proposal", kind, whose.specialist_id, by, named_by),
        contour=whose.contour,
        specialist_id=whose.specialist_id,
        specialist_name=whose.name,
        kind=kind,
        by=by,
        said=dict(said),
    )


@storage.again(ProposalRaced)
def words(her: Specialist, body: WordsInput) -> Taken:
    """Keep her words and tell the admin; the same again is told once."""
    said = _words(body)
    proposal = _proposal(her, "words", SPECIALIST, said, json.dumps(said, sort_keys=True, ensure_ascii=False))
    (standing,) = storage.read(Proposal.at(proposal.proposal_id))
    if standing is not None:
        return HEARD
    tx, day = storage.Transaction(), clock.wall().date().isoformat()
    tally.add_in(
        tx, "specialist-words", her.specialist_id, day, most=WORDS_A_DAY, otherwise=TooManyProposals(tally.until_tomorrow(clock.wall()))
    )
    repository.add(tx, proposal, ACCEPTED, None)
    values = {"specialist_name": her.name, "feedback_date": body.feedback_date, "text": _told(body.anketa)}
    messaging.tell_admin(tx, "admin_specialist_words", messaging.About("specialist_words", her.contour), values)
    tx.commit()
    return HEARD


def _told(said: Any) -> str:
    """Fields as lines; the ledger keeps so much of them as anybody reads."""
    if not isinstance(said, dict):
        return str(said)[:4000]
    return "\n".join(
        f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}" for name, value in said.items()
    )[:4000]


def cancel(her: Specialist, query: CancelQuery) -> Cancelled:
    """Withdraw a free hour; where a client is booked, ask the office: whatever opens a link must not cancel his session.

    Raises SlotNotFound, SlotPast, or SlotInUse where somebody is choosing it or an event takes the time.
    """
    slot = own.find(her, query.slot, "query", "slot")
    if slot.event_id:
        raise SlotInUse
    if slot.session_id and not slots.is_free(slot):
        _ask(her, slot)
        return ASKED
    own.withdraw(her, slot)
    return WITHDRAWN


@storage.again(ProposalRaced)
def _ask(her: Specialist, slot: Slot) -> None:
    """One request a session, however often her link is opened; the admin reads of it at once."""
    if slot.start_at <= clock.now():
        raise SlotPast({"slot_time": slots.text(slot.start_at)})
    said = {"slot_time": slots.text(slot.start_at), "start_at": utc_text(slot.start_at)}
    proposal = _proposal(her, "cancel", SPECIALIST, said, str(slot.session_id))
    proposal.ticket_id, proposal.session_id = slot.ticket_id, slot.session_id
    (standing,) = storage.read(Proposal.at(proposal.proposal_id))
    if standing is not None and standing.state == OPEN:
        return
    tx = storage.Transaction()
    repository.add(tx, proposal, OPEN, standing)
    values = {"specialist_name": her.name, "start_at": slot.start_at.isoformat(), "client_name": slot.client_name}
    values |= {"lead_number": slot.lead_number}
    about = messaging.About("cancel_asked", her.contour, slot.ticket_id)
    messaging.tell_admin(tx, "admin_cancel_asked", about, values)
    tx.commit()
