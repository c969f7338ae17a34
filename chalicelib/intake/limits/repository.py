"""Reads and writes of footprints: each under the condition that it is still what was read."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.core import storage
from chalicelib.intake.limits.errors import FootprintRaced
from chalicelib.intake.limits.models import Footprint
from chalicelib.intake.limits.rules import Asked

KEPT = timedelta(days=1)


def write(
    tx: storage.Transaction,
    who: str,
    row: Footprint | None,
    *,
    at: datetime,
    asked: Sequence[Asked] | None = None,
    stretch: int | None = None,
    most: int = 0,
) -> None:
    """Leave what was asked, and one more form of a stretch that has less than `most`; the commit raises FootprintRaced otherwise.

    Forms are added up without regard to who else adds: a busy office has many at once. What is held is written over what was read.
    """
    packed = None if asked is None else [one.packed() for one in asked]
    actions: list[Action] = [Footprint.expires_at.set(at + KEPT)]
    condition = Footprint.who.does_not_exist() if row is None else Footprint.who.exists()
    if packed is not None:
        actions.append(Footprint.asked.set(packed))
        condition &= _unchanged(row)
    if stretch is not None:
        counted, guard = _counted(row, stretch, most)
        actions, condition = [*actions, *counted], condition & guard
    tx.put_or_update(Footprint.row(who), actions, condition=condition, otherwise=FootprintRaced())


def _unchanged(row: Footprint | None) -> Condition:
    return Footprint.asked.does_not_exist() if row is None or row.asked is None else Footprint.asked == row.asked


def _counted(row: Footprint | None, stretch: int, most: int) -> tuple[list[Action], Condition]:
    if row is not None and row.stretch == stretch:
        return [Footprint.forms.add(1)], (Footprint.stretch == stretch) & (Footprint.forms < most)
    same = Footprint.stretch.does_not_exist() if row is None or row.stretch is None else Footprint.stretch == row.stretch
    return [Footprint.stretch.set(stretch), Footprint.forms.set(1)], same
