"""The outbox's Lambdas: they know every handler, so they live at the top."""

from typing import Any

from chalicelib.access import jobs as access_effects
from chalicelib.aftercare.followups import jobs as follow_up_effects
from chalicelib.booking.conference import jobs as conference_effects
from chalicelib.booking.sessions import jobs as session_effects
from chalicelib.booking.slots import jobs as slot_effects
from chalicelib.consultations.followers import jobs as consultation_effects
from chalicelib.core.tasks import Tasks
from chalicelib.gocrm.cabinet import jobs as cabinet_effects
from chalicelib.gocrm.leads import jobs as lead_effects
from chalicelib.intake.merging import jobs as merge_effects
from chalicelib.intake.research import jobs as research_effects
from chalicelib.intake.rows import jobs as row_effects
from chalicelib.intake.tickets import jobs as ticket_effects
from chalicelib.messaging import delivery as message_effects
from chalicelib.ops import service
from chalicelib.routes import apis

EFFECTS = (
    message_effects,
    session_effects,
    slot_effects,
    ticket_effects,
    conference_effects,
    follow_up_effects,
    research_effects,
    access_effects,
    consultation_effects,
    lead_effects,
    cabinet_effects,
    merge_effects,
    row_effects,
)
"""The modules whose import registers what the outbox delivers."""

DOORS = apis()
"""What the sweep takes up from the inbox is decided by its own operation."""

tasks = Tasks("ops")


@tasks.every("rate(1 minute)")
def sweep() -> dict[str, int]:
    """Deliver, retry, expire, take up and report whatever waits."""
    return service.sweep()


@tasks.stream
def deliver(images: list[dict[str, Any]]) -> int:
    """Deliver what was just written."""
    return service.deliver(images)
