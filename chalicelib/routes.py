"""Every package's routes, by the name that a door's Lambda is given in ``FRONTDESK_DOORS``; a wing has a table of them all."""

import gc
import json
from importlib import import_module
from pathlib import Path
from typing import Any

from chalicelib.core.app import Shipped

TABLE = Path(__file__).with_name("routes.json")
"""What each package serves: written into the zip when it is built, for no package may be imported to know."""

PACKAGES = (
    "clients",
    "messaging",
    "messaging.unsubscribing",
    "messaging.bounces",
    "staff",
    "staff.audit",
    "people",
    "access",
    "safety",
    "company",
    "catalogue.products",
    "catalogue.stock",
    "booking.specialists",
    "booking.cards",
    "booking.slots",
    "booking.sessions",
    "booking.agenda",
    "booking.schedules",
    "booking.conference",
    "intake.grid",
    "intake.applications",
    "intake.links",
    "intake.helping",
    "intake.diagnostics",
    "intake.reassignment",
    "intake.rows",
    "intake.reconcile",
    "intake.research",
    "intake.surveys",
    "intake.tracking",
    "aftercare.followups",
    "aftercare.feedback",
    "ownpage.week",
    "ownpage.plans",
    "ownpage.proposals",
    "ownpage.events",
    "ownpage.helping",
    "dialogue",
    "dialogue.registry",
    "dialogue.groups",
    "dialogue.threads",
    "dialogue.appwords",
    "consultations.accounts",
    "consultations.tickets",
    "consultations.followers",
    "gocrm.directories",
    "gocrm.leads",
    "gocrm.cabinet",
    "loyalty.accounts",
    "loyalty.operations",
    "loyalty.certificates",
    "loyalty.referrals",
    "sales.leads",
    "sales.interactions",
    "sales.assistant",
    "sales.messages",
    "sales.forecasts",
    "sales.calls",
    "sales.reports",
    "sales.crm.connections",
    "sales.crm.hooks",
    "loyalty.merging",
    "team.employees",
    "team.hours",
    "team.pay",
    "engagement.news",
    "engagement.feedback",
    "appointments.booking",
    "appointments.reading",
    "appointments.times",
    "appointments.reminders",
    "dashboard",
    "bot",
    "ops",
    "ops.timemachine",
)


BESIDE = {"sales.leads": ("sales.messages.showing", "sales.calls.tasks.showing")}
"""What a package shows of rooms above it, which it does not know: those say so as they are imported."""


def apis(doors: str = "") -> list[Any]:
    """The blueprints of the packages named in `doors` (comma-separated), or of all."""
    wanted = [name.strip() for name in doors.split(",") if name.strip()] or PACKAGES
    gc.disable()  # as in app.py, for what a wing imports later
    try:
        for name in BESIDE.keys() & set(wanted):
            for beside in BESIDE[name]:
                import_module(f"chalicelib.{beside}")
        return [import_module(f"chalicelib.{name}.routes").api for name in wanted]
    finally:
        gc.freeze()
        gc.enable()


def shipped() -> Shipped:
    """What a wing starts with."""
    told = json.loads(TABLE.read_text(encoding="utf-8"))
    return Shipped(told["table"], told["roles"], lambda package: apis(package)[0])
