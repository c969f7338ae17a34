"""The doors of form trackers."""

from chalicelib.core import security
from chalicelib.core.http import Api
from chalicelib.core.schemas import Contour
from chalicelib.core.sender import Sender
from chalicelib.intake.tracking import service
from chalicelib.intake.tracking.schemas import (
    Funnel,
    FunnelQuery,
    TrackAnalytics,
    TrackAnswer,
    Tracked,
    TrackStage,
    TrackStart,
    TrackStep,
)

api = Api("intake.tracking", door="form_tracking")


@api.post("/init-form-tracking", auth=security.PUBLIC, webhook=True, test_contour=True)
def init_form_tracking(body: TrackStart, sender: Sender, contour: Contour) -> Tracked:
    """Start the tracker of a form."""
    return service.begin(body, sender=sender, contour=contour)


@api.put("/update-tracking-step", auth=security.PUBLIC, webhook=True, test_contour=True)
def update_tracking_step(body: TrackStep, sender: Sender, contour: Contour) -> Tracked:
    """Note a step of a form; steps may come in any order and repeat."""
    return service.step(body, sender=sender, contour=contour)


@api.put("/update-analytics-before-slots", auth=security.PUBLIC, webhook=True)
def update_analytics_before_slots(body: TrackAnalytics, sender: Sender) -> Tracked:
    """Keep what the form said before the slots were shown."""
    return service.analytics(body, sender=sender)


@api.put("/update-tracker", auth=security.PUBLIC, webhook=True)
def update_tracker(body: TrackAnalytics, sender: Sender) -> Tracked:
    """The same under the name that the public site calls."""
    return service.analytics(body, sender=sender)


@api.put("/step-analytics", auth=security.PUBLIC, webhook=True)
def step_analytics(body: TrackAnswer, sender: Sender) -> Tracked:
    """Keep one answer of a form that is asked step by step."""
    return service.answer(body, sender=sender)


@api.put("/web/track", auth=security.PUBLIC, site=True)
def web_track(body: TrackStage, sender: Sender) -> Tracked:
    """Keep how far a form of the older site is, and what it holds."""
    return service.stage(body, sender=sender)


@api.get("/form-funnel", auth=security.SERVICE)
def form_funnel(query: FunnelQuery) -> Funnel:
    """How many forms reached each step, and where people left."""
    return service.funnel(query)
