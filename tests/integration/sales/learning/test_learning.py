"""Deals as examples, the model's night, the chance beside a score, and how well chances were said."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.core import clock, storage, turns
from chalicelib.core.settings import settings
from chalicelib.sales.leads.models import Lead, Past
from chalicelib.sales.learning import nightly, repository
from chalicelib.sales.learning.rules import Example
from tests.builders import SERVICE
from tests.integration.staff.conftest import JWT_SECRET, House

PATH = "/api/v1/analytics/calibration"
TODAY = date(2026, 11, 10)
OPENED = datetime(2026, 8, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
BEGAN = date(2026, 4, 1)


@pytest.fixture(autouse=True)
def staff_sign_in(monkeypatch, settings_as_they_stand):
    monkeypatch.setenv("JWT_SECRET", JWT_SECRET)
    settings.cache_clear()
    with clock.pinned(datetime(2026, 11, 10, 9, tzinfo=UTC)):
        yield
    monkeypatch.undo()
    settings.cache_clear()


def lead(number, opened=OPENED, outcome=None, after=None, owner=None, scores=((1, "phone"),)):
    """A deal that ended so many days after it was opened, and scores that were kept of it: after how many days, for what reason."""
    place, closed = f"live#{number:010d}", opened + after * DAY if after is not None else None
    times = dict.fromkeys(("first_opened_at", "opened_at", "stage_at", "updated_at"), opened)
    said = {"client_id": "c", "listed_in": "live", "source": "call", "outcome": outcome, "closed_at": closed, "assigned_to": owner}
    Lead(place=place, **said, **times).save()
    for days, code in scores:
        at = opened + days * DAY
        detail = {"score": 40, "reasons": [{"code": code}], "counter_reasons": []}
        Past(place=place, entry=f"score#{at.timestamp():017.6f}#1", noted_at=at, by="system", said={"detail": detail}).save()


def examples(day):
    found, not_judged = repository.examples(day, day)
    return sorted((one.owner, one.reasons, one.won) for one in found), not_judged


class TestLabelled:
    def test_each_deal_of_a_day_teaches_once(self, tables):
        lead(1, outcome="won", after=20, owner=7, scores=((1, "phone"), (12, "email"), (19.5, "payment")))
        lead(2, outcome="won", after=95)  # too late: nothing came within 90 days
        lead(3, outcome="lost", after=0.5, scores=((0, "phone"),))  # judged at its end alone
        lead(4, after=3)  # over, and neither won nor lost
        lead(5, opened=OPENED + DAY)
        assert nightly.learn(TODAY, OPENED.date()) == 11  # to the eleventh of August, whose 90 days ended yesterday
        assert examples("2026-08-01") == ([(0, ("phone",), 0), (7, ("email",), 1)], 1)
        assert examples("2026-08-02") == ([(0, ("phone",), 0)], 0)
        lead(6)
        assert nightly.learn(TODAY + DAY, OPENED.date()) == 1  # that day was looked at
        assert repository.model() == {"version": "2026-11-11", "examples": 3, "won": 1, "on": False, "reason": "too_few_won_or_not_won"}

    def test_a_deal_that_another_followed_stands_on_its_own_day(self, tables):
        said = {"source": "call", "owner": 7, "outcome": "won", "opened_at": OPENED.isoformat()}
        past = Past(place="live#0000000001", entry="deal#0001", noted_at=OPENED, by="system", said=said, listed_in="live")
        past.opened_at, past.closed_at = OPENED, OPENED + 5 * DAY
        past.save()
        lead(1, opened=OPENED + 50 * DAY, scores=())
        Past(
            place="live#0000000001", entry=f"score#{OPENED.timestamp():017.6f}#1", noted_at=OPENED, by="system",
            said={"detail": {"reasons": [{"code": "email"}]}},
        ).save()  # fmt: skip
        nightly.learn(TODAY, OPENED.date())
        assert examples("2026-08-01") == ([(7, ("email",), 1)], 0)

    def test_who_is_cut_short_goes_on_where_he_was(self, tables):
        class Context:
            looks = 3

            def get_remaining_time_in_millis(self):
                self.looks -= 1
                return 20_000 if self.looks >= 0 else 0

        lead(1)
        with turns.opened(Context()):
            assert nightly.learn(TODAY, OPENED.date()) == 3
        assert repository.model() is None
        assert nightly.learn(TODAY, OPENED.date()) == 8


def taught(owner=0):
    """A hundred days of examples: who has a company is won four times of five, others once of ten; eight a day."""
    chances = random.Random(3)
    for number in range(100):
        day = (BEGAN + number * DAY).isoformat()
        found = []
        for _ in range(8):
            reasons = ("company",) if chances.random() < 0.5 else ("phone",)
            found.append(Example(day, owner, reasons, int(chances.random() < (0.8 if "company" in reasons else 0.1))))
        repository.keep(day, found, 1)


class TestTheModel:
    def test_it_is_said_beside_a_score_where_it_is_better(self, front, tables):
        taught()
        nightly.learn(BEGAN + 190 * DAY, BEGAN)
        said = repository.model()
        assert (said["on"], said["reason"], said["examples"]) == (True, None, 800)
        number = front.post(
            "/api/v1/leads", {"name": "Анна Ким", "phone": "+79045501567", "email": "a@example.org", "company": "Лотос"}, SERVICE
        )
        detail = front.get(f"/api/v1/leads/{number.body['id']}", SERVICE).ok()["score_detail"]
        assert 0.5 < detail["win_probability"] <= 1
        assert detail["model"] == {"source": "learned", "version": "2026-10-08"}
        judged = front.post(f"/api/v1/leads/{number.body['id']}/score", {}, SERVICE).ok()
        assert (judged["win_probability"], judged["model"]["source"]) == (detail["win_probability"], "learned")

    def test_until_then_it_says_why_there_is_no_chance(self, front, tables):
        number = front.post("/api/v1/leads", {"name": "Анна Ким", "phone": "+79045501567"}, SERVICE).body["id"]
        judged = front.post(f"/api/v1/leads/{number}/score", {}, SERVICE).ok()
        assert (judged["win_probability"], judged["model"]["source"], judged["model"]["reason"]) == (None, "rules", "nothing_learned_yet")


class TestCalibration:
    def test_chances_of_deals_that_nothing_was_learned_of(self, front, tables):
        taught()
        nightly.learn(BEGAN + 190 * DAY, BEGAN)
        got = front.get(PATH, SERVICE, pairs="true").ok()
        assert (got["model"]["source"], got["n"], got["learned_of"], got["not_judged"]) == ("learned", 160, 640, 100)
        assert sum(one["n"] for one in got["bins"]) == len(got["pairs"]) == 160
        pairs = [(one["p"], one["y"]) for one in got["pairs"]]
        assert got["brier"] == round(sum((p - y) ** 2 for p, y in pairs) / 160, 4) == round(got["model"]["brier"]["learned"], 4)
        assert got["skill"] > 0.3 and got["ece"] < 0.1
        assert {one["month"] for one in got["by_month"]} == {"2026-06", "2026-07"} and sum(one["n"] for one in got["by_month"]) == 160
        assert front.get(PATH, SERVICE).ok()["pairs"] is None

    def test_a_manager_reads_his_own(self, front, tables):
        house = House(front)
        house.hire("anna")
        taught(owner=1)
        repository.keep("2026-06-01", [Example("2026-06-01", 2, ("phone",), 0)], 0)
        nightly.learn(BEGAN + 190 * DAY, BEGAN)
        his, all_of_them = (front.get(PATH, headers).ok() for headers in (house.of("anna"), SERVICE))
        assert (his["n"] + his["learned_of"], all_of_them["n"] + all_of_them["learned_of"]) == (792, 793)  # that day was written anew
        assert (his["manager_id"], his["not_judged"]) == (1, None)

    def test_of_nothing(self, front, tables):
        got = front.get(PATH, SERVICE).ok()
        assert (got["n"], got["brier"], got["ece"], got["model"]["reason"]) == (0, None, None, "nothing_learned_yet")
        assert len(got["bins"]) == 10


def test_a_lead_that_is_shown_costs_no_call_more(front, tables):
    from bench.wire import recorded

    number = front.post("/api/v1/leads", {"name": "Анна Ким", "phone": "+79045501567"}, SERVICE).body["id"]
    with recorded() as wire:
        front.get(f"/api/v1/leads/{number}", SERVICE).ok()
    assert wire.operations == ["BatchGetItem", "Query", "Query", "BatchGetItem"], "what was written to him and what is to be done, no more"
    assert storage.read(repository.learned.key()) == [None]
