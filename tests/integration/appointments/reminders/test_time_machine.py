"""Eight days of a calendar played by the clock: what was queued, and for when, is what the rules say, whatever the ticks did.

The oracle knows nothing of how sessions are found. At each tick that ran it looks at every session and every rule, and walks back minute
by minute where it is night.
"""

import random
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from zoneinfo import ZoneInfo

import pytest
import time_machine

from chalicelib.core import ids, storage
from chalicelib.core.outbox import OutboxRow
from chalicelib.core.schemas import utc_text
from tests.builders import SERVICE
from tests.integration.appointments.reminders.conftest import RULES, Calendar
from tests.proofs import size

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AHEAD = 5 * MINUTE
ZONES = [None, None, "Europe/Moscow", "Asia/Vladivostok", "America/New_York", "Asia/Kathmandu", "Europe/Berlin"]
BUSINESS = "Europe/Moscow"
SENT_BY = [(60, "telegram"), (240, "telegram"), (240, "email"), (1440, "telegram"), (10_080, "telegram")]
BEGINNINGS = {
    "a month and a year end": datetime(2026, 12, 27, 3, 2, tzinfo=UTC),
    "clocks go back and forward": datetime(2027, 3, 25, 3, 4, tzinfo=UTC),
}


def is_night(at: datetime, zone: str) -> bool:
    return not 8 <= at.astimezone(ZoneInfo(zone)).hour < 22


@cache
def moment(start_at: datetime, offset: int, zone: str) -> datetime:
    due = start_at - offset * MINUTE
    while offset != 60 and is_night(due, zone):
        due -= MINUTE
    return due


class Told:
    """One session as the oracle knows it: its starts with the moments at which they were set, and whether it stands."""

    def __init__(self, zone: str | None) -> None:
        self.zone = zone or BUSINESS
        self.start_at = self.set_at = datetime.min.replace(tzinfo=UTC)
        self.stands = True
        self.expected: dict[tuple[datetime, int, str], tuple[str, datetime | None]] = {}

    def set(self, start_at: datetime, at: datetime) -> None:
        self.start_at, self.set_at = start_at, at

    def tick(self, now: datetime) -> None:
        """What this tick has to decide of it."""
        due = [(offset, by) for offset, by in SENT_BY if self.set_at <= moment(self.start_at, offset, self.zone) <= now + AHEAD]
        for offset, by in due if self.stands else ():
            at, nearest = moment(self.start_at, offset, self.zone), min(due)[0]
            what = "late" if self.start_at <= now else "overtaken" if offset > nearest else "queued"
            self.expected.setdefault((self.start_at, offset, by), (what, at if at > now and what == "queued" else None))


def history(begins: datetime, count: int, dice: random.Random):
    """What happens, in order: bookings, moves and cancellations with what they are about, and ticks with the moment they are told."""
    happens, dues = [], []
    for number in range(count):
        zone, starts = dice.choice(ZONES), []
        booked = begins + dice.random() * 7 * DAY
        start = (booked + dice.choice([0.3, 1, 3, 5, 20, 30, 70, 170, 180, 200]) * HOUR).replace(second=0, microsecond=0) + 7 * MINUTE
        happens.append((booked, "book", number, (start, zone)))
        starts.append(start)
        while dice.random() < 0.5 and booked < start:
            booked += dice.random() * (start - booked)
            start = start + dice.choice([-40, -3, 2, 26, 100]) * HOUR
            if start > booked + MINUTE:
                happens.append((booked, "move", number, start))
                starts.append(start)
            else:
                start = starts[-1]
        if dice.random() < 0.25:
            happens.append((booked + dice.random() * (start - booked), "cancel", number, start))
        dues += [moment(start, offset, zone or BUSINESS) for start, (offset, _) in product(starts, SENT_BY)]
    return sorted(happens + list(ticks(begins, dues, happens, dice)), key=lambda one: one[0])


def ticks(begins: datetime, dues: list[datetime], happens: list, dice: random.Random):
    """Ticks of every five minutes, where anything may be due: some are missing, some come twice, some late, and for hours there is none."""
    wanted = {int((at - begins) / AHEAD) + shift for at in dues for shift in (-1, 0, 1)}
    wanted |= {int((one[0] - begins) / AHEAD) + 1 for one in happens}
    four_hours_before = dues[1 :: len(SENT_BY)]
    outages = [(at - 10 * MINUTE, 175 * MINUTE) for at in dice.sample(four_hours_before, len(four_hours_before) // 3)]
    outages += [(dice.choice(dues) - 10 * MINUTE, hours * HOUR) for hours in (9, 30)]
    for number in sorted(wanted):
        at = begins + number * AHEAD
        if at < begins or dice.random() < 0.15 or any(out <= at < out + lasts for out, lasts in outages):
            continue
        yield at + dice.choice([0, 0, 0, 1, 7, 40]) * MINUTE, "tick", None, at
        if dice.random() < 0.15:
            yield at + dice.choice([0, 3]) * MINUTE, "tick", None, at


@pytest.mark.parametrize("beginning", BEGINNINGS)
@pytest.mark.parametrize("seed", range(size(1, full=6)))
def test_exactly_what_the_rules_say_is_queued(calendar, tick, beginning, seed):
    begins, dice = BEGINNINGS[beginning], random.Random(f"{beginning} {seed}")
    with time_machine.travel(begins - DAY, tick=False):
        said = [{"offset_minutes": offset, "channel": "app" if by == "telegram" else by} for offset, by in SENT_BY]
        calendar.front.put(RULES, {"rules": said}, SERVICE).ok()
    sessions, told, ran = {}, {}, 0
    for at, what, number, when in history(begins, size(14, full=60), dice):
        with time_machine.travel(at, tick=False):
            if what == "book":
                when, zone = when
                sessions[number], told[number] = calendar.book(when, calendar.client(zone=zone)), Told(zone)
                told[number].set(when, at)
            elif what == "move":
                calendar.move(sessions[number], when)
                told[number].set(when, at)
            elif what == "cancel":
                calendar.cancel(sessions[number])
                told[number].stands = False
            else:
                tick("appointment_reminders", when)
                ran += 1
                for one in told.values():
                    one.tick(when)
    assert ran > 100
    found = {number: queued(session, told[number]) for number, session in sessions.items()}
    assert found == {number: one.expected for number, one in told.items()}
    assert {what for one in told.values() for what, _ in one.expected.values()} >= {"queued", "overtaken"}


def queued(session, one: Told) -> dict:
    """What stands in the ledger of a session, by its start, offset and channel."""
    known = {}
    for start_at, offset, by in {(start, *rule) for start in {key[0] for key in one.expected} | {one.start_at} for rule in SENT_BY}:
        at = start_at - offset * MINUTE
        known[ids.derived(session.session_id, utc_text(start_at), str(offset), by, at=at)] = (start_at, offset, by)
    rows = {known[row.message_id]: row for row in Calendar.told(session)}
    return {key: (row.reason or row.state, leaves_at(row, moment(*key[:2], one.zone))) for key, row in rows.items()}


def leaves_at(row, at: datetime) -> datetime | None:
    """When a message may leave, where it waits for its moment."""
    (effect,) = storage.read(OutboxRow.at(*row.effect)) if row.effect else (None,)
    return at if effect is not None and effect.due_at == at > row.created_at else None
