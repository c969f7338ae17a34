"""Who did what, newest first: an index of the log holds the house's own doings and nobody else's."""

from collections.abc import Iterable
from datetime import datetime

from chalicelib.clients.timeline import service as timelines
from chalicelib.core import facts, ids, pagination
from chalicelib.core.facts import FactRow
from chalicelib.core.facts.actors import PERSON
from chalicelib.staff import repository
from chalicelib.staff.audit.schemas import AuditLog, AuditQuery, Deed

MOST = 2000
"""Facts that one page looks through: a filter that nothing passes must end in time, and goes on by the cursor."""


def audit(query: AuditQuery) -> AuditLog:
    """What those who work here did. Raises Invalid for a cursor that no answer gave."""
    found, last = _looked_through(query)
    names = _names({row.actor for row in found})
    cursor = {"fact_id": {"S": last}} if last else None
    return AuditLog(items=[_deed(row, names) for row in found], next_cursor=pagination.encode(cursor))


def _looked_through(query: AuditQuery) -> tuple[list[FactRow], str | None]:
    """A page's facts, and the one after which the next page begins; None where there is none behind it."""
    since, until = _moments(query)
    rows = facts.by_house(since, _below(query.cursor, until), size=query.limit + 1)
    found: list[FactRow] = []
    last = None
    for seen, row in enumerate(rows):
        if seen == MOST or len(found) == query.limit:
            return found, last
        last = row.fact_id
        if query.actor in (None, row.actor) and query.kind in (None, row.kind):
            found.append(row)
    return found, None


def _moments(query: AuditQuery) -> tuple[datetime | None, datetime | None]:
    since = facts.bounds(query.date_from, query.date_from)[0] if query.date_from else None
    return since, facts.bounds(query.date_to, query.date_to)[1] if query.date_to else None


def _below(cursor: str | None, until: datetime | None) -> str | None:
    """Before which fact the page begins."""
    key = pagination.decode(cursor, "fact_id")
    if key and not ids.is_ulid(key["fact_id"]["S"]):
        raise pagination.refused()
    ends = [key["fact_id"]["S"]] if key else []
    return min([*ends, *([ids.first(until)] if until else [])], default=None)


def _names(actors: Iterable[str]) -> dict[str, str | None]:
    """What the people among them are called now: one read."""
    people = [int(actor.removeprefix(PERSON)) for actor in sorted(actors) if actor.startswith(PERSON)]
    return {f"{PERSON}{int(who.user_id)}": who.full_name or who.email for who in repository.some(people)}


def _deed(row: FactRow, names: dict[str, str | None]) -> Deed:
    told = timelines.event(row).model_dump()
    return Deed(**told, contour=row.contour, name=names.get(row.actor), subject=row.subject)
