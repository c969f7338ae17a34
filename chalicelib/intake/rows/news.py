"""What of a change is news, beside what stands here: the case as the rules judge it."""

from chalicelib.booking.slots import service as slots
from chalicelib.booking.specialists import service as specialists
from chalicelib.core import waiting
from chalicelib.intake.rows.case import CONTOUR, Case, predecessor_missing, standing
from chalicelib.intake.rows.rules import Event


def event(case: Case) -> Event:
    """The change as `rules.judge` sees it."""
    same = _names_owner(case)
    names = bool(case.client or case.ticket_number)
    was = _was_taken(case)
    is_taken = case.row.taken if case.change.type != "DELETE" else False
    news = _is_open(case) or _is_news(case)
    return Event(
        "INSERT" if _makes_anew(case) else case.change.type,
        was,
        is_taken,
        same_owner=same,
        other_owner=names and not same,
        shifted=news and (_other_time(case) or _other_person(case)),
        reassigned=news and _other_person(case),
        nobody=_names_nobody(case),
        confirms=is_taken and bool(case.row.confirmed) and not (case.old and case.old.confirmed),
    )


def _names_owner(case: Case) -> bool:
    slot = case.slot
    by_ticket = slot is not None and slot.ticket_id is not None and slot.ticket_id == case.ticket_number
    return by_ticket or (slot is not None and case.known is not None and slot.client_id == case.known.client_id)


def _makes_anew(case: Case) -> bool:
    """Whether an edit is of a row that was made anew in a deleted one's place, and waits for its specialist since."""
    return case.change.type == "UPDATE" and case.slot is not None and case.slot.state == "deleted" and waiting.waits(case.waits)


def _was_taken(case: Case) -> bool:
    """Whether the row was taken before the change; where an earlier change is missing, as its source told us last.

    Else two changes that swapped places lost a booking: the one that only confirmed it came first, and the other one was late.
    """
    slot = case.slot
    told = slot is not None and slot.source_row is not None and slot.source_taken is not None
    if slot is not None and told and case.change.type == "UPDATE" and predecessor_missing(case):
        return bool(slot.source_taken)
    return case.old.taken if case.old else False


def _is_open(case: Case) -> bool:
    """Whether what stands here is nobody's: then the row's time is its time, however old the word."""
    now = standing(case)
    return now.open and not now.held


def _is_news(case: Case) -> bool:
    """Whether the change itself moved the row, or we cannot tell for never having seen what it was; a repeated INSERT moves nothing."""
    old, row, slot = case.old, case.row, case.slot
    if case.change.type != "UPDATE" or slot is None:
        return False
    unseen = old is None or slot.source_row is None or predecessor_missing(case)
    return unseen or (old is not None and (old.time_text, old.psychologist) != (row.time_text, row.psychologist))


def _other_time(case: Case) -> bool:
    """Whether the row names another time than the slot has."""
    slot, text = case.slot, case.row.time_text
    return slot is not None and text is not None and not slots.names_moment(text, slot.start_at, slots.zone())


def _other_person(case: Case) -> bool:
    """Whether the row names another specialist whom we know."""
    slot = case.slot
    return slot is not None and case.specialist is not None and case.specialist.specialist_id != slot.specialist_id


def _names_nobody(case: Case) -> bool:
    """Whether the change gave a slot that stands here to a specialist whom we have not, or cannot tell from another."""
    old, named = case.old, case.row.psychologist
    if case.slot is None or case.specialist is not None or not named or old is None or not old.psychologist:
        return False
    return specialists.name_key(named, CONTOUR) != specialists.name_key(old.psychologist, CONTOUR)
