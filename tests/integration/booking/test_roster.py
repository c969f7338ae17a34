"""Ranking reads few bytes of many specialists, and ranks them as it ranks their rows."""

import random

import pytest

from bench.capacity import metered
from bench.ticks import put
from chalicelib.booking.specialists import cards, repository, roster
from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.models import RosterPage, Specialist
from chalicelib.core import clock
from tests.builders import SERVICE, application, apply_for, specialist, ticket_row
from tests.standins.store import Wire

TOPICS = ["тревога", "сон", "выгорание", "отношения", "горе", "дети"]


def person(number: int, **said) -> Specialist:
    chance = random.Random(number)
    wish = {"gender": chance.choice(["male", "female", None]), "price_min": chance.choice([None, 200_000, 350_000])}
    topics = chance.sample(TOPICS, chance.randint(0, 4)) or None
    days = [f"2026-{month:02}-{day:02}" for month in (11, 12) for day in chance.sample(range(1, 29), 3)]
    counts = {"debt": chance.randint(0, 9), "number_of_clients_provided": chance.randint(0, 5), "provided_through": "2026-11-25"}
    name = f"{chance.choice(['Мария', 'Анна', 'Олег'])} {chance.choice(['Орлова', 'Ким', 'Ли'])}"
    row = Specialist(f"psy-{number}", contour="live", name=name, name_key=name, updated_at=clock.wall(), active=number % 7 > 0)
    for key, value in {**wish, **counts, "specialisations": topics, "assigned_days": days, **said}.items():
        setattr(row, key, value)
    return row


@pytest.fixture
def many(front):
    """More specialists than are read as they stand."""
    put([person(number) for number in range(roster.LARGE + 40)])


def rows() -> list:
    return sorted((specialists.candidate(row) for row in repository.all_of("live") if row.active), key=lambda one: one.specialist_id)


def ranked_from() -> list:
    return sorted(specialists.candidates("live"), key=lambda one: one.specialist_id)


def test_pages_say_of_everybody_who_works_what_his_row_says(many, tick):
    assert ranked_from() == rows(), "before the first sweep rows are read"
    assert tick("sweep")["roster"] == len(roster.PAGES)
    assert ranked_from() == rows()
    assert tick("sweep")["roster"] == 0, "nothing has changed"


def test_a_change_is_ranked_after_the_next_sweep(many, front, tick):
    tick("sweep")
    front.put("/specialists/psy-1", {"name": "Яна Новая", "active": True, "price_min": 1}, SERVICE).ok()
    front.put("/specialists/psy-2", {"name": "Вера Ким", "active": False}, SERVICE).ok()
    specialist(front, "Пётр Свежий", id="psy-new")
    tick("sweep")
    assert ranked_from() == rows()
    names = {one.specialist_id: one.name for one in ranked_from()}
    assert (names["psy-1"], names["psy-new"], "psy-2" in names) == ("Яна Новая", "Пётр Свежий", False)


def test_two_sweeps_at_once_keep_what_the_newer_one_read(many, front):
    newer = []

    def meanwhile(call):
        if call.operation == "TransactWriteItems" and not newer:
            newer.append(call)
            specialist(front, "Пётр Свежий", id="psy-new")
            roster.keep("live")

    with Wire() as wire:
        wire.before = meanwhile
        roster.keep("live")
    assert ranked_from() == rows()
    assert {card["id"] for card in cards.shown("live", roster.LARGE)} == {one.specialist_id for one in rows()}


def test_an_application_gets_the_same_matches_from_pages_as_from_rows(many, front, tick):
    said = {"preferences": {"gender": "женщина", "price_max": "3000", "specializations": ["сон", "горе"]}}
    before = ticket_row(front.post("/submit-application", application(**said)).ok()["ticket_id"]).matches
    tick("sweep")
    after = ticket_row(apply_for(front, name="Борис", contact={"type": "phone", "value": "+79161234567"}, **said)).matches
    assert told(before) == told(after) and len(before) == 5


def told(matches: list) -> list[tuple]:
    """Without ids: of two who have one name and one score either may come first."""
    return [(match["psychologist"], match["reasons"]) for match in matches]


def test_a_small_contour_has_no_pages(front, tick):
    specialist(front)
    tick("sweep")
    assert (repository.pages("live"), len(specialists.candidates("live"))) == ([], 1)


def test_four_times_as_many_cost_no_four_times_as_much(front):
    units = []
    for count in (120, 480):
        put([person(number) for number in range(count)])
        roster.keep("live")
        with metered() as meter:
            specialists.candidates("live")
        units.append(meter.units.read)
    assert units[1] <= 2 * units[0]
    assert sum(len(page.packed) for page in repository.pages("live")) < 20 * 480, "a specialist is a few bytes"


def test_whoever_has_nothing_is_packed_too():
    bare = Specialist("a", contour="live", name="А", name_key="а", updated_at=clock.wall())
    (one,) = roster.unpacked(roster.packed([bare]))
    assert specialists.candidate(one) == specialists.candidate(bare)
    assert list(roster.unpacked(roster.packed([]))) == []
    assert RosterPage.table_key() == "roster"


def test_what_a_card_shows_is_ranked_by_from_pages_too():
    row = person(1, specialisations=["сон"], age=41)
    row.profile = {"queries": ["развод", "сон"], "works_with": ["ОКР"], "min_client_age": 18}
    (one,) = roster.unpacked(roster.packed([row]))
    assert specialists.candidate(one) == specialists.candidate(row)
    assert (specialists.candidate(one).specialisations, specialists.candidate(one).client_ages) == (("сон", "развод", "ОКР"), (18, None))


def test_a_page_of_before_ages_were_kept_is_read():
    import bz2
    import json

    columns = [["сон"], ["a"], ["А"], [None], [1], [[0]], [0], [0], [None], [[]]]
    (one,) = roster.unpacked(bz2.compress(json.dumps(columns).encode()))
    assert (one.specialisations, one.age, one.client_ages) == (("сон",), None, (None, None))
