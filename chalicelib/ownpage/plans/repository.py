"""Reads and writes of plans."""

from datetime import datetime

from chalicelib.core import ids, storage
from chalicelib.core.errors import Busy
from chalicelib.core.turns import Part
from chalicelib.ownpage.plans.models import Plan


class PlanRaced(Busy):
    """Another request or tick wrote the plan meanwhile: look again."""


def id_for(specialist_id: str, slot_id: str) -> str:
    """The plan that repeats a slot, where the slot is in none."""
    return ids.fingerprint("plan", specialist_id, slot_id)


def write(tx: storage.Transaction, plan: Plan, seen: Plan | None) -> None:
    """Write a plan as it was decided from `seen`; the commit raises PlanRaced where another one stands."""
    same = Plan.plan_id.does_not_exist() if seen is None else Plan.version == seen.version
    plan.version = 1 if seen is None else int(seen.version) + 1
    tx.put(plan, condition=same, otherwise=PlanRaced())


def remove(tx: storage.Transaction, plan: Plan) -> None:
    """Forget a plan of a specialist who is gone."""
    tx.delete(plan, condition=Plan.version == plan.version, otherwise=PlanRaced())


def due(contour: str, now: datetime) -> Part:
    """Plans whose next hour has come within reach."""
    return Part(Plan.due, contour, Plan.due_at <= now)
