"""What a minute brings to leads: categories that time changes, people who wait, clients from before the log."""

from datetime import timedelta

import pytest

import chalicelib.ops.jobs  # noqa: F401  registers who follows the log
from chalicelib.analytics.counts.hours import DAYS
from chalicelib.clients.index import service as people
from chalicelib.core import clock, storage, turns
from chalicelib.core.bitmaps import Question, Term, finding
from chalicelib.core.facts import followers
from chalicelib.core.settings import settings
from chalicelib.sales.following import before, overdue, repository, service, ticking
from tests.builders import SERVICE, apply_for, ledger
from tests.integration.sales.following.test_following import happens, lead, read_on
from tests.standins.store import Wire

MINUTE = timedelta(minutes=1)


def in_list(category: str) -> list[int]:
    """Who is in the list of a category."""
    found = finding.find(people.PEOPLE, "live", Question(terms=[Term("sales.category", category)], limit=20))
    return [row.number for row in found.rows]


def others(front, last: int) -> None:
    """Somebody else applies, by a telephone that ends so."""
    apply_for(front, contact={"type": "phone", "value": f"+7904550{last:04d}"}, name=f"Гость {last}")


def at_moment(moment) -> dict[str, int]:
    """A tick at a moment."""
    with clock.pinned(moment):
        return ticking.sales_tick()


def test_time_alone_changes_a_category_in_the_list_on_the_day_that_the_formula_says(front):
    apply_for(front)
    happens("session_booked", ref="t", session_id="s", specialist_id="p", start_at=clock.wall().isoformat())
    happens("message_received", ref="m", state="received")
    read_on()
    at, begun = lead().rescore_at, lead().scored_at
    assert in_list("warm") == [1]
    days = (at - begun).days
    assert 0.4 * 25 + 0.6 * 80 * 0.5 ** (days / 14) < 39.5 <= 0.4 * 25 + 0.6 * 80 * 0.5 ** ((days - 1) / 14)
    assert at_moment(at - MINUTE)["rescored"] == 0
    assert in_list("warm") == [1]
    assert at_moment(at + MINUTE)["rescored"] == 1
    assert (in_list("warm"), in_list("cold"), lead().score_category) == ([], [1], "cold")
    assert lead().rescore_at >= at + timedelta(days=1), "nobody is due twice for the same"
    assert at_moment(at + MINUTE)["rescored"] == 0


def test_one_tick_looks_at_no_more_than_it_may(front, monkeypatch):
    monkeypatch.setattr(ticking, "MOST", 2)
    for last in range(3):
        others(front, last)
    read_on()
    with clock.pinned(clock.wall() + timedelta(days=31)):
        assert [ticking.rescore() for _ in range(3)] == [2, 1, 0]


def test_who_waits_too_long_is_told_to_the_admin_once_all_in_one_message(front, tick):
    apply_for(front)
    others(front, 7)
    read_on()
    soon, late = lead().opened_at + 10 * MINUTE, lead(2).opened_at + 16 * MINUTE
    assert at_moment(soon)["told"] == 0
    before_it = lead().updated_at
    assert tick("follow", late)["told"] == 2
    assert at_moment(late + MINUTE)["told"] == 0
    (message,) = ledger("admin", "admin_leads_waiting")
    lines = message.values["leads"].splitlines()
    assert message.values["count"] == 2
    assert sorted(lines) == ["br0001, Анна Лебедева: сайт, ждёт 16 мин", "br0002, Гость 7: сайт, ждёт 16 мин"]
    assert lead().updated_at == before_it


def test_who_was_answered_in_time_is_not_told_of(front):
    apply_for(front)
    read_on()
    tx = storage.Transaction()
    service.deciding.note_contact_in(tx, lead(), service.standing(lead().client_id), by="staff#7", at=clock.now())
    tx.commit()
    with clock.pinned(clock.wall() + timedelta(hours=1)):
        assert overdue.tell() == 0


def test_who_is_answered_while_he_is_told_of_is_not_told_of(front):
    apply_for(front)
    read_on()

    def answer(call) -> None:
        if call.operation == "TransactWriteItems" and not answered:
            answered.append(True)
            tx = storage.Transaction()
            service.deciding.note_contact_in(tx, lead(), service.standing(lead().client_id), by="staff#7", at=clock.now())
            tx.commit()

    answered: list[bool] = []
    with clock.pinned(clock.wall() + timedelta(hours=1)), Wire() as wire:
        wire.before = answer
        assert overdue.tell() == 0
    assert ledger("admin", "admin_leads_waiting") == []


@pytest.fixture(autouse=True)
def working_hours(request, monkeypatch):
    """Around the clock, whenever the tests run; where a test says so, a minute of tomorrow alone."""
    tomorrow = DAYS[(clock.wall().weekday() + 1) % 7]
    monkeypatch.setenv("SALES_HOURS", f"{tomorrow} 12:00-12:01" if "at_night" in request.fixturenames else "mon-sun 00:00-24:00")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def at_night():
    """Nobody works now."""


def test_outside_working_hours_nobody_waits(front, at_night):
    apply_for(front)
    read_on()
    with clock.pinned(clock.wall() + timedelta(hours=1)):
        assert overdue.tell() == 0


def test_clients_from_before_the_log_become_leads_newest_first_wherever_a_tick_stops(front, monkeypatch):
    for last in range(3):
        others(front, last)
    front.post("/api/v1/admin/clients", {"full_name": "Анна Ким"}, SERVICE).ok()
    monkeypatch.setattr(before, "A_TICK", 2)
    assert front.get("/health").ok()["clients_left_for_sales"] == 4
    assert before.walk() == 1, "who was written down and never applied is no lead"
    assert ([lead(number) is not None for number in (4, 3, 2, 1)], repository.left()) == ([False, True, False, False], 2)
    assert (before.walk(), before.walk()) == (2, 0)
    assert front.get("/health").ok()["clients_left_for_sales"] == 0
    assert lead().opened_at < clock.wall()
    assert [fact.kind for fact in followers.rows.log(clock.wall() - timedelta(hours=1), clock.wall())].count("lead_opened") == 3
    read_on()
    assert [int(lead(number).deal_no) for number in (1, 2, 3)] == [1, 1, 1], "the log tells of the same applications"
    others(front, 9)
    assert before.walk() == 0, "whoever comes later is the follower's"


def test_a_walk_that_fails_goes_on_there(front, monkeypatch):
    for last in range(2):
        others(front, last)

    def refuse(call):
        if call.operation == "TransactWriteItems":
            raise ValueError("broken")

    with Wire() as wire:
        wire.before = refuse
        with pytest.raises(ValueError, match="broken"):
            before.walk()
    assert repository.left() == 2
    assert before.walk() == 2
    assert turns.place(repository.WALK) == "0"
