"""Reading Go-CRM's lists anew, each on its own: what one of them cannot do stops none of the others."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial

from chalicelib.core import clock
from chalicelib.core.observability import count, logger
from chalicelib.core.schemas import Schema
from chalicelib.core.settings import settings
from chalicelib.core.vendors import VendorBusy, VendorDown, VendorError
from chalicelib.gocrm.directories import repository
from chalicelib.gocrm.directories.models import Mirror
from chalicelib.gocrm.directories.repository import CENTERS, CITIES, staff_of
from chalicelib.gocrm.directories.service import Row, rows_of
from chalicelib.integrations.gocrm.client import PublicGoCrm
from chalicelib.integrations.gocrm.errors import VENDOR
from chalicelib.integrations.gocrm.schemas import Center, StaffMember

WITHIN = timedelta(minutes=2)
"""For how long a tick asks for staff; who was left comes first in the next one."""

EMPTY = "an empty list where there was a full one"
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def configured() -> PublicGoCrm | None:
    """The public API of the club that the settings name; None where they name none."""
    url = settings().gocrm_url
    return PublicGoCrm(f"{url.rstrip('/')}/api/v3") if url else None


def refresh(club: PublicGoCrm | None = None, *, within: timedelta = WITHIN) -> dict[str, int]:
    """Cities, their branches, who works there; how many lists were refreshed and how many were not."""
    club = club or configured()
    if club is None:
        return {"configured": 0}
    cities, centers = repository.read(CITIES, CENTERS)
    done: Counter[str] = Counter({"refreshed": 0, "failed": 0, "staff_failed": 0})
    known = _refreshed(CITIES, cities, club.cities, done)
    branches = _refreshed(CENTERS, centers, lambda: _branches(club, known), done)
    done["left"] = _refresh_staff(club, [row["id"] for row in branches], done, clock.wall() + within)
    count("GoCrmListsFailed", done["failed"] + done["staff_failed"])
    return dict(done)


def _refresh_staff(club: PublicGoCrm, branches: list[str], done: Counter[str], until: datetime) -> int:
    """The branches asked longest ago first; how many were left to the next tick."""
    copies = dict(zip(branches, repository.read(*map(staff_of, branches)), strict=True))
    waiting = sorted(copies, key=lambda branch: _tried(copies[branch]))
    for place, branch in enumerate(waiting):
        if clock.wall() > until or done["busy"]:
            return len(waiting) - place
        _refreshed(staff_of(branch), copies[branch], partial(_people, club, branch), done, failed="staff_failed")
    return 0


def _branches(club: PublicGoCrm, cities: list[Row]) -> list[Center]:
    if not cities:
        raise VendorDown(VENDOR, "no city is known")
    return [one for city in cities for one in club.centers(city["id"])]


def _people(club: PublicGoCrm, branch: str) -> list[StaffMember]:
    """Those of this branch, should Go-CRM not look at which one was asked for."""
    return [one for one in club.staff(branch) if one.center_id in (None, branch)]


def _tried(copy: Mirror | None) -> datetime:
    return (copy.tried_at if copy is not None else None) or NEVER


def _refreshed(
    name: str, copy: Mirror | None, ask: Callable[[], Iterable[Schema]], done: Counter[str], *, failed: str = "failed"
) -> list[Row]:
    """A list as it now stands: as Go-CRM shows it, else as it was."""
    try:
        rows = [one.model_dump(mode="json") for one in ask()]
        reason = EMPTY if not rows and rows_of(copy) else None
    except VendorError as error:
        rows, reason = [], error.reason
        if isinstance(error, VendorBusy):
            done["busy"] += 1
    if reason is not None:
        logger.warning("a list of Go-CRM was not refreshed", extra={"list": name, "reason": reason})
        repository.mark_failed(name, reason, clock.now())
        done[failed] += 1
        return rows_of(copy)
    repository.keep(name, rows, clock.now())
    done["refreshed"] += 1
    return rows
