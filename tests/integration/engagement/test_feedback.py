"""What clients say: one live rating a client and thing, sessions' marks beside them, and every mark counted once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

import chalicelib.ops.jobs  # noqa: F401  registers how the rows of a day are counted, and what passes on by a merge
from chalicelib.analytics.counts import service as counts
from chalicelib.analytics.counts.rules import REVIEWS, Place
from chalicelib.core import clock, facts, storage
from chalicelib.core.facts import followers
from chalicelib.engagement.feedback import following
from chalicelib.engagement.feedback.models import Review
from tests.builders import SERVICE, client_row, ledger, moscow, slot, specialist, tomorrow
from tests.integration.booking import desk
from tests.integration.engagement.conftest import ANNA, FEEDBACK, OLEG, RATING, by_app, signed, told
from tests.standins.store import OneAtATime, Wire


def note(office, header=SERVICE, **said):
    return office.front.post(FEEDBACK, {"feedback_type": "complaint", "text": "Долго ждал", **said}, header)


def reviews(contour="live"):
    """What is counted of today, which its rows must come to as well."""
    followers.read_on(counts.NAME)
    place = Place(REVIEWS, contour, facts.day_of(clock.now()))
    found = [{name: by for name, by in read(contour, place.day).get(place, {}).items() if by} for read in (counts.counted, counts.standing)]
    assert found[0] == found[1]
    return found[0]


class TestRatings:
    def test_a_rating_is_answered_whole_and_another_takes_its_place(self, office):
        cut = office.product()
        first = office.rate(cut, 5, comment="Отлично").ok()
        assert isinstance(first.pop("created_at"), int)
        assert first == {
            "id": 1,
            "feedback_id": 1,
            "client_id": 1,
            "client_name": "Анна",
            "feedback_type": "rating",
            "object_type": "service",
            "object_id": cut,
            "rating": 5,
            "text": "Отлично",
            "status": "new",
            "source": "app",
        }
        second = office.rate(cut, 4, object_type="product", type="rating").ok()
        assert (second["feedback_id"], second["rating"], second["text"], second["object_type"]) == (1, 4, "", "service")
        assert [one["rating"] for one in office.heard()] == [4]
        (row,) = Review.scan()
        assert [(one["rating"], one["text"]) for one in row.history] == [(5, "Отлично")]
        assert reviews() == {"rated": 1, "marks": 4, "mark.4": 1}

    def test_the_same_again_changes_nothing(self, office):
        cut = office.product()
        first = office.rate(cut, 5).ok()
        with Wire() as wire:
            assert office.rate(cut, 5).ok() == first
        assert [call.operation for call in wire.calls].count("TransactWriteItems") <= 1, "who he is, and no more"
        assert reviews() == {"rated": 1, "marks": 5, "mark.5": 1}

    def test_who_may(self, office):
        cut, body = office.product(), {"object_id": 1, "rating": 5}
        assert cut == 1
        assert [office.front.post(RATING, body, header).status for header in ({}, SERVICE, office.as_staff("a", "admin"))] == [401] * 3
        assert office.front.post(RATING, {**body, "init_data": signed(ANNA, "1:other")}).status == 401
        for proof in ("init_data", "initData"):
            assert office.front.post(RATING, {**body, proof: signed(ANNA)}).status == 200
        assert office.rate(cut, 1, account=OLEG).ok()["client_id"] == 2
        assert [(one["client_id"], one["rating"]) for one in office.heard()] == [(2, 1), (1, 5)]

    @pytest.mark.parametrize(
        "wrong",
        [{"rating": 0}, {"rating": 6}, {"rating": 4.5}, {"rating": True}, {"object_id": 0}, {"text": "я" * 2001}, {"type": "complaint"}],
    )
    def test_what_is_no_rating_is_refused(self, office, wrong):
        said = {"object_id": 1, "rating": 5, **wrong}
        assert office.front.post(RATING, said, by_app()).status == 422

    def test_a_thing_must_be_known(self, office):
        assert told(office.rate(99)) == (404, "not_found", {"field": "object_id"})

    def test_a_key_rates_once(self, office):
        cut, tea = office.product(), office.product("Чай")
        office.rate(cut, 5, key="k").ok()
        office.rate(cut, 2).ok()
        assert office.rate(cut, 5, key="k").ok()["rating"] == 2, "what it made, as it stands"
        assert told(office.rate(tea, 5, key="k"))[:2] == (409, "key_reused")

    def test_a_low_mark_is_told_once_and_risky_words_stop_what_goes_by_the_clock(self, office):
        cut = office.product()
        office.rate(cut, 3, text="Холодно").ok()
        office.rate(cut, 3, text="Холодно и больно").ok()
        (message,) = ledger("admin", "admin_low_rating")
        assert {name: message.values[name] for name in ("object_name", "rating", "text", "lead_number")} == {
            "object_name": "Стрижка",
            "rating": 3,
            "text": "Холодно",
            "lead_number": "br0001",
        }
        office.rate(cut, 5, text="Не хочу жить").ok()
        assert len(ledger("admin", "admin_risky_words")) == 1 and client_row("br0001").paused_at

    def test_two_ratings_at_once_leave_one_and_every_other_in_its_past(self, office):
        cut = office.product()
        office.rate(cut, 1).ok()
        with OneAtATime(), ThreadPoolExecutor(4) as pool:
            answers = [*pool.map(lambda mark: office.rate(cut, mark), (2, 3, 4, 5))]
        assert {answer.status for answer in answers} == {200}
        (row,) = Review.scan()
        assert sorted([int(row.rating), *(one["rating"] for one in row.history)]) == [1, 2, 3, 4, 5]
        assert reviews() == {"rated": 1, "marks": int(row.rating), f"mark.{int(row.rating)}": 1}


class TestNotes:
    def test_the_office_writes_down_what_it_heard(self, office):
        anna, cut = office.client(), office.product()
        made = note(office, client_id=anna, product_id=cut).ok()
        assert isinstance(made.pop("created_at"), int)
        assert made == {
            "id": 1,
            "client_id": anna,
            "client_name": "Анна Ким",
            "feedback_type": "complaint",
            "object_type": "service",
            "object_id": cut,
            "rating": None,
            "text": "Долго ждал",
            "status": "new",
            "source": "admin",
        }
        bare = note(office, type="suggestion", feedback_type="suggestion").ok()
        assert (bare["client_id"], bare["object_type"], bare["object_id"]) == (None, "", None)
        assert reviews() == {}

    def test_who_may(self, office):
        master, operator = (office.as_staff(role, role) for role in ("master", "operator"))
        assert [note(office, header).status for header in ({}, master, by_app(), operator)] == [401, 403, 401, 200]
        assert [office.front.get(FEEDBACK, header).status for header in ({}, master, by_app(), operator)] == [401, 403, 401, 200]

    def test_what_is_none_is_refused(self, office):
        wrong = [{"feedback_type": "rating"}, {"feedback_type": "praise"}, {"rating": 6}, {"client_id": 0}, {"text": "я" * 2001}]
        assert {note(office, **one).status for one in wrong} == {422}
        assert told(note(office, client_id=99)) == (404, "client_not_found", {"field": "client_id"})
        assert told(note(office, object_id=99)) == (404, "not_found", {"field": "object_id"})
        assert office.heard() == []

    def test_a_key_writes_once(self, office):
        keyed = {**SERVICE, "Idempotency-Key": "k"}
        assert note(office, keyed).ok() == note(office, keyed).ok()
        assert told(note(office, keyed, text="Другое"))[:2] == (409, "key_reused")
        assert len(office.heard()) == 1


class TestLists:
    def test_by_what_they_are_found(self, office):
        anna, cut, tea = office.client(), office.product(), office.product("Чай", item_type="product")
        for said in (
            {"client_id": anna, "object_id": cut},
            {"feedback_type": "rating", "rating": 5, "object_id": tea},
            {"feedback_type": "suggestion", "client_id": anna},
        ):
            note(office, **said).ok()
        today = facts.day_of(clock.now())
        found = {
            1: [{"feedback_type": "complaint"}, {"type": "complaint", "client_id": anna}, {"product_id": cut}, {"object_type": "service"}],
            2: [{"object_type": "product", "object_id": tea}, {"type": "rating", "date_from": today, "date_to": today}],
            3: [{"client_id": anna, "type": "suggestion"}],
        }
        assert {number: [[one["id"] for one in office.heard(**query)] for query in queries] for number, queries in found.items()} == {
            number: [[number]] * len(queries) for number, queries in found.items()
        }
        assert [one["id"] for one in office.heard(client_id=anna)] == [3, 1]
        nothing = [
            {"client_id": 99},
            {"object_id": 99},
            {"date_to": "2020-01-01"},
            {"object_type": "session"},
            {"object_id": cut, "type": "rating"},
        ]
        assert [office.heard(**query) for query in nothing] == [[]] * len(nothing)
        for wrong in ({"type": "praise"}, {"date_from": today, "date_to": "2020-01-01"}, {"client_id": "x"}):
            assert office.front.get(FEEDBACK, SERVICE, **wrong).status == 422

    def test_the_newest_come_first_by_pages_and_for_two_calls(self, office):
        for number in range(5):
            note(office, text=f"{number}").ok()
        with Wire() as wire:
            first = office.front.get(FEEDBACK, SERVICE, page_size=2).ok()
        assert [call.operation for call in wire.calls] == ["Query", "BatchGetItem"]
        assert ([one["text"] for one in first["items"]], first["total"], first["total_exact"]) == (["4", "3"], 5, True)
        after = office.front.get(FEEDBACK, SERVICE, page_size=2, cursor=first["next_cursor"]).ok()
        assert [one["text"] for one in after["items"]] == ["2", "1"]


class TestSessions:
    @pytest.fixture
    def ticket(self, front, tick):
        when = tomorrow(12)
        ticket = desk.booked(front, slot(front, specialist(front), when))
        desk.confirm(front, ticket, moscow(when)).ok()
        tick("feedback_reminder", when + timedelta(hours=2))
        return ticket

    def test_a_sessions_mark_stands_in_the_list_as_it_stands_there(self, office, tick, ticket):
        desk.rate(office.front, ticket, 2, feedback="Опоздали").ok()
        for _ in range(2):
            followers.read_on(following.NAME)
        (one,) = office.heard(object_type="session", client_id=1)
        assert (one["source"], one["rating"], one["text"], one["object_id"], one["client_name"]) == (
            "session",
            2,
            "Опоздали",
            None,
            "Анна Лебедева",
        )
        assert reviews() == {"rated": 1, "marks": 2, "mark.2": 1}
        desk.rate(office.front, ticket, 5, feedback="Извинились").ok()
        assert office.heard()[0]["rating"] == 5, "before the follower has come that far"
        tick("follow")
        (again,) = office.heard()
        assert (again["id"], again["rating"], again["text"]) == (one["id"], 5, "Извинились")
        assert tick("counts_verify") == 0
        assert reviews() == {"rated": 1, "marks": 5, "mark.5": 1}

    def test_workers_at_once_write_a_mark_once(self, office, ticket):
        desk.rate(office.front, ticket, 4).ok()
        session = desk.session(ticket)
        with OneAtATime(), ThreadPoolExecutor(3) as pool:
            wrote = [*pool.map(lambda _: following.mirror(ticket, session.session_id), range(3))]
        assert sorted(wrote) == [False, False, True]
        assert reviews() == {"rated": 1, "marks": 4, "mark.4": 1}

    def test_what_a_client_said_passes_on_with_him(self, office, tick):
        cut, tea = office.product(), office.product("Чай")
        for account, card in ((ANNA, cut), (OLEG, cut), (ANNA, tea)):
            office.rate(card, 5 if account == ANNA else 4, account=account).ok()
        office.front.post("/clients/br0001/merge", {"into": "br0002", "reason": "один"}, SERVICE).ok()
        tick("sweep")
        assert office.heard(client_id=1) == []
        assert sorted((one["object_id"], one["rating"]) for one in office.heard(client_id=2)) == [(cut, 4), (cut, 5), (tea, 5)]
        assert office.rate(tea, 1, account=OLEG).ok()["feedback_id"] == 3, "it is his now"
        assert storage.read(Review.at(f"app#live#0000000001#{tea}")) == [None]
        assert reviews() == {"rated": 3, "marks": 10, "mark.5": 1, "mark.4": 1, "mark.1": 1}
