"""Whatever has happened to leads: a list is what a look at each of them says.

In CI few changes are made and few lists asked; `LEADS_CHANGES=5000 LEADS_LISTS=500` makes many.
"""

import os
import random
from types import SimpleNamespace

from chalicelib.clients.index import repository as people
from chalicelib.clients.index import service as index
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import place
from chalicelib.clients.models import Client
from chalicelib.clients.rules import lead_number
from chalicelib.core import clock, storage
from chalicelib.core.bitmaps import folding
from chalicelib.sales.leads import access, deciding, listing, rules
from chalicelib.sales.leads.models import Lead
from chalicelib.sales.leads.schemas import LeadsQuery
from tests.integration.staff.conftest import at_work

CHANGES, LISTS = int(os.environ.get("LEADS_CHANGES", "40")), int(os.environ.get("LEADS_LISTS", "24"))
OWNERS, COMPANIES = (None, 7, 8), (None, "Лотос", "Лотос-Клуб", "Ромашка")


def judge(lead, card, events, at):
    score = random.choice([None, 5, 50, 80])
    category = "unknown" if score is None else "hot" if score >= 70 else "warm" if score >= 40 else "cold"
    return {"score": score, "score_category": category, "detail": None, "scored_at": at, "rescore_at": at}


class World:
    """Persons, of whom some are leads."""

    def __init__(self, size, dice):
        self.dice = dice
        self.numbers = range(1, size + 1)
        for number in self.numbers:
            self.write(number)

    @staticmethod
    def write(number):
        tx, called = storage.Transaction(), lead_number(number, "live")
        row = Client(client_id=f"client{number}", contour="live", lead_number=called, created_at=clock.now(), name="Анна")
        people.add(tx, row)
        tx.commit()

    def rows(self, number):
        return storage.read(Lead.at(place("live", number)), PersonRow.at(place("live", number)))

    def change(self):
        number, dice, at = self.dice.choice(self.numbers), self.dice, clock.now()
        (lead, person), tx = self.rows(number), storage.Transaction()
        known = {"by": "system", "at": at, "events": [], "judge": judge}
        if rules.may_open(lead):
            said = {"stage": dice.choice([*rules.STAGES]), "company": dice.choice(COMPANIES)}
            where = {"client_id": person.client_id, "place": person.place, "source": dice.choice(rules.SOURCES)}
            deciding.open_in(tx, person=person, before=lead, owner=dice.choice(OWNERS), said=said, **where, **known)
        elif dice.random() < 0.15:
            deciding.remove_in(tx, lead, by="system", at=at)
        else:
            field, values = dice.choice(
                [("stage", [*rules.STAGES]), ("assigned_to", OWNERS), ("company", COMPANIES), ("source", rules.SOURCES)]
            )
            deciding.change_in(tx, lead, person, {field: dice.choice(values)}, **known)
        tx.commit()

    def question(self):
        filters = {
            "status": ["new", "in_progress", "completed", "won", "lost"],
            "stage": [*rules.STAGES],
            "source": [*rules.SOURCES],
            "assigned_to": [0, 7, 8],
            "score_category": ["hot", "warm", "cold", "unknown"],
            "search": ["лотос", "клуб", "ром"],
        }
        picked = self.dice.sample(sorted(filters), self.dice.randint(0, 3))
        order = self.dice.choice(["created_at", "score", "updated_at"])
        return LeadsQuery(**{name: self.dice.choice(filters[name]) for name in picked}, order_by=order, limit=200)

    def matching(self, query, member):
        """By a look at each."""
        found = [lead for lead in storage.read(*(Lead.at(place("live", one)) for one in self.numbers)) if rules.stands(lead)]
        return {lead.number for lead in found if access.sees(member, lead) and _passes(lead, query)}


def _passes(lead, query):
    words = (lead.company or "").casefold().replace("-", " ").split()
    told = [
        query.status in (None, lead.status, lead.outcome),
        query.stage in (None, lead.stage),
        query.source in (None, lead.source),
        query.assigned_to in (None, lead.assigned_to or 0),
        query.score_category in (None, lead.score_category),
        query.search is None or any(word.startswith(query.search) for word in words),
    ]
    return all(told)


def fold():
    """A tick, a minute after the one before."""
    for row in storage.query(PersonRow.by_pending, "live").rows:
        if row.written_at:
            storage.change(row, [PersonRow.written_at.set(clock.wall() - folding.SETTLED)])
    index.fold()


def test_lists_are_what_a_look_at_each_says_after_any_history(tables):
    dice = random.Random(20260312)
    random.seed(20260312)
    at_work(7, 8)
    world = World(12, dice)
    for member in (SimpleNamespace(role="admin", user_id=1), SimpleNamespace(role="manager", user_id=7)):
        for number in range(CHANGES // 2):
            world.change()
            if number == CHANGES // 4:
                fold()
        for _ in range(LISTS // 2):
            query = world.question()
            answer = listing.listed(query, member)
            wanted = world.matching(query, member)
            assert {lead.id for lead in answer.items} == wanted and answer.total == len(wanted) == len(answer.items), query
            scores = [-1 if lead.score is None else lead.score for lead in answer.items]
            assert query.order_by != "score" or scores == sorted(scores, reverse=True)
