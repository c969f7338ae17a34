"""Counts follow the log exactly: facts that come thrice, late, to two workers at once, and to workers that die between any two calls."""

import os
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

import chalicelib.ops.jobs  # noqa: F401  registers how the rows of a day are counted
from chalicelib.analytics.counts import repository, rules
from chalicelib.analytics.counts import service as counts
from chalicelib.analytics.counts.rules import Place
from chalicelib.booking.sessions import repository as session_rows
from chalicelib.core import clock, facts, storage, troubles
from chalicelib.core.errors import Busy
from chalicelib.core.facts import FactRow, followers, rows
from chalicelib.messaging import repository as messages
from chalicelib.messaging import service as messaging
from tests.builders import SERVICE, SUPABASE, Front, apply_for, book, change, confirm, moscow, slot, specialist, tomorrow
from tests.standins.store import Killed, OneAtATime, Wire

HISTORIES = int(os.environ.get("FACT_HISTORIES", "6"))
"""How many random histories are played; the more the slower."""


def everything() -> list[FactRow]:
    wall = clock.wall()
    return list(rows.log(wall - timedelta(hours=1), wall + timedelta(hours=1)))


def picture(read) -> dict[Place, dict[str, int]]:
    days = [facts.day_of(clock.wall() + timedelta(days=day)) for day in range(4)]
    found = {}
    for contour in ("live", "test"):
        for day in days:
            found |= read(contour, day)
    return {place: kept for place, numbers in found.items() if (kept := {name: number for name, number in numbers.items() if number})}


@pytest.fixture
def agree(tables):
    """Have the follower read to the end, and compare everything."""

    def compare() -> dict[Place, dict[str, int]]:
        followers.read_on(counts.NAME)
        counted = picture(counts.counted)
        assert counted == picture(counts.standing)
        return counted

    return compare


class History:
    """What random people do for a while, through the doors alone."""

    def __init__(self, front: Front, tick, seed: int) -> None:
        self.front, self.tick, self.chance = front, tick, random.Random(seed)
        self.people = [specialist(front, name) for name in ("Мария Орлова", "Пётр Ким")]
        self.starts = [tomorrow(hour, days=day) for day in (1, 2) for hour in (10, 12, 23)]
        self.slots = [(slot(front, person, start), person, start) for person in self.people for start in self.starts]
        self.tickets: list[str] = []

    def step(self) -> None:
        self.chance.choice(
            [self.apply, self.follow, self.follow, self.confirm, self.cancel, self.move, self.database, self.pay, self.say]
        )()

    def apply(self) -> None:
        times = [moscow(start) for start in self.chance.sample(self.starts, 2)]
        phone = f"+7904550{self.chance.randrange(1000, 1005)}"
        body = {
            "name": "Анна",
            "contact": {"type": "phone", "value": phone},
            "selected_slots": times,
            "tranid": f"1:{self.chance.random()}",
        }
        path = self.chance.choice(["/submit-application", "/submit-application", "/submit-application-test-contur"])
        answer = self.front.post(path, body)
        self.tickets += [answer.body["ticket_id"]] if answer.status == 200 else []

    def follow(self) -> None:
        body = {"user_id": str(self.chance.randrange(7_000_001, 7_000_006)), "ticket_id": self.ticket(), "declined": True}
        self.front.post("/process-link", body, SERVICE)

    def confirm(self) -> None:
        self.front.post("/confirm-session-by-client", {"ticket_id": self.ticket(), "slot_time": moscow(self.chance.choice(self.starts))})

    def cancel(self) -> None:
        self.front.post("/cancel-session", {"ticket_id": self.ticket()})

    def move(self) -> None:
        self.front.post("/reschedule-session", {"ticket_id": self.ticket(), "new_slot_time": moscow(self.chance.choice(self.starts))})

    def database(self) -> None:
        slot_id, _, start = self.chance.choice(self.slots)
        at = start + timedelta(hours=3)
        row = {"id": slot_id, "psychologist": "Мария Орлова", "date": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M}"}
        kind = self.chance.choice(["Свободен", "Забронирован"])
        self.front.post(
            "/notify-update", change("UPDATE", {**row, "state": kind, "client_id": "501"}, {**row, "state": "Свободен"}), SUPABASE
        )

    def pay(self) -> None:
        slot_id, person, _ = self.chance.choice(self.slots)
        paid = {"amount": 2500, "status": self.chance.choice(["pending", "completed"])}
        body = {"client_id": "br0001", "psychologist_id": person, "slot_id": slot_id, "payment_info": paid}
        self.front.post("/process-diagnostic-session-request", body, SERVICE)

    def say(self) -> None:
        self.tick("sweep")

    def ticket(self) -> str:
        return self.chance.choice(self.tickets) if self.tickets else "01JZZZZZZZZZZZZZZZZZZZZZZZ"

    def play(self, steps: int) -> None:
        for _ in range(steps):
            self.step()
        self.tick("sweep")
        self.tick("feedback_reminder", self.starts[-1] + timedelta(hours=self.chance.choice([0, 3])))
        self.tick("feedback_reminder", self.starts[-1] + timedelta(days=2))


def handed_over(chance: random.Random, found: list[FactRow]) -> list[list[FactRow]]:
    """The facts in batches as the stream may give them: each three times, out of order."""
    batches = [found[begin : begin + chance.randrange(1, 9)] for begin in range(0, len(found), 4)] * 3
    chance.shuffle(batches)
    return batches


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_whatever_happens_and_however_it_is_told_counts_equal_the_rows(front, tick, agree, seed):
    history = History(front, tick, seed)
    history.play(10)
    for batch in handed_over(history.chance, everything()):
        try:
            with Wire() as wire:
                fatal = history.chance.randrange(12)
                wire.before = lambda call, wire=wire, fatal=fatal: _die(len(wire.calls) > fatal)
                counts.count(batch)
        except Killed:
            continue
    assert agree()


