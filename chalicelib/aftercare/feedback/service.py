"""A feedback form: kept whole, its mark put on the session, and what it asks for done in the same transaction."""

from typing import Any

from chalicelib.aftercare.feedback import repository, rules
from chalicelib.aftercare.feedback.errors import FeedbackRaced
from chalicelib.aftercare.feedback.models import Feedback
from chalicelib.aftercare.feedback.schemas import FeedbackAnswer, FeedbackForm
from chalicelib.aftercare.followups import service as followups
from chalicelib.aftercare.followups.errors import FollowUpRaced
from chalicelib.aftercare.followups.service import Plan
from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import Session, SessionRaced
from chalicelib.booking.slots.service import SlotTaken
from chalicelib.clients import service as clients
from chalicelib.clients.service import ClientNotFound, Known
from chalicelib.core import clock, ids, storage
from chalicelib.core.schemas import Contour
from chalicelib.intake.reassignment import service as reassignment
from chalicelib.intake.tickets.errors import TicketNotFound, TicketRaced
from chalicelib.messaging import service as messaging
from chalicelib.safety import service as safety

KEPT_VERSIONS, KEPT_BYTES = 20, 150 * 1024
"""How many earlier versions of a form are kept, and how much of them: a row holds 400 KB."""


@storage.again(FeedbackRaced, FollowUpRaced, SessionRaced, TicketRaced, SlotTaken)
def give(form: FeedbackForm, contour: Contour = "live") -> FeedbackAnswer:
    """Keep a form; the same again gets the same answer, a changed one replaces it and its history stays. Raises ClientNotFound."""
    known = _who(form, contour)
    session = sessions.with_specialist(known.client_id, form.psychologist_name, form.session_date)
    about = f"{session.ticket_id}:{session.session_id}" if session else f"{form.psychologist_name}|{form.session_date or ''}"
    standing, answers = repository.get(known.client_id, about), form.anketa.model_dump()
    if standing is not None and standing.answers == answers:
        return FeedbackAnswer.model_validate_json(standing.answer)
    tx = storage.Transaction()
    answer = _act(tx, form, known, session, contour, first=standing is None)
    row = Feedback(known.client_id, about, psychologist_name=form.psychologist_name, session_date=form.session_date, answers=answers)
    row.given_at, row.answer, row.ticket_id = clock.wall(), answer.model_dump_json(), session.ticket_id if session else None
    row.history = _history(standing)
    repository.save(tx, row, standing)
    safety.screen_in(tx, known, answers, name=form.client_name, where=safety.FEEDBACK, contour=contour, ticket_id=row.ticket_id)
    tx.commit()
    return answer


def _who(form: FeedbackForm, contour: Contour) -> Known:
    try:
        return clients.find(form.utm_client, contour)
    except ClientNotFound:
        return clients.by_telegram(telegram_id=form.telegram_id, contour=contour)


def _history(standing: Feedback | None) -> list[dict[str, Any]] | None:
    if standing is None:
        return None
    before = {"at": standing.given_at.isoformat(), "answers": standing.answers}
    return storage.newest([*(standing.history or []), before], most=KEPT_VERSIONS, within=KEPT_BYTES)


def _act(
    tx: storage.Transaction, form: FeedbackForm, known: Known, session: Session | None, contour: Contour, *, first: bool
) -> FeedbackAnswer:
    """What the answers ask for: the mark, another psychologist, the next session, the admin's eye."""
    said, mark = form.anketa, rules.mark(form.anketa.mark)
    low = mark is not None and mark <= rules.LOW_MARK
    rated = session is not None and session.status == "completed" and mark is not None
    if session is not None and rated and mark is not None:
        sessions.rate_in(tx, session, mark, said.feelings, tell=not low)
    if mark is not None and low:
        _tell_admin(tx, form, known, mark, contour)
    another = _another(tx, known, form.client_name, session, contour) if first and rules.wants_another(said.wantOtherPschologist) else None
    return FeedbackAnswer(
        message="Спасибо за ответы!", rated=rated, ticket_id=another, follow_up=_follow_up(tx, form, known, session, another, contour)
    )


def _another(tx: storage.Transaction, known: Known, name: str | None, session: Session | None, contour: Contour) -> str | None:
    """A new ticket without the specialist whom the client leaves; where he never applied the admin is told what he wants.

    So is he in the test contour, where nobody is booked anew.
    """
    try:
        case = reassignment.read(known.lead_number) if contour == "live" else None
    except TicketNotFound:
        case = None
    if case is None:
        values = {"client_name": name, "lead_number": known.lead_number}
        messaging.tell_admin(tx, "admin_wants_another", messaging.About("wants_another", contour), values)
        return None
    ask = reassignment.Ask(without=(session.specialist_id, session.specialist_name) if session else None)
    return reassignment.open_in(tx, case, ask, ticket_id=ids.new()).ticket_id


def _follow_up(
    tx: storage.Transaction, form: FeedbackForm, known: Known, session: Session | None, another: str | None, contour: Contour
) -> str | None:
    """The plan that the answer picks; who will not go on, or goes to another psychologist, gets no schedule."""
    if rules.refuses(form.anketa.status) or another:
        followups.refuse_in(tx, known.client_id)
        return None
    which = rules.plan(form.anketa.secondSessionTime)
    if which:
        followups.plan_in(tx, known, Plan(which), specialist_id=session.specialist_id if session else None, contour=contour)
    return which


def _tell_admin(tx: storage.Transaction, form: FeedbackForm, known: Known, mark: int, contour: Contour) -> None:
    values = {
        "lead_number": known.lead_number,
        "client_name": form.client_name,
        "specialist_name": form.psychologist_name,
        "mark": mark,
        "feelings": form.anketa.feelings,
        "needs": form.anketa.needs,
    }
    messaging.tell_admin(tx, "admin_low_mark", messaging.About("low_mark", contour), values)
