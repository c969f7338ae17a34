"""Tasks written down, changed and found: of leads whom the caller sees, and those that are his to do."""

from collections.abc import Sequence
from typing import Any

from chalicelib.clients.index.rules import place as place_of
from chalicelib.core import clock, once, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.once import AskedAtOnce
from chalicelib.sales.calls import finding
from chalicelib.sales.calls import repository as calls
from chalicelib.sales.calls import service as talks
from chalicelib.sales.calls.finding import Whose
from chalicelib.sales.calls.models import SalesCall
from chalicelib.sales.calls.tasks import repository, rules, showing
from chalicelib.sales.calls.tasks.errors import TaskNotFound, TaskRaced
from chalicelib.sales.calls.tasks.models import SalesTask
from chalicelib.sales.calls.tasks.repository import LIVE
from chalicelib.sales.calls.tasks.schemas import NewTask, TaskChange, TaskShown
from chalicelib.sales.leads import access, saying
from chalicelib.sales.leads import rules as deals
from chalicelib.sales.leads import service as leads
from chalicelib.sales.leads import showing as cards
from chalicelib.sales.leads.models import Lead
from chalicelib.staff.errors import ChangedMeanwhile
from chalicelib.staff.members import Member

PLACE = "/api/v1/calls/tasks"
SAID = ("task_type", "reason", "priority", "due_at", "assigned_to", "status", "notes")


@storage.again(AskedAtOnce)
def create(body: NewTask, member: Member, key: str | None) -> TaskShown:
    """A task; a repeat under the same Idempotency-Key gives the one that it made.

    Raises CallNotFound, LeadNotFound, Invalid, KeyReused.
    """
    request = once.request(member.actor, f"POST {PLACE}", key, body)
    call_keys = [calls.key(LIVE, body.call_id)] if body.call_id else []
    before, call, named, user = storage.read_lists(request.keys, call_keys, finding.keys(body.lead_id), cards.users(body.assigned_to))
    if made := request.made(before):
        return _at(showing.shown(seen(int(made), member)))
    if body.assigned_to:
        saying.check_owner(next(iter(user), None))
    row = _row(body, _whose(call, named, member), member)
    tx = storage.Transaction()
    repository.create(tx, row)
    request.done(tx, str(row.number))
    tx.commit()
    return _at(showing.shown(row))


def _whose(call: Sequence[SalesCall | None], named: list[Any], member: Member) -> Whose | None:
    """Whom it is about: the call's client, who is the lead that is named beside it. Raises CallNotFound, LeadNotFound, Invalid."""
    meant = finding.named(named, member)
    if not call:
        return meant
    row: Any
    row, lead, person = talks.checked(call[0], member)
    if meant is not None and meant.place != row.lead:
        raise Invalid.field("body", "lead_id", msg="expected the call's lead, or call_id alone")
    if row.lead is None:
        return None
    return Whose(str(row.client_id), str(row.lead), None, lead, person)


def _row(body: NewTask, whose: Whose | None, member: Member) -> SalesTask:
    row = SalesTask(place=place_of(LIVE, storage.next_number(repository.COUNTER)), created_at=clock.now(), created_by=member.user_id)
    said = body.model_dump(include={*SAID})
    if "assigned_to" not in body.model_fields_set:
        said["assigned_to"] = member.user_id or (whose.lead.assigned_to if whose and whose.lead else None)
    theirs = repository.whose(row, whose) if whose else {}
    for name, value in {**said, **theirs, "call_number": body.call_id}.items():
        setattr(row, name, value)
    return row


def seen(number: int, member: Member) -> SalesTask:
    """A task as he may see it: a read, and one more where that hangs on whose lead it is now. Raises TaskNotFound."""
    (row,) = storage.read(repository.key(LIVE, number))
    if row is None:
        raise TaskNotFound
    if access.is_narrowed(member) and row.lead:
        lead, _ = storage.read(*leads.keys(row.lead))
        if not rules.is_seen(_as_it_is(row, lead), member.user_id):
            raise TaskNotFound
    return row


def _as_it_is(row: SalesTask, lead: Lead | None) -> SalesTask:
    """The task with whose lead it is now: what it says itself may lag."""
    now = SalesTask(place=row.place)
    now.attribute_values.update(row.attribute_values)
    now.lead_stands, now.owner = (True, lead.assigned_to) if lead is not None and deals.stands(lead) else (None, None)
    return now


@storage.again(TaskRaced)
def change(number: int, body: TaskChange, member: Member) -> TaskShown:
    """Take a task up, do it, move it, drop it. Raises TaskNotFound, ChangedMeanwhile, Invalid."""
    row = seen(number, member)
    if body.version not in (None, int(row.version)):
        raise ChangedMeanwhile({"version": int(row.version)})
    said = body.model_dump(include={*SAID} & body.model_fields_set)
    said = {name: value for name, value in said.items() if value != getattr(row, name)}
    if said.get("status") == "suggested":
        raise Invalid.field("body", "status", msg="expected a status that somebody gives; the analysis alone suggests")
    if said.get("assigned_to"):
        saying.check_owner(next(iter(storage.read(*cards.users(said["assigned_to"]))), None))
    if said:
        now = clock.now()
        said |= {**rules.moved(row, said, now), "updated_at": now}
        tx = storage.Transaction()
        repository.change(tx, row, said)
        tx.commit()
        for name, value in said.items():
            setattr(row, name, value)
        row.version += 1
    return showing.shown(row)


def _at(shown: TaskShown) -> TaskShown:
    return shown.saying(Location=f"{PLACE}/{shown.id}")
