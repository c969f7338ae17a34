"""Slots, by the same code as the old database's rows: what was decided here is never overwritten.

A taken slot that names its client becomes a session, and both sides are told, as when the database says so.
"""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.booking.calendar import rules
from chalicelib.booking.calendar.rules import Interval
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Slot
from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.errors import SpecialistNotFound
from chalicelib.booking.specialists.service import Specialist
from chalicelib.clients import service as clients
from chalicelib.clients.service import Person
from chalicelib.core import clock, ids, storage
from chalicelib.core.inbox import Receipt
from chalicelib.core.settings import settings
from chalicelib.intake.reconcile import service as reconcile
from chalicelib.intake.reconcile.comparison import Found, compare_row
from chalicelib.intake.rows import service as rows
from chalicelib.intake.rows.rules import Verdict
from chalicelib.integrations.supabase.schemas import FREE
from scripts.importing.clients import DATABASE, Clients
from scripts.importing.report import Kind, Outcome
from scripts.importing.specialists import CONTOUR, Specialists
from scripts.importing.table import BadCell, Line

NAMES = {
    "id": ("slot_id", "номер"),
    "psychologist": ("specialist", "specialist_id", "psychologist_id", "специалист", "психолог"),
    "date": ("дата",),
    "time": ("время",),
    "start_at": ("start", "начало"),
    "minutes": ("минут", "длительность"),
    "state": ("состояние", "статус"),
    "ticket": ("ticket_id", "заявка"),
    "client_id": ("client", "клиент", "lead_number"),
}
REQUIRED = ("psychologist", "date|start_at")
FREE_WORDS = {"свободен", "свободно", "free", "open"}
MEANS: dict[Verdict, Kind] = {
    Verdict.ADD: "new",
    Verdict.BOOK: "new",
    Verdict.WAIT: "new",
    Verdict.UPDATE: "changed",
    Verdict.MOVE: "changed",
    Verdict.CONFIRM: "changed",
    Verdict.CANCEL: "changed",
    Verdict.FREE: "changed",
    Verdict.DELETE: "changed",
    Verdict.IGNORE: "unchanged",
}


class Slots:
    """The file's slots; the specialists and clients of the other files may not be stored yet."""

    def __init__(self, people: Specialists, known: Clients, *, dry_run: bool, sessions: bool) -> None:
        self._people, self._clients, self._dry_run, self._sessions = people, known, dry_run, sessions
        self._placed: dict[str, set[Interval]] = {}
        self._lines: dict[str, int] = {}
        self._read_at = clock.wall()

    def take(self, line: Line) -> Outcome:
        """Write one slot. Raises AppError or BadCell."""
        person = self._specialist(line)
        row, start = self._row(line, person)
        if row["id"] in self._lines:
            raise BadCell("id", f"repeats line {self._lines[row['id']]}")
        self._lines[row["id"]] = line.number
        (slot,) = storage.read(Slot.at(row["id"]))
        found = compare_row(row, slot)
        if found is None:
            return Outcome("skipped", "date", "is past, or too far ahead for a date without a year")
        self._place(row, person, start)
        return self._outcome(found) if found.what and found.news else Outcome("unchanged")

    def _specialist(self, line: Line) -> Specialist | None:
        """None for one whom only this dry run knows."""
        reference = line.text("psychologist")
        if reference is None:
            raise BadCell("psychologist", "is empty")
        try:
            return specialists.get(specialists.resolve(storage.read(*specialists.reference_keys(reference, CONTOUR))))
        except SpecialistNotFound:
            if self._people.names(reference):
                return None
            raise BadCell("psychologist", "nobody has this id or name") from None

    def _row(self, line: Line, person: Specialist | None) -> tuple[dict[str, Any], datetime]:
        """The line as the old database would have it, and when it starts."""
        when = _when(line)
        start = slots.parse(f"{when['date']} {when['time']}", "date")
        reference = line.text("psychologist") or ""
        made = ids.derived("slot", person.specialist_id if person else reference, at=start)
        state = line.text("state") or FREE
        row = {"id": line.text("id") or made, "psychologist": reference, **when, "minutes": line.whole("minutes")}
        row["state"] = FREE if state.casefold() in FREE_WORDS else state
        return row | (self._owner(line) if self._sessions else {"ticket": None, "client_id": None}), start

    def _owner(self, line: Line) -> dict[str, str | None]:
        client = line.text("client_id")
        if client and not self._clients.names(client) and not _is_known(client):
            raise BadCell("client_id", "nobody has this lead number or id")
        return {"ticket": line.text("ticket"), "client_id": client}

    def _place(self, row: dict[str, Any], person: Specialist | None, start: datetime) -> None:
        """One specialist has one slot at a time. Raises BadCell where another stands in the way."""
        whose = person.specialist_id if person else row["psychologist"]
        if whose not in self._placed:
            self._placed[whose] = _standing(whose)
        time = rules.interval(start, row["minutes"] or settings().session_minutes, row["id"])
        for other in rules.over(time, self._placed[whose]):
            raise BadCell("time", f"the specialist has slot {other.ref} at that time")
        self._placed[whose] = {one for one in self._placed[whose] if one.ref != time.ref} | {time}

    def _outcome(self, found: Found) -> Outcome:
        if self._dry_run:
            verdict = rows.foresee(found.change, Receipt("", "", self._read_at))
        else:
            done = reconcile.mend(found, self._read_at)
            if done not in set(Verdict):
                return Outcome("unchanged") if done == "repeated" else Outcome("refused", "", f"the store or its rules refused it ({done})")
            verdict = Verdict(done)
        if verdict is Verdict.CONTRADICTION:
            return Outcome("refused", "state", "contradicts what was booked here; nothing was changed")
        return Outcome(MEANS[verdict], why="a session is made of it" if _is_session(found, verdict) else "")


def _when(line: Line) -> dict[str, str]:
    start = line.text("start_at")
    if start is not None:
        local = slots.parse(start, "start_at").astimezone(slots.zone())
        return {"date": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}
    date, time = line.text("date"), line.text("time")
    if date is None or time is None:
        raise BadCell("time" if date else "date", "is empty")
    return {"date": date, "time": time}


def _standing(specialist_id: str) -> set[Interval]:
    day, now = timedelta(days=1), clock.now()
    found = slots.all_of_specialist(specialist_id, now - day, now + slots.HORIZON)
    return {rules.interval(slot.start_at, slot.minutes, slot.slot_id) for slot in found if slot.state not in ("deleted", "cut")}


def _is_known(client: str) -> bool:
    keys = [*clients.reference_keys(client, CONTOUR), *clients.keys(Person(external=(DATABASE, client)), CONTOUR)]
    return any(storage.read(*keys))


def _is_session(found: Found, verdict: Verdict) -> bool:
    return verdict is Verdict.BOOK and bool((found.row or {}).get("client_id"))
