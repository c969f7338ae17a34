"""One change of a slot row and everything read about it: is it a repeat, is it late, whose is the slot, what did the row say."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Days, Slot, SlotNotFound, SlotRef
from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.errors import SpecialistNotFound
from chalicelib.clients import service as clients
from chalicelib.clients.service import Known, Person
from chalicelib.core import clock, ids, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.inbox import InboxRow, Receipt
from chalicelib.core.schemas import validated
from chalicelib.core.settings import settings
from chalicelib.intake.rows import lastword
from chalicelib.intake.rows.rules import Standing, Verdict
from chalicelib.intake.rows.schemas import ChangeAnswer
from chalicelib.intake.tickets.service import Ticket
from chalicelib.integrations.supabase.schemas import Change, SlotRow

CONTOUR = "live"
SOURCE = "supabase"
NOBODY = "-"
"""A key that no row has, where a change names nobody."""

TELLING = ("psychologist", "date", "time", "state", "ticket", "client_id")
"""The columns that say whose time it is."""

QUIET = timedelta(minutes=5)
"""Within it the same change of a slot, seen again with nothing between, is a repeat and silent."""


@dataclass(slots=True)
class Case:
    """Everything read about one change. `known` is the client the row names, where we know him.

    `stranger` says that the row names a specialist whom nobody here is; `waits` is the slot's last word that waited for one.
    `twice`: he is known to have another session then, and is booked all the same.
    """

    change: Change
    row: SlotRow
    old: SlotRow | None
    slot: Slot | None
    specialist: specialists.Specialist | None
    ticket: Ticket | None
    known: Known | None
    outsider: Person
    outsider_rows: Sequence[Any]
    received_at: datetime
    days: Days = field(default_factory=Days)
    stranger: bool = False
    twice: bool = False
    waits: InboxRow | None = None

    def says(self, result: Verdict, reason: str | None = None, ticket_id: str | None = None) -> ChangeAnswer:
        """The answer, with a warning for each column that was not understood."""
        return ChangeAnswer(result=result, reason=reason, ticket_id=ticket_id, warnings=self.row.warnings)

    @property
    def here(self) -> Slot:
        """The slot that stands here, where the verdict says that one does."""
        if self.slot is None:
            raise SlotNotFound
        return self.slot

    @property
    def mark(self) -> str:
        """See `change_mark`."""
        return change_mark(self.change)

    @property
    def client(self) -> str | None:
        """Whom the row names, now or before; what a taken row said before is nothing where it names somebody now."""
        return self.row.client_id or (self.old.client_id if self.old and not (self.row.taken and self.row.ticket) else None)

    @property
    def ticket_number(self) -> str | None:
        """The ticket the row names, now or before; ours, or the other database's own."""
        return self.row.ticket or (self.old.ticket if self.old and not (self.row.taken and self.row.client_id) else None)


def read(change: Change, receipt: Receipt) -> Case:
    """Everything that deciding the change takes: one read, two where a name says whose slot it is to become."""
    row = validated(SlotRow, change.row, "body", "record" if change.record else "old_record")
    old = validated(SlotRow, change.old_record, "body", "old_record") if change.old_record else None
    case = Case(change, row, old, None, None, None, None, Person(), (), receipt.received_at)
    theirs = case.client and not clients.is_number(case.client)  # ours that nobody bears yet would be another's tomorrow
    case.outsider = Person(external=(SOURCE, str(case.client))) if theirs else Person()
    keys = [Slot.at(row.id), *specialists.reference_keys(row.psychologist or NOBODY, CONTOUR), Ticket.at(case.ticket_number or NOBODY)]
    keys += [*clients.reference_keys(case.client or NOBODY, CONTOUR), *clients.keys(case.outsider, CONTOUR)]
    days = _day_keys(case, row.psychologist)
    case.waits, case.slot, by_id, by_name, case.ticket, lead, client, *rest = storage.read(lastword.key(row.id), *keys, *days)
    case.outsider_rows = rest[: len(rest) - len(days)]
    case.days.saw(days, rest[len(rest) - len(days) :])
    case.specialist = _specialist(case, by_id, by_name)
    case.stranger = bool(row.psychologist) and by_id is None and not (by_name and by_name.specialist_ids)
    named = case.ticket if case.ticket is not None and case.ticket.tie != "typed" else None  # whom a form merely named is not booked
    found = named or lead or client or next((one for one in case.outsider_rows if one), None)
    case.known = Known(found.client_id, found.lead_number) if found else None
    return case


