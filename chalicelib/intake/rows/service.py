"""Slot rows of the old database: a change there is decided by what stands here, and never books twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import ClientBusy, Owner, SessionRaced
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import DayChanged, Slot, SlotRef, SlotTaken
from chalicelib.booking.specialists.errors import SpecialistNotFound
from chalicelib.clients import service as clients
from chalicelib.clients.service import IdentityRaced, Known, Person, Proof
from chalicelib.core import clock, ids, inbox, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.inbox import Receipt
from chalicelib.core.settings import settings
from chalicelib.core.waiting import Overtaken
from chalicelib.intake.rows import ours, waiting
from chalicelib.intake.rows.case import CONTOUR, QUIET, SOURCE, Case, marks, read, repeat, row_mark, standing
from chalicelib.intake.rows.news import event
from chalicelib.intake.rows.rules import Verdict, judge
from chalicelib.intake.rows.schemas import ChangeAnswer
from chalicelib.intake.tickets import service as tickets
from chalicelib.intake.tickets.service import Ticket
from chalicelib.integrations.supabase.schemas import Change
from chalicelib.messaging import service as messaging


def apply(change: Change, receipt: Receipt) -> ChangeAnswer:
    """Act on a slot row's change once; a repeat gets its first answer, a late one is ignored, one before its specialist waits.

    The database is the office's own word: it may book a client who has a session then, and the admin is told of both.
    """
    try:
        return _apply(change, receipt)
    except ClientBusy:
        return _apply(change, receipt, twice=True)


@storage.again(SessionRaced, SlotTaken, IdentityRaced, DayChanged, Overtaken, times=6)
def _apply(change: Change, receipt: Receipt, *, twice: bool = False) -> ChangeAnswer:
    case = read(change, receipt)
    case.twice = twice
    answer = repeat(case) or waiting.late(case, receipt)
    if answer:
        inbox.done(receipt, answer)
        return answer
    tx = storage.Transaction()
    answer = _overtaken(tx, case) or _waits(tx, case, receipt) or _act(tx, case, judge(event(case), standing(case)))
    if answer.result is not Verdict.WAIT:
        waiting.close_in(tx, case, receipt, answer)
    if answer.result is not Verdict.WAIT or not waiting.is_it(case, receipt):
        receipt.complete(tx, answer)
    tx.commit()
    return answer


def foresee(change: Change, receipt: Receipt) -> Verdict:
    """What `apply` would do with a change as things stand; nothing is written. Raises Invalid for a row that cannot be read."""
    case = read(change, receipt)
    if waiting.late(case, receipt):
        return Verdict.IGNORE
    verdict = judge(event(case), standing(case))
    return Verdict.WAIT if _comes_early(case, verdict) else verdict


def _waits(tx: storage.Transaction, case: Case, receipt: Receipt) -> ChangeAnswer | None:
    """A row that is to become a slot, before its specialist: it waits for him, unless its time has begun. Raises Invalid."""
    if not _comes_early(case, judge(event(case), standing(case))) or _start(case) <= clock.now():
        return None
    return waiting.wait_in(tx, case, receipt)


def _comes_early(case: Case, verdict: Verdict) -> bool:
    return case.stranger and verdict in (Verdict.ADD, Verdict.BOOK) and (case.slot is None or case.slot.state == "deleted")


def _overtaken(tx: storage.Transaction, case: Case) -> ChangeAnswer | None:
    """The change whose successor came first: ignored once, for the successor has told its outcome."""
    slot = case.slot
    awaited = slot is not None and slot.source_skipped is not None and slot.source_skipped == row_mark(case.change.record)
    if slot is None or not awaited or slot.source_event_at is None or clock.wall() - slot.source_event_at > QUIET:
        return None
    slots.forget_skipped(tx, slot)
    return case.says(Verdict.IGNORE, "late")


def _act(tx: storage.Transaction, case: Case, verdict: Verdict) -> ChangeAnswer:
    answer = case.says(verdict)
    if verdict in (Verdict.ADD, Verdict.BOOK) and _start(case) <= clock.now():
        return _past(tx, case)
    if verdict is Verdict.ADD:
        _add(tx, case, answer)
    elif verdict is Verdict.BOOK:
        answer = _book(tx, case)
    elif verdict in (Verdict.MOVE, Verdict.CONFIRM):
        answer = ours.follow(tx, case, verdict, new=_new(case))
    elif case.slot is None and case.specialist is None:
        pass  # a row that is gone, of nobody we know
    elif case.slot is None:
        slots.add(tx, _new(case), case.days, marks=marks(case, answer), state="deleted")
    elif verdict is Verdict.UPDATE:
        _end_unpaid(tx, case)
        _tell_cut(tx, case, slots.shift(tx, case.here, _new(case), case.days, marks=marks(case, answer)))
    elif verdict in (Verdict.CANCEL, Verdict.FREE):
        _free(tx, case, answer)
    elif verdict is Verdict.DELETE:
        _delete(tx, case, answer)
    else:
        _leave(tx, case, verdict, answer)
    return answer


def _past(tx: storage.Transaction, case: Case) -> ChangeAnswer:
    """A row whose time has begun books nobody and is offered to nobody; a slot that stands here for it remembers what it said."""
    answer = case.says(Verdict.IGNORE, "past")
    if case.slot is not None and case.slot.state != "deleted":
        slots.note(tx, case.slot, marks=marks(case, answer))
    return answer


def _start(case: Case) -> datetime:
    """When the row's time begins. Raises Invalid where neither the row nor a slot here tells."""
    place, text = "record" if case.change.record else "old_record", case.row.time_text
    if case.slot is None and text is None:
        raise Invalid.field("body", place, "date", msg="expected date (YYYY-MM-DD or DD.MM) and time (HH:mm)", kind="missing")
    return slots.parse(text, "body", place, "date") if text else case.here.start_at