def _die(now: bool) -> None:
    if now:
        raise Killed


@pytest.mark.parametrize("seed", range(max(HISTORIES // 10, 1)))
def test_two_followers_at_once_count_once(front, tick, agree, seed):
    history = History(front, tick, 1000 + seed)
    history.play(10)
    batches = handed_over(history.chance, everything())

    def take(batch: list[FactRow]) -> None:
        try:
            counts.count(batch)
        except (Busy, followers.FactTaken):  # the others were faster too often: the tick makes it sure
            return

    with OneAtATime(), ThreadPoolExecutor(4) as workers:
        list(workers.map(take, batches))
    assert agree()


@pytest.mark.parametrize("after", [False, True], ids=["before a call", "after a call"])
def test_a_follower_that_dies_at_any_call_of_a_reading_is_followed_by_one_that_goes_on(front, tick, agree, after):
    History(front, tick, 5).play(5)
    calls = 0
    while True:
        with Wire() as wire:
            setattr(wire, "after" if after else "before", lambda call, wire=wire, at=calls: _die(len(wire.calls) == at + 1))
            try:
                followers.read_on(counts.NAME)
            except Killed:
                calls += 1
                continue
        break
    assert calls > 10
    assert agree()


def test_a_no_show_is_counted_by_its_day_and_specialist(front, tick, agree):
    person, start = specialist(front), tomorrow(12)
    slot(front, person, start)
    ticket_id = book(front, start)
    day = facts.day_of(start)
    assert agree()[Place(rules.SESSIONS, "live", day)] == {"pending": 1}
    session = session_rows.newest(ticket_id)
    with clock.pinned(start + timedelta(hours=2)):
        from chalicelib.booking.sessions import service as sessions

        tx = storage.Transaction()
        sessions.missed_in(tx, session)
        tx.commit()
    counted = agree()
    assert counted[Place(rules.SESSIONS, "live", day)] == {"missed": 1}
    assert counted[Place(rules.NO_SHOWS, "live", day, person)] == {"missed": 1}


def test_another_mark_takes_the_place_of_the_first(front, tick, agree):
    start = tomorrow(12)
    slot(front, specialist(front), start)
    ticket_id = book(front, start)
    confirm(front, ticket_id, start)
    tick("feedback_reminder", start + timedelta(hours=2))
    day = facts.day_of(start)
    for mark, sum_of_marks in ((5, 5), (5, 5), (2, 2)):
        front.post("/rate-session", {"ticket_id": ticket_id, "rating": mark}, SERVICE).ok()
        assert agree()[Place(rules.RATINGS, "live", day)] == {"rated": 1, "marks": sum_of_marks}


def test_a_database_row_that_ends_a_confirmed_session_says_what_it_was(front, agree):
    person, start = specialist(front), tomorrow(12)
    slot_id = slot(front, person, start)
    ticket_id = book(front, start)
    confirm(front, ticket_id, start)
    at = start + timedelta(hours=3)
    row = {"id": slot_id, "psychologist": "Мария Орлова", "date": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M}", "ticket": ticket_id}
    event = change("UPDATE", {**row, "state": "Свободен"}, {**row, "state": "Забронирован"})
    front.post("/notify-update", event, SUPABASE).ok()
    (fact,) = [fact for fact in everything() if fact.kind == "session_cancelled"]
    assert (fact.data["was"], fact.actor) == ("confirmed", "outside")
    assert agree()[Place(rules.SESSIONS, "live", facts.day_of(start))] == {"cancelled": 1}


def test_a_message_taken_back_while_it_left_is_counted_as_it_stands(front, agree):
    tx = storage.Transaction()
    messaging.say(tx, messaging.chat("7"), "admin_given_up", messaging.About("x", "live"), {}, message_id="m1")
    tx.commit()
    message = messages.read("m1")
    assert messaging.take_back(messaging.chat("7"), "m1", "deleted there")
    tx = storage.Transaction()
    messages.settle(tx, message, state="sent", channel="telegram", text="…", reason=None, at=clock.wall())
    tx.commit()
    assert messages.read("m1").reason is None, "that it was taken back does not stand of what was said"
    assert agree()[Place(rules.MESSAGES, "live", facts.day_of(clock.wall()))] == {"sent": 1}


def spoilt(front, agree) -> tuple[str, str]:
    """A day of which one count is wrong."""
    apply_for(front)
    agree()
    day = facts.day_of(clock.wall())
    tx = storage.Transaction()
    repository.add(tx, Place(rules.APPLICATIONS, "live", day), {"application": 3})
    repository.add(tx, Place(rules.NO_SHOWS, "live", day, "nobody"), {"missed": 1})
    tx.commit()
    return "live", day


def test_a_difference_that_stands_for_an_hour_is_told_and_a_day_made_anew_ends_it(front, agree):
    contour, day = spoilt(front, agree)
    with clock.pinned(clock.wall() + timedelta(days=1)):
        assert counts.verify() == 0, "what differs may be changing at this moment"
        assert front.get("/health").ok()["troubles"] == []
        assert counts.verify() == 1
        assert [one["what"] for one in front.get("/health").ok()["troubles"]] == ["counts_drift"]
        assert counts.drifted() == [(contour, day)]
        assert counts.rebuild(contour, day, settle=timedelta()) == {
            f"applications {day} application": [4, 1],
            f"no_shows {day}#nobody missed": [1, 0],
        }
        assert counts.verify() == 0
    agree()
    assert troubles.standing() == []
