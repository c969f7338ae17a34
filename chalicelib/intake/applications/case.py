"""An application with everything that is read before it is decided: who asks, who he was a moment ago, what he may have."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Slot
from chalicelib.clients import service as clients
from chalicelib.clients.service import Person
from chalicelib.core import clock, ids, inbox, storage
from chalicelib.core.inbox import InboxRow, Receipt
from chalicelib.core.schemas import Contour
from chalicelib.intake.applications import choice as choosing
from chalicelib.intake.applications import rules
from chalicelib.intake.applications.schemas import Application, ApplicationAnswer
from chalicelib.intake.limits.rules import SAME_VISITOR
from chalicelib.intake.limits.service import Asked, Footprints
from chalicelib.intake.tickets import numbers
from chalicelib.intake.tickets.service import Ticket
from chalicelib.integrations.tilda import forms
from chalicelib.integrations.tilda.forms import Order

SOURCE = "forms"


@dataclass(slots=True)
class Case:
    """One application being decided. `amends` is the same visitor's earlier ticket of the same form; `own` are slots he holds.

    `number` is the row of the form's number, which two people may bear.
    """

    form: Application
    kind: str
    contour: Contour
    receipt: Receipt
    person: Person
    words: str
    scope: str
    order: Order | None
    prints: Footprints
    claims: dict[str, timedelta | None]
    by_id: list[str]
    moments: dict[str, datetime]
    unreadable: list[str]
    claimed: list[InboxRow | None] = field(default_factory=list)
    identities: list[Any] = field(default_factory=list)
    number: Any = None
    chosen: list[Slot | None] = field(default_factory=list)
    amends: Ticket | None = None
    own: dict[str, Slot] = field(default_factory=dict)

    @property
    def ticket_id(self) -> str:
        """The ticket that this application makes, or amends."""
        return str(self.amends.ticket_id) if self.amends else self.receipt.new_id("ticket")

    def first_answer(self) -> ApplicationAnswer | None:
        """What the same application was answered under another name: its number again, or its words within ten minutes."""
        for row, window in zip(self.claimed, self.claims.values(), strict=True):
            if answer := inbox.claimed(row, window=window):
                return ApplicationAnswer.model_validate_json(answer)
        since = clock.now() - rules.REPEAT_WINDOW
        same = [one for one in self.prints.asked if (one.words, one.scope) == (self.words, self.scope) and one.at > since]
        answer = inbox.answer_of(same[0].inbox_id) if same else None
        return ApplicationAnswer.model_validate_json(answer) if answer else None


def read(form: Application, person: Person, contour: Contour, receipt: Receipt, kind: str) -> Case:
    """Read an application's case: one call, and another for whoever asked a moment ago. Raises TooManyForms."""
    case = _case(form, person, contour, receipt, kind)
    keys = clients.keys(person, contour)
    named = [Slot.at(slot_id) for slot_id in case.by_id]
    number = [key for key in (numbers.key(form.ticket_id, contour),) if key]
    rows = iter(storage.read(*(InboxRow.at(key) for key in case.claims), *case.prints.keys, *keys, *number, *named))
    case.claimed = [next(rows) for _ in case.claims]
    case.prints.seen([next(rows) for _ in case.prints.keys])
    case.identities = [next(rows) for _ in keys]
    case.number = next(rows) if number else None
    case.chosen = list(rows)
    return case


def _case(form: Application, person: Person, contour: Contour, receipt: Receipt, kind: str) -> Case:
    words, scope = rules.words_of(form.answers), rules.scope_of(form.browser, receipt.sender)
    order = forms.order_of(form.answers)
    prints = Footprints.of(receipt.sender, ids.fingerprint(contour, _contact(person) or scope or words))
    claims = _claims(form, contour, words, order, proven=receipt.sender.is_proven)
    return Case(form, kind, contour, receipt, person, words, scope, order, prints, claims, *choosing.read(form.selected_slots))


def _contact(person: Person) -> str | None:
    """The surest contact that was typed: whom holds are counted for. Varying the others makes nobody another person."""
    raw = next(iter(person.raw_contacts), "").casefold().strip()
    return person.phone or person.email or person.telegram_id or person.telegram_typed or person.telegram_username or raw or None


def _claims(form: Application, contour: str, words: str, order: Order | None, *, proven: bool) -> dict[str, timedelta | None]:
    """Other names under which this submission may come again, and for how long each counts."""
    found: dict[str, timedelta | None] = {}
    if order:
        said = rules.contact_of(form.answers) if proven else words
        found[inbox.claim_key(SOURCE, contour, "order", str(proven), order.number, said)] = None
    if form.ticket_id:
        found[inbox.claim_key(SOURCE, contour, "form", str(proven), form.ticket_id, words)] = None
    return found


def look_back(case: Case) -> None:
    """Find what the same visitor holds, and the ticket that this form amends, from his footprint: one read if he left any."""
    mine = [one for one in case.prints.asked if _same_visitor(case, one)]
    amended = next((one for one in reversed(mine) if case.form.ticket_id and one.form == case.form.ticket_id), None)
    held = [(slot_id, one.ticket_id) for one in mine for slot_id, _ in one.holds]
    if not amended and not (held and case.form.selected_slots):
        return
    ticket, *rows = storage.read(Ticket.at((amended or mine[0]).ticket_id), *(Slot.at(slot_id) for slot_id, _ in held))
    case.own = {slot.slot_id: slot for (_, holder), slot in zip(held, rows, strict=True) if slot is not None and _holds(slot, holder)}
    case.amends = ticket if amended and ticket is not None and ticket.status == "new" and not ticket.followed_by else None


def _same_visitor(case: Case, one: Asked) -> bool:
    """Whether an earlier form of this contact was this very visitor's (or the office asks): a typed contact alone moves nobody's hold."""
    known = case.scope not in ("", "proven") and one.scope == case.scope
    named = _contact(case.person) is not None
    return named and one.at > clock.now() - SAME_VISITOR and (known or case.receipt.sender.kind == "service")


def _holds(slot: Slot, ticket_id: str) -> bool:
    return slot.state == "held" and slot.ticket_id == ticket_id and not slot.session_id and not slots.is_free(slot)


def recount(case: Case) -> None:
    """Forget holds that were booked or given back before their time: one read, for whoever has reached a limit."""
    held = case.prints.held
    rows = storage.read(*(Slot.at(slot_id) for slot_id, _ in held))
    case.prints.forget({one for one, slot in zip(held, rows, strict=True) if slot is None or not _holds(slot, one[1])})


def given_up(case: Case, wanted: Collection[str]) -> Sequence[Slot]:
    """Slots of the amended ticket that it wants no more."""
    if case.amends is None:
        return []
    return [slot for slot in case.own.values() if slot.ticket_id == case.amends.ticket_id and slot.slot_id not in wanted]
