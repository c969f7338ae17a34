"""Every package's routes, by the name that a door's Lambda is given in ``FRONTDESK_DOORS``."""

import gc
from importlib import import_module
from typing import Any

PACKAGES = (
    "clients",
    "messaging",
    "staff",
    "access",
    "safety",
    "booking.specialists",
    "booking.slots",
    "booking.sessions",
    "booking.schedules",
    "booking.conference",
    "intake.applications",
    "intake.links",
    "intake.diagnostics",
    "intake.reassignment",
    "intake.rows",
    "intake.reconcile",
    "intake.research",
    "intake.tracking",
    "aftercare.followups",
    "aftercare.feedback",
    "ownpage.week",
    "ownpage.plans",
    "ownpage.proposals",
    "ownpage.events",
    "ownpage.helping",
    "dialogue",
    "consultations.accounts",
    "consultations.tickets",
    "consultations.followers",
    "gocrm.directories",
    "gocrm.leads",
    "gocrm.cabinet",
    "bot",
    "ops",
    "ops.timemachine",
)


def apis(doors: str = "") -> list[Any]:
    """The blueprints of the packages named in `doors` (comma-separated), or of all."""
    wanted = [name.strip() for name in doors.split(",") if name.strip()] or PACKAGES
    gc.disable()  # what is imported stays: to look it over for garbage again and again is a tenth of a cold start
    try:
        return [import_module(f"chalicelib.{name}.routes").api for name in wanted]
    finally:
        gc.freeze()
        gc.enable()
