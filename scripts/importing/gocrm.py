"""What the old file of Go-CRM's data holds: lists go into the mirror, leads beside ours, adults into the client base.

What belongs to a parent's cabinet stays where it is, and is counted.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chalicelib.clients import rules as client_rules
from chalicelib.core import ids, storage
from chalicelib.core.errors import AppError
from chalicelib.core.schemas import utc_text
from chalicelib.core.settings import settings
from chalicelib.gocrm.directories import repository as mirror
from chalicelib.gocrm.directories import service as directories
from chalicelib.gocrm.leads import archive, service
from chalicelib.gocrm.leads.archive import Old
from chalicelib.gocrm.leads.models import LeadRow
from chalicelib.gocrm.leads.schemas import LeadForm
from chalicelib.integrations.gocrm import mapping, values
from chalicelib.integrations.gocrm.mapping import Zones
from chalicelib.integrations.gocrm.schemas import Center, City, StaffMember
from scripts.importing.clients import Clients
from scripts.importing.gocrm_file import CABINET, Database, Row
from scripts.importing.report import LeftOut, Outcome, Report, refusal
from scripts.importing.table import BLANK, BadCell, Line

Progress = Callable[[Iterable[Any], str, int], Iterable[Any]]

MODELS: dict[str, type[City | Center | StaffMember]] = {"city": City, "center": Center, "staff": StaffMember}
CREATED = ("created_at", "created", "date_created", "дата_создания", "создано", "datetime", "date")
NAMES = ("parent_name", "full_name", "fullname", "fio", "name")
CONSENT = "cabinet data is not brought without the client's consent"
UNKNOWN = "nobody knows what it holds"
REPEATS = Outcome("unchanged", "id", "repeats an earlier row")


def bring(path: Path, *, dry_run: bool, progress: Progress) -> list[Report | LeftOut]:
    """Every table: what it holds is taken, or it is said why not. Raises BadFile."""
    base = Database(path)
    lists = Lists(base, dry_run=dry_run)
    done: list[Report | LeftOut] = [report for kind in MODELS for report in lists.take(kind)]
    adults, leads = Adults(dry_run=dry_run), Leads(dry_run=dry_run)
    done += [_taken(base, table, adults.take, progress) for table in base.tables("client")]
    done += [_taken(base, table, leads.take, progress) for table in base.tables("lead")]
    done += [LeftOut(table, base.count(table), CONSENT) for table, kind in base.kinds.items() if kind in CABINET]
    return done + [LeftOut(table, base.count(table), UNKNOWN) for table, kind in base.kinds.items() if kind is None]


def _taken(base: Database, table: str, take: Callable[[Row], Outcome], progress: Progress) -> Report:
    report = Report(table)
    for number, row in enumerate(progress(base.rows(table), table, base.count(table)), 1):
        try:
            report.add(number, take(row))
        except (AppError, BadCell) as error:
            report.add(number, refusal(error))
    return report


@dataclass(frozen=True)
class Place:
    """Where in the file a row of a list stands."""

    table: str
    number: int
    row: Row


class Lists:
    """Cities, branches, staff: each list is taken whole, as it stood when the file was written."""

    def __init__(self, base: Database, *, dry_run: bool) -> None:
        self._base, self._dry_run = base, dry_run
        self._cities: dict[str, str] = {}

    def take(self, kind: str) -> list[Report]:
        """A report for each table; tables that hold the same are one list."""
        reports = {table: Report(table) for table in self._base.tables(kind)}
        lists: dict[str, dict[str, Place]] = {}
        for table in reports:
            for number, raw in enumerate(self._base.rows(table), 1):
                found = self._read(kind, raw)
                name = _list_of(kind, found)
                if found is None or name is None:
                    reports[table].add(number, Outcome("refused", "", f"is no {kind} that can be read"))
                elif found["id"] in lists.setdefault(name, {}):
                    reports[table].add(number, REPEATS)
                else:
                    lists[name][found["id"]] = Place(table, number, found)
        for name, places in lists.items():
            self._write(name, list(places.values()), reports)
        return list(reports.values())

    def _read(self, kind: str, raw: Row) -> Row | None:
        """A row as the adapter would read it from Go-CRM; a city that is named stands for its id."""
        found = mapping.incoming(MODELS[kind], raw, mapping.manual(), kind, Zones(settings().zone), {})
        said: Row | None = found.model_dump(mode="json") if found is not None else None
        if said is not None and kind == "city":
            self._cities[said["name"].casefold()] = said["id"]
        if said is not None and kind == "center":
            said["city_id"] = self._cities.get(said["city_id"].casefold(), said["city_id"])
        return said

    def _write(self, name: str, places: list[Place], reports: Mapping[str, Report]) -> None:
        (standing,) = mirror.read(name)
        known = {row["id"]: row for row in directories.rows_of(standing)}
        kept = directories.bring(name, [place.row for place in places], self._base.as_of, dry_run=self._dry_run)
        newer = f"our copy of {utc_text(standing.as_of)} is newer" if standing is not None and standing.as_of else "our copy is newer"
        for place in places:
            why = newer if place is places[0] else ""
            outcome = Outcome("skipped", why=why) if kept == "older" else _compared(known.get(place.row["id"]), place.row)
            reports[place.table].add(place.number, outcome)


def _list_of(kind: str, found: Row | None) -> str | None:
    if kind == "staff":
        return mirror.staff_of(found["center_id"]) if found and found["center_id"] else None
    return mirror.CITIES if kind == "city" else mirror.CENTERS


def _compared(before: Row | None, row: Row) -> Outcome:
    return Outcome("new") if before is None else Outcome("unchanged" if before == row else "changed")


class Adults:
    """Parents, by the same code as a CSV of clients."""

    def __init__(self, *, dry_run: bool) -> None:
        self._clients = Clients(dry_run=dry_run)
        self._taken = 0

    def take(self, row: Row) -> Outcome:
        """Find or make one client. Raises AppError or BadCell."""
        cells = {"name": _first(row, NAMES), "phone": _first(row, ("phone", "login")), "email": _first(row, ("email", "mail"))}
        self._taken += 1
        return self._clients.take(Line(self._taken, {name: text for name, text in cells.items() if text}))


def _first(row: Row, names: Iterable[str]) -> str | None:
    texts = (str(row[name]).strip() for name in names if isinstance(row.get(name), str | int))
    return next((text[:200] for text in texts if text.casefold() not in BLANK), None)


class Leads:
    """Leads, kept as they were and not sent."""

    def __init__(self, *, dry_run: bool) -> None:
        self._dry_run = dry_run
        self._seen: set[str] = set()

    def take(self, row: Row) -> Outcome:
        """Keep one lead. Raises BadCell for one of nobody."""
        if row.get("lead_id") and any(storage.read(LeadRow.at(str(row["lead_id"])))):
            return Outcome("unchanged")  # our own export: it stands here, sent or not
        form = LeadForm.model_validate(row)
        if not (form.phone or form.email):
            raise BadCell("phone", "no contact is given")
        old = Old(form, _named(form, row), _created(row), values.ident(row.get("id")))
        if old.lead_id in self._seen:
            return REPEATS
        self._seen.add(old.lead_id)
        if not archive.bring(old, dry_run=self._dry_run):
            return Outcome("unchanged")
        person = service.person_of(form)
        return Outcome("new") if person.phone or person.email else Outcome("new", "phone", "is nobody's; kept without a client")


def _named(form: LeadForm, row: Row) -> str:
    """What tells a lead from every other: its id there, else what it says."""
    known = values.ident(row.get("id"))
    phone = client_rules.phone_of(form.phone, settings().regions) or form.phone or form.email or ""
    return f"id:{known}" if known else f"said:{ids.fingerprint(phone, form.name or '', form.center_id or form.center or '')}"


def _created(row: Row) -> datetime | None:
    found = (values.moment(row.get(name), settings().zone) for name in CREATED)
    return next((moment.astimezone(UTC) for moment in found if moment is not None), None)
