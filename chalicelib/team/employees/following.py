"""What the calendar says of a specialist is said of the employee: how he is called, and whether he works."""

from typing import Any

from chalicelib.booking.specialists import staffing
from chalicelib.booking.specialists.models import Specialist
from chalicelib.company import facts
from chalicelib.core import clock, storage
from chalicelib.team.employees import history, repository
from chalicelib.team.employees.errors import EmployeeRaced

BY = "system"


def heard(who: Specialist) -> None:
    """Have the card of a specialist say what his row does; one that nobody has a card of is nobody here."""
    (link,) = storage.read(repository.link_key("specialist", who.specialist_id))
    if link is not None:
        _follow(int(link.employee), who.specialist_id)


@storage.again(EmployeeRaced)
def _follow(number: int, specialist_id: str) -> None:
    """Both are read together, so that what the card itself said last is not undone by what its specialist was before.

    Who signs in as him is not the calendar's to end: it may be another system that rests him.
    """
    card, who = storage.read(repository.key(number), Specialist.at(specialist_id))
    if card is None or who is None or card.specialist_id != specialist_id:
        return
    said: dict[str, Any] = {"full_name": who.name} if who.name != card.full_name else {}
    at = clock.now()
    if card.is_bookable and who.active == card.is_archived:
        said |= {"status": "active", "archived_at": None} if who.active else {"status": "archived", "archived_at": at}
    if not said:
        return
    tx = storage.Transaction()
    told: dict[str, Any] = {name: said[name] for name in ("full_name", "status") if name in said}
    repository.change(tx, card, said, by=BY, at=at)
    facts.changed(tx, "employee", number, told)
    history.changed_in(tx, card, int(card.version) + 1, {name: getattr(card, name) for name in told}, told, by=BY, at=at)
    tx.commit()


staffing.heard.append(heard)
