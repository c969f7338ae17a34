"""The index equals a filter that looks at everybody, whatever changed, however far the sets are behind, whoever died while folding."""

import random
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from chalicelib.clients.index import rules
from chalicelib.core.bitmaps import Question, Term, Wanted, finding, folding
from tests.proofs import size
from tests.unit.core.bitmaps.shelf import Died, Shelf

CHANGES, QUESTIONS = 5_000, size(150, full=500)
ZONE = ZoneInfo("Europe/Moscow")
FIRST_NAMES = ("Анна", "Фёдор", "Борис", "Мария", "Ян")
LAST_NAMES = ("Фёдорова", "Ким", "Янов", "Орлова", "Борисов")


@dataclass(eq=False)
class Card:
    """What is known of somebody. Compared as itself, which is quick."""

    name: str
    phone: str | None
    email: str | None
    telegram_id: str | None
    telegram_username: str | None
    paused_at: datetime | None
    merged_into: str | None
    lead_number: str
    created_at: datetime
    answers: tuple[tuple[str, str], ...]
    was: tuple[str, ...] = ()

    @cached_property
    def consents(self):
        return dict(self.answers)

    @cached_property
    def day(self):
        return self.created_at.astimezone(ZONE).date().isoformat()

    @cached_property
    def words(self):
        return seen_words(self)


@cache
def described(card):
    return rules.described(card, ZONE)


class People:
    """Random people, and what the eye sees of them."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.dying = False
        self.shelf = Shelf(described, dies=lambda: self.dying and self.chance.random() < 0.02)

    def card(self, number: int) -> Card:
        pick, name = self.chance.choice, f"{self.chance.choice(FIRST_NAMES)} {self.chance.choice(LAST_NAMES)}"
        return Card(
            name,
            phone=pick([None, f"+7904550{1000 + number % 40}"]),
            email=pick([None, f"{pick(['anna', 'boris'])}@lotos{number % 3}.ru"]),
            telegram_id=pick([None, str(number)]),
            telegram_username=pick([None, f"user_{number % 50}"]),
            paused_at=pick([None, None, datetime(2026, 1, 1, tzinfo=UTC)]),
            merged_into=pick([None] * 9 + ["another"]),
            lead_number=f"br{number:04d}",
            created_at=datetime(2026, 1, 1, 20, tzinfo=UTC) + timedelta(hours=number // 20),
            answers=tuple((purpose, pick(["yes", "no"])) for purpose in ("marketing", "personal_data") if self.chance.random() < 0.5),
        )

    def change(self) -> None:
        number = self.chance.randrange(1, 9_000) if self.chance.random() < 0.05 else self.chance.randrange(1, 500)
        self.shelf.say(number, self.card(number))

    def fold(self, *, dying: bool = False) -> None:
        self.dying = dying
        with suppress(Died):
            folding.fold(self.shelf.index, "live", self.shelf.pending("live", 10**6).rows, self.shelf.writer)
        self.dying = False


ASKED = {
    rules.STATUS: lambda card, value: ("paused" if card.paused_at else "active") == value,
    rules.TELEGRAM: lambda card, value: ("yes" if card.telegram_id else "no") == value,
    rules.CONSENT: lambda card, value: card.consents.get(value) == "yes",
    rules.REFUSAL: lambda card, value: card.consents.get(value) == "no",
    rules.CHANNEL: lambda card, value: bool({"phone": card.phone, "email": card.email, "telegram": card.telegram_id}[value]),
}
VALUES = {
    rules.STATUS: ("paused", "active"),
    rules.TELEGRAM: ("yes", "no"),
    rules.CONSENT: ("marketing", "personal_data"),
    rules.REFUSAL: ("marketing", "personal_data"),
    rules.CHANNEL: ("phone", "email", "telegram"),
}
SEARCHED = ("фед", "Анна", "ян", "к", "ким", "1007", "anna@lotos", "lotos1", "user_4", "br00", "борис")


def seen_words(card):
    """The same as a person would list them."""
    found = [*card.name.lower().replace("ё", "е").split(), card.lead_number]
    found += [card.phone[1:], card.phone[-4:]] if card.phone else []
    found += [card.email, *card.email.split("@")] if card.email else []
    return [*found, card.telegram_username] if card.telegram_username else found


def seen(card, terms, searched, days):
    if card.merged_into:
        return False
    fits = all(ASKED[facet](card, value) for facet, value in terms)
    if not fits or (days is not None and not days[0] <= card.day <= days[1]):
        return False
    return all(any(word == one if len(one) == 1 else word.startswith(one) for word in card.words) for one in searched)


def compare(people: People, questions: int) -> int:
    """How many of the questions had an answer."""
    met, chance = 0, people.chance
    for _ in range(questions):
        terms = [(facet, chance.choice(VALUES[facet])) for facet in chance.sample(sorted(VALUES), chance.randrange(4))]
        searched = [word.lower() for word in chance.sample(SEARCHED, chance.choice([0, 0, 1, 2]))]
        days = chance.choice([None, ("2026-01-02", "2026-01-09"), ("2026-01-05", "9999"), ("", "2026-01-03")])
        newest, skip = chance.random() < 0.5, chance.choice([0, 3, 40])
        asked = [Term(facet, value) for facet, value in terms] + ([Term(rules.CREATED, *days)] if days else [])
        question = Question(asked, [Wanted.of(word) for word in searched], newest_first=newest, skip=skip, limit=20)
        found = finding.find(people.shelf.index, "live", question)
        right = [number for number, row in people.shelf.people.items() if seen(row.said, terms, searched, days)]
        assert (found.total, found.is_exact) == (len(right), True), (terms, searched, days)
        assert [row.number for row in found.rows] == sorted(right, reverse=newest)[skip : skip + 20]
        met += bool(right)
    return met


@pytest.fixture
def people(monkeypatch):
    found = People(seed=20261126)
    monkeypatch.setattr(folding, "rows", found.shelf.rows)
    monkeypatch.setattr(finding, "rows", found.shelf.rows)
    monkeypatch.setattr(finding, "storage", SimpleNamespace(read=lambda *numbers: [found.shelf.people[number] for number in numbers]))
    return found


def test_random_filters_after_random_changes_equal_a_look_at_everybody(people):
    for number in range(CHANGES):
        people.change()
        if number % 100 == 0:
            people.fold(dying=True)
    assert len(people.shelf.pending("live", 10**6).rows) > 50
    met = compare(people, QUESTIONS // 2)
    for _ in range(2):
        people.fold()
    assert people.shelf.pending("live", 10**6).rows == []
    assert met + compare(people, QUESTIONS // 2) > QUESTIONS // 3


def test_a_row_that_changes_while_it_is_folded_begins_anew(people):
    people.shelf.say(7, people.card(7))
    raced, wrote = people.card(7), people.shelf.writer
    known = people.shelf.pending("live", 9).rows
    people.shelf.say(7, raced)
    folding.fold(people.shelf.index, "live", known, wrote)
    assert people.shelf.people[7].pending_in == "live"
    for _ in range(2):
        people.fold()
    assert people.shelf.people[7].in_facets == (set(described(raced).facets) or set())
    assert {spot.facet for spot, bits in people.shelf.blocks.items() if bits} == set(described(raced).facets)