def _new(case: Case) -> SlotRef:
    """The slot as the row has it; what the row leaves out stays. Raises Invalid or SpecialistNotFound where nothing stands here."""
    start, person, known = _start(case), case.specialist, case.slot
    if person is None and known is None:
        raise SpecialistNotFound({"psychologist": "no specialist has this id or name, or two bear the name"})
    who = (person.specialist_id, person.name) if person else (case.here.specialist_id, case.here.specialist_name)
    minutes = case.row.minutes or (int(known.minutes) if known else settings().session_minutes)
    return SlotRef(case.row.id, *who, start, minutes)


def _offered(case: Case) -> bool:
    """Whether the slot's specialist is working."""
    return case.specialist is None or case.specialist.active


def _book(tx: storage.Transaction, case: Case) -> ChangeAnswer:
    """A session for the client the row names; with no one named the slot is only taken off the lists."""
    if case.slot is None or case.slot.state in ("deleted", "cut"):
        displaced = partial(_tell_overlap, case=case, outcome="displaced")
        if slots.ensure(_new(case), CONTOUR, case.days, listed=_offered(case), gone=case.slot, tell=displaced):
            return _cut_off(tx, case)
        (case.slot,) = storage.read(Slot.at(case.row.id))
    elif event(case).shifted and not _shifted_first(case):
        return _cut_off(tx, case)
    if case.known is None and not case.outsider.external:
        return _block(tx, case)
    known = case.known or _outsider(tx, case)
    # A form's ticket that merely named somebody may be another's: its session would stand in a stranger's history.
    ticket = case.ticket if case.ticket is not None and case.ticket.client_id == known.client_id else None
    ticket_id = ticket.ticket_id if ticket else _open_ticket(tx, case, known)
    answer = case.says(Verdict.BOOK, ticket_id=ticket_id)
    owner = Owner(CONTOUR, ticket_id, ids.new(), known.client_id, known.lead_number, ticket.name if ticket else None)
    sessions.book_in(
        tx,
        slots.ref(case.here),
        owner,
        cause="database_booked",
        confirmed=bool(case.row.confirmed),
        seen=case.slot,
        marks=marks(case, answer),
        force=case.twice,
    )
    if case.twice:
        _tell_twice(tx, case, owner)
    return answer


def _block(tx: storage.Transaction, case: Case) -> ChangeAnswer:
    """Take the slot off the lists for nobody we know; a number of ours that nobody bears is told to the admin."""
    answer = case.says(Verdict.BOOK, "no client has this number" if case.client else "no client is named")
    _end_unpaid(tx, case)
    slots.block(tx, case.here, marks=marks(case, answer))
    if case.client:
        ours.tell(tx, case)
    return answer


def _shifted_first(case: Case) -> bool:
    """Give a slot that is nobody's the time at which the row books it, before it is booked; False where another stands there."""
    tx = storage.Transaction()
    if slots.shift(tx, case.here, _new(case), case.days, marks={}):
        return False
    tx.commit()
    (case.slot,) = storage.read(Slot.at(case.row.id))
    return True


