"""What a new booking is chosen from: the client's newest ticket, and the free time of who comes into question."""

from chalicelib.booking.slots import service as slots
from chalicelib.core.schemas import utc_text
from chalicelib.intake.reassignment.case import Case, read
from chalicelib.intake.reassignment.schemas import (
    LeadQuery,
    Psychologist,
    RebookingInfo,
    RebookingQuery,
    RebookingSchedule,
    TicketForRebooking,
)

SHOWN = 100
"""How many free slots of each psychologist are shown."""


def ticket(query: LeadQuery) -> RebookingInfo:
    """The client's newest ticket. Raises ClientNotFound or TicketNotFound."""
    case = read(query.lead_number)
    row, own = case.ticket, case.own_session
    return RebookingInfo(
        ticket=TicketForRebooking(
            id=row.ticket_id,
            parent_ticket_id=row.parent_ticket_id,
            lead_number=case.known.lead_number,
            client_name=row.name,
            client_phone=row.phone,
            client_telegram=row.telegram,
            client_email=row.email,
            contact=row.contact,
            request_text=row.request_text,
            queries=case.wishes.specializations,
            psychologists=[_shown(one) for one in case.picked.items()],
            chosen=_shown(case.chosen) if case.chosen else None,
            rejected=[_shown(one) for one in case.rejected.items()],
            status=own.status if own else row.status,
            created_at=utc_text(row.created_at),
            updated_at=utc_text(max(row.updated_at, own.updated_at) if own else row.updated_at),
        )
    )


def _shown(person: tuple[str, str]) -> Psychologist:
    return Psychologist(psychologist_id=person[0], psychologist=person[1])


def schedule(query: RebookingQuery) -> RebookingSchedule:
    """Free slots from now on, soonest first: one query for each psychologist who comes into question."""
    case = read(query.lead_number)
    found = [slot for specialist_id in _in_question(case, query.mode) for slot in slots.free_of_specialist(specialist_id, limit=SHOWN)]
    found.sort(key=lambda slot: slot.start_at)
    return RebookingSchedule(mode=query.mode, slots=[slots.view(slot) for slot in found])


def _in_question(case: Case, mode: str) -> list[str]:
    """By time: the one chosen before. By psychologist: the others picked before. Nobody whom the client left."""
    chosen = [case.chosen[0]] if case.chosen else []
    wanted = chosen if mode == "time" else [person for person in case.picked if person not in chosen]
    return [person for person in wanted if person not in case.rejected]
