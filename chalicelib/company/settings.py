"""The house's settings, as the owner reads and changes them: one row, changed under its version."""

from collections.abc import Iterator
from typing import Any

from chalicelib.company import facts, repository, rules, service
from chalicelib.company.directories import LOCATIONS
from chalicelib.company.errors import LocationClosed, TimezoneFixed
from chalicelib.company.models import Entry
from chalicelib.company.repository import EntryRaced
from chalicelib.company.settings_schemas import LevelSet, LevelShown, LoyaltyChange, LoyaltyShown, SettingsChange, SystemSettings
from chalicelib.core import clock, storage
from chalicelib.core.settings import settings

WIRE = {
    "points_step": "step",
    "points_life_months": "life",
    "accrual_delay_days": "delay",
    "attribution_days": "attribution",
    "gross_margin_percent": "margin",
    "default_location_id": "location",
}
"""How points are earned: a field of the wire → what it is called here."""

LEVEL = {
    "code": "code",
    "title": "title",
    "threshold_rub": "threshold",
    "accrual_percent": "accrual",
    "max_writeoff_percent": "most_writeoff",
}
_SHIPPED = {name: field for name, field in SettingsChange().model_dump().items() if name not in ("loyalty", "timezone")}


def shown() -> SystemSettings:
    """What is set."""
    return _shown(*storage.read(*service.keys()))


def _shown(row: Entry | None) -> SystemSettings:
    said: dict[str, Any] = {**_SHIPPED, **((row.said or {}) if row else {})}
    loyalty = rules.loyalty(said.pop("loyalty", None))
    return SystemSettings.model_construct(
        **said,
        timezone=settings().business_timezone,
        loyalty=LoyaltyShown.model_construct(
            levels=[LevelShown.model_construct(**{wire: getattr(level, name) for wire, name in LEVEL.items()}) for level in loyalty.levels],
            **{wire: getattr(loyalty, name) for wire, name in WIRE.items()},
        ),
        updated_at=row.updated_at if row else None,
    )


@storage.again(EntryRaced)
def change(body: SettingsChange, *, actor: str) -> SystemSettings:
    """Set what was said; the rest stays. Raises TimezoneFixed, LocationNotFound, LocationClosed."""
    said = body.model_dump(exclude_unset=True)
    if said.pop("timezone", settings().business_timezone) != settings().business_timezone:
        raise TimezoneFixed
    points = body.loyalty if "loyalty" in said else None
    location = points.default_location_id if points else None
    row, *found = storage.read(*service.keys(), *([LOCATIONS.key(location)] if location else []))
    if location:
        _check_open(location, found[0])
    if points:
        said["loyalty"] = _loyalty(row, points)
    return _shown(_written(row, said, actor))


def _check_open(location: int, row: Entry | None) -> None:
    if not LOCATIONS.standing(location, row, where="loyalty.default_location_id").said["is_active"]:
        raise LocationClosed({"field": "loyalty.default_location_id"})


def _loyalty(row: Entry | None, said: LoyaltyChange) -> dict[str, Any]:
    """How points are earned from now on, as a row keeps it."""
    kept = rules.kept(service.loyalty_of([row]))
    kept |= {WIRE[name]: getattr(said, name) for name in said.model_fields_set if name in WIRE}
    return kept | ({"levels": [_level(level) for level in said.levels]} if "levels" in said.model_fields_set else {})


def _level(said: LevelSet) -> dict[str, Any]:
    return {name: getattr(said, wire) for wire, name in LEVEL.items()}


def _changed(row: Entry | None, said: dict[str, Any]) -> Iterator[str]:
    """What the wire calls the fields that are set to something else."""
    was = {**_SHIPPED, **((row.said or {}) if row else {})}
    yield from (name for name, value in said.items() if name != "loyalty" and value != was.get(name))
    if points := said.get("loyalty"):
        stood, wire = rules.kept(service.loyalty_of([row])), {kept: name for name, kept in WIRE.items()}
        yield from (f"loyalty.{wire.get(name, name)}" for name, value in points.items() if value != stood[name])


def _written(row: Entry | None, said: dict[str, Any], actor: str) -> Entry:
    at, tx = clock.now(), storage.Transaction()
    facts.set_anew(tx, service.SYSTEM, _changed(row, said))
    if row is None:
        row = Entry(directory=service.SETTINGS, place=service.SYSTEM, said=said, by=actor, created_at=at, updated_at=at)
        tx.create(row, otherwise=EntryRaced())
    else:
        repository.change(tx, row, {**row.said, **said}, by=actor, at=at)
    tx.commit()
    return row