def _tell_twice(tx: storage.Transaction, case: Case, owner: Owner) -> None:
    slot = case.here
    values = {"lead_number": owner.lead_number, "client_name": owner.client_name, "specialist_name": slot.specialist_name}
    about = messaging.About("client_booked_twice", CONTOUR, owner.ticket_id)
    messaging.tell_admin(tx, "admin_client_booked_twice", about, {**values, "start_at": slot.start_at.isoformat()})


def _outsider(tx: storage.Transaction, case: Case) -> Known:
    """The client whom the row names by the other database's own number."""
    return clients.find_or_note(
        tx, person=case.outsider, rows=case.outsider_rows, contour=CONTOUR, new_id=ids.new(), source=SOURCE, proof=Proof.RECORDED
    )


def _cut_off(tx: storage.Transaction, case: Case) -> ChangeAnswer:
    """A row that is taken there where somebody else's time stands here: kept off the lists, and told."""
    answer = case.says(Verdict.CONTRADICTION, "overlaps")
    _add(tx, case, answer)
    return answer


def _add(tx: storage.Transaction, case: Case, answer: ChangeAnswer) -> None:
    """Keep a row's slot; where its time overlaps what stands here it is cut, and the admin is told of both."""
    new = _new(case)
    if case.slot is not None and case.slot.state != "deleted":
        others = slots.shift(tx, case.slot, new, case.days, marks=marks(case, answer))
    else:
        others = slots.add(tx, new, case.days, marks=marks(case, answer), listed=_offered(case))
    _tell_cut(tx, case, others)


def _tell_cut(tx: storage.Transaction, case: Case, others: Sequence[str]) -> None:
    if others:
        _tell_overlap(tx, others, case=case, outcome="cut")


def _tell_overlap(tx: storage.Transaction, others: Sequence[str], *, case: Case, outcome: str) -> None:
    """Tell the admin of a row that overlaps others, with all of them, and which of them is offered no more."""
    new, standing = _new(case), [row for row in storage.read(*(Slot.at(slot_id) for slot_id in others)) if row is not None]
    values = {
        "slot": new.slot_id,
        "start_at": new.start_at.isoformat(),
        "minutes": new.minutes,
        "specialist_name": new.specialist_name,
        "theirs": case.client or case.ticket_number,
        "state": case.row.state,
        "others": [_told(row) for row in standing],
        outcome: new.slot_id,
    }
    about = messaging.About("slots_overlap", CONTOUR, standing[0].ticket_id if standing else None)
    messaging.tell_admin(tx, "admin_slots_overlap", about, values)


def _told(slot: Slot) -> str:
    owner = f", {slot.lead_number or slot.ticket_id}" if slot.ticket_id else ""
    return f"{slot.slot_id}, {slots.text(slot.start_at)}, {int(slot.minutes)} мин{owner}"


def _end_unpaid(tx: storage.Transaction, case: Case) -> None:
    """A session whose payment is overdue, and that no sweep has ended yet, loses its slot to the row's word."""
    if case.here.session_id:
        sessions.give_way_in(tx, case.here)


def _open_ticket(tx: storage.Transaction, case: Case, known: Known) -> str:
    ticket_id = ids.new()
    ticket = Ticket(ticket_id=ticket_id, contour=CONTOUR, kind="database", form_ticket_id=case.ticket_number)
    tickets.open_in(tx, ticket, known=replace(known, tie="proven"), person=Person(), with_link=False)
    return ticket_id


def _free(tx: storage.Transaction, case: Case, answer: ChangeAnswer) -> None:
    slots.reopen(tx, case.here, marks=marks(case, answer))
    if answer.result is Verdict.CANCEL:
        sessions.annul_in(tx, case.here, "freed in the database", cause="database_cancelled")


def _delete(tx: storage.Transaction, case: Case, answer: ChangeAnswer) -> None:
    """The row is gone: so is its session; a tombstone stays, so that a late event does not raise it."""
    slots.bury(tx, case.here, case.days, marks=marks(case, answer))
    if case.here.session_id:
        sessions.annul_in(tx, case.here, "deleted in the database", cause="database_cancelled")


def _leave(tx: storage.Transaction, case: Case, verdict: Verdict, answer: ChangeAnswer) -> None:
    """Nothing changes hands; a contradiction with what stands here goes to the admin."""
    slot = case.here
    slots.note(tx, slot, marks=marks(case, answer))
    if slot.state == "cut" and verdict is Verdict.CONTRADICTION:
        _tell_cut(tx, case, sorted(slot.cut_by or ()))
    elif verdict is Verdict.CONTRADICTION:
        ours.tell(tx, case)
