"""The index over the store: folded and unfolded it equals a look at every card; it is checked, mended, and made from nothing."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.clients import repository as cards
from chalicelib.clients.index import repository, rules, service
from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.service import Client
from chalicelib.core import clock, ids, storage, troubles
from chalicelib.core.bitmaps import Question, Term, Wanted, checking, finding, folding, rows
from chalicelib.core.bitmaps.rows import Block, Spot, Word
from chalicelib.core.settings import settings
from scripts import rebuild_people
from tests.standins.store import Killed, OneAtATime, Wire

SPACE = "people.live"


@pytest.fixture
def people(tables):
    return People()


class People:
    """Clients made and changed by the repository's own writes."""

    def __init__(self) -> None:
        self.chance = random.Random(4)
        self.made: dict[int, str] = {}

    def come(self, number: int | None = None, **said) -> int:
        at = clock.now() - timedelta(days=self.chance.randrange(3))
        number = number or storage.next_number("lead-live")
        client = Client(client_id=ids.new(), contour="live", lead_number=f"br{number:04d}", created_at=at)
        person = cards.Person(name=self.chance.choice(["Анна Ким", "Фёдор Лис"]), phone=f"+7904550{1000 + number}", **said)
        tx = storage.Transaction()
        cards.create(tx, client, person=person, proof=cards.Proof.TYPED, sure=(), typed=(), known_as=(), pairs=(), source="test")
        tx.commit()
        self.made[number] = client.client_id
        return number

    def change(self, number: int) -> None:
        said = self.chance.choice(
            [
                [Client.telegram_id.set(str(number))],
                [Client.email.set(f"anna{number}@lotos.ru"), Client.name.set("Борис Лис")],
                [Client.paused_at.set(clock.now())],
                [Client.paused_at.remove(), Client.telegram_username.set("anna")],
                [Client.merged_into.set("another")],
                [Client.agreements.set({"marketing": {"given": self.chance.choice(["yes", "no"])}})],
            ]
        )
        tx = storage.Transaction()
        cards.change(tx, self.made[number], said, number=f"br{number:04d}")
        tx.commit()

    def cards(self) -> dict[int, Client]:
        return dict(zip(self.made, storage.read(*(Client.at(one) for one in self.made.values())), strict=True))


def marketing(card):
    return card.consents.get("marketing", {}).get("given")


ASKED = [
    ([Term(rules.STATUS, "paused")], [], lambda card: card.paused_at),
    ([Term(rules.TELEGRAM, "yes"), Term(rules.CHANNEL, "email")], [], lambda card: card.telegram_id and card.email),
    ([Term(rules.CONSENT, "marketing")], [], lambda card: marketing(card) == "yes"),
    (
        [Term(rules.REFUSAL, "marketing")],
        ["лис"],
        lambda card: marketing(card) == "no" and "Лис" in card.name,
    ),
    ([], ["федор"], lambda card: "Фёдор" in card.name),
    ([], ["anna", "лис"], lambda card: "Лис" in card.name and (card.email or card.telegram_username)),
    ([Term(rules.CREATED, "", "9999")], ["1007"], lambda card: card.phone.endswith("1007")),
    ([], [], lambda card: True),
]


def compare(people: People) -> None:
    known = people.cards()
    for number, (terms, words, fits) in enumerate(ASKED):
        newest = number % 2 == 0
        question = Question(terms, [Wanted.of(word) for word in words], newest_first=newest, limit=200)
        found = finding.find(service.PEOPLE, "live", question)
        right = [number for number, card in known.items() if not card.merged_into and fits(card)]
        assert (found.total, [row.number for row in found.rows]) == (len(right), sorted(right, reverse=newest)), (terms, words)


def fold() -> dict[str, int]:
    """A tick, a minute after the one before."""
    for row in storage.query(PersonRow.by_pending, "live").rows:
        if row.written_at:
            storage.change(row, [PersonRow.written_at.set(clock.wall() - folding.SETTLED)])
    return service.fold()


def test_it_equals_a_look_at_every_card_folded_half_folded_and_unfolded(people):
    for _ in range(10):
        people.come()
    fold()
    for _ in range(2):
        for _ in range(12):
            people.change(people.chance.choice([*people.made]))
        compare(people)
        fold()
    compare(people)
    fold()
    assert storage.query(PersonRow.by_pending, "live").rows == []
    compare(people)
    assert service.check() == 0


