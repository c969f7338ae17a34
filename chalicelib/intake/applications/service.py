"""An application: who asks, what for, when; held at once, matched at once, answered once however often it is sent."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Slot
from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.service import Match, Wishes
from chalicelib.clients import service as clients
from chalicelib.clients.service import IdentityRaced, Known, Person, Proof
from chalicelib.core import clock, storage
from chalicelib.core.inbox import Receipt
from chalicelib.core.schemas import Contour
from chalicelib.core.settings import settings
from chalicelib.intake.applications import case as cases
from chalicelib.intake.applications import choice as choosing
from chalicelib.intake.applications import orders, rules, telling
from chalicelib.intake.applications.case import SOURCE, Case
from chalicelib.intake.applications.choice import Choice
from chalicelib.intake.applications.schemas import Application, ApplicationAnswer
from chalicelib.intake.limits.service import Asked, FootprintRaced, TooManyForms
from chalicelib.intake.tickets import numbers
from chalicelib.intake.tickets import service as tickets
from chalicelib.intake.tickets.errors import TicketRaced
from chalicelib.intake.tickets.service import Ticket
from chalicelib.safety import service as safety

__all__ = ["SOURCE", "TooManyForms", "ask_for_help", "submit"]

DONE = "Заявка принята. Перейдите по ссылке, чтобы подтвердить запись."
AMENDED = "Заявка обновлена. Перейдите по ссылке, чтобы подтвердить запись."


def submit(form: Application, *, contour: Contour, receipt: Receipt, kind: str | None = None) -> ApplicationAnswer:
    """Client, ticket, holds and matches in one transaction; the same submission in another wrapping gets the first answer.

    A slot that somebody else takes meanwhile is reported as taken: the application itself is never refused for it.
    `kind` is what the door asks for, where that is more than the form says. Raises TooManyForms.
    """
    return choosing.despite_losses(lambda lost: _submit(form, contour, receipt, kind or rules.kind_of(form), lost))


def ask_for_help(form: Application, *, contour: Contour, receipt: Receipt) -> ApplicationAnswer:
    """The same for the helping hand: whoever waits for one to be found holds no time meanwhile."""
    return submit(form.model_copy(update={"selected_slots": []}), contour=contour, receipt=receipt, kind=rules.HELPING_HAND)


@storage.again(IdentityRaced, FootprintRaced, TicketRaced, times=12)
def _submit(form: Application, contour: Contour, receipt: Receipt, kind: str, lost: Collection[str]) -> ApplicationAnswer:
    case = cases.read(form, safety.screened(_person(form), form.answers), contour, receipt, kind)
    if earlier := case.first_answer():
        return orders.repeated(case, earlier)
    cases.look_back(case)
    matches, choice = _choose(case, lost)
    return _write(case, matches, choice)


def _person(form: Application) -> Person:
    return clients.person_from(
        contact=form.contact.value,
        contact_type=form.contact.type,
        phone=form.phone,
        email=form.email,
        telegram=form.telegram,
        others=form.others,
        name=form.name,
        age=form.age,
        timezone=rules.zone_of(form.timezone),
        utm=form.utm,
        consents=rules.consents(form),
    )


def _wishes(form: Application) -> Wishes:
    return replace(
        choosing.wishes(form.preferences, age=rules.age_of(form.age)),
        names=tuple(form.psychologists),
        shown=tuple(form.shown),
        chose_times=bool(form.selected_slots),
    )


def _choose(case: Case, lost: Collection[str]) -> tuple[list[Match], Choice]:
    """Who fits, and which of the chosen slots to hold: no more than the person and his address may."""
    contour, people = case.contour, specialists.candidates(case.contour)
    bearers = choosing.bearers(people, case.form.psychologists)
    free, moments = _free(case, bearers, lost)
    matches = specialists.ranked(people, _wishes(case.form), choosing.count(free, case.chosen))
    chosen = {slot_id: row for slot_id, row in zip(case.by_id, case.chosen, strict=True) if slot_id not in lost}
    known = {row.start_at for row in case.chosen if row is not None}  # a form that knows the ids sends the same slots as texts too
    offset = rules.offset_of(case.form)
    others = {text: moment for text, moment in moments.items() if not choosing.is_of(moment, known, offset)}
    unknown = choosing.strangers(case.form.psychologists, matches)
    offered = free if bearers or not unknown else []  # whoever named somebody we have not is given nobody else
    choice = choosing.choose(contour, matches, chosen, others, offered, only=bearers, own=case.own)
    choice.strangers = unknown
    _limit(case, choice)
    choice.taken += [(slot_id, "taken") for slot_id in case.by_id if slot_id in lost]
    choice.taken += [(text, "unknown") for text in case.unreadable]
    return matches, choice


def _free(case: Case, bearers: Collection[str], lost: Collection[str]) -> tuple[list[Slot], dict[str, datetime]]:
    """What is free for this person at the times that he means, his own earlier holds first; and those times by their texts."""
    within = choosing.HOUR - timedelta.resolution if bearers else timedelta()
    ahead = [slot for slot in case.own.values() if slot.start_at > clock.now()]
    offered = choosing.on_offer(case.contour, case.moments, within=within)
    free = [slot for slot in (*ahead, *offered) if slot.slot_id not in lost]
    moments = choosing.meant(case.moments, free, bearers)
    times = {*moments.values()} if moments else {slot.start_at for slot in offered}
    return [slot for slot in free if slot.start_at in times], moments


def _limit(case: Case, choice: Choice) -> None:
    """Hold no more than may be held beside what is held already; whoever reaches the limit is counted anew, by the slots themselves."""
    if len(choice.held) > case.prints.room(passed_on=_passed_on(case, choice)):
        cases.recount(case)
        choice.keep(case.prints.room(passed_on=_passed_on(case, choice)), case.own)


def _passed_on(case: Case, choice: Choice) -> set[tuple[str, str]]:
    """Holds (slot, ticket) of earlier forms of the same visitor that this one takes over or gives up."""
    wanted = {slot.slot_id for slot in choice.held}
    gone = [*cases.given_up(case, wanted), *(case.own[slot_id] for slot_id in wanted if slot_id in case.own)]
    return {(slot.slot_id, str(slot.ticket_id)) for slot in gone}


def _write(case: Case, matches: Sequence[Match], choice: Choice) -> ApplicationAnswer:
    tx, person, receipt = storage.Transaction(), case.person, case.receipt
    until = clock.now() + timedelta(minutes=settings().hold_minutes)
    known = _known(tx, case)
    _hold(tx, case, choice, until)
    answer = _answer(case, known, choice, matches, until)
    answer.message = safety.with_hotline(person, answer.message)
    ticket = _ticket(case, choice, answer)
    if case.amends:
        tickets.amend_in(tx, ticket, known=known, person=person, standing=case.amends)
    else:
        tickets.open_in(tx, ticket, known=known, person=person, budget=_budget(case), price=_price(matches, choice))
        numbers.bear_in(tx, ticket, case.number)
    telling.tell_admin(tx, case, ticket, known, answer)
    safety.alert_of_form_in(tx, known, person, contour=case.contour, ticket_id=ticket.ticket_id)
    receipt.complete(tx, answer)
    for key, window in case.claims.items():
        receipt.claim(tx, key, answer, window=window)
    case.prints.leave(tx, _asked(case, choice, until), passed_on=_passed_on(case, choice))
    tx.commit()
    return answer


def _known(tx: storage.Transaction, case: Case) -> Known:
    """Whom the form points at, or whom it makes; an amended ticket's client stays, for its visitor has typed an equal contact."""
    if standing := case.amends:
        signs = frozenset(standing.made_signs or ())
        return Known(standing.client_id, standing.lead_number, tie=standing.tie or "typed", signs=signs)
    return clients.find_or_note(
        tx,
        person=case.person,
        rows=case.identities,
        contour=case.contour,
        new_id=case.receipt.new_id("client"),
        source="form",
        proof=Proof.TYPED,
        made_by=case.ticket_id,
    )


