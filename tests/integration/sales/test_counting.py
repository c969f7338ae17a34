"""Counts of deals equal what their rows say, whatever a deal went through and in whatever order it is told."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.analytics.counts import repository, rules
from chalicelib.analytics.counts import service as counting
from chalicelib.analytics.counts.rules import Place
from chalicelib.core import clock, facts, storage
from chalicelib.core.facts import rows as log
from chalicelib.sales.leads import facts as told
from chalicelib.sales.leads.models import Lead, Past
from chalicelib.sales.reports import counting as deals

FIRST = datetime(2026, 11, 20, 20, 50, tzinfo=UTC)
"""Ten minutes before midnight in Moscow."""

SPAN = [facts.day_of(FIRST + timedelta(days=day)) for day in range(6)]


class Desk:
    """Leads whose rows and facts are written together, as a decision writes them."""

    def __init__(self) -> None:
        self.leads: dict[int, Lead] = {}

    def open(self, number, at, **said):
        times = dict.fromkeys(("first_opened_at", "updated_at", "opened_at", "stage_at"), at)
        lead = Lead(place=f"live#{number:010d}", client_id=f"client-{number}", listed_in="live", source="website", **times)
        self._write(lead, told.opened, **said)
        self.leads[number] = lead

    def change(self, number, **said):
        lead = self.leads[number]
        was = told.standing(lead)
        self._write(lead, lambda tx, row: told.changed(tx, row, was), **said)

    def remove(self, number):
        self._write(self.leads.pop(number), told.removed, listed_in=None)

    def follow(self, number, at):
        """A deal that is over is followed by the next."""
        lead = self.leads[number]
        entry, said = f"deal#{int(lead.deal_no):04d}", told.standing(lead)
        days = {"opened_at": lead.opened_at, "closed_at": lead.closed_at}
        past = Past(place=lead.place, entry=entry, noted_at=at, by="system", said=said, listed_in="live", **days)
        fresh = {"deal_no": lead.deal_no + 1, "opened_at": at, "furthest": "new", "status": "new", "contacts": 0}
        none = dict.fromkeys(("outcome", "closed_at", "amount", "first_response_at", "stays"))
        self._write(lead, told.opened, past, **fresh, **none)

    def _write(self, lead, tell, *others, **said):
        for name, value in said.items():
            setattr(lead, name, value)
        tx = storage.Transaction()
        for row in (lead, *others):
            tx.put(row)
        tell(tx, lead)
        tx.commit()


def win(at, amount):
    return {"furthest": "won", "outcome": "won", "status": "completed", "closed_at": at, "amount": amount}


def everything():
    wall = clock.wall()
    return [*log.log(wall - timedelta(hours=1), wall + timedelta(hours=1))]


def picture(read):
    found = {place: numbers for day in SPAN for place, numbers in read("live", day).items()}
    return {place: kept for place, numbers in found.items() if (kept := {name: by for name, by in numbers.items() if by})}


def counted_of(contour, day):
    return {place: row.said for family in rules.OF_DEALS for place, row in repository.of_day(family, contour, day).items()}


def agreed():
    counting.count(everything())
    counted = picture(counted_of)
    assert counted == picture(deals.recount)
    return counted


def test_a_deal_and_the_next_one_stand_on_their_own_days(tables):
    desk = Desk()
    desk.open(1, FIRST)
    desk.change(1, first_response_at=FIRST + timedelta(minutes=4), contacts=1, assigned_to=7, furthest="contacted", stays={"new": 1})
    desk.change(1, **win(FIRST + timedelta(hours=1), 900_00))  # the next day, in Moscow
    desk.follow(1, FIRST + timedelta(days=3))
    desk.change(1, outcome="lost", status="completed", closed_at=FIRST + timedelta(days=3))
    found = agreed()
    assert {place.day: numbers for place, numbers in found.items() if place.family == "deals" and not place.key} == {
        "2026-11-21": {"won": 1, "amount": 900_00},
        "2026-11-23": {"lost": 1},
    }
    assert {place.day for place in found if place.family == "funnel"} == {"2026-11-20", "2026-11-23"}


def test_a_removed_lead_is_in_no_count_and_his_earlier_deal_is(tables):
    desk = Desk()
    desk.open(1, FIRST)
    desk.change(1, **win(FIRST + timedelta(hours=1), 900_00))
    desk.follow(1, FIRST + timedelta(days=3))
    desk.open(2, FIRST)
    desk.remove(1)
    desk.remove(2)
    found = agreed()
    assert {(place.family, place.day) for place in found if not place.key} == {("funnel", "2026-11-20"), ("deals", "2026-11-21")}
    assert found[Place("funnel", "live", "2026-11-20")]["opened"] == 1


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_counts_equal_the_rows(tables, seed):
    chance, desk = random.Random(seed), Desk()
    for step in range(24):
        at = FIRST + timedelta(hours=step * 5)
        number = chance.choice([*desk.leads]) if desk.leads and chance.random() < 0.8 else len(desk.leads) + 1000 * step + 1
        lead = desk.leads.get(number)
        if lead is None:
            desk.open(number, at)
        elif lead.status == "completed":
            chance.choice([desk.follow, lambda number, at: desk.remove(number), lambda number, at: desk.change(number, amount=50)])(
                number, at
            )
        else:
            said = chance.choice(
                [
                    {"assigned_to": chance.choice([7, 8, None])},
                    {"source": "call"},
                    {"first_response_at": at, "contacts": chance.randrange(3)},
                    {"furthest": "qualified", "stays": {"new": 0.5, "contacted": 30}},
                    win(at, 100),
                    {"outcome": "lost", "status": "completed", "closed_at": at},
                    {"status": "completed", "closed_at": at},
                ]
            )
            desk.change(number, **said)
    log_of_it = everything()
    chance.shuffle(log_of_it)
    for batch in (log_of_it[:20], log_of_it[10:], log_of_it):  # late, twice and out of order
        counting.count(batch)
    assert agreed()


def test_a_day_made_anew_is_right_again(tables):
    desk = Desk()
    desk.open(1, FIRST)
    desk.change(1, **win(FIRST + timedelta(hours=1), 900_00))
    right = agreed()
    tx = storage.Transaction()
    repository.add(tx, Place("funnel_owners", "live", SPAN[0], "9"), {"opened": 2})
    repository.add(tx, Place("deals", "live", SPAN[1]), {"won": 1, "amount": -100})
    tx.commit()
    assert counting.rebuild("live", SPAN[0], settle=timedelta()) == {"funnel_owners 2026-11-20#9 opened": [2, 0]}
    assert counting.rebuild("live", SPAN[1], settle=timedelta()) == {
        "deals 2026-11-21 amount": [899_00, 900_00],
        "deals 2026-11-21 won": [2, 1],
    }
    assert agreed() == right
