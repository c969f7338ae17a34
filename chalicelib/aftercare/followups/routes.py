"""The doors of follow-ups."""

from chalicelib.aftercare.followups import service
from chalicelib.aftercare.followups.schemas import FollowUpPlanned, FollowUpRequest
from chalicelib.aftercare.followups.service import Plan
from chalicelib.booking.specialists.errors import NameAmbiguous, SpecialistNotFound
from chalicelib.clients.errors import ClientNotFound
from chalicelib.core import security
from chalicelib.core.http import Api

api = Api("aftercare.followups")
ERRORS = [ClientNotFound, SpecialistNotFound, NameAmbiguous]


@api.post("/schedule_client_action_after_5_days", auth=security.SERVICE, webhook=True, errors=ERRORS)
def schedule_client_action_after_5_days(body: FollowUpRequest) -> FollowUpPlanned:
    """Send the client the schedule five days from now."""
    return service.plan(body, Plan.DAYS)


@api.post("/schedule_client_action_after_3_weeks", auth=security.SERVICE, webhook=True, errors=ERRORS)
def schedule_client_action_after_3_weeks(body: FollowUpRequest) -> FollowUpPlanned:
    """Send the client the schedule three weeks from now."""
    return service.plan(body, Plan.WEEKS)
