"""Reads and writes of specialists."""

from collections.abc import Mapping
from typing import Any

from chalicelib.booking.specialists import rules
from chalicelib.booking.specialists.errors import SecretRaced, SpecialistExists
from chalicelib.booking.specialists.models import RosterPage, Specialist, SpecialistName, SpecialistSecret
from chalicelib.core import clock, storage
from chalicelib.core.turns import Part


def new_id() -> str:
    """An id that nobody has: one atomic addition."""
    return rules.own_id(storage.next_number("specialists"))


def all_of(contour: str) -> list[Specialist]:
    """Every specialist of a contour, by name: one query."""
    return storage.query(Specialist.by_contour, contour).rows


def some_of(contour: str, most: int) -> tuple[list[Specialist], bool]:
    """The first specialists of a contour, by name, and whether there are more."""
    rows = storage.query(Specialist.by_contour, contour, limit=most + 1).rows
    return rows[:most], len(rows) > most


def pages(contour: str) -> list[RosterPage]:
    """The pages of a large contour: one query."""
    return storage.query(RosterPage, contour).rows


def keep_page(contour: str, page: str, packed: bytes, *, standing: bytes | None) -> None:
    """Write a page whole: whoever reads has either the old or the new one. Raises ConditionFailed where another stands than was read."""
    tx, same = storage.Transaction(), RosterPage.packed == standing if standing else RosterPage.packed.does_not_exist()
    tx.put(RosterPage(contour, page, packed=packed), condition=same)
    tx.commit()


def listed(contour: str) -> Part:
    """The same, for a tick that may have to go on later."""
    return Part(Specialist.by_contour, contour, whole=True)


def save(tx: storage.Transaction, new: Specialist, old: Specialist | None) -> None:
    """Write a specialist and the rows that find him by name and account; `old` is what stood there when it was read."""
    if old is None:
        tx.create(new, otherwise=SpecialistExists({"id": new.specialist_id}))
    else:
        tx.put(new, condition=Specialist.updated_at == old.updated_at)
    if old is None or old.name_key != new.name_key:
        tx.put_or_update(SpecialistName.row(new.name_key), [SpecialistName.specialist_ids.add({new.specialist_id})])
        if old is not None:
            forget_name(tx, old)
    if old is None or old.telegram_id != new.telegram_id:
        _know_account(tx, new)
        if old is not None:
            _forget_account(tx, old)


def change(tx: storage.Transaction, old: Specialist, values: Mapping[str, Any]) -> None:
    """Set attributes by their names, but for those that have no value; the commit raises ConditionFailed where he was written since."""
    actions = [Specialist.get_attributes()[name].set(value) for name, value in values.items() if value is not None]
    tx.update(old, actions, condition=Specialist.updated_at == old.updated_at)


def account_key(telegram_id: str, contour: str) -> str:
    """The name that a Telegram account is; no name of a person holds a #."""
    return f"tg#{contour}#{telegram_id}"


def _know_account(tx: storage.Transaction, new: Specialist) -> None:
    if new.telegram_id:
        row = SpecialistName.row(account_key(new.telegram_id, new.contour))
        tx.put_or_update(row, [SpecialistName.specialist_ids.add({new.specialist_id})])


def know_account(tx: storage.Transaction, row: Specialist) -> None:
    """Write down whose an account is that was saved before this was; the commit raises ConditionFailed where it is his no more."""
    tx.update(row, [Specialist.telegram_id.set(row.telegram_id)], condition=Specialist.telegram_id == row.telegram_id)
    _know_account(tx, row)


def _forget_account(tx: storage.Transaction, old: Specialist) -> None:
    if old.telegram_id:
        row = SpecialistName.row(account_key(old.telegram_id, old.contour))
        tx.put_or_update(row, [SpecialistName.specialist_ids.delete({old.specialist_id})])


def forget_name(tx: storage.Transaction, old: Specialist) -> None:
    """Stop finding a specialist by a name."""
    tx.put_or_update(SpecialistName.row(old.name_key), [SpecialistName.specialist_ids.delete({old.specialist_id})])


def remove(tx: storage.Transaction, old: Specialist) -> None:
    """Remove a specialist, his name and his account."""
    tx.delete(old)
    forget_name(tx, old)
    _forget_account(tx, old)


def set_provided(specialist_id: str, number: int, through: str) -> bool:
    """Write a count made on the day `through`, unless a later day's stands; False when nothing changed."""
    fresh = Specialist.provided_through.does_not_exist() | (Specialist.provided_through <= through)
    other = Specialist.provided_through.does_not_exist() | (Specialist.provided_through != through)
    news = other | (Specialist.number_of_clients_provided != number)
    actions = [
        Specialist.number_of_clients_provided.set(number),
        Specialist.provided_through.set(through),
        Specialist.updated_at.set(clock.wall()),  # an edit that was read before this count must look again
    ]
    return storage.change(Specialist.row(specialist_id), actions, condition=fresh & news)


def set_assigned_days(specialist_id: str, days: list[str]) -> None:
    """Keep the days of the specialist's coming sessions beside him, for ranking."""
    storage.change(Specialist.row(specialist_id), [Specialist.assigned_days.set(days)])


def keep_secret(
    tx: storage.Transaction,
    specialist_id: str,
    secret: str,
    found_by: str,
    old: SpecialistSecret | None,
    old_found_by: str | None,
    *,
    renewed: bool,
) -> None:
    """Write a specialist's secret and the row that finds him by it; the commit raises SecretRaced where another stands than was read."""
    same = SpecialistSecret.specialist_id.does_not_exist() if old is None else SpecialistSecret.secret == old.secret
    new = SpecialistSecret(specialist_id=specialist_id, secret=secret, renewed=renewed)
    tx.put(new, condition=same, otherwise=SecretRaced())
    tx.put_or_update(SpecialistName.row(found_by), [SpecialistName.specialist_ids.add({specialist_id})])
    if old_found_by is not None:
        tx.put_or_update(SpecialistName.row(old_found_by), [SpecialistName.specialist_ids.delete({specialist_id})])


def drop_secret(tx: storage.Transaction, old: SpecialistSecret, found_by: str) -> None:
    """Remove a secret and the way to whom it named; the commit raises SecretRaced where it was renewed meanwhile."""
    tx.delete(old, condition=SpecialistSecret.secret == old.secret, otherwise=SecretRaced())
    tx.put_or_update(SpecialistName.row(found_by), [SpecialistName.specialist_ids.delete({old.specialist_id})])