def _day_keys(case: Case, specialist_id: str | None) -> list[storage.Key]:
    """Where a new row's time may be spoken for: read with everything else, where the row itself says whose and when."""
    try:
        start = slots.parse(case.row.time_text) if case.row.time_text else None
    except Invalid:
        return []  # whoever needs the time says what is wrong with it
    if start is None or specialist_id is None or case.change.type != "INSERT":
        return []
    return slots.day_keys(SlotRef(case.row.id, specialist_id, "", start, case.row.minutes or settings().session_minutes))


def _specialist(case: Case, by_id: specialists.Specialist | None, by_name: Any) -> specialists.Specialist | None:
    """The specialist the row names; a name that two bear, or nobody, is nobody."""
    slot = case.slot
    if by_id is not None:
        return by_id
    borne = list(by_name.specialist_ids or ()) if by_name else []
    if slot is not None and slot.state != "deleted" and borne == [slot.specialist_id]:
        return specialists.Specialist(slot.specialist_id, name=slot.specialist_name)  # the slot says enough: no second read
    return _named(case, borne[0]) if len(borne) == 1 else None


def _named(case: Case, specialist_id: str) -> specialists.Specialist:
    days = _day_keys(case, specialist_id)
    person, *rows = storage.read(specialists.Specialist.at(specialist_id), *days)
    if person is None:
        raise SpecialistNotFound
    case.days.saw(days, rows)
    return person


def change_mark(change: Change) -> str:
    """The same for the same change."""
    return ids.fingerprint(change.type, _text(change.record), _text(change.old_record))


def _text(raw: dict[str, Any] | None) -> str:
    return json.dumps(raw, sort_keys=True, default=str) if raw else ""


def row_mark(raw: dict[str, Any] | None) -> str | None:
    """The same for rows that say the same of a slot."""
    return ids.fingerprint(_text({name: raw.get(name) for name in TELLING})) if raw else None


def repeat(case: Case) -> ChangeAnswer | None:
    """The first answer, when this very change was the last one this slot saw, a moment ago."""
    slot = case.slot
    seen = slot is not None and slot.source_event == case.mark and slot.source_event_at and clock.wall() - slot.source_event_at < QUIET
    return ChangeAnswer.model_validate_json(slot.source_answer) if slot is not None and seen and slot.source_answer else None


def predecessor_missing(case: Case) -> bool:
    """Whether the change starts from a row this slot never saw: an earlier change is lost, or still on its way."""
    if case.slot is None or case.old is None or case.change.type == "INSERT":
        return case.slot is None and case.old is not None
    if case.slot.source_row:
        return case.slot.source_row != row_mark(case.change.old_record)
    return case.old.taken and standing(case).open  # one that finds our own owner there is our booking's echo


def standing(case: Case) -> Standing:
    """The slot as `rules.judge` sees it."""
    slot = case.slot
    if slot is None:
        return Standing()
    held = slot.state == "held" and not slots.is_free(slot)
    return Standing(
        known=True,
        deleted=slot.state == "deleted",
        owned=slot.session_id is not None and (held or slot.state == "booked"),
        held=held and slot.session_id is None,
        blocked=slot.state == "taken",
        cut=slot.state == "cut",
    )


def marks(case: Case, answer: ChangeAnswer) -> dict[str, Any]:
    """What the slot remembers of the change."""
    return {
        "source_event": case.mark,
        "source_answer": answer.model_dump_json(),
        "source_event_at": case.received_at,
        "source_row": row_mark(case.change.record),
        "source_taken": case.row.taken if case.change.record else None,
        "source_updated_at": lastword.aware(case.row.updated_at),
        "source_skipped": row_mark(case.change.old_record) if predecessor_missing(case) else None,
    }