def _hold(tx: storage.Transaction, case: Case, choice: Choice, until: datetime) -> None:
    """Hold what was chosen; the same visitor's earlier holds pass to this ticket, or are given back with the choice they were for."""
    for slot in choice.held:
        given_by = case.own[slot.slot_id].ticket_id if slot.slot_id in case.own else None
        choosing.hold_in(tx, slot, ticket_id=case.ticket_id, until=until, given_by=given_by)
    for slot in cases.given_up(case, {slot.slot_id for slot in choice.held}):
        slots.release_hold(tx, slots.ref(slot), contour=case.contour, ticket_id=slot.ticket_id)


def _asked(case: Case, choice: Choice, until: datetime) -> Asked:
    holds = tuple((slot.slot_id, until) for slot in choice.held)
    return Asked(case.ticket_id, case.receipt.inbox_id, case.words, case.scope, clock.now(), case.form.ticket_id, holds)


def _ticket(case: Case, choice: Choice, answer: ApplicationAnswer) -> Ticket:
    form = case.form
    ticket = Ticket(ticket_id=case.ticket_id, contour=case.contour, kind=case.kind, form_ticket_id=form.ticket_id)
    ticket.request_text = telling.request_of(form)
    ticket.answers, ticket.matches = form.answers or None, [match.model_dump() for match in answer.matches] or None
    if ticket.kind == rules.HELPING_HAND:
        ticket.helping_in, ticket.help_due_at = case.contour, clock.wall() + tickets.FIRST_ASKED
        ticket.price = form.category
    ticket.held = [tickets.pack(slots.ref(slot)) for slot in choice.held] or None
    ticket.order = orders.packed(case.order, proven=case.receipt.sender.is_proven)
    ticket.typed_from = None if case.receipt.sender.is_proven else case.receipt.sender.address
    return ticket


def _budget(case: Case) -> int | None:
    """What he says that he can pay."""
    return rules.kopecks(case.form.category if case.kind == rules.HELPING_HAND else case.form.preferences.price_max)


def _price(matches: Sequence[Match], choice: Choice) -> int | None:
    """The lowest price of those whose times he chose, or else of everybody's."""
    chosen = {slot.specialist_id for slot in choice.held}
    asked = [match.candidate for match in matches if not chosen or match.candidate.specialist_id in chosen]
    return min((one.price_min for one in asked if one.price_min is not None), default=None)


def _answer(case: Case, known: Known, choice: Choice, matches: Sequence[Match], until: datetime) -> ApplicationAnswer:
    """What the site shows. Whether we knew the person is nobody's business who showed no key."""
    return ApplicationAnswer(
        message=AMENDED if case.amends else DONE,
        ticket_id=case.ticket_id,
        client_id=known.lead_number if case.receipt.sender.is_proven else None,
        link=tickets.link_of(case.ticket_id),
        held_slots=choosing.held_views(choice, until),
        taken_slots=choosing.taken_views(case.contour, choice, matches),
        matches=choosing.match_views(matches),
        unknown_psychologists=choice.strangers,
    )