def test_who_is_pending_under_several_keys_is_found_and_folded(people, monkeypatch):
    for _ in range(6):
        people.come()
    monkeypatch.setenv("QUEUE_SHARDS", "3")
    settings.cache_clear()
    try:
        for number in [*people.made][:4]:
            people.change(number)
        for _ in range(6):
            people.come()
        compare(people)
        assert {row.pending_in for row in PersonRow.scan()} == {"live", "live#1", "live#2"}
        for _ in range(2):
            for row in repository.pending("live", 99).rows:
                if row.written_at:
                    storage.change(row, [PersonRow.written_at.set(clock.wall() - folding.SETTLED)])
            service.fold()
        assert repository.pending("live", 99).rows == []
        compare(people)
        assert service.check() == 0
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_ids_far_apart_are_in_blocks_of_their_own(people):
    for number in (1, 4095, 4096, 9_000):
        people.come(number)
    for _ in range(2):
        fold()
        compare(people)
    assert [int(row.number) for row in storage.query(Block, f"{SPACE}:clients.person").rows] == [0, 1, 2]


@pytest.mark.parametrize("index", [3, 4, 5, 7])
def test_a_worker_that_dies_at_any_call_leaves_nothing_that_the_next_does_not_mend(people, index):
    for number in (people.come(), people.come()):
        people.change(number)
    fold()
    people.change(1)
    people.change(2)
    seen = [0]

    def die(call):
        seen[0] += call.operation != "Query"
        if seen[0] == index:
            raise Killed

    with Wire() as wire:
        wire.after = die
        try:
            service.fold()
        except Killed:
            compare(people)
    storage.remove(Block.row(f"{SPACE}!", "lease"))  # two minutes later
    people.change(1)
    for _ in range(2):
        fold()
    compare(people)
    assert checking.compare(service.PEOPLE, "live", 0, last=9).is_any is False
    assert storage.query(PersonRow.by_pending, "live").rows == []


def test_two_ticks_at_once_fold_each_row_once_and_the_second_leaves_it_to_the_first(people):
    for _ in range(5):
        people.come()
    with OneAtATime(), ThreadPoolExecutor(2) as workers:
        done = list(workers.map(lambda _: service.fold(), range(2)))
    assert sum(one.get("written", 0) for one in done) == 5
    compare(people)


def test_nobody_folds_while_another_has_the_index(people):
    people.come()
    assert rows.hold(SPACE, "somebody", folding.LEASE)
    assert not rows.hold(SPACE, "somebody else", folding.LEASE)
    assert service.fold() == {}
    rows.let_go(SPACE, "somebody else")
    assert service.fold() == {}
    rows.let_go(SPACE, "somebody")
    assert service.fold()["written"] == 1


def test_what_was_written_a_moment_ago_is_pending_for_a_minute_more(people):
    people.come()
    assert service.fold()["written"] == 1
    assert service.fold() == {"written": 0, "settled": 0}
    assert len(storage.query(PersonRow.by_pending, "live").rows) == 1
    assert fold()["settled"] == 1


@pytest.fixture
def wrong(people):
    """Three who are settled; then a bit too many, one too few, a lost word, and a card that changed behind the index' back."""
    for _ in range(3):
        people.come()
    for _ in range(2):
        fold()
    assert service.check() == 0
    rows.put(SPACE, {Spot("clients.status#paused", 0): (0b10, 0), Spot("clients.person#", 0): (0, 0b100)})
    (word, *_) = storage.query(Word, f"{SPACE}:10").rows
    storage.remove(Word.row(word.head, word.place))
    storage.change(Client.row(people.made[3]), [Client.name.set("Пётр")])
    return people


def test_a_night_tells_of_what_differs_and_the_script_mends_it(wrong, capsys):
    assert service.check() == 1
    assert [row.what for row in troubles.standing()] == [service.TROUBLE]
    assert rebuild_people.rebuild(dry_run=True) == 0
    assert service.check() == 1
    rebuild_people.rebuild()
    assert "live: 1 clients and 1 blocks differed" in capsys.readouterr().out
    compare(wrong)
    for _ in range(2):
        fold()
        compare(wrong)
    assert service.check() == 0
    assert troubles.standing() == []
    rebuild_people.rebuild()
    assert "live: 0 clients and 0 blocks differed" in capsys.readouterr().out


def test_clients_from_before_the_index_are_found_once_it_was_filled(people):
    for _ in range(3):
        people.come()
    for number in people.made:
        storage.remove(PersonRow.row(rules.place("live", number)))
    people.change(2)
    rebuild_people.rebuild()
    compare(people)
    for _ in range(2):
        fold()
        compare(people)


def test_a_card_that_changes_while_the_index_is_filled_is_written_as_it_is_then(people):
    number = people.come()
    storage.remove(PersonRow.row(rules.place("live", number)))
    once = []

    def meanwhile(call):
        if call.operation == "UpdateItem" and not once:
            once.append(call)
            tx = storage.Transaction()
            cards.change(tx, people.made[number], [Client.name.set("Борис")], number="br0001")
            tx.commit()

    with Wire() as wire:
        wire.before = meanwhile
        service.fill("live")
    (row,) = storage.read(repository.key("live", number))
    assert repository.says(row, people.cards()[number])
    compare(people)
