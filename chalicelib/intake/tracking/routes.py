"""The doors of form trackers."""

from chalicelib.core import security
from chalicelib.core.http import Api
from chalicelib.intake.tracking import service
from chalicelib.intake.tracking.schemas import Funnel, FunnelQuery, TrackAnalytics, Tracked, TrackStart, TrackStep

api = Api("intake.tracking")


@api.post("/init-form-tracking", webhook=True)
def init_form_tracking(body: TrackStart) -> Tracked:
    """Start the tracker of a form."""
    return service.begin(body)


@api.put("/update-tracking-step", webhook=True)
def update_tracking_step(body: TrackStep) -> Tracked:
    """Note a step of a form; steps may come in any order and repeat."""
    return service.step(body)


@api.put("/update-analytics-before-slots", webhook=True)
def update_analytics_before_slots(body: TrackAnalytics) -> Tracked:
    """Keep what the form said before the slots were shown."""
    return service.analytics(body)


@api.get("/form-funnel", auth=security.SERVICE)
def form_funnel(query: FunnelQuery) -> Funnel:
    """How many forms reached each step, and where people left."""
    return service.funnel(query)
