"""What the log says of those who work here: who was let in, as what, and what of him was changed. Never what it was changed to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from chalicelib.core import facts, storage
from chalicelib.core.facts import Fact
from chalicelib.core.facts.actors import PERSON
from chalicelib.staff.models import StaffUser


@dataclass(frozen=True, kw_only=True)
class StaffUserMade(Fact):
    """Somebody may sign in from now on; `ref` is his id."""

    role: str


@dataclass(frozen=True, kw_only=True)
class StaffUserChanged(Fact):
    """A user was changed, by himself or by who runs the house; `changed` are the fields' names, `role` is what he is now."""

    role: str
    changed: str


class StaffUserRemoved(StaffUserMade):
    """A user was deleted; `role` is what he was."""


def made(tx: storage.Transaction, who: StaffUser) -> None:
    """Add to a transaction that a user is made."""
    facts.record(tx, StaffUserMade(**_about(who), role=who.role))


def changed(tx: storage.Transaction, after: StaffUser, fields: Iterable[str]) -> None:
    """Add to a transaction which fields of a user change."""
    facts.record(tx, StaffUserChanged(**_about(after), role=after.role, changed=", ".join(sorted(fields))))


def removed(tx: storage.Transaction, who: StaffUser) -> None:
    """Add to a transaction that a user is deleted."""
    facts.record(tx, StaffUserRemoved(**_about(who), role=who.role))


def _about(who: StaffUser) -> dict[str, Any]:
    return {"subject": f"{PERSON}{int(who.user_id)}", "contour": "live", "ref": str(int(who.user_id))}
