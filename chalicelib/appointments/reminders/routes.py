"""The doors of reminders: of who runs the house."""

from chalicelib.appointments.reminders import desk, service
from chalicelib.appointments.reminders.schemas import NewRules, Report, Rules
from chalicelib.core.http import Api
from chalicelib.staff.members import Member
from chalicelib.staff.policies import ADMIN

api = Api("appointments.reminders")
RULES = "/api/v1/admin/communications/reminders/rules"


@api.get(RULES, auth=ADMIN)
def reminder_rules_get() -> Rules:
    """When clients are reminded of what they booked, and how; those that are shipped where nobody set any."""
    return desk.shown()


@api.put(RULES, auth=ADMIN)
def reminder_rules_set(body: NewRules, caller: Member) -> Rules:
    """Replace all rules. What a new one would have said before it stood is not said any more."""
    return desk.replace(body, actor=caller.actor)


@api.post("/api/v1/admin/communications/reminders/run", auth=ADMIN)
def reminders_run() -> Report:
    """Do what the tick of every five minutes does, now; again it adds nothing."""
    return service.run()
