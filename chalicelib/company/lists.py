"""Locations and traffic channels, as panels list and make them."""

from collections.abc import Iterator, Sequence

from chalicelib.analytics.counts.models import CountRow
from chalicelib.company import directories
from chalicelib.company.directories import CHANNELS, LOCATIONS
from chalicelib.company.models import Entry
from chalicelib.company.schemas import Location, Locations, LocationsQuery, NewChannel, NewLocation, TrafficChannel, TrafficChannels
from chalicelib.core import clock, facts, once, paging, storage
from chalicelib.core.paging import PageQuery

FAMILY = "channel"
"""The counts of what came of a channel's clients in all."""


def locations(query: LocationsQuery) -> Locations:
    """Where goods lie, in the order of their numbers."""
    wanted = [row for row in LOCATIONS.everything() if query.location_type in (None, row.said["location_type"])]
    return Locations([location(row) for row in wanted if row.said["is_active"] or query.include_archived])


def location(row: Entry) -> Location:
    """A location as it is shown."""
    return Location(id=int(row.place), created_at=row.created_at, updated_at=row.updated_at, **row.said)


def make_location(body: NewLocation, *, key: str | None, actor: str) -> Location:
    """A new location. Raises NameTaken, KeyReused."""
    request = once.request(actor, "POST /api/v1/admin/products/locations", key, body)
    return location(directories.make(LOCATIONS, body.model_dump(), request=request, actor=actor))


def channels(query: PageQuery) -> TrafficChannels:
    """Where clients come from, newest first, each with what came of those who did."""
    newest = CHANNELS.everything()[::-1]

    def rows(after: str | None) -> Iterator[Entry]:
        return (row for row in newest if after is None or row.place < after)

    page = paging.part(query, rows, lambda row: str(row.place))
    return TrafficChannels(items=_channels(page.rows), **page.numbers)


def make_channel(body: NewChannel, *, key: str | None, actor: str) -> TrafficChannel:
    """A new channel. Raises NameTaken, KeyReused."""
    request = once.request(actor, "POST /api/v1/admin/traffic-channels", key, body)
    said = body.model_dump(exclude={"cost_rub"})
    since = {"from_day": facts.day_of(clock.now()), "cost": body.cost_rub, "is_active": body.is_active}
    row = directories.make(CHANNELS, {**said, "costs": [since] if body.cost_rub is not None else []}, request=request, actor=actor)
    return _channels([row])[0]


def _channels(rows: Sequence[Entry]) -> list[TrafficChannel]:
    counts = storage.read(*(CountRow.at(FAMILY, str(int(row.place))) for row in rows))
    return [_channel(row, count.numbers if count else {}) for row, count in zip(rows, counts, strict=True)]


def _channel(row: Entry, numbers: dict[str, int]) -> TrafficChannel:
    said = dict(row.said)
    costs = said.pop("costs")
    return TrafficChannel(
        id=int(row.place),
        cost_rub=costs[-1]["cost"] if costs else None,
        clients_count=numbers.get("clients", 0),
        buyers_count=numbers.get("buyers", 0),
        revenue_rub=numbers.get("revenue", 0),
        created_at=row.created_at,
        **said,
    )
