"""The doors of form trackers."""

from chalicelib.core import security
from chalicelib.core.http import Api
from chalicelib.core.sender import Sender
from chalicelib.intake.tracking import service
from chalicelib.intake.tracking.schemas import Funnel, FunnelQuery, TrackAnalytics, Tracked, TrackStart, TrackStep

api = Api("intake.tracking")


@api.post("/init-form-tracking", webhook=True)
def init_form_tracking(body: TrackStart, sender: Sender) -> Tracked:
    """Start the tracker of a form."""
    return service.begin(body, sender=sender)


@api.put("/update-tracking-step", webhook=True)
def update_tracking_step(body: TrackStep, sender: Sender) -> Tracked:
    """Note a step of a form; steps may come in any order and repeat."""
    return service.step(body, sender=sender)


@api.put("/update-analytics-before-slots", webhook=True)
def update_analytics_before_slots(body: TrackAnalytics, sender: Sender) -> Tracked:
    """Keep what the form said before the slots were shown."""
    return service.analytics(body, sender=sender)


@api.get("/form-funnel", auth=security.SERVICE)
def form_funnel(query: FunnelQuery) -> Funnel:
    """How many forms reached each step, and where people left."""
    return service.funnel(query)
