"""Specialists: kept by the back office and by Supabase's rows, found by id or name, ranked for a client."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from chalicelib.booking.specialists import facts, repository, roster, rules, secret
from chalicelib.booking.specialists.errors import NameAmbiguous, SpecialistNotFound
from chalicelib.booking.specialists.homonyms import tell as tell_of_homonyms
from chalicelib.booking.specialists.homonyms import warnings as homonyms
from chalicelib.booking.specialists.models import Specialist, SpecialistName, SpecialistSecret
from chalicelib.booking.specialists.roster import Facts
from chalicelib.booking.specialists.rules import Candidate, Match, Wishes, fold, gender_of, name_key
from chalicelib.core import clock, outbox, storage
from chalicelib.core.schemas import Answer
from chalicelib.core.settings import settings
from chalicelib.core.turns import Part

if TYPE_CHECKING:
    from chalicelib.booking.specialists.schemas import (
        NewSpecialist,
        SpecialistAnswer,
        SpecialistInput,
        SpecialistsAnswer,
        SpecialistShown,
        SpecialistsQuery,
        SpecialistView,
    )

__all__ = [
    "Candidate",
    "Match",
    "Specialist",
    "SpecialistName",
    "Wishes",
    "fold",
    "gender_of",
    "homonyms",
    "name_key",
    "tell_of_homonyms",
]

NAMED = "specialist_named"
"""The effect of a specialist's coming under a name: who named him before he was here is heard now."""


def create(new: "NewSpecialist") -> "SpecialistAnswer":
    """Add a specialist. Raises SpecialistExists for an id that is taken."""
    row = written(new.id or repository.new_id(), new.contour, new)
    return _saved(row, None)


@storage.again(storage.ConditionFailed)
def update(specialist_id: str, change: "SpecialistInput") -> "SpecialistAnswer":
    """Replace what is said of a specialist; what is counted, and his profile, stay unless they are said too."""
    old = get(specialist_id)
    counted = {name: int(getattr(old, name)) for name in ("debt", "number_of_clients_provided") if name not in change.model_fields_set}
    row = written(specialist_id, old.contour, change.model_copy(update=counted))
    row.assigned_days, row.source_at, row.source_mark = old.assigned_days, old.source_at, old.source_mark
    return _saved(row, old)


def _saved(row: Specialist, old: Specialist | None) -> "SpecialistAnswer":
    from chalicelib.booking.specialists.schemas import SpecialistAnswer  # only the doors that show specialists pay for it

    (named,) = storage.read(SpecialistName.at(row.name_key))
    tx = storage.Transaction()
    save_in(tx, row, old)
    facts.written(tx, row, old)
    tx.commit()
    return SpecialistAnswer(specialist=_view(row), warnings=homonyms(named, row.specialist_id))


def save_in(tx: storage.Transaction, row: Specialist, old: Specialist | None) -> None:
    """Write a row of a decision, with what follows from it; the commit raises ConditionFailed where somebody else wrote him meanwhile."""
    if old is not None and old.number_of_clients_provided == row.number_of_clients_provided:
        row.provided_through = old.provided_through
    if old is not None and row.profile is None:  # nothing was said of it
        row.profile = old.profile
    write_in(tx, row, old)
    if old is not None and (old.active, old.name) != (row.active, row.name):
        _relist(tx, row.specialist_id)


def write_in(tx: storage.Transaction, row: Specialist, old: Specialist | None) -> None:
    """Write a row; who named him before he was here is heard where he comes under a name."""
    repository.save(tx, row, old)
    if row.contour == "live" and (old is None or old.name_key != row.name_key):
        outbox.send(tx, NAMED, {"specialist_id": row.specialist_id}, lane=f"named#{row.specialist_id}")


def _relist(tx: storage.Transaction, specialist_id: str) -> None:
    """His slots learn his name and whether he works."""
    outbox.send(tx, "offer", {"specialist_id": specialist_id}, lane=f"offer#{specialist_id}")


def upsert(
    tx: storage.Transaction,
    specialist_id: str,
    contour: str,
    change: "SpecialistInput",
    old: Specialist | None,
    source_at: str | None,
    source_mark: dict[str, str],
) -> None:
    """Write a specialist as another system has him. An edit meanwhile fails the transaction: read and decide again."""
    row = written(specialist_id, contour, change)
    row.source_at, row.source_mark = source_at, source_mark
    row.assigned_days = old.assigned_days if old else None
    save_in(tx, row, old)


def deactivate(tx: storage.Transaction, old: Specialist, source_at: str | None, source_mark: dict[str, str]) -> None:
    """Stop offering a specialist whose row was deleted; his sessions stay."""
    said = [Specialist.source_mark.set(source_mark), Specialist.source_at.set(source_at) if source_at else None]
    tx.update(old, [Specialist.active.set(False), Specialist.updated_at.set(clock.wall()), *said])
    _relist(tx, old.specialist_id)


def delete(specialist_id: str) -> Answer:
    """Remove a specialist and his secret; the caller has checked that nothing ahead is his."""
    person, opens = storage.read(Specialist.at(specialist_id), SpecialistSecret.at(specialist_id))
    if person is None:
        raise SpecialistNotFound
    tx = storage.Transaction()
    repository.remove(tx, person)
    facts.removed(tx, person)
    secret.forget_in(tx, opens)
    tx.commit()
    return Answer()


def get(specialist_id: str) -> Specialist:
    """One specialist. Raises SpecialistNotFound."""
    (row,) = storage.read(Specialist.at(specialist_id))
    if row is None:
        raise SpecialistNotFound
    return row


