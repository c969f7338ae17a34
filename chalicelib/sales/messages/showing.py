"""Messages as callers read them."""

from collections.abc import Sequence
from typing import Any

from chalicelib.core.schemas import utc_text
from chalicelib.sales.messages import repository
from chalicelib.sales.messages.models import SalesMessage
from chalicelib.sales.messages.schemas import MessageShown

LAST = 5
_MOMENTS = ("sent_at", "delivered_at", "created_at", "updated_at")
_OWN = ("id", "lead_id", "created_by", "version", *_MOMENTS)
_PLAIN = [name for name in MessageShown.model_fields if name not in _OWN]


def shown(row: SalesMessage) -> MessageShown:
    """A message."""
    told: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    told |= {name: utc_text(at) if (at := getattr(row, name)) else None for name in _MOMENTS}
    numbers = {"id": row.number, "lead_id": number_of(str(row.lead)), "created_by": int(row.created_by), "version": int(row.version)}
    return MessageShown(**told, **numbers)


def number_of(place: str) -> int:
    """The number of whoever stands there."""
    return int(place.rpartition("#")[2])


def last_of(lead: str) -> Sequence[MessageShown]:
    """The newest messages of a lead: a call of the index, a read."""
    return [shown(row) for row in repository.of_lead(lead) if not row.removed_at][:LAST]
