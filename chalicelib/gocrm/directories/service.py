"""Lists are answered from the last good copies, whatever Go-CRM does meanwhile."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from chalicelib.core import clock
from chalicelib.core.schemas import utc_text
from chalicelib.gocrm.directories import repository, rules
from chalicelib.gocrm.directories.models import Mirror
from chalicelib.gocrm.directories.repository import CENTERS, CITIES, staff_of
from chalicelib.gocrm.directories.schemas import CenterCard, Centers, CentersQuery, Cities, CityCard, Staff, StaffCard, StaffQuery

Row = dict[str, Any]
Kept = Literal["new", "changed", "unchanged", "older"]


def rows_of(copy: Mirror | None) -> list[Row]:
    """What a copy holds; nothing where there is none yet."""
    return list(copy.rows or []) if copy is not None else []


def cities() -> Cities:
    """The cities of presence."""
    (copy,) = repository.read(CITIES)
    return Cities(cities=[CityCard.model_validate(row) for row in rows_of(copy)], **_age([copy]))


def centers(query: CentersQuery) -> Centers:
    """The branches that the club shows, of all cities or of one."""
    (copy,) = repository.read(CENTERS)
    shown = [row for row in _shown(rows_of(copy)) if query.city_id in (None, row["city_id"])]
    return Centers(centers=[CenterCard.model_validate(row) for row in shown], **_age([copy]))


def staff(query: StaffQuery) -> Staff:
    """Who works in a branch, or in all of them."""
    copies = _staff_of_one(query.center_id) if query.center_id else _staff_of_all()
    rows = (row for copy in copies for row in _shown(rows_of(copy)))
    return Staff(staff=[StaffCard.model_validate(row) for row in rows], **_age(copies))


def _staff_of_one(center_id: str) -> list[Mirror | None]:
    """One read. Who works in a branch that the club hides is hidden too."""
    centers_copy, copy = repository.read(CENTERS, staff_of(center_id))
    hidden = any(row["id"] == center_id and not row.get("shown", True) for row in rows_of(centers_copy))
    return [None if hidden else copy]


def _staff_of_all() -> list[Mirror | None]:
    branches = [row["id"] for row in _shown(rows_of(repository.read(CENTERS)[0]))]
    return repository.read(*map(staff_of, branches))


def center_meant(said: str) -> str | None:
    """The id of the one branch that somebody names by id, name or address."""
    return rules.means(said, rows_of(repository.read(CENTERS)[0]))


def bring(name: str, rows: Sequence[Row], as_of: datetime, *, dry_run: bool = False) -> Kept:
    """Take a list from elsewhere as it stood then: nothing newer is overwritten."""
    (copy,) = repository.read(name)
    if copy is not None and copy.as_of is not None and copy.as_of > as_of:
        return "older"
    if not dry_run and not repository.keep(name, rows, as_of):
        return "older"
    if copy is None or copy.as_of is None:
        return "new"
    return "unchanged" if rows_of(copy) == list(rows) else "changed"


def _shown(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row.get("shown", True)]


def _age(copies: list[Mirror | None]) -> dict[str, Any]:
    """How old the oldest of these copies is, and whether one of them is stale; no copies at all are stale."""
    moments = [copy.as_of if copy is not None else None for copy in copies]
    known = [moment for moment in moments if moment]
    failed = [copy.failed if copy is not None else None for copy in copies]
    stale = not copies or any(rules.is_stale(as_of, why, clock.now()) for as_of, why in zip(moments, failed, strict=True))
    return {"stale": stale, "as_of": utc_text(min(known)) if known else None}