def show(specialist_id: str) -> "SpecialistShown":
    """One specialist for the back office, with the secret of his own page."""
    from chalicelib.booking.specialists.schemas import SpecialistShown  # only the doors that show specialists pay for it

    return SpecialistShown(specialist=_view(get(specialist_id)), secret=secret.of(specialist_id))


def list_all(query: "SpecialistsQuery") -> "SpecialistsAnswer":
    """Every specialist of a contour, by name."""
    from chalicelib.booking.specialists.schemas import SpecialistsAnswer  # only the doors that show specialists pay for it

    rows = [row for row in repository.all_of(query.contour) if query.active is None or row.active == query.active]
    return SpecialistsAnswer(specialists=[_view(row) for row in rows])


def reference_keys(reference: str, contour: str) -> list[storage.Key]:
    """Rows that tell whom an id or a name means; see `resolve`."""
    return [Specialist.at(reference), SpecialistName.at(name_key(reference, contour) or reference)]


def account_key(telegram_id: str | None, contour: str) -> storage.Key:
    """The row that tells whose a Telegram account is."""
    return SpecialistName.at(repository.account_key(telegram_id, contour) if telegram_id else "")


def bearer(account: SpecialistName | None) -> Specialist | None:
    """The specialist whose account the row at `account_key` names; None for everybody else, without a read."""
    known = sorted(_ids(account))
    return storage.read(Specialist.at(known[0]))[0] if known else None


def has_account(telegram_id: str | None, contour: str) -> bool:
    """Whether a Telegram account is a specialist's."""
    return bearer(*storage.read(account_key(telegram_id, contour))) is not None


def resolve(rows: Sequence[Any]) -> str:
    """The id that `reference_keys`' rows mean. Raises SpecialistNotFound, or NameAmbiguous with the ids."""
    by_id, by_name = rows
    if by_id is not None:
        return str(by_id.specialist_id)
    found = sorted(_ids(by_name))
    if len(found) > 1:
        raise NameAmbiguous({"specialist_ids": found})
    if not found:
        raise SpecialistNotFound
    return str(found[0])


def candidates(contour: str) -> list[Candidate]:
    """Active specialists of a contour as ranking sees them: one query, or two where they are many."""
    return [candidate(one) for one in roster.working(contour)]


def candidate(one: Facts) -> Candidate:
    """One specialist as ranking sees him."""
    price, age, ages = _int(one.price_min), _int(one.age), roster.client_ages(one)
    return Candidate(one.specialist_id, one.name, one.gender, price, roster.topics_of(one), coefficient(one), age, ages)


def ranked(people: Sequence[Candidate], wishes: Wishes, free_slots: Mapping[str, int]) -> list[Match]:
    """See `rules.rank`; names that nobody bears are ignored."""
    bearers = {name_key(person.name, "live") for person in people}
    known = tuple(name for name in wishes.names if name_key(name, "live") in bearers)
    return rules.rank(people, replace(wishes, names=known), free_slots)


def coefficient(row: Facts) -> int:
    """How many more clients the specialist is owed, by today's date in the business zone and the days kept beside him."""
    return owed(row, row.assigned_days or [])


def owed(row: Facts, assigned_days: Sequence[str]) -> int:
    """The same, by these days of his sessions ahead."""
    return rules.coefficient(int(row.debt), provided(row), assigned_days, _today())


def provided(row: Facts) -> int:
    """How many sessions of this month the specialist was given by the last count."""
    return rules.provided_this_month(int(row.number_of_clients_provided), row.provided_through, _today())


def remember_provided(specialist_id: str, number: int, through: date) -> bool:
    """Keep a count of this month's sessions made on the business day `through`; False when it is no news."""
    return repository.set_provided(specialist_id, number, through.isoformat())


def remember_assigned(specialist_id: str, starts: Sequence[datetime]) -> None:
    """Keep the business days of a specialist's coming sessions beside him."""
    repository.set_assigned_days(specialist_id, business_days(starts))


def business_days(starts: Sequence[datetime]) -> list[str]:
    """The days in the business zone on which these moments lie."""
    zone = settings().zone
    return [start.astimezone(zone).date().isoformat() for start in starts]


def _today() -> date:
    return clock.now().astimezone(settings().zone).date()


def everyone(contour: str) -> list[Specialist]:
    """Every specialist of a contour, working or not: one query."""
    return repository.all_of(contour)


def listed(contour: str) -> Part:
    """The same for a tick, which may end before the list does."""
    return repository.listed(contour)


def written(specialist_id: str, contour: str, said: "SpecialistInput") -> Specialist:
    """The row that says what is said of him."""
    content = said.model_dump(exclude={"id", "contour", "profile"})
    content["profile"] = said.profile.packed() if said.profile else None
    return Specialist(
        specialist_id=specialist_id, contour=contour, name_key=name_key(said.name, contour), updated_at=clock.wall(), **content
    )


def _view(row: Specialist) -> "SpecialistView":
    from chalicelib.booking.specialists.profile import unpacked
    from chalicelib.booking.specialists.schemas import SpecialistView  # only the doors that show specialists pay for it

    return SpecialistView(
        id=row.specialist_id,
        contour=row.contour,
        name=row.name,
        telegram_id=row.telegram_id,
        phone=row.phone,
        email=row.email,
        gender=row.gender,
        age=_int(row.age),
        price_min=_int(row.price_min),
        price_max=_int(row.price_max),
        specialisations=row.specialisations or [],
        debt=int(row.debt),
        number_of_clients_provided=int(row.number_of_clients_provided),
        active=row.active,
        profile=unpacked(row.profile),
        coefficient=coefficient(row),
    )


def _ids(account: SpecialistName | None) -> set[str]:
    return set((account.specialist_ids or ()) if account else ())


def _int(value: float | None) -> int | None:
    return None if value is None else int(value)
