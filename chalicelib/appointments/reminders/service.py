"""Who is reminded now: the tick's own function, and the office's.

A session is looked at when it is made or changes, and then at each moment at which something may be due: it says itself when the next
one is, so that a tick costs what is due. What is said and when to look again are one transaction, so of two ticks one decides.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from chalicelib.appointments.reminders import config, rules, telling
from chalicelib.appointments.reminders.rules import Decision, Rule, Times
from chalicelib.appointments.reminders.schemas import Report
from chalicelib.appointments.reminders.telling import Place
from chalicelib.booking.sessions import reminding as sessions
from chalicelib.booking.sessions.reminding import Session, SessionRaced
from chalicelib.clients.service import Client
from chalicelib.company import service as company
from chalicelib.company.directories import LOCATIONS
from chalicelib.core import clock, storage, turns
from chalicelib.core.settings import settings

CONTOUR = "live"
TURN = "appointment_reminders"
AHEAD = timedelta(minutes=5)
"""What is due before the next tick is queued with its moment."""

A_REQUEST_MAY_TAKE = 20.0
"""Seconds; what is left then is the tick's."""


@dataclass(frozen=True, slots=True)
class House:
    """What stands for all whom a run reminds."""

    now: datetime
    rules: tuple[Rule, ...]
    everybody: bool
    company: str

    @property
    def until(self) -> datetime:
        """What is due by then is decided."""
        return self.now + AHEAD

    @property
    def tells_specialists(self) -> bool:
        """Whether specialists hear of what rules remind of: as of all else, unless the owner gave rules everybody."""
        return not self.everybody

    def covers(self, session: Session) -> bool:
        """Whether its rules remind of a session at all."""
        return self.everybody or session.origin == sessions.BY_RULES


@dataclass(slots=True)
class Done:
    """What a run has done so far."""

    found: int = 0
    processed: int = 0
    sent: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    def note(self, decision: Decision) -> None:
        """A session was decided."""
        self.processed, self.sent = self.processed + 1, self.sent + len(decision.say)
        self.skipped.update(decision.reason for _ in decision.withhold)


def tick() -> Report:
    """Remind of what is due; a run that ends early is gone on with by the next."""
    return _run(TURN)


def run() -> Report:
    """The same now, for somebody who waits."""
    with turns.within(A_REQUEST_MAY_TAKE):
        return _run(None)


def _run(turn: str | None) -> Report:
    house, done = _house(), Done()
    rows = turns.walk(turn, sessions.due(CONTOUR, house.until, everybody=house.everybody))
    decided = turns.tried(_counted(rows, done), partial(_look, house, done))
    said = {"processed": done.processed, "sent": done.sent, "skipped": done.skipped.total(), "failed": done.found - decided}
    return Report(**said, by_reason=dict(done.skipped))


def _house() -> House:
    of_house, of_rules = storage.read(*company.keys(), *config.keys())
    return House(clock.now(), config.of([of_rules]), company.reminds_everybody([of_house]), company.name_of([of_house]))


def _counted(rows: Iterable[Session], done: Done) -> Iterator[Session]:
    for row in rows:
        done.found += 1
        yield row


def _look(house: House, done: Done, session: Session) -> bool:
    """Decide one session, and when to look at it again; True unless that fails."""
    if not sessions.is_due(session, house.until):
        return True
    tx, decision = storage.Transaction(), Decision((), ())
    if house.covers(session):
        decision = _decide_in(tx, house, session)
    else:
        sessions.hand_back_in(tx, session)
    try:
        tx.commit()
    except (SessionRaced, storage.ConditionFailed):  # it changed, or another run has decided it: both are found again where they have to be
        return True
    done.note(decision)
    return True


def _decide_in(tx: storage.Transaction, house: House, session: Session) -> Decision:
    asked = rules.may_be_due(house.rules, session.start_at, house.until)
    places = [LOCATIONS.key(int(session.location))] if session.location else []
    ids = [telling.specialist_key(session), *(telling.key(session, rule) for rule in asked)]
    (who,), location, (heard, *told) = storage.read_lists([Client.at(session.client_id)], places, ids)
    times = Times(session.start_at, session.start_set_at or session.created_at, _zone(who))
    known = [rule for rule, row in zip(asked, told, strict=True) if row is not None]
    decision = rules.decide(rules.due(asked, times, house.until), known, has_begun=session.start_at <= house.now)
    place = Place(house.company, LOCATIONS.named(int(session.location), location[0]) if session.location else "")
    for rule in decision.say:
        telling.remind(tx, session, rule, who, place, due_at=_moment(rule, times, house.now))
    for rule in decision.withhold:
        telling.withhold(tx, session, rule, decision.reason)
    if house.tells_specialists and heard is None and rules.is_specialist_due(times, house.now, house.until):
        telling.remind_specialist(tx, session, now=house.now)
    sessions.plan_in(tx, session, rules.next_look(times, house.until, specialist=house.tells_specialists))
    return decision


def _zone(who: Any) -> str:
    return str((who.timezone if who else None) or settings().business_timezone)


def _moment(rule: Rule, times: Times, now: datetime) -> datetime | None:
    """When it leaves, where that is ahead."""
    due = rules.due_at(times.start_at, rule.offset, times.zone)
    return due if due > now else None
