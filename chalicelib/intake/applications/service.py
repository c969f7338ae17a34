"""An application: who asks, what for, when; held at once, matched at once, answered once however often it is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Slot, SlotTaken
from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.service import Match, Wishes, gender_of
from chalicelib.clients import service as clients
from chalicelib.clients.service import IdentityRaced, Known, Person
from chalicelib.core import clock, inbox, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.inbox import InboxRow, Receipt
from chalicelib.core.schemas import Contour, utc_text
from chalicelib.core.settings import settings
from chalicelib.intake.applications import rules
from chalicelib.intake.applications.schemas import MOST_SLOTS, Application, ApplicationAnswer, HeldSlot, MatchView, TakenSlot
from chalicelib.intake.tickets import service as tickets
from chalicelib.intake.tickets.service import Ticket
from chalicelib.messaging import service as messaging

SOURCE = "forms"
BEST = 5
"""How many matches and alternatives are shown."""


@dataclass(slots=True)
class Choice:
    """What became of the chosen slots."""

    held: list[Slot] = field(default_factory=list)
    taken: list[tuple[str, str]] = field(default_factory=list)


def submit(form: Application, *, contour: Contour, receipt: Receipt) -> ApplicationAnswer:
    """Client, ticket, holds and matches in one transaction; the same submission in another wrapping gets the first answer.

    A slot that somebody else takes meanwhile is reported as taken: the application itself is never refused for it.
    """
    lost: set[str] = set()
    while True:
        try:
            return _submit(form, contour, receipt, lost)
        except SlotTaken as taken:
            lost.add(taken.detail["slot_id"])


@storage.again(IdentityRaced)
def _submit(form: Application, contour: Contour, receipt: Receipt, lost: set[str]) -> ApplicationAnswer:
    person, wishes = _person(form), _wishes(form)
    claims = _claims(form, contour)
    by_id, moments, unreadable = _read_choice(form)
    keys = clients.keys(person, contour)
    rows = storage.read(*(InboxRow.at(key) for key in claims), *keys, *(Slot.at(slot_id) for slot_id in by_id))
    earlier = _earlier(claims, rows)
    if earlier:
        inbox.done(receipt, earlier)
        return earlier
    identities, by_id_rows = rows[len(claims) : len(claims) + len(keys)], rows[len(claims) + len(keys) :]
    people = specialists.candidates(contour)
    ahead = [moment for moment in moments.values() if moment > clock.now()]
    free = slots.free_at(contour, ahead) if moments else slots.next_free(contour, 50)
    free = [slot for slot in free if slot.slot_id not in lost]
    matches = specialists.ranked(people, wishes, _count(free, by_id_rows))
    chosen = {slot_id: row for slot_id, row in zip(by_id, by_id_rows, strict=True) if slot_id not in lost}
    named = {row.start_at for row in by_id_rows if row is not None}  # a form that knows the ids sends the same slots as texts too
    others = {text: moment for text, moment in moments.items() if moment not in named}
    choice = _choose(contour, matches, chosen, others, free, wishes)
    choice.taken += [(slot_id, "taken") for slot_id in by_id if slot_id in lost]
    choice.taken += [(text, "unknown") for text in unreadable]
    return _write(form, person, identities, contour, receipt, claims, matches, choice)


def _person(form: Application) -> Person:
    consents = [("personal_data", form.consent), ("marketing", form.marketing)]
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
        consents=tuple(
            (purpose, given, form.consent_version or "form") for purpose, said in consents if (given := rules.agreed(said)) is not None
        ),
    )


def _wishes(form: Application) -> Wishes:
    said = form.preferences
    return Wishes(gender_of(said.gender), rules.kopecks(said.price_max), tuple(said.specializations), tuple(form.psychologists))


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


def _read_choice(form: Application) -> tuple[list[str], dict[str, datetime], list[str]]:
    """The chosen slots as ids, as moments by their text, and as texts that mean no moment (31.02)."""
    by_id: list[str] = []
    moments: dict[str, datetime] = {}
    unreadable: list[str] = []
    for text in form.selected_slots[:MOST_SLOTS]:
        if ":" not in text:
            by_id.append(text)
            continue
        try:
            moments[text] = slots.parse(text, "body", "selected_slots")
        except Invalid:
            unreadable.append(text)
    return by_id, moments, unreadable


def _count(free: Sequence[Slot], by_id: Sequence[Slot | None]) -> dict[str, int]:
    """How many of the chosen times each specialist is free at."""
    seen = {slot.slot_id: slot for slot in [*free, *(row for row in by_id if row is not None and slots.is_free(row))]}
    counts: dict[str, int] = {}
    for slot in seen.values():
        counts[slot.specialist_id] = counts.get(slot.specialist_id, 0) + 1
    return counts


def _choose(
    contour: str,
    matches: Sequence[Match],
    by_id: Mapping[str, Slot | None],
    moments: Mapping[str, datetime],
    free: Sequence[Slot],
    wishes: Wishes,
) -> Choice:
    """Which slots to hold: those named by id, and for each moment the best-fitting specialist who is free then."""
    choice, order = Choice(), {match.candidate.specialist_id: place for place, match in enumerate(matches)}
    for slot_id, row in by_id.items():
        reason = _unavailable(row, contour, order)
        if reason:
            choice.taken.append((slot_id, reason))
        elif row is not None:
            choice.held.append(row)
    named = {match.candidate.specialist_id for match in matches if match.score[0]} if wishes.names else set()
    for text, moment in moments.items():
        if any(slot.start_at == moment for slot in choice.held):
            continue  # the same moment, written twice
        fitting = [slot for slot in free if slot.start_at == moment and slot.specialist_id in (named or order)]
        if fitting:
            choice.held.append(min(fitting, key=lambda slot: order[slot.specialist_id]))
        else:
            choice.taken.append((text, "past" if moment <= clock.now() else "taken"))
    return choice


def _unavailable(row: Slot | None, contour: str, order: Mapping[str, int]) -> str | None:
    if row is None or row.contour != contour or row.state == "deleted" or row.specialist_id not in order:
        return "unknown"
    if row.start_at <= clock.now():
        return "past"
    return None if slots.is_free(row) else "taken"


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
    known = clients.find_or_create(tx, person=person, rows=identities, contour=contour, new_id=receipt.new_id("client"), source="form")
    for slot in choice.held:
        _hold(tx, slot, contour, ticket_id, until)
    answer = _answer(ticket_id, known, choice, matches, until, contour)
    ticket = Ticket(ticket_id=ticket_id, contour=contour, kind="application", request_text=_request(form), form_ticket_id=form.ticket_id)
    ticket.answers, ticket.matches = form.answers or None, [match.model_dump() for match in answer.matches] or None
    ticket.held = [tickets.pack(slots.ref(slot)) for slot in choice.held] or None
    tickets.open_in(tx, ticket, known=known, person=person)
    _tell_admin(tx, ticket, known, form, answer)
    receipt.complete(tx, answer)
    for key, window in claims.items():
        receipt.claim(tx, key, answer, window=window)
    tx.commit()
    return answer


def _hold(tx: storage.Transaction, slot: Slot, contour: Contour, ticket_id: str, until: datetime) -> None:
    """Hold a slot; a session on it whose payment never came gives way."""
    slots.hold(tx, slots.ref(slot), contour=contour, ticket_id=ticket_id, until=until, expired_session=slot.session_id)
    if slot.session_id:
        sessions.give_way_in(tx, slot)


def _answer(ticket_id: str, known: Known, choice: Choice, matches: Sequence[Match], until: datetime, contour: str) -> ApplicationAnswer:
    alternatives = [slots.view(slot) for slot in _alternatives(contour, choice, matches)] if choice.taken else []
    held = [HeldSlot(**slots.view(slot).model_dump(), held_until=utc_text(until)) for slot in choice.held]
    return ApplicationAnswer(
        message="Заявка принята. Перейдите по ссылке, чтобы подтвердить запись.",
        ticket_id=ticket_id,
        client_id=known.lead_number,
        link=tickets.link_of(ticket_id),
        held_slots=held,
        taken_slots=[TakenSlot(slot=text, reason=reason, alternatives=alternatives) for text, reason in choice.taken],
        matches=[
            MatchView(psychologist_id=match.candidate.specialist_id, psychologist=match.candidate.name, reasons=match.reasons)
            for match in matches[:BEST]
        ],
    )


def _alternatives(contour: str, choice: Choice, matches: Sequence[Match]) -> list[Slot]:
    """What is free instead: the soonest slots, the best-fitting specialists' first."""
    order = {match.candidate.specialist_id: place for place, match in enumerate(matches)}
    held = {slot.slot_id for slot in choice.held}
    found = [slot for slot in slots.next_free(contour, 50) if slot.slot_id not in held and slot.specialist_id in order]
    return sorted(found, key=lambda slot: (order[slot.specialist_id], slot.start_at))[:BEST]


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
