"""A call is told more of: by whoever spoke, or as the telephony goes on."""

from typing import Any

from chalicelib.core import storage
from chalicelib.core.errors import Invalid
from chalicelib.sales.calls import creating, finding, rules, service, showing, speaking
from chalicelib.sales.calls.errors import CallOver, CallRaced
from chalicelib.sales.calls.models import SalesCall
from chalicelib.sales.calls.recordings import service as recordings
from chalicelib.sales.calls.schemas import CallChange, CallShown
from chalicelib.sales.leads import showing as cards
from chalicelib.sales.leads.errors import LeadRaced
from chalicelib.staff.errors import ChangedMeanwhile
from chalicelib.staff.members import Member


@storage.again(CallRaced, LeadRaced)
def change(number: int, body: CallChange, member: Member) -> CallShown:
    """Say more of a call. Raises CallNotFound, LeadNotFound, CallOver, ChangedMeanwhile, Invalid,
    NoConsentToRecord, RecordingsUnavailable.
    """
    row, lead, person = service.seen(number, member)
    if body.version not in (None, int(row.version)):
        raise ChangedMeanwhile({"version": int(row.version)})
    if body.status and not rules.may_become(row.status, body.status):
        raise CallOver({"status": row.status})
    said = {**_own(row, body), **_whose(row, body, member)}
    said = {name: value for name, value in said.items() if value != getattr(row, name)}
    after, tx = _with(row, said), storage.Transaction()
    said |= recordings.awaited_in(tx, after, body.recording_upload) if body.recording_upload else {}
    if not said:
        return showing.shown(row)
    if "lead" in said:
        lead, person = _lead(after, member)
    said |= speaking.told_in(tx, after, lead, person, by=member.actor)
    service.write(row, said, tx)
    return showing.shown(row, recordings.offered(row) if body.recording_upload else None)


def _own(row: SalesCall, body: CallChange) -> dict[str, Any]:
    """What is said, read as a new call's is; a duration follows from its moments. Raises Invalid for moments that do not go together."""
    said = body.model_dump(include={*service.SAID} & body.model_fields_set)
    said |= {name: finding.number_of(said[name]) for name in ("from_number", "to_number") if name in said}
    said |= {"details": body.metadata} if "metadata" in body.model_fields_set else {}
    start, end = (said.get(name, getattr(row, name)) for name in ("start_time", "end_time"))
    if wrong := rules.misfit(start, end):
        raise Invalid.field("body", "end_time", msg=wrong)
    if said.get("agent_id"):
        creating.check_agent(said["agent_id"], storage.read(*cards.users(said["agent_id"])))
    known = said.get("duration_seconds", row.duration_seconds)
    return said | {"duration_seconds": rules.lasted(start, end, None if known is None else int(known))}


def _whose(row: Any, body: CallChange, member: Member) -> dict[str, Any]:
    """Whose it is from now on, where another is named; a call that was of somebody stays somebody's."""
    if "lead_id" not in body.model_fields_set or body.lead_id == showing.lead_id(row):
        return {}
    if body.lead_id is None or row.told_at is not None:
        raise Invalid.field("body", "lead_id", msg="expected the lead as it stands: the talk is in his timeline, or nobody was named")
    whose = finding.named(storage.read(*finding.keys(body.lead_id)), member)
    return whose.said if whose else {}


def _lead(after: SalesCall, member: Member) -> tuple[Any, Any]:
    return service.checked(after, member)[1:]


def _with(row: SalesCall, said: dict[str, Any]) -> SalesCall:
    """The call as it will be."""
    after = SalesCall(place=row.place)
    after.attribute_values.update({**row.attribute_values, **said})
    return after
