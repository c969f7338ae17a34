"""Operations of the till are counted once, compared with their rows, and a wrong day is put right for good."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

import chalicelib.ops.jobs  # noqa: F401  registers how operations are counted from their rows
from chalicelib.analytics.counts import repository, rules
from chalicelib.analytics.counts import service as counts
from chalicelib.analytics.counts.rules import BUYERS, OPS, Place
from chalicelib.core import clock, storage
from chalicelib.core.errors import Busy
from chalicelib.core.facts import FactRow
from chalicelib.core.facts.followers import FactTaken
from chalicelib.core.facts.rows import log
from chalicelib.loyalty.ledger import repository as ledger
from chalicelib.loyalty.ledger import rules as lines
from tests.standins.store import Killed, OneAtATime, Wire

NOON = datetime(2026, 11, 25, 9, tzinfo=UTC)
DAY = "2026-11-25"


def buy(number, cash, *, at=NOON, earned=0, **said):
    """One purchase, its row and its fact, as the till writes them."""
    tx, place = storage.Transaction(), f"live#{number:010d}"
    moves = [*lines.sold("cash", cash=cash, certificate=0, points=0, discounts=0), *lines.moved(place, earned, "points-issued")]
    told = {"amount": cash, "net": cash, "cash": cash, "earned": earned, "method": "cash", **said}
    ledger.write(tx, ledger.number(), "purchase", place, moves, subject=f"client-{number}", at=at, actor="test", told=told)
    tx.commit()


def facts() -> list[FactRow]:
    wall = clock.wall()
    return list(log(wall - timedelta(hours=1), wall + timedelta(hours=1)))


def row(place):
    return storage.read(repository.key(place))[0]


@pytest.fixture
def three(tables):
    buy(7, 100_00, earned=300, level="base", channel=2, first=True)
    buy(7, 50_00)
    buy(4100, 20_00, at=NOON.replace(hour=20, minute=59), level="base")
    buy(7, 1_00, at=NOON.replace(hour=21))  # 00:00 of the next day in Moscow


def test_told_thrice_they_are_counted_once_and_equal_their_rows(three):
    for _ in range(3):
        counts.count(facts())
    counted = counts.counted("live", DAY)
    # 100 + 50 + 20 roubles of the 25th; the rouble of midnight is the 26th's
    assert counted[Place(OPS, "live", DAY)]["purchase_cash"] == 170_00
    assert counted[Place(OPS, "live", DAY)]["balance"] == 300
    assert counted[Place(BUYERS, "live", DAY)] == {"#7": 1, "#4100": 1}
    assert counted == counts.standing("live", DAY)
    assert counts.counted("live", "2026-11-26") == counts.standing("live", "2026-11-26")
    assert row(Place(OPS, "live", "ever")).numbers["purchase_cash"] == 171_00


def test_members_are_packed_when_the_day_is_over_and_who_comes_late_stands_beside_them(three):
    counts.count(facts())
    with clock.pinned(NOON + timedelta(days=1)):
        assert counts.verify() == 0
    place = Place(BUYERS, "live", DAY)
    assert (row(place).members, row(place).ids) == (None, 1 << 7 | 1 << 4100)
    buy(9, 1_00)
    buy(7, 1_00)
    counts.count(facts())
    assert (row(place).members, row(place).ids) == ({7, 9}, 1 << 7 | 1 << 9 | 1 << 4100)
    assert counts.counted("live", DAY) == counts.standing("live", DAY)


def test_members_that_come_while_they_are_packed_are_not_lost(three):
    place = Place(BUYERS, "live", DAY)
    counts.count(facts())
    seen = row(place)
    buy(9, 1_00)
    counts.count(facts())
    assert not repository.pack(seen)
    assert row(place).ids == 1 << 7 | 1 << 9 | 1 << 4100


def test_a_day_made_anew_puts_right_its_members_and_what_is_added_up_for_good(three):
    counts.count(facts())
    before = row(Place(OPS, "live", "ever")).numbers
    wrong = Place(OPS, "live", DAY)
    tx = storage.Transaction()
    repository.add(tx, wrong, {"purchase_cash": 5_00, "order_count": 1})
    repository.add(tx, wrong.for_ever, {"purchase_cash": 5_00, "order_count": 1})
    repository.add(tx, Place(BUYERS, "live", DAY), {"#77": 1})
    tx.commit()
    found = counts.rebuild("live", DAY, settle=timedelta())
    assert found == {f"buyers {DAY} #77": [1, 0], f"ops {DAY} order_count": [1, 0], f"ops {DAY} purchase_cash": [175_00, 170_00]}
    assert counts.counted("live", DAY)[Place(BUYERS, "live", DAY)] == {"#7": 1, "#4100": 1}
    after = row(Place(OPS, "live", "ever")).numbers
    assert {name: number for name, number in after.items() if number} == before


def test_rows_of_days_over_two_years_are_one_query_each(tables):
    tx = storage.Transaction()
    for day in ("2025-12-30", "2025-12-31", "2026-01-01", "2026-01-02"):
        repository.add(tx, Place(OPS, "live", day), {"purchase_count": 1})
        repository.add(tx, Place(OPS, "live", day, "level.base"), {"purchase_count": 1})
    tx.commit()
    found = repository.of_days(OPS, "live", "2025-12-31", "2026-01-01")
    assert [(place.day, place.key) for place in found] == [
        ("2025-12-31", ""),
        ("2025-12-31", "level.base"),
        ("2026-01-01", ""),
        ("2026-01-01", "level.base"),
    ]
    assert rules.EVER not in {place.day for place in found}


YEARS_END = datetime(2026, 12, 31, 20, 59, tzinfo=UTC)
"""A minute before the new year, in Moscow."""


def agree() -> None:
    """Every day equals its rows, and what is added up for good equals the days."""
    days = [counts.counted("live", day) for day in ("2026-12-31", "2027-01-01")]
    assert days == [counts.standing("live", day) for day in ("2026-12-31", "2027-01-01")]
    found = [numbers for picture in days for place, numbers in picture.items() if (place.family, place.key) == (OPS, "")]
    ever = row(Place(OPS, "live", "ever")).numbers
    assert {name: by for name, by in ever.items() if by} == dict(rules.summed(_again(found))[Place(OPS, "live", "ever")])


def _again(found):
    return [rules.Delta(Place(OPS, "live", "ever"), name, by) for numbers in found for name, by in numbers.items()]


def busy_night(chance: random.Random) -> list[list[FactRow]]:
    """Some purchases around the new year, and their facts in batches as the stream may give them: each thrice, out of order."""
    for _ in range(8):
        late = chance.random() < 0.5
        when = {"at": YEARS_END + timedelta(minutes=1 if late else 0)}
        level, cash = chance.choice(("base", "gold")), chance.randrange(1, 9)
        buy(chance.randrange(1, 5), cash, earned=cash, level=level, channel=chance.randrange(3), first=late, **when)
    found = facts()
    batches = [found[begin : begin + chance.randrange(1, 6)] for begin in range(0, len(found), 3)] * 3
    chance.shuffle(batches)
    return [*batches, found]


def test_a_worker_that_dies_between_any_two_calls_leaves_nothing_out_and_counts_nothing_twice(tables):
    chance = random.Random(46)
    *batches, whole = busy_night(chance)
    for batch in batches:
        try:
            with Wire() as wire:
                fatal = chance.randrange(4)
                wire.before = lambda call, wire=wire, fatal=fatal: _die(len(wire.calls) > fatal)
                counts.count(batch)
        except Killed:
            continue
    counts.count(whole)
    agree()


def _die(now: bool) -> None:
    if now:
        raise Killed


def test_two_workers_at_once_count_once(tables):
    *batches, whole = busy_night(random.Random(47))

    def take(batch):
        try:
            counts.count(batch)
        except (Busy, FactTaken):  # the others were faster too often: the tick makes it sure
            return

    with OneAtATime(), ThreadPoolExecutor(2) as workers:
        list(workers.map(take, batches))
    counts.count(whole)
    agree()
