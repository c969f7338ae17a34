"""The old database's door."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.booking.specialists.errors import SpecialistNotFound
from chalicelib.core import ids
from chalicelib.core.http import Api, Source
from chalicelib.core.inbox import Receipt
from chalicelib.core.sender import Sender
from chalicelib.intake.rows import dispatch
from chalicelib.intake.rows.schemas import ChangeAnswer
from chalicelib.integrations.supabase.policy import SUPABASE
from chalicelib.integrations.supabase.schemas import Change

api = Api("intake.rows")


def _arrival(fields: Mapping[str, Any], raw: bytes, sender: Sender) -> tuple[str, timedelta | None]:
    """A change has no id, and the same change may truly happen again: each arrival is kept, the slot's state judges it."""
    return ids.new(), None


@api.post("/notify-update", auth=SUPABASE, webhook=True, source=Source("supabase", key=_arrival), errors=[SpecialistNotFound])
def notify_update(body: Change, receipt: Receipt) -> ChangeAnswer:
    """A row of the old database changed: slots are booked and cancelled by it, specialists kept in step."""
    return dispatch.apply(body, receipt)
