"""What the log says of specialists: what the office does. What another system says of one is its own."""

from typing import Any

from chalicelib.booking.specialists.models import Specialist
from chalicelib.core import facts, storage
from chalicelib.core.facts import NOBODY, Fact, detailed

OURS = {"name_key", "updated_at", "assigned_days", "provided_through", "source_at", "source_mark"}
"""What nobody says of a specialist."""


class SpecialistSecretRenewed(Fact):
    """A specialist's own page has another link from now on; `ref` is the specialist."""


class SpecialistMade(Fact):
    """The office wrote a specialist down; `ref` is his id."""


@detailed
class SpecialistChanged(Fact):
    """The office changed a specialist; `ref` is his id, `changed` are the fields' names."""

    changed: str


class SpecialistRemoved(Fact):
    """The office removed a specialist; `ref` was his id."""


def renewed(tx: storage.Transaction, specialist_id: str) -> None:
    """Add to a transaction that a specialist's secret is another."""
    facts.record(tx, SpecialistSecretRenewed(subject=NOBODY, contour="live", ref=specialist_id))


def written(tx: storage.Transaction, row: Specialist, old: Specialist | None) -> None:
    """Add to a transaction that a specialist is made, or which fields of him change; nothing where none does."""
    what: dict[str, Any] = {"subject": NOBODY, "contour": row.contour, "ref": row.specialist_id}
    if old is None:
        facts.record(tx, SpecialistMade(**what))
    elif said := ", ".join(sorted(_differs(row, old))):
        facts.record(tx, SpecialistChanged(**what, changed=said))


def _differs(row: Specialist, old: Specialist) -> set[str]:
    said = (row.attribute_values.keys() | old.attribute_values.keys()) - OURS
    return {name for name in said if (getattr(row, name) or None) != (getattr(old, name) or None)}


def removed(tx: storage.Transaction, row: Specialist) -> None:
    """Add to a transaction that a specialist is removed."""
    facts.record(tx, SpecialistRemoved(subject=NOBODY, contour=row.contour, ref=row.specialist_id))
