"""Employees whom clients come to: each is one specialist of the calendar, and what is said of one is said of the other."""

from collections.abc import Mapping
from typing import Any

from chalicelib.booking.specialists import staffing
from chalicelib.booking.specialists.errors import SpecialistNotFound
from chalicelib.booking.specialists.models import Specialist
from chalicelib.booking.specialists.schemas import NewSpecialist
from chalicelib.core import clock, facts, outbox, storage
from chalicelib.team.employees.models import Employee

PLANNED = "employee_planned"
"""The effect by which the calendar learns what was planned for somebody before he was this specialist."""

SHOWN_DAYS = 10
"""Days with sessions that one warning names."""


def key(specialist_id: str | None) -> storage.Key:
    """What to read for `settle_in`."""
    return Specialist.at(specialist_id or "")


def settle_in(tx: storage.Transaction, card: Employee, changed: Mapping[str, Any], who: Specialist | None) -> None:
    """Add to the decision what the calendar learns of him; `card` is as it will be, `who` the row that it names.

    Raises SpecialistNotFound for one who is named and is not there; the commit raises ConditionFailed where he was written meanwhile.
    """
    if changed.get("specialist_id") and (who is None or who.contour != "live"):
        raise SpecialistNotFound({"field": "specialist_id"})
    works = card.is_bookable and not card.is_archived
    if who is not None:
        linked = "specialist_id" in changed
        name = card.full_name if linked or "full_name" in changed else None
        staffing.change_in(tx, who, name=name, active=works if linked or {"is_bookable", "status"} & changed.keys() else None)
    elif works and {"is_bookable", "status"} & changed.keys():
        about = {"phone": card.phone or None, "email": card.email or None, "telegram_id": card.telegram_id}
        card.specialist_id = staffing.make_in(tx, NewSpecialist(name=card.full_name, **about)).specialist_id


def learn_in(tx: storage.Transaction, number: int) -> None:
    """Have the calendar learn his schedule: it was kept without a specialist, or of another one."""
    outbox.send(tx, PLANNED, {"employee": number}, lane=f"{PLANNED}#{number}")


def warnings(card: Employee, who: Specialist | None) -> list[str]:
    """What whoever archives him should know: his sessions ahead stay."""
    today = facts.day_of(clock.now())
    days = sorted(day for day in (who.assigned_days if who else None) or () if day >= today)
    return [f"sessions ahead stay, on {', '.join(days[:SHOWN_DAYS])}"] if card.is_archived and days else []
