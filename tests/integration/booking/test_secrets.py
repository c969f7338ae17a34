"""The secret of a specialist's own page: the office alone reads and renews it, and whoever guesses learns nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.booking.specialists import secret
from chalicelib.booking.specialists.errors import SecretRaced, TooManySecrets
from chalicelib.booking.specialists.models import SpecialistName, SpecialistSecret
from chalicelib.booking.specialists.schemas import Unauthored
from chalicelib.core import clock, storage, tally
from chalicelib.core.sender import Sender
from scripts.exporting import tables as exported
from tests.builders import SERVICE, ledger, specialist
from tests.integration.intake.rows.database import fire
from tests.standins.store import OneAtATime

GUESSER, OTHER = Sender(address="one"), Sender(address="two")


def shown(front, person):
    return front.get(f"/specialists/{person}", SERVICE).ok()["secret"]


def renewed(front, person):
    return front.post(f"/specialists/{person}/secret", None, SERVICE).ok()["secret"]


def whose(word):
    found = secret.by_secret(word)
    return found.specialist_id if found else None


def row(front, word, kind="INSERT", old=None, **columns):
    record = {"id": 63, "name": "Ольга Белова", "secret": word, **columns}
    return fire(front, kind, record, old, "hraniteli_psychologists").ok()


def test_a_secret_is_made_once_and_opens_one_page(front):
    person, other = specialist(front), specialist(front, name="Анна Ким")
    word = shown(front, person)
    assert (len(word), shown(front, person)) == (26, word)
    assert (whose(word), whose(f" {word} "), whose(shown(front, other))) == (person, person, other)


@pytest.mark.parametrize("word", [None, "", " ", "x", "secret", "\ud800", "я" * 5000])
def test_a_wrong_secret_opens_nothing(front, word):
    shown(front, specialist(front))
    assert whose(word) is None


def test_no_other_answer_list_row_or_export_holds_it(front):
    person = specialist(front)
    word = shown(front, person)
    answers = [front.get("/specialists", SERVICE), front.put(f"/specialists/{person}", {"name": "Мария Орлова"}, SERVICE)]
    assert all(word not in answer.text and "secret" not in answer.body for answer in answers)
    assert not any(word in one.name_key for one in SpecialistName.scan())
    assert "secret" not in exported.columns(SpecialistSecret) and SpecialistSecret not in exported.choose([])


def test_after_a_renewal_the_old_one_opens_nothing(front):
    person = specialist(front)
    old, new = shown(front, person), renewed(front, person)
    assert (whose(old), whose(new), shown(front, person)) == (None, person, new)


def test_nobody_strange_has_a_secret(front):
    for answer in (front.get("/specialists/x", SERVICE), front.post("/specialists/x/secret", None, SERVICE)):
        assert (answer.status, answer.body["error"]) == (404, "specialist_not_found")
    assert list(SpecialistSecret.scan()) == []


def test_who_stopped_working_or_was_removed_is_not_let_in(front):
    rests, gone = specialist(front), specialist(front, name="Анна Ким")
    words = shown(front, rests), shown(front, gone)
    front.put(f"/specialists/{rests}", {"name": "Мария Орлова", "active": False}, SERVICE).ok()
    front.delete(f"/specialists/{gone}", SERVICE).ok()
    assert [whose(word) for word in words] == [None, None]
    assert [one.specialist_id for one in SpecialistSecret.scan()] == [rests]


def test_the_databases_secret_counts_until_it_is_renewed_here(front):
    row(front, "from-the-database")
    assert whose("from-the-database") == "63" == whose(shown(front, "63"))
    assert row(front, "from-the-database-2", "UPDATE", {"secret": "from-the-database"})["result"] == "updated"
    assert (whose("from-the-database"), whose("from-the-database-2")) == (None, "63")
    ours = renewed(front, "63")
    assert row(front, "from-the-database-3", "UPDATE", {"secret": "from-the-database-2"})["result"] == "ignored"
    assert (whose("from-the-database-3"), shown(front, "63")) == (None, ours)


def test_the_databases_secret_takes_the_place_of_one_that_was_only_made_here(front):
    row(front, None)
    ours = shown(front, "63")
    row(front, "from-the-database", "UPDATE", {"secret": None})
    assert (whose(ours), whose("from-the-database")) == (None, "63")


def test_a_row_that_was_read_before_a_renewal_does_not_undo_it(front):
    row(front, None)
    (seen,) = storage.read(SpecialistSecret.at("63"))
    ours = renewed(front, "63")
    tx = storage.Transaction()
    secret.take_in(tx, "63", "Ольга Белова", "from-the-database", seen)
    with pytest.raises(SecretRaced):
        tx.commit()
    assert (whose("from-the-database"), whose(ours)) == (None, "63")


def test_a_weak_secret_of_the_database_is_told_once_and_never_quoted(front):
    row(front, "abc123")
    row(front, "abc123", "UPDATE", {"secret": "abc123"}, age=40)
    (told,) = ledger("admin", "admin_weak_secret")
    assert told.values["specialist_name"] == "Ольга Белова" and "abc123" not in str(told.attribute_values)
    assert whose("abc123") == "63"


def test_a_secret_that_two_bear_opens_neither(front):
    row(front, "the-same-for-all")
    row(front, "the-same-for-all", id=64, name="Вера Ким")
    assert whose("the-same-for-all") is None


def test_twenty_wrong_ones_close_the_door_to_the_address_alone(front):
    word = shown(front, specialist(front))
    answers = [secret.behind(f"wrong-{number}", GUESSER, lambda who: who) for number in range(secret.WRONG)]
    assert {type(answer) for answer in answers} == {Unauthored}
    for guess in ("wrong", word):
        with pytest.raises(TooManySecrets) as full:
            secret.behind(guess, GUESSER, lambda who: who)
        assert 0 < int(full.value.headers["Retry-After"]) <= 900
    assert secret.behind(word, OTHER, lambda who: who.name) == "Мария Орлова"
    for counted in tally.Tally.scan():
        counted.update([tally.Tally.until.set(clock.wall())])
    assert secret.behind(word, GUESSER, lambda who: who.name) == "Мария Орлова", "a quarter of an hour later"


def test_right_ones_count_for_nothing(front):
    word = shown(front, specialist(front))
    assert all(secret.opened(word, GUESSER) for _ in range(secret.WRONG + 1))


def test_of_many_guesses_at_once_no_more_are_answered(front):
    for number in range(secret.WRONG - 2):
        assert secret.opened(f"wrong-{number}", GUESSER) is None

    def guess(number):
        try:
            return secret.opened(f"guess-{number}", GUESSER)
        except (TooManySecrets, SecretRaced) as refused:
            return refused

    with OneAtATime(), ThreadPoolExecutor(8) as many:
        answers = list(many.map(guess, range(8)))
    assert answers.count(None) <= 2
    with pytest.raises(TooManySecrets):
        secret.opened("another", GUESSER)


def test_two_renewals_at_once_leave_one_secret(front):
    person = specialist(front)
    with OneAtATime(), ThreadPoolExecutor(2) as both:
        words = list(both.map(lambda _: renewed(front, person), range(2)))
    assert [word for word in words if whose(word)] == [shown(front, person)]
