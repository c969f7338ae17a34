"""What a new booking is chosen from: the client's newest ticket, and the free time of who comes into question."""

from typing import Any

from chalicelib.access import pages
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Slot
from chalicelib.core import clock
from chalicelib.core.schemas import utc_text
from chalicelib.core.security import Caller
from chalicelib.intake.grid import days
from chalicelib.intake.reassignment.case import Case, read
from chalicelib.intake.reassignment.schemas import (
    FormBefore,
    LeadQuery,
    Psychologist,
    RebookingGrid,
    RebookingInfo,
    RebookingQuery,
    RebookingSchedule,
    TicketForRebooking,
)
from chalicelib.intake.tickets import rules
from chalicelib.integrations.tilda import forms

SHOWN = 100
"""How many free slots of each psychologist are shown."""


def ticket(query: LeadQuery, caller: Caller) -> RebookingInfo:
    """The client's newest ticket, and what he said. Raises ClientNotFound or TicketNotFound."""
    case = _case(query, caller)
    row, own = case.ticket, case.own_session
    return RebookingInfo(
        form=_said(case),
        ticket=TicketForRebooking(
            id=row.ticket_id,
            parent_ticket_id=row.parent_ticket_id,
            **(_whole(case) if caller.kind == "service" else _masked(case)),
            request_text=row.request_text,
            queries=case.wishes.specializations,
            psychologists=[_shown(one) for one in case.picked.items()],
            chosen=_shown(case.chosen) if case.chosen else None,
            rejected=[_shown(one) for one in case.rejected.items()],
            status=own.status if own else row.status,
            created_at=utc_text(row.created_at),
            updated_at=utc_text(max(row.updated_at, own.updated_at) if own else row.updated_at),
        ),
    )


def _case(query: LeadQuery, caller: Caller) -> Case:
    return read(pages.whom(pages.REBOOKING, caller, query.lead_number), proven=caller.kind != "service")


def _whole(case: Case) -> dict[str, Any]:
    row = case.ticket
    known = {"client_phone": row.phone, "client_telegram": row.telegram, "client_email": row.email, "contact": row.contact}
    return {"lead_number": case.known.lead_number, "client_name": row.name, **known}


def _masked(case: Case) -> dict[str, Any]:
    row = case.ticket
    known = {"client_phone": rules.masked_phone(row.phone), "client_email": rules.masked_email(row.email)}
    named = {"client_name": rules.initial(row.name), "client_telegram": rules.masked(row.telegram)}
    return {"lead_number": None, "contact": None, **known, **named}


def _said(case: Case) -> FormBefore:
    """What the page begins with. A question that was asked under another name stands in the ticket."""
    form = case.form
    asked = form.get("question_to_psychologist")
    listed = {name: forms.split(form.get(name)) for name in ("traumaticEvents", "clientStates", "diagnoses")}
    return FormBefore(question_to_psychologist=asked if isinstance(asked, str) and asked else case.ticket.request_text or "", **listed)


def _shown(person: tuple[str, str]) -> Psychologist:
    return Psychologist(psychologist_id=person[0], psychologist=person[1])


def schedule(query: RebookingQuery, caller: Caller) -> RebookingSchedule:
    """Free slots from now on, soonest first: one query for each psychologist who comes into question."""
    return RebookingSchedule(mode=query.mode, slots=[slots.view(slot) for slot in _free(_case(query, caller), query.mode)])


def grid(query: RebookingQuery, caller: Caller) -> RebookingGrid:
    """The same by days and hours, with whom the client was."""
    case, zone = _case(query, caller), slots.zone()
    shown = days.ahead(_free(case, query.mode), clock.now().astimezone(zone).date(), zone)
    return RebookingGrid(mode=query.mode, psychologist=case.chosen[1] if case.chosen else None, schedule=shown)


def _free(case: Case, mode: str) -> list[Slot]:
    found = [slot for specialist_id in _in_question(case, mode) for slot in slots.free_of_specialist(specialist_id, limit=SHOWN)]
    return sorted(found, key=lambda slot: slot.start_at)


def _in_question(case: Case, mode: str) -> list[str]:
    """By time: the one chosen before. By psychologist: the others picked before. Nobody whom the client left."""
    chosen = [case.chosen[0]] if case.chosen else []
    wanted = chosen if mode == "time" else [person for person in case.picked if person not in chosen]
    return [person for person in wanted if person not in case.rejected]
