"""Planning: the hours of a plan are written ahead in one transaction with the plan, and a little further by the tick each day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.booking.slots import own
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.errors import SlotInUse, SlotNotFound, SlotPast
from chalicelib.booking.slots.service import DayChanged, Slot, SlotRef
from chalicelib.booking.specialists.service import Specialist
from chalicelib.core import clock, facts, storage, turns
from chalicelib.core.schemas import CONTOURS, utc_text
from chalicelib.messaging import service as messaging
from chalicelib.ownpage.plans import repository, rules
from chalicelib.ownpage.plans.models import Plan
from chalicelib.ownpage.plans.repository import PlanRaced
from chalicelib.ownpage.plans.rules import Period
from chalicelib.ownpage.plans.schemas import PlanInput, Planned, Repeated, RootQuery

TICK = "keep_plans"


@dataclass(frozen=True, slots=True)
class _Case:
    """A slot that is to be repeated, and the plan that repeats it where there is one."""

    her: Specialist
    slot: Slot
    plan_id: str
    plan: Plan | None


def _read(her: Specialist, said: str, *loc: str) -> _Case:
    slot = own.find(her, said, *loc)
    if slot.event_id:
        raise SlotNotFound
    plan_id = slot.plan_id or repository.id_for(her.specialist_id, slot.slot_id)
    (plan,) = storage.read(Plan.at(plan_id))
    return _Case(her, slot, plan_id, plan)


def root(her: Specialist, query: RootQuery) -> Repeated:
    """How often the hour of a slot is repeated. Raises SlotNotFound."""
    plan = _read(her, query.slot, "query", "slot").plan
    return Repeated(repeat_period=Period(plan.period) if plan else Period.NEVER)


@storage.again(DayChanged, PlanRaced, SlotInUse, times=8)
def plan(her: Specialist, body: PlanInput) -> Planned:
    """Repeat a slot's hour from it on, otherwise than before, or no more. The same again changes nothing.

    Hours in whose way something stands are told and not written; what is taken back is free slots of this plan alone, and neither
    the slot that is named nor the one that it began with. Raises SlotNotFound, or SlotPast.
    """
    case = _read(her, body.slot, "body", "slot")
    standing = Period(case.plan.period) if case.plan else Period.NEVER
    if body.repeat_period is standing:
        return Planned(repeat_period=standing, planned=[], skipped=[], removed=[])
    if body.repeat_period is not Period.NEVER and case.slot.start_at <= clock.now():
        raise SlotPast({"slot_time": slots.text(case.slot.start_at)})
    return _write(case, body.repeat_period)


def _write(case: _Case, period: Period) -> Planned:
    anchor, until = case.slot.start_at, clock.now() + rules.AHEAD
    wanted, following = rules.between(anchor, period, slots.zone(), max(anchor, clock.now()), until)
    hours = [own.hour(case.her, moment, int(case.slot.minutes)) for moment in wanted]
    free = _free_of(case)
    kept = {slot.slot_id for slot in free} & {what.slot_id for what in hours}
    opened = [what for what in hours if what.slot_id not in kept]
    gone = [slot for slot in free if slot.slot_id not in kept]
    tx, days = storage.Transaction(), own.days_of(case.her, *opened, *gone)
    skipped = own.change_in(tx, days, case.her, ref=case.plan_id, opened=opened, withdrawn=gone, plan_id=case.plan_id)
    missed = {what.slot_id for what in skipped}
    written = [what.start_at for what in hours if what.slot_id not in missed]
    own.mark_plan_in(tx, case.slot, case.plan_id)
    repository.write(tx, _planned(case, period, written, until, following), case.plan)
    tx.commit()
    return Planned(
        repeat_period=period,
        planned=[slots.view(what) for what in opened if what.slot_id not in missed],
        skipped=[slots.view(what) for what in skipped],
        removed=[slot.slot_id for slot in gone],
    )


def _free_of(case: _Case) -> list[Slot]:
    """Free slots ahead that the plan wrote; not the one that is named, nor that which it began with."""
    moments = [datetime.fromisoformat(said) for said in (case.plan.written if case.plan else ())]
    ahead = [own.hour(case.her, moment).slot_id for moment in moments if moment > clock.now()]
    spared = {case.slot.slot_id, case.plan.root_slot_id if case.plan else ""}
    rows = storage.read(*(Slot.at(slot_id) for slot_id in ahead if slot_id not in spared))
    return [row for row in rows if row is not None and row.plan_id == case.plan_id and row.state in ("free", "cut")]


def _planned(case: _Case, period: Period, written: Sequence[datetime], through: datetime, following: datetime | None) -> Plan:
    return Plan(
        plan_id=case.plan_id,
        contour=case.her.contour,
        specialist_id=case.her.specialist_id,
        period=period.value,
        root_slot_id=case.plan.root_slot_id if case.plan else case.slot.slot_id,
        anchor_at=case.slot.start_at,
        minutes=int(case.slot.minutes),
        written=[moment.isoformat() for moment in written],
        through=through,
        due_in=case.her.contour if following else None,
        due_at=following - rules.AHEAD if following else None,
    )


def keep() -> int:
    """Write the hours of plans that have come within reach; how many plans went on."""
    due = [repository.due(contour, clock.now()) for contour in CONTOURS]
    with facts.acting(facts.SPECIALIST):  # it is what she said that is done
        return turns.tried(turns.walk(TICK, due), _go_on)


@storage.again(DayChanged, PlanRaced)
def _go_on(found: Plan) -> bool:
    plan, her = storage.read(Plan.at(found.plan_id), Specialist.at(found.specialist_id))
    if plan is None or plan.due_at is None or plan.due_at > clock.now():  # the index lags: it was changed or went on a moment ago
        return False
    tx = storage.Transaction()
    if her is None:
        repository.remove(tx, plan)
    elif her.active:
        _further(tx, her, plan)
    tx.commit()
    return len(tx) > 0


def _further(tx: storage.Transaction, her: Specialist, plan: Plan) -> None:
    period, until = Period(plan.period), clock.now() + rules.AHEAD
    moments, following = rules.between(plan.anchor_at, period, slots.zone(), max(plan.through, clock.now()), until)
    hours = [own.hour(her, moment, int(plan.minutes)) for moment in moments]
    skipped = own.change_in(tx, own.days_of(her, *hours), her, ref=plan.plan_id, opened=hours, plan_id=plan.plan_id)
    missed = {what.slot_id for what in skipped}
    ahead = [said for said in plan.written if datetime.fromisoformat(said) > clock.now()]
    said = [*ahead, *(what.start_at.isoformat() for what in hours if what.slot_id not in missed)]
    values = {**plan.attribute_values, "written": said, "through": until, "due_at": following - rules.AHEAD if following else None}
    repository.write(tx, Plan(**values), plan)
    _tell(tx, her, skipped)


def _tell(tx: storage.Transaction, her: Specialist, skipped: Sequence[SlotRef]) -> None:
    for what in skipped:
        values = {"specialist_name": her.name, "start_at": utc_text(what.start_at)}
        messaging.say(tx, messaging.specialist(her.specialist_id), "specialist_hour_skipped", messaging.About("plan", her.contour), values)
