"""An application: who asks, what for, when; held at once, matched at once, answered once however often it is sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Slot
from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.service import Match, Wishes, gender_of
from chalicelib.clients import service as clients
from chalicelib.clients.service import IdentityRaced, Known, Person, Proof
from chalicelib.core import clock, inbox, storage
from chalicelib.core.inbox import InboxRow, Receipt
from chalicelib.core.schemas import Contour
from chalicelib.core.settings import settings
from chalicelib.intake.applications import choice as choosing
from chalicelib.intake.applications import rules
from chalicelib.intake.applications.choice import Choice
from chalicelib.intake.applications.schemas import Application, ApplicationAnswer
from chalicelib.intake.tickets import service as tickets
from chalicelib.intake.tickets.service import Ticket
from chalicelib.messaging import service as messaging
from chalicelib.safety import service as safety

SOURCE = "forms"


def submit(form: Application, *, contour: Contour, receipt: Receipt) -> ApplicationAnswer:
    """Client, ticket, holds and matches in one transaction; the same submission in another wrapping gets the first answer.

    A slot that somebody else takes meanwhile is reported as taken: the application itself is never refused for it.
    """
    return choosing.despite_losses(lambda lost: _submit(form, contour, receipt, lost))


@storage.again(IdentityRaced)
def _submit(form: Application, contour: Contour, receipt: Receipt, lost: set[str]) -> ApplicationAnswer:
    person, wishes = safety.screened(_person(form), form.answers), _wishes(form)
    claims = _claims(form, contour)
    by_id, moments, unreadable = choosing.read(form.selected_slots)
    keys = clients.keys(person, contour)
    rows = storage.read(*(InboxRow.at(key) for key in claims), *keys, *(Slot.at(slot_id) for slot_id in by_id))
    earlier = _earlier(claims, rows)
    if earlier:
        inbox.done(receipt, earlier)
        return earlier
    identities, by_id_rows = rows[len(claims) : len(claims) + len(keys)], rows[len(claims) + len(keys) :]
    people = specialists.candidates(contour)
    free = [slot for slot in choosing.on_offer(contour, moments) if slot.slot_id not in lost]
    matches = specialists.ranked(people, wishes, choosing.count(free, by_id_rows))
    chosen = {slot_id: row for slot_id, row in zip(by_id, by_id_rows, strict=True) if slot_id not in lost}
    named = {row.start_at for row in by_id_rows if row is not None}  # a form that knows the ids sends the same slots as texts too
    others = {text: moment for text, moment in moments.items() if moment not in named}
    choice = choosing.choose(contour, matches, chosen, others, free, only=choosing.named(matches))
    choice.taken += [(slot_id, "taken") for slot_id in by_id if slot_id in lost]
    choice.taken += [(text, "unknown") for text in unreadable]
    return _write(form, person, identities, contour, receipt, claims, matches, choice)


def _person(form: Application) -> Person:
    return clients.person_from(
        contact=form.contact.value,
        contact_type=form.contact.type,
        phone=form.phone,
        email=form.email,
        telegram=form.telegram,
        name=form.name,
        age=form.age,
        timezone=rules.zone_of(form.timezone),
        utm=form.utm,
        consents=rules.consents(form),
    )


def _wishes(form: Application) -> Wishes:
    said = form.preferences
    topics, names = tuple(said.specializations), tuple(form.psychologists)
    return Wishes(gender_of(said.gender), rules.kopecks(said.price_max), topics, names, chose_times=bool(form.selected_slots))


def _claims(form: Application, contour: str) -> dict[str, timedelta | None]:
    """Other names under which this submission may come again, and for how long each counts."""
    contact = rules.contact_of(form.answers)
    found: dict[str, timedelta | None] = {
        inbox.claim_key(SOURCE, contour, "content", contact, rules.content_of(form.answers)): rules.REPEAT_WINDOW
    }
    if form.ticket_id:
        found[inbox.claim_key(SOURCE, contour, "form", form.ticket_id, contact)] = None
    return found


def _earlier(claims: Mapping[str, timedelta | None], rows: Sequence[InboxRow | None]) -> ApplicationAnswer | None:
    for (_, window), row in zip(claims.items(), rows, strict=False):
        if answer := inbox.claimed(row, window=window):
            return ApplicationAnswer.model_validate_json(answer)
    return None


def _write(
    form: Application,
    person: Person,
    identities: Sequence[Any],
    contour: Contour,
    receipt: Receipt,
    claims: Mapping[str, timedelta | None],
    matches: Sequence[Match],
    choice: Choice,
) -> ApplicationAnswer:
    tx, ticket_id = storage.Transaction(), receipt.new_id("ticket")
    until = clock.now() + timedelta(minutes=settings().hold_minutes)
    known = _whose(tx, person, identities, contour, receipt, ticket_id)
    for slot in choice.held:
        choosing.hold_in(tx, slot, ticket_id=ticket_id, until=until)
    answer = _answer(ticket_id, known, choice, matches, until, contour)
    answer.message = safety.with_hotline(person, answer.message)
    ticket = Ticket(
        ticket_id=ticket_id, contour=contour, kind=rules.kind_of(form), request_text=_request(form), form_ticket_id=form.ticket_id
    )
    ticket.answers, ticket.matches = form.answers or None, [match.model_dump() for match in answer.matches] or None
    ticket.helping_in = contour if ticket.kind == rules.HELPING_HAND else None
    ticket.held = [tickets.pack(slots.ref(slot)) for slot in choice.held] or None
    tickets.open_in(tx, ticket, known=known, person=person)
    _tell_admin(tx, ticket, known, form, answer)
    safety.alert_of_form_in(tx, known, person, contour=contour, ticket_id=ticket_id)
    receipt.complete(tx, answer)
    for key, window in claims.items():
        receipt.claim(tx, key, answer, window=window)
    tx.commit()
    return answer


def _whose(tx: storage.Transaction, person: Person, identities: Sequence[Any], contour: str, receipt: Receipt, ticket_id: str) -> Known:
    """The client whom the form makes or merely names: anybody may have typed it."""
    new_id = receipt.new_id("client")
    return clients.find_or_create(
        tx, person=person, rows=identities, contour=contour, new_id=new_id, source="form", proof=Proof.TYPED, made_by=ticket_id
    )


def _answer(ticket_id: str, known: Known, choice: Choice, matches: Sequence[Match], until: datetime, contour: str) -> ApplicationAnswer:
    return ApplicationAnswer(
        message="Заявка принята. Перейдите по ссылке, чтобы подтвердить запись.",
        ticket_id=ticket_id,
        client_id=known.lead_number,
        link=tickets.link_of(ticket_id),
        held_slots=choosing.held_views(choice, until),
        taken_slots=choosing.taken_views(contour, choice, matches),
        matches=choosing.match_views(matches),
    )


def _request(form: Application) -> str | None:
    return form.request_text or "; ".join(form.preferences.specializations) or None


def _tell_admin(tx: storage.Transaction, ticket: Ticket, known: Known, form: Application, answer: ApplicationAnswer) -> None:
    values = {
        "lead_number": known.lead_number,
        "client_name": ticket.name,
        "contact": ticket.contact,
        "request_text": _request(form),
        "slots": [f"{slot.date} {slot.time} — {slot.psychologist}" for slot in answer.held_slots],
        "taken": ", ".join(slot.slot for slot in answer.taken_slots),
        "matches": [f"{number}. {match.psychologist}: {', '.join(match.reasons)}" for number, match in enumerate(answer.matches, 1)],
        "link": answer.link,
    }
    about = messaging.About("application_submitted", ticket.contour, ticket.ticket_id)
    messaging.tell_admin(tx, "admin_application", about, values)
    if known.duplicates:
        tickets.tell_duplicates(tx, ticket, known, str(len(known.duplicates)))
