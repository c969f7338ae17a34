"""A feedback form: kept whole, its mark put on the session, and what it asks for done in the same transaction."""

from typing import Any

from chalicelib.access import pages
from chalicelib.aftercare.feedback import repository, rules
from chalicelib.aftercare.feedback.errors import FeedbackRaced
from chalicelib.aftercare.feedback.models import Feedback
from chalicelib.aftercare.feedback.schemas import FeedbackAnswer, FeedbackForm
from chalicelib.aftercare.followups import service as followups
from chalicelib.aftercare.followups.errors import FollowUpRaced
from chalicelib.aftercare.followups.service import Plan
from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import Session, SessionRaced
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import SlotTaken
from chalicelib.clients import service as clients
from chalicelib.clients.service import ClientNotFound, Known
from chalicelib.core import clock, ids, storage
from chalicelib.core.client_token import BadToken
from chalicelib.core.errors import Invalid
from chalicelib.core.schemas import Contour
from chalicelib.core.security import Caller
from chalicelib.intake.reassignment import service as reassignment
from chalicelib.intake.tickets.errors import TicketNotFound, TicketRaced
from chalicelib.messaging import service as messaging
from chalicelib.safety import service as safety

LOOKED_AT = 50
"""Among how many of a client's sessions, newest first, the one is looked for that a page is about."""

KEPT_VERSIONS, KEPT_BYTES = 20, 150 * 1024
"""How many earlier versions of a form are kept, and how much of them: a row holds 400 KB."""


@storage.again(FeedbackRaced, FollowUpRaced, SessionRaced, TicketRaced, SlotTaken)
def give(form: FeedbackForm, caller: Caller, contour: Contour = "live") -> FeedbackAnswer:
    """Keep a form; the same again gets the same answer, a changed one replaces it and its history stays. Raises ClientNotFound."""
    form, known, session = _told(form, contour) if caller.kind == "service" else _by_page(form)
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
    if caller.kind != "service":
        pages.count_in(tx, pages.FEEDBACK, known.client_id)
    safety.screen_in(tx, known, answers, name=form.client_name, where=safety.FEEDBACK, contour=contour, ticket_id=row.ticket_id)
    tx.commit()
    return answer


def _told(form: FeedbackForm, contour: Contour) -> tuple[FeedbackForm, Known, Session | None]:
    """Whose form it is and about which session, as the office says. Raises ClientNotFound, or Invalid that names what is missing."""
    missing = [name for name in ("telegram_id", "psychologist_name") if not getattr(form, name)]
    if missing:
        raise Invalid([{"loc": ["body", name], "msg": "Field required", "type": "missing"} for name in missing])
    known = _who(form, contour)
    return form, known, sessions.with_specialist(known.client_id, str(form.psychologist_name), form.session_date)


def _by_page(form: FeedbackForm) -> tuple[FeedbackForm, Known, Session]:
    """The same by a page's token alone: of names and ids beside it none is believed. Raises BadToken where the session is his no more."""
    claims = pages.let_in(pages.FEEDBACK, form.utm_client)
    known = clients.find(claims.client_id)
    session = next((one for one in sessions.of_client(known.client_id, LOOKED_AT) if one.session_id == claims.about), None)
    if session is None:
        raise BadToken("void")
    said = {"psychologist_name": session.specialist_name, "client_name": session.client_name, "session_date": slots.text(session.start_at)}
    return FeedbackForm.model_validate({"anketa": form.anketa, "utm_client": known.lead_number, **said}), known, session


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
