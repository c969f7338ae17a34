"""Reads and writes of consultations."""

from collections.abc import Callable, Sequence
from typing import Any

from chalicelib.consultations.tickets.errors import NumberTaken
from chalicelib.consultations.tickets.models import Consultation, ConsultationName
from chalicelib.core import storage

SHOWN = ("client_id", "place", "consultation_id", "conversation_id", "number", "status", "comment", "created_at")


def add(tx: storage.Transaction, row: Consultation) -> None:
    """Write a new consultation and its name. The commit raises NumberTaken when another one took its place."""
    tx.create(row, otherwise=NumberTaken())
    tx.create(ConsultationName(name=row.consultation_id, client_id=row.client_id, place=row.place))


def by_name(name: str) -> storage.Key:
    """Where a consultation is found by one of its names: our id, `chatwoot_name`, `onec_name`."""
    return ConsultationName.at(name)


def chatwoot_name(conversation_id: int | str, desk: str | None = None) -> str:
    """A consultation's name by its conversation at a desk; without one, as callers know it: the first that had this number."""
    return f"chatwoot#{desk}#{conversation_id}" if desk else f"chatwoot#{conversation_id}"


def onec_name(ref_key: str) -> str:
    """A consultation's name by its document."""
    return f"onec#{ref_key.lower()}"


def named(*keys: storage.Key) -> Consultation | None:
    """The consultation that the first standing name leads to."""
    name = next((name for name in storage.read(*keys) if name), None)
    return at(name.client_id, name.place) if name else None


def named_with(beside: Callable[[str], storage.Key], *keys: storage.Key) -> tuple[Consultation | None, Any]:
    """The same, and what stands of its client at `beside`."""
    name = next((name for name in storage.read(*keys) if name), None)
    if name is None:
        return None, None
    row, other = storage.read(Consultation.at(name.client_id, name.place), beside(name.client_id))
    return row, other


def at(client_id: str, place: str) -> Consultation | None:
    """One consultation."""
    (row,) = storage.read(Consultation.at(client_id, place))
    return row


def also_named(tx: storage.Transaction, row: Consultation, name: str) -> None:
    """Give a consultation another name for ever; writing it again is the same."""
    mine = ConsultationName.name.does_not_exist() | ((ConsultationName.client_id == row.client_id) & (ConsultationName.place == row.place))
    tx.put(ConsultationName(name=name, client_id=row.client_id, place=row.place), condition=mine)


def names(*names: str) -> list[ConsultationName | None]:
    """Where these names lead."""
    return storage.read(*map(ConsultationName.at, names))


def hand_over(tx: storage.Transaction, row: Consultation, name: str, owner: ConsultationName | None, otherwise: Exception) -> None:
    """Give a consultation a name that was read to be `owner`'s, or nobody's; `otherwise` says that it is not any more."""
    same = (ConsultationName.client_id == owner.client_id) & (ConsultationName.place == owner.place) if owner else None
    condition = ConsultationName.name.does_not_exist() if same is None else same
    tx.put(ConsultationName(name=name, client_id=row.client_id, place=row.place), condition=condition, otherwise=otherwise)


def sharing(row: Consultation) -> list[Consultation]:
    """The client's other consultations in the same conversation."""
    here = (Consultation.conversation_id == row.conversation_id) & (Consultation.chatwoot_desk == row.chatwoot_desk)
    rows = storage.query(Consultation, row.client_id, where=here, consistent=True).rows
    return [one for one in rows if one.place != row.place]


def of_client(client_id: str, newest: str, limit: int) -> list[Consultation]:
    """A client's consultations from a place down."""
    below = Consultation.place <= newest
    return storage.query(Consultation, client_id, between=below, newest_first=True, limit=limit, consistent=True, only=SHOWN).rows


def behind(sync: str, *, limit: int, start: dict[str, Any] | None) -> tuple[list[Consultation], dict[str, Any] | None]:
    """Consultations whose followers wait or refused, oldest first."""
    page = storage.query(Consultation.by_sync, sync, limit=limit, start=start)
    rows = storage.read(*(Consultation.at(row.client_id, row.place) for row in page.rows))
    return [row for row in rows if row is not None], page.next_key


def handle(row: Consultation) -> Consultation:
    """A consultation's key, for changing it."""
    return Consultation.row(row.client_id, row.place)


def change(row: Consultation, actions: Sequence[Any], *, condition: Any = None) -> bool:
    """Change parts of a consultation now; False when it does not allow it."""
    return storage.change(handle(row), actions, condition=condition)
