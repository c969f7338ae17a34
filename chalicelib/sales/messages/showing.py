"""Messages as callers read them."""

from collections.abc import Sequence
from typing import Any

from chalicelib.core import storage
from chalicelib.core.schemas import utc_text
from chalicelib.sales.leads import showing as cards
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


def last_keys(lead: str) -> list[storage.Key]:
    """Where a lead's newest messages stand: a call of the index."""
    return repository.newest_of(lead, LAST)


def last_shown(rows: Sequence[SalesMessage | None]) -> list[dict[str, Any]]:
    """The same as his card shows them, by the rows that were read there; what was deleted since is left out."""
    return [shown(row).model_dump(mode="json") for row in rows if row is not None and not row.removed_at]


cards.last_messages.append(cards.Beside(last_keys, last_shown))
