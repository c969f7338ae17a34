"""Several of one name: whoever names them by it cannot be understood, so whoever writes them and the admin are warned."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from chalicelib.booking.specialists.models import Specialist, SpecialistName
from chalicelib.core import ids, storage
from chalicelib.core.outbox import EPOCH
from chalicelib.messaging import service as messaging
from chalicelib.messaging.service import MessageRow

MOST = 20
"""How many of one name are told of; a database of testers may hold hundreds."""


def others(row: SpecialistName | None, specialist_id: str) -> list[str]:
    """Who else bears a name, by id; `row` is what stands of the name."""
    return sorted(set((row.specialist_ids if row else None) or ()) - {specialist_id})[:MOST]


def warnings(row: SpecialistName | None, specialist_id: str) -> list[str]:
    """What whoever writes a specialist should know of his name."""
    return [f"name: borne by {other} too; rows and forms that name them by it fit neither" for other in others(row, specialist_id)]


def tell(specialist_id: str) -> int:
    """Have the admin read of each pair of one name that he has not read of; how many he reads of now."""
    (person,) = storage.read(Specialist.at(specialist_id))
    if person is None or person.contour != "live":
        return 0
    (row,) = storage.read(SpecialistName.at(person.name_key))
    pairs = {_message_id(person, other): other for other in others(row, specialist_id)}
    said = storage.read(*(MessageRow.at(message_id) for message_id in pairs))
    new = [message_id for message_id, standing in zip(pairs, said, strict=True) if standing is None]
    return sum(_tell(person, pairs[message_id], message_id) for message_id in new)


def _message_id(person: Specialist, other: str) -> str:
    """One for a pair under a name, whichever of the two is written."""
    return ids.derived("homonyms", person.name_key, *_pair(person, other), at=EPOCH)


def _pair(person: Specialist, other: str) -> Iterable[str]:
    return sorted((person.specialist_id, other))


def _tell(person: Specialist, other: str, message_id: str) -> bool:
    first, second = _pair(person, other)
    values: dict[str, Any] = {"specialist_name": person.name, "first": first, "second": second}
    tx = storage.Transaction()
    messaging.tell_admin(tx, "admin_homonyms", messaging.About("homonyms", "live"), values, message_id=message_id)
    with suppress(storage.ConditionFailed):  # the other's own effect was faster
        tx.commit()
        return True
    return False
