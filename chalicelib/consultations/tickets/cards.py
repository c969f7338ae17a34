"""A consultation as callers read it."""

from datetime import datetime
from typing import Any

from chalicelib.consultations.tickets import rules
from chalicelib.consultations.tickets.models import Consultation
from chalicelib.consultations.tickets.schemas import TicketLine
from chalicelib.core import ids
from chalicelib.core.schemas import utc_text

LONGEST_PAGE = 2_000_000
"""Characters of questions in one answer: Lambda cannot give more than six megabytes."""


def fitting(rows: list[Consultation]) -> list[Consultation]:
    """As many as one answer holds."""
    room = LONGEST_PAGE
    for number, row in enumerate(rows):
        room -= len(row.comment)
        if room < 0:
            return rows[:number]
    return rows


def cons_id_of(row: Consultation) -> str:
    """Chatwoot's id once there is one, ours before."""
    return str(int(row.conversation_id)) if row.conversation_id else row.consultation_id


def line(row: Consultation) -> TicketLine:
    """It in a list."""
    shown: dict[str, Any] = {"number": row.number, "status": rules.public(row.status), "comment": row.comment}
    return TicketLine(cons_id=cons_id_of(row), created_at=utc_text(row.created_at), **shown)


def card(row: Consultation) -> dict[str, Any]:
    """What every answer says of it."""
    return {
        "cons_id": cons_id_of(row),
        "cl_ref_key": row.cl_ref_key,
        "client_id": ids.as_uuid(row.client_id),
        "number": row.number,
        "status": rules.public(row.status),
        "org_inn": row.org_inn,
        "create_date": utc_text(row.created_at),
        "start_date": _text(row.scheduled_at),
        "lang": row.lang,
        "comment": row.comment,
        "online_question_cat": row.online_question_cat,
        "online_question": row.online_question,
        "created_at": utc_text(row.created_at),
        "updated_at": utc_text(row.updated_at),
    }


def _text(moment: datetime | None) -> str | None:
    return utc_text(moment) if moment else None
