"""Specialists who are employees: a card above makes, renames and rests them in its own decision, and hears of what others say of them."""

from collections.abc import Callable

from chalicelib.booking.specialists import facts, repository, service
from chalicelib.booking.specialists.models import Specialist
from chalicelib.booking.specialists.schemas import NewSpecialist
from chalicelib.core import clock, storage

heard: list[Callable[[Specialist], None]] = []
"""Who wants to know that somebody is called otherwise, or works no more: asked by the effect that tells his slots. Twice is once."""


def make_in(tx: storage.Transaction, said: NewSpecialist) -> Specialist:
    """A new specialist, added to the decision that makes him."""
    row = service.written(repository.new_id(), said.contour, said)
    service.save_in(tx, row, None)
    facts.written(tx, row, None)
    return row


def change_in(tx: storage.Transaction, old: Specialist, *, name: str | None = None, active: bool | None = None) -> None:
    """Add to a decision how he is called, and whether he works; nothing where that stands.

    The commit raises ConditionFailed where somebody else wrote him meanwhile.
    """
    name, active = name or old.name, old.active if active is None else active
    if (name, active) == (old.name, old.active):
        return
    said = {"name": name, "name_key": service.name_key(name, old.contour), "active": active, "updated_at": clock.wall()}
    row = Specialist(**{**old.attribute_values, **said})
    service.save_in(tx, row, old)
    facts.written(tx, row, old)
